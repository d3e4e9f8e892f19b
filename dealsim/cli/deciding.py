"""What the commands that help to decide do alike: read their options, reckon with a bar, tell."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dealsim.cli import common
from dealsim.decisions import (
    DEFAULT,
    LIMIT,
    breakeven,
    compare,
    counter_offer,
    frontier,
    sensitivity,
)
from dealsim.errors import ScenarioError, UsageError
from dealsim.output.decisions.breakeven_text import print_breakeven
from dealsim.output.decisions.compare_table import print_comparison
from dealsim.output.decisions.counter_offer_table import print_counter_offer
from dealsim.output.decisions.files import Decision, write_decision
from dealsim.output.decisions.joint_text import print_frontier
from dealsim.output.decisions.sensitivity_table import print_sensitivity
from dealsim.output.decisions.values import shower
from dealsim.output.files.folder import check_folder
from dealsim.output.terminal.console import Printer
from dealsim.output.terminal.file_list import file_list
from dealsim.output.terminal.problems import print_problems
from dealsim.output.terminal.progress import progress
from dealsim.scenario import Scenario, load
from dealsim.units import exact_number

Options = Mapping[str, Any]

ELSEWHERE = ("accounting", "alternatives")
"""Sections that `run` warns of because another command uses them."""


def loaded(
    file: Path, overrides: Sequence[str], options: Options, *, variant: bool = False
) -> Scenario:
    """Load a scenario and tell its warnings (not those of a `variant` of a file again), but for
    those of sections that are not of `run`; with --strict they are errors."""
    found = load(file, tuple(overrides))
    told = tuple(one for one in found.warnings if one.path not in ELSEWHERE)
    if options["strict"] and told:
        raise ScenarioError(told)
    if not (options["quiet"] or variant):
        print_problems(warnings=told)
    return found


def print_counter_offer_of(file: Path, options: Options) -> None:
    """`breakeven` without `--vary`."""
    for name, given in (("target", options["target"]), ("range", options["search"])):
        if given:
            raise UsageError(f"--{name} needs --vary: what is to be solved for")
    limit = LIMIT if options["limit"] is None else read_number(options["limit"], "--limit")
    telling = _Telling(options)
    scenario = loaded(file, options["overrides"], options)
    with progress(f"comparing terms of {file.name}", 100, quiet=telling.silent) as tell:
        found = counter_offer(
            scenario,
            limit=limit,
            show=shower(scenario.currency),
            progress=lambda share: tell(round(100 * share)),
            **_how(options),
        )
    telling.tell(found, lambda: print_counter_offer(found, scenario))


def print_breakeven_of(file: Path, options: Options) -> None:
    """`breakeven --vary PATH`, once or twice."""
    if options["limit"] is not None:
        raise UsageError(
            '--limit is for the table of all terms; with --vary, --target "P(loss) '
            '<= 20%" says the same'
        )
    paths, searches = options["paths"], [read_range(text) for text in options["search"]]
    if len(paths) > 2:
        raise UsageError("--vary takes one number, or two for a frontier")
    if len(searches) > len(paths):
        raise UsageError("there are more --range than --vary: each is of the --vary before it")
    telling = _Telling(options)
    scenario = loaded(file, options["overrides"], options)
    target = options["target"] or DEFAULT
    with progress(f"solving for {' and '.join(paths)}", 100, quiet=telling.silent) as tell:
        if len(paths) == 2:
            both = frontier(
                scenario,
                paths,
                target=target,
                search=(*searches, None, None)[:2],
                progress=lambda share: tell(round(100 * share)),
                **_how(options),
            )
        else:
            search, curve = next(iter(searches), None), telling.out is not None
            one = breakeven(
                scenario, paths[0], target=target, search=search, curve=curve, **_how(options)
            )
    if len(paths) == 2:
        telling.tell(both, lambda: print_frontier(both))
    else:
        telling.tell(one, lambda: print_breakeven(one, scenario))


def print_comparison_of(files: Sequence[Path], options: Options) -> None:
    """`compare`: every file, and the variants of the first that `--set` states."""
    telling = _Telling(options)
    if len({file.stem for file in files}) < len(files):
        raise UsageError("two of the scenario files have the same name: give them different ones")
    deals = {file.stem: loaded(file, (), options) for file in files}
    for text in options["overrides"]:
        name, changes = read_variant(text)
        if name in deals:
            raise UsageError(f'two of the options are called "{name}": name one NAME: PATH=VALUE')
        deals[name] = loaded(files[0], changes, options, variant=True)
    trials = options["trials"] or next(iter(deals.values())).run.trials
    with progress(f"comparing {len(deals)} offers", trials, quiet=telling.silent) as tell:
        found = compare(deals, progress=tell, **_how(options))
    telling.tell(found, lambda: print_comparison(found))


def print_sensitivity_of(file: Path, options: Options) -> None:
    """`sensitivity`."""
    telling = _Telling(options)
    scenario = loaded(file, options["overrides"], options)
    with progress(f"varying inputs of {file.name}", 100, quiet=telling.silent) as tell:
        found = sensitivity(
            scenario,
            metric=options["metric"],
            sobol=options["sobol"],
            progress=lambda share: tell(round(100 * share)),
            **_how(options),
        )
    telling.tell(found, lambda: print_sensitivity(found, scenario))


@dataclass(frozen=True)
class _Telling:
    """How what was found is told: as JSON, as files, for people. A folder that could not be
    written is refused when this is made, before anything is reckoned."""

    options: Options
    begun: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        if self.out is not None:
            check_folder(self.out, self.options["force"])

    @property
    def out(self) -> Path | None:
        """The folder for the files, if they are wanted."""
        found = self.options["out"]
        return None if found is None else Path(found)

    @property
    def silent(self) -> bool:
        """Whether people are told nothing on stdout."""
        return bool(self.options["quiet"] or self.options["as_json"])

    def tell(self, found: Decision, for_people: Callable[[], None]) -> None:
        """Write the files, then print."""
        written: tuple[str, ...] = ()
        if self.out is not None:
            written = write_decision(
                found,
                self.out,
                overrides=self.options["overrides"],
                wall_seconds=time.monotonic() - self.begun,
                force=self.options["force"],
            )
        if self.options["as_json"]:
            common.print_json(found.document())
        elif not self.options["quiet"]:
            for_people()
            if self.out is not None:
                Printer().paragraph("")
                Printer().line(file_list(self.out, written))


def _how(options: Options) -> dict[str, Any]:
    return {name: options[name] for name in ("trials", "seed", "workers")}


def read_variant(text: str) -> tuple[str, tuple[str, ...]]:
    """Name and changes of `NAME: PATH=VALUE; PATH=VALUE`; without a name its changes, told without
    the sections they are of."""
    named = re.fullmatch(r"\s*([^=:;]+?)\s*:\s*(\S.*)", text)
    changes = tuple(part.strip() for part in (named[2] if named else text).split(";"))
    own = ", ".join(re.sub(r"^(customers|deal|platform|business)\.", "", one) for one in changes)
    return (named[1] if named else own), changes


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
