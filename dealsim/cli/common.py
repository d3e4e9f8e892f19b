"""Options used by more than one command, defined once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dealsim.scenario import Scenario

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

Options = Mapping[str, Any]
"""The options of a command by their names, as its help describes them."""

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


def precision_of(what: str, share: str = "of it", amount: str = "of the currency") -> Decorator:
    """How well `what` shall be known; a percentage is a `share`, a number an `amount`."""
    return click.option(
        "--precision",
        metavar="SIZE",
        help=f"As many futures as it takes to know {what} so well: 1% is within 1 % {share} either "
        f"way, 50 within 50 {amount}, both 95 % sure. --trials is then the most (default: "
        "1,000,000).",
    )


precision = precision_of("the mean profit")
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
    "--force",
    is_flag=True,
    help="Replace another scenario's results, and changed or foreign files, in the output folder.",
)

limit = click.option(
    "--limit",
    metavar="SHARE",
    help="The chance of a loss that you accept (default: 20%).",
)

incognito = click.option(
    "--incognito",
    is_flag=True,
    help="Hide amounts on the page: each is told in per cent of a year's turnover.",
)

NO_FILES = "none, and no files"
"""The default of -o where a command only prints unless asked."""


def out(default: str) -> Decorator:
    """Where the results go; `default` says where without it."""
    told = f"Folder for the results (default: {default})."
    return click.option("-o", "--out", type=SCENARIO, metavar="DIR", help=told)


def stack(*options: Decorator) -> Decorator:
    """Apply several options, shown in this order in the help."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


usual = stack(trials, seed, overrides, workers, as_json, quiet, strict, force)
"""The options at the end of every command that simulates a scenario."""


def is_silent(options: Options) -> bool:
    """Whether people are told nothing on stdout."""
    return bool(options["quiet"] or options["as_json"])


def read_number(text: str, option: str) -> float:
    """A number as scenarios write it, `20%` or `0.2`; raises UsageError for any other text."""
    from dealsim.errors import UsageError
    from dealsim.units import exact_number

    bare = text.strip().removesuffix("%").strip()
    try:
        number = float(exact_number(bare.lstrip("$£€")))
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
    return number / 100 if text.strip().endswith("%") else number


def load(file: Path, overrides: tuple[str, ...], strict: bool) -> Scenario:
    """Load a scenario; with `strict` its warnings are errors."""
    from dealsim import scenario
    from dealsim.errors import ScenarioError

    loaded = scenario.load(file, overrides)
    if strict and loaded.warnings:
        raise ScenarioError(loaded.warnings)
    return loaded


def print_json(*documents: object) -> None:
    """One JSON document on stdout, an array of several, in ASCII so that every pipe takes it."""
    import json

    document = documents[0] if len(documents) == 1 else documents
    click.echo(json.dumps(document, indent=2, allow_nan=False))
