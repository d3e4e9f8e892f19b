"""`dealsim check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dealsim.cli import common

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

    found = {file: scenario.check(file, overrides) for file in files}
    bad = [bool(errors) or (strict and bool(warnings)) for _, errors, warnings in found.values()]
    if as_json:
        documents = [
            _document(file, failed, *problems)
            for failed, (file, (_, *problems)) in zip(bad, found.items(), strict=True)
        ]
        common.print_json(documents if len(documents) > 1 else documents[0])
        return 3 if any(bad) else 0
    for failed, (file, (_, errors, warnings)) in zip(bad, found.items(), strict=True):
        common.print_problems(errors, warnings, strict)
        if not quiet and not failed:
            click.echo(f"{file}: ok")
    return 3 if any(bad) else 0


def _document(
    file: Path, failed: bool, errors: Sequence[Problem], warnings: Sequence[Problem]
) -> dict[str, Any]:
    return {
        "file": str(file),
        "valid": not failed,
        "errors": [problem.as_dict() for problem in errors],
        "warnings": [problem.as_dict() for problem in warnings],
    }
