"""What the commands that help to decide do alike: read their options, reckon with a bar, tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dealsim.cli import common
from dealsim.decisions import DEFAULT, LIMIT, breakeven, compare, counter_offer, sensitivity
from dealsim.errors import UsageError
from dealsim.output.decisions.breakeven_text import print_breakeven
from dealsim.output.decisions.compare_table import print_comparison
from dealsim.output.decisions.counter_offer_table import print_counter_offer
from dealsim.output.decisions.sensitivity_table import print_sensitivity
from dealsim.output.decisions.values import shower
from dealsim.output.terminal.progress import progress
from dealsim.scenario import Scenario
from dealsim.units import exact_number

Options = Mapping[str, Any]


def print_counter_offer_of(file: Path, scenario: Scenario, options: Options) -> None:
    """`breakeven` without `--vary`."""
    for name in ("target", "search"):
        if options[name] is not None:
            option = {"search": "--range"}.get(name, f"--{name}")
            raise UsageError(f"{option} needs --vary: what is to be solved for")
    limit = LIMIT if options["limit"] is None else read_number(options["limit"], "--limit")
    with progress(f"comparing terms of {file.name}", 100, quiet=_silent(options)) as tell:
        found = counter_offer(
            scenario,
            limit=limit,
            show=shower(scenario.currency),
            progress=lambda share: tell(round(100 * share)),
            **_how(options),
        )
    if options["as_json"]:
        common.print_json(found.document())
    elif not options["quiet"]:
        print_counter_offer(found, scenario)


def print_breakeven_of(file: Path, scenario: Scenario, options: Options) -> None:
    """`breakeven --vary PATH`."""
    if options["limit"] is not None:
        raise UsageError(
            '--limit is for the table of all terms; with --vary, --target "P(loss) '
            '<= 20%" says the same'
        )
    if len(options["paths"]) > 1:
        raise UsageError("--vary takes one number")
    path = options["paths"][0]
    search = None if options["search"] is None else read_range(options["search"])
    with progress(f"solving for {path}", 100, quiet=_silent(options)):
        found = breakeven(
            scenario, path, target=options["target"] or DEFAULT, search=search, **_how(options)
        )
    if options["as_json"]:
        common.print_json(found.document())
    elif not options["quiet"]:
        print_breakeven(found, scenario)


def print_comparison_of(files: Sequence[Path], options: Options) -> None:
    """`compare`: every file, and the variants of the first that `--set` states."""
    loaded = {file.stem: common.load(file, (), options["strict"]) for file in files}
    if len(loaded) < len(files):
        raise UsageError("two of the scenario files have the same name: give them different ones")
    for text in options["overrides"]:
        changes = tuple(part.strip() for part in text.split(";"))
        loaded[", ".join(changes)] = common.load(files[0], changes, options["strict"])
    trials = options["trials"] or next(iter(loaded.values())).run.trials
    with progress(f"comparing {len(loaded)} offers", trials, quiet=_silent(options)) as tell:
        found = compare(loaded, progress=tell, **_how(options))
    if options["as_json"]:
        common.print_json(found.document())
    elif not options["quiet"]:
        print_comparison(found)


def print_sensitivity_of(file: Path, scenario: Scenario, options: Options) -> None:
    """`sensitivity`."""
    with progress(f"varying inputs of {file.name}", 100, quiet=_silent(options)) as tell:
        found = sensitivity(
            scenario,
            metric=options["metric"],
            sobol=options["sobol"],
            progress=lambda share: tell(round(100 * share)),
            **_how(options),
        )
    if options["as_json"]:
        common.print_json(found.document())
    elif not options["quiet"]:
        print_sensitivity(found, scenario)


def _how(options: Options) -> dict[str, Any]:
    return {name: options[name] for name in ("trials", "seed", "workers")}


def _silent(options: Options) -> bool:
    return bool(options["quiet"] or options["as_json"])


def read_number(text: str, option: str) -> float:
    """A number as scenarios write it, `20%` or `0.2`; raises UsageError for any other text."""
    bare = text.strip().removesuffix("%").strip()
    try:
        number = float(exact_number(bare.lstrip("$£€")))
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
    return number / 100 if text.strip().endswith("%") else number


def read_range(text: str) -> tuple[float, float]:
    """Both ends of `20%..60%`; raises UsageError with a sentence."""
    ends = text.split("..")
    if len(ends) != 2:
        raise UsageError(f'--range: "{text}" is no range; write its two ends as 20%..60%')
    low, high = (read_number(end, "--range") for end in ends)
    if not low < high:
        raise UsageError(f"--range: {text} has its low end not below its high end")
    return low, high
