"""`dealsim check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dealsim.cli import common
from dealsim.text import shown_path

if TYPE_CHECKING:
    from dealsim.errors import Problem


@click.command()
@common.stack(common.files, common.overrides, common.strict, common.as_json, common.quiet)
def check(
    files: tuple[Path, ...],
    overrides: tuple[str, ...],
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Say everything that is wrong or doubtful about scenario files.

    All problems at once, each with its line and what to do. Exit code 0 if all can be run, 3 if
    not (warnings count with --strict).
    """
    from dealsim import scenario
    from dealsim.output.terminal.problems import print_problems

    found = {file: scenario.check(file, overrides)[1:] for file in files}
    bad = {file: bool(found[file][0] or (strict and found[file][1])) for file in files}
    if as_json:
        common.print_json(*(_document(file, bad[file], *found[file]) for file in found))
    for file, (errors, warnings) in found.items() if not as_json else ():
        print_problems(errors, warnings, strict)
        if not quiet and not bad[file]:
            click.echo(f"{shown_path(file)}: ok")
    return 3 if any(bad.values()) else 0


def _document(
    file: Path, failed: bool, errors: Sequence[Problem], warnings: Sequence[Problem]
) -> dict[str, Any]:
    return {
        "file": str(file),
        "valid": not failed,
        "errors": [problem.as_dict() for problem in errors],
        "warnings": [problem.as_dict() for problem in warnings],
    }
