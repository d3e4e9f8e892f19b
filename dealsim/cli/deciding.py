"""What `breakeven`, `compare` and `sensitivity` do: read options, reckon with a bar, tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from dealsim.cli import common
from dealsim.cli.common import Options
from dealsim.cli.telling import Telling, how, loaded
from dealsim.decisions import (
    DEFAULT,
    LIMIT,
    breakeven,
    compare,
    counter_offer,
    frontier,
    sensitivity,
)
from dealsim.errors import UsageError
from dealsim.output.decisions.breakeven_text import print_breakeven
from dealsim.output.decisions.compare_table import print_comparison
from dealsim.output.decisions.counter_offer_table import print_counter_offer
from dealsim.output.decisions.expected_text import (
    print_expected_comparison,
    print_expected_offer,
)
from dealsim.output.decisions.joint_text import print_frontier
from dealsim.output.decisions.sensitivity_table import print_sensitivity
from dealsim.output.decisions.values import shower
from dealsim.output.terminal.progress import progress


def print_counter_offer_of(file: Path, options: Options) -> None:
    """`breakeven` without `--vary`."""
    for name, given in (("target", options["target"]), ("range", options["search"])):
        if given:
            raise UsageError(f"--{name} needs --vary: what is to be solved for")
    limit = LIMIT if options["limit"] is None else common.read_number(options["limit"], "--limit")
    scenario = loaded(file, options["overrides"], options)
    telling = Telling("breakeven", [scenario], options)
    with progress(f"comparing terms of {file.name}", 100, quiet=telling.silent) as tell:
        found = counter_offer(
            scenario,
            limit=limit,
            show=shower(scenario.currency),
            progress=lambda share: tell(round(100 * share)),
            **how(options, "workers"),
        )
    show = print_expected_offer if found.mode == "expected" else print_counter_offer
    telling.tell(found, lambda: show(found, scenario))


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
    scenario = loaded(file, options["overrides"], options)
    telling = Telling("breakeven", [scenario], options)
    target = options["target"] or DEFAULT
    with progress(f"solving for {' and '.join(paths)}", 100, quiet=telling.silent) as tell:
        if len(paths) == 2:
            both = frontier(
                scenario,
                paths,
                target=target,
                search=(*searches, None, None)[:2],
                progress=lambda share: tell(round(100 * share)),
                **how(options, "workers"),
            )
        else:
            search, curve = next(iter(searches), None), telling.out is not None
            one = breakeven(
                scenario,
                paths[0],
                target=target,
                search=search,
                curve=curve,
                **how(options, "workers"),
            )
    if len(paths) == 2:
        telling.tell(both, lambda: print_frontier(both))
    else:
        telling.tell(one, lambda: print_breakeven(one, scenario))


def print_comparison_of(files: Sequence[Path], options: Options) -> None:
    """`compare`: every file, and the variants of the first that `--set` states."""
    if len({file.stem for file in files}) < len(files):
        raise UsageError("two of the scenario files have the same name: give them different ones")
    deals = {file.stem: loaded(file, (), options) for file in files}
    telling = Telling("compare", list(deals.values()), options)
    for text in options["overrides"]:
        name, changes = read_variant(text)
        if name in deals:
            raise UsageError(f'two of the options are called "{name}": name one NAME: PATH=VALUE')
        deals[name] = loaded(files[0], changes, options, variant=True)
    trials = options["trials"] or next(iter(deals.values())).run.trials
    with progress(f"comparing {len(deals)} offers", trials, quiet=telling.silent) as tell:
        found = compare(deals, progress=tell, **how(options, "workers"))
    show = print_expected_comparison if found.mode == "expected" else print_comparison
    telling.tell(found, lambda: show(found))


def print_sensitivity_of(file: Path, options: Options) -> None:
    """`sensitivity`."""
    scenario = loaded(file, options["overrides"], options)
    telling = Telling("sensitivity", [scenario], options)
    with progress(f"varying inputs of {file.name}", 100, quiet=telling.silent) as tell:
        found = sensitivity(
            scenario,
            metric=options["metric"],
            sobol=options["sobol"],
            progress=lambda share: tell(round(100 * share)),
            **how(options, "workers"),
        )
    telling.tell(found, lambda: print_sensitivity(found, scenario))


def read_variant(text: str) -> tuple[str, tuple[str, ...]]:
    """Name and changes of `NAME: PATH=VALUE; PATH=VALUE`; without a name its changes, told without
    the sections they are of."""
    named = re.fullmatch(r"\s*([^=:;]+?)\s*:\s*(\S.*)", text)
    changes = tuple(part.strip() for part in (named[2] if named else text).split(";"))
    own = ", ".join(re.sub(r"^(customers|deal|platform|business)\.", "", one) for one in changes)
    return (named[1] if named else own), changes


def read_range(text: str) -> tuple[float, float]:
    """Both ends of `20%..60%`; raises UsageError with a sentence."""
    ends = text.split("..")
    if len(ends) != 2:
        raise UsageError(f'--range: "{text}" is no range; write its two ends as 20%..60%')
    low, high = (common.read_number(end, "--range") for end in ends)
    if not low < high:
        raise UsageError(f"--range: {text} has its low end not below its high end")
    return low, high
