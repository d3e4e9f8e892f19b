"""`dealsim new`."""

from __future__ import annotations

import json
import os
import shlex
from datetime import date
from pathlib import Path

import click

from dealsim.cli import common
from dealsim.text import shown_path


@click.command()
@click.argument("file", type=common.SCENARIO, default=Path("my-deal.yaml"), metavar="[FILE]")
@click.option(
    "--kind",
    metavar="TRADE",
    help="Your trade, e.g. hairdresser, cafe or gym: its sourced defaults fill in what you do "
    "not know. An unknown one lists the kinds there are.",
)
@click.option(
    "--answers",
    multiple=True,
    metavar="KEY=VALUE",
    help="Answer a question beforehand, for scripts, e.g. --answers price=25 (repeatable). Keys: "
    "trade, country, currency, sales_tax, starts, price, face_value, demand, commission, "
    "usual_ticket, variable_cost, visits_per_week, capacity_per_week, or any path of a scenario.",
)
@click.option("--example", is_flag=True, help="Ask nothing: write example numbers, to be replaced.")
@click.option(
    "--from",
    "library_name",
    metavar="NAME",
    help="Start from a copy of a scenario of the library, e.g. blend-creations; an unknown NAME "
    "lists them.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.pass_context
def new(
    context: click.Context,
    file: Path,
    kind: str | None,
    answers: tuple[str, ...],
    example: bool,
    library_name: str | None,
    force: bool,
) -> int:
    """Write a short commented scenario to start from, with its JSON Schema beside it.

    At a terminal it asks your trade, country and start date, the six numbers every scenario
    needs, and how full you are; then it offers to run. In a script, give --answers. FILE defaults
    to my-deal.yaml.
    """
    from dealsim import scenario
    from dealsim.cli import asking
    from dealsim.errors import UsageError

    if library_name and (kind or answers or example):
        raise UsageError("--from excludes --kind, --answers and --example: a case has its own")
    if file.suffix not in (".yaml", ".yml"):
        file = file.with_name(file.name + ".yaml")
    if os.path.lexists(file) and not force:
        shown = shown_path(file)
        raise UsageError(f"{shown} exists; choose another name, or --force to replace it")
    if library_name:
        _write(file, scenario.library_text(library_name))
        return 0
    today = date.today()
    starts = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    given = asking.given((f"trade={kind}", *answers) if kind else answers)
    at_terminal = asking.is_at_terminal() and not example
    given = asking.ask(given, starts) if at_terminal else asking.complete(given, starts, example)
    told = f"example numbers of the kind {given['kind']}, to be replaced" if example else ""
    _write(file, asking.text_of(given, file, told=at_terminal), told)
    return asking.offer_to_run(context, file) if at_terminal else 0


def _write(file: Path, text: str, told: str = "") -> None:
    """Write the scenario and its schema, and say so."""
    from dealsim import scenario
    from dealsim.output.files.atomic import write_text

    schema = file.with_name("dealsim.schema.json")
    write_text(schema, json.dumps(scenario.json_schema(), indent=2) + "\n")
    write_text(file, text)
    examples = f" with {told}" if told else ""
    click.echo(f"wrote {shown_path(file)}{examples} (and {schema.name} beside it, for editors)")
    typed = shown_path(shlex.quote(str(file)) if os.name == "posix" else file)
    click.echo(f"next: dealsim check {typed}   then: dealsim run {typed}")
