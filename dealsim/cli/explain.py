"""`dealsim explain`."""

from __future__ import annotations

from pathlib import Path

import click

from dealsim.cli import common


@click.command()
@common.stack(common.file, common.overrides, common.strict, common.as_json)
def explain(file: Path, overrides: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Show every value as understood, and where it comes from.

    Each number's distribution, mean and central 90 %, with the file and line, the preset or the
    default it comes from and the source of that figure.
    """
    from dealsim import scenario

    loaded = common.load(file, overrides, strict)
    rows = scenario.explain(loaded)
    if as_json:
        common.print_json([row.as_dict() for row in rows])
        return
    from dealsim.output.terminal.explanation import print_explanation
    from dealsim.output.terminal.problems import print_problems

    print_problems(warnings=loaded.warnings)
    print_explanation(loaded, rows)
