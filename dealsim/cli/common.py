"""Options used by more than one command, defined once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dealsim.errors import Problem
    from dealsim.scenario import Scenario

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

SCENARIO = click.Path(path_type=Path)

files = click.argument("files", nargs=-1, required=True, type=SCENARIO, metavar="FILE...")
file = click.argument("file", type=SCENARIO, metavar="FILE")
overrides = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="PATH=VALUE",
    help="Put VALUE in place of the scenario's, e.g. --set deal.price=12 (repeatable; put the "
    "whole in single quotes where a shell would read a $).",
)
trials = click.option(
    "--trials",
    type=click.IntRange(min=1),
    metavar="N",
    help="Simulated futures (default: the scenario's run.trials, 10,000).",
)
seed = click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    help="Seed of all chance; the same seed gives the same result (default: run.seed, 1).",
)
workers = click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Threads to work with (default: the machine's cores; the result is the same).",
)
expected = click.option(
    "--expected",
    is_flag=True,
    help="One path with every input at its mean and every draw at its expectation; no risk.",
)
as_json = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document on stdout, nothing else."
)
quiet = click.option("--quiet", "-q", is_flag=True, help="Print errors only.")
strict = click.option("--strict", is_flag=True, help="Treat warnings as errors.")
force = click.option(
    "--force", is_flag=True, help="Replace changed or foreign files in the output folder."
)


def stack(*options: Decorator) -> Decorator:
    """Apply several options, shown in this order in the help."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def load(file: Path, overrides: tuple[str, ...], strict: bool) -> Scenario:
    """Load a scenario; with `strict` its warnings are errors."""
    from dealsim import scenario
    from dealsim.errors import ScenarioError

    loaded = scenario.load(file, overrides)
    if strict and loaded.warnings:
        raise ScenarioError(loaded.warnings)
    return loaded


def print_problems(
    errors: Iterable[Problem], warnings: Iterable[Problem], strict: bool = False
) -> None:
    """Warnings, then errors, on stderr."""
    for problem in warnings:
        click.echo(problem.text("error" if strict else "warning"), err=True)
    for problem in errors:
        click.echo(problem.text("error"), err=True)


def print_json(document: object) -> None:
    """One JSON document on stdout, in ASCII so that every pipe takes it."""
    import json

    click.echo(json.dumps(document, indent=2, allow_nan=False))


def write_text(path: Path, text: str) -> None:
    """Write a small text file whole or not at all: UTF-8, LF."""
    import os
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
