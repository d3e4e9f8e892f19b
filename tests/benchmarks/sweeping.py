"""What a cell of a sweep, and a hundred merchants, cost beside a single run.

`python -m tests.benchmarks.sweeping [CELLS]`

As ratios measured in one run, like `speed.py`. One process is compared by its own computing time,
which other programs on the machine do not change; two processes by the clock, which they do.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import dealsim
from dealsim.decisions import Axis, sweep

SCENARIOS = ("blend-creations", "need-a-cake")
PORTFOLIO = ("back-alley-waffles", "minimal", "posies-cafe", "rice-average", "yoga-shelter")
TRIALS = 10_000
SINGLE_RUNS = 3
"""Single runs before and after the sweep; the best of them counts."""


def computing(job: Callable[[], object]) -> float:
    """Seconds that this process, and those it starts, compute for a job."""
    begun = sum(os.times()[:4])
    job()
    return sum(os.times()[:4]) - begun


def cells(name: str, count: int) -> None:
    """A cell of a sweep against a single run, and two processes against one."""
    scenario = dealsim.load(Path("scenarios") / f"{name}.yaml")
    single = partial(dealsim.simulate, scenario, trials=TRIALS, workers=1)
    bare = partial(dealsim.simulate, scenario, trials=TRIALS, workers=1, keep=())
    axis = Axis("platform.commission", tuple(0.2 + 0.3 * k / count for k in range(count)))

    def swept(workers: int) -> object:
        return sweep({name: scenario}, [axis], trials=TRIALS, workers=workers)

    alone = [computing(single) for _ in range(SINGLE_RUNS)]
    engine = [computing(bare) for _ in range(SINGLE_RUNS)]
    begun = time.perf_counter()
    each = computing(lambda: swept(1)) / count
    one = time.perf_counter() - begun
    alone += [computing(single) for _ in range(SINGLE_RUNS)]
    engine += [computing(bare) for _ in range(SINGLE_RUNS)]
    begun = time.perf_counter()
    both = computing(lambda: swept(2)) / count
    two = time.perf_counter() - begun
    print(
        f"{name}, {count} cells of {TRIALS:,} trials: a cell / a single run {each / min(alone):.2f}"
        f" (without month-end series {each / min(engine):.2f}); two processes {one / two:.2f} x as "
        f"fast as one, {both / each:.2f} x its computing time"
    )


def merchants(count: int) -> None:
    """Merchants of the library's trades, each with its own demand, against a single run."""
    portfolio = {}
    for k in range(count):
        scenario = dealsim.load(Path("scenarios") / f"{PORTFOLIO[k % len(PORTFOLIO)]}.yaml")
        demand = scenario.deal.demand.mean() * (0.5 + k / count)
        portfolio[f"merchant {k}"] = scenario.with_({"deal.demand": round(demand)})
    scenario = dealsim.load(Path("scenarios") / f"{SCENARIOS[0]}.yaml")
    single = partial(dealsim.simulate, scenario, trials=TRIALS, workers=1)
    alone = [computing(single) for _ in range(SINGLE_RUNS)]
    whole = computing(lambda: sweep(portfolio, [], trials=TRIALS, workers=1))
    alone += [computing(single) for _ in range(SINGLE_RUNS)]
    print(
        f"{count} merchants of {TRIALS:,} trials / a single run of {SCENARIOS[0]} "
        f"({min(alone):.2f} s here): {whole / min(alone):.0f}"
    )


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    for scenario_name in SCENARIOS:
        cells(scenario_name, asked)
    merchants(asked)
