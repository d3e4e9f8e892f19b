"""What a run may be asked: its arguments, campaigns that fit, the memory that it needs."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dealsim.engine import Clock, inputs_of
from dealsim.errors import DealsimError, UsageError
from dealsim.registry import COUNTS, LINES, MEMOS, METRICS, Count, Line, Memo
from dealsim.results import PATH_TRIALS, STOCKS, TIMELINE_TRIALS, turns_of
from dealsim.results.active import is_active
from dealsim.scenario import Scenario
from dealsim.streams import CHUNK
from dealsim.units import AmountTooLarge

TIMELINE_SERIES = 12
"""Month-end series of a result, those of ordinary trade included."""


def memory_needed(scenario: Scenario, clock: Clock, trials: int, keep: Collection[str]) -> int:
    """Bytes a run of `trials` keeps: inputs, metrics and series, and the chunks in work."""
    uncertain = len(inputs_of((scenario, *scenario.further)))
    tables: tuple[Line | Count | Memo, ...] = (*LINES, *COUNTS, *MEMOS)
    recorded = sum(is_active(scenario, one.section) for one in tables)
    months, days = len(clock.month_ends), len(clock.record_days)
    kept = trials * (uncertain + len(METRICS) + 3)
    series = TIMELINE_SERIES * ("timeline" in keep)
    series += 3 * recorded * ("cohorts" in keep) * len(clock.campaigns)
    series *= min(trials, TIMELINE_TRIALS) * months
    turns = 2 * len(STOCKS) * len(turns_of(clock)) * ("timeline" in keep)
    series += min(trials, TIMELINE_TRIALS) * turns
    paths = min(trials, PATH_TRIALS) * 3 * days * ("paths" in keep)
    working = 4 * CHUNK * (2 * recorded * months * len(clock.campaigns) + 6 * days)
    # statistics sort one column at a time; the files are written in slices
    return 8 * (kept + series + paths + working + 4 * trials)


class TooMuchMemory(UsageError):
    """A run that needs more memory than there is."""


@contextmanager
def countable() -> Iterator[None]:
    """Amounts that outgrow what is counted exactly, as a DealsimError with a remedy."""
    try:
        yield
    except AmountTooLarge as error:
        message = f"{error}: in some futures the numbers of this scenario multiply to absurd sums"
        raise DealsimError(f"{message}; narrow the widest of its ranges") from error


def check_memory(scenario: Scenario, clock: Clock, trials: int, keep: Collection[str]) -> None:
    """Raise TooMuchMemory where a run needs more memory than there is."""
    needed, there = memory_needed(scenario, clock, trials, keep), memory_there()
    if needed > there:
        raise TooMuchMemory(
            f"{trials:,} trials would need about {_gigabytes(needed)} of memory and this machine "
            f"has {_gigabytes(there)}; 10,000 trials are enough for most decisions"
        )


def memory_there() -> int:
    """Memory in bytes that this process may use: the machine's, or less where a control group
    limits it; 8 GB where the system does not say (Windows)."""
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 * 2**30
    return min([there, *_control_group_limits()])


def _control_group_limits() -> list[int]:
    """Limits of the process's own control group and those above it (Linux, version 2)."""
    root = Path("/sys/fs/cgroup")
    try:
        line = Path("/proc/self/cgroup").read_text(encoding="ascii").strip().splitlines()[-1]
        own = root / line.split(":", 2)[2].lstrip("/")
        files = [
            folder / "memory.max"
            for folder in (own, *own.parents)
            if root in (folder, *folder.parents)
        ]
        texts = [file.read_text(encoding="ascii").strip() for file in files if file.exists()]
    except (OSError, ValueError, IndexError):
        return []
    return [int(text) for text in texts if text.isdecimal()]


def _gigabytes(size: int) -> str:
    return f"{size / 2**30:,.1f} GB"


def check_campaigns(scenarios: Sequence[Scenario]) -> None:
    """Raise UsageError where further campaigns do not fit the first."""
    first = scenarios[0]
    for one in scenarios[1:]:
        if set(one.customers) != set(first.customers) or one.currency != first.currency:
            raise UsageError("campaigns must have the same segments of customers and currency")
        if one.starts < first.starts:
            raise UsageError("the first campaign must be the first to start")
        if one.sale_close > first.horizon_end:
            raise UsageError("a campaign's sale must close within the horizon")


def check_arguments(
    scenario: Scenario, trials: int | None, seed: int | None, workers: int | None
) -> tuple[int, int]:
    """Trials and seed, the scenario's own where left out; raises UsageError where they, or
    workers, are out of range."""
    trials = scenario.run.trials if trials is None else trials
    seed = scenario.run.seed if seed is None else seed
    least = {"trials": (trials, 1), "seed": (seed, 0), "workers": (workers, 1)}
    for name, (number, low) in least.items():
        if number is not None and number < low:
            raise UsageError(f"{name} must be a whole number from {low}, not {number}")
    return trials, seed
