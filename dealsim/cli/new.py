"""`dealsim new`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from dealsim.cli import common
from dealsim.text import shown_path

KINDS = ["restaurant", "salon", "retail", "fitness", "activity", "services", "none"]


@click.command()
@click.argument("file", type=common.SCENARIO, default=Path("my-deal.yaml"), metavar="[FILE]")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    help="Trade whose sourced defaults fill in what you do not know (default: services).",
)
@click.option(
    "--from",
    "library_name",
    metavar="NAME",
    help="Start from a copy of a scenario of the library, e.g. blend-creations; an unknown NAME "
    "lists them.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def new(file: Path, kind: str | None, library_name: str | None, force: bool) -> None:
    """Write a short commented scenario to start from, with its JSON Schema beside it.

    At a terminal it asks the six numbers every scenario needs; otherwise it fills in an example
    to replace. FILE defaults to my-deal.yaml.
    """
    from dealsim import scenario
    from dealsim.errors import UsageError
    from dealsim.output.files.atomic import write_text

    if kind and library_name:
        raise UsageError("--kind and --from exclude each other: a library scenario has its kind")
    if file.suffix not in (".yaml", ".yml"):
        file = file.with_name(file.name + ".yaml")
    shown = shown_path(file)
    if os.path.lexists(file) and not force:
        raise UsageError(f"{shown} exists; choose another name, or --force to replace it")
    answers = None
    if library_name:
        text = scenario.library_text(library_name)
    else:
        answers = ask() if sys.stdin.isatty() and sys.stderr.isatty() else None
        text = scenario.new_scenario(kind=kind or "services", answers=answers, name=file.stem)
    schema = file.with_name("dealsim.schema.json")
    write_text(schema, json.dumps(scenario.json_schema(), indent=2) + "\n")
    write_text(file, text)
    examples = "" if library_name or answers else " with example numbers, to be replaced"
    click.echo(f"wrote {shown}{examples} (and {schema.name} beside it, for editors)")
    click.echo(f"next: dealsim check {shown}   then: dealsim run {shown}")


def ask() -> dict[str, str]:
    """The six required values from the person at the terminal, each asked until understood."""
    from dealsim.scenario import QUESTIONS

    click.echo("Six questions; a range such as 300 to 900 is fine wherever you are not sure.")
    answers: dict[str, str] = {}
    for path, question in QUESTIONS.items():
        answers[path] = click.prompt(
            question.text, value_proc=_asking_again(question.accept), prompt_suffix=" "
        )
    return answers


def _asking_again(accept: Callable[[str], str]) -> Callable[[str], str]:
    """`accept`, with its ValueError as the error that makes click ask again."""

    def answer(text: str) -> str:
        try:
            return accept(text)
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    return answer
