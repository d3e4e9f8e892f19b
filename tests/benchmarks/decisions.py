"""What decisions cost, in runs: `python -m tests.benchmarks.decisions [SCENARIO ...]`.

Processor time of each command's reckoning on one thread as a ratio to that of `dealsim run`'s
simulation of the same scenario with the same trials.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import dealsim
from dealsim.decisions import breakeven, compare, counter_offer, frontier, sensitivity

SCENARIOS = Path(__file__).parents[2] / "scenarios"
NAMES = ("blend-creations", "back-alley-waffles", "need-a-cake", "beauty-clinic")
TERMS = ("platform.commission", "deal.face_value")


def timed(job: Callable[[], object]) -> float:
    start = time.process_time()
    job()
    return time.process_time() - start


def main(names: tuple[str, ...]) -> None:
    for name in names:
        scenario = dealsim.load(SCENARIOS / f"{name}.yaml")
        cheaper = scenario.with_({"platform.commission": 0.4})
        simulate = partial(dealsim.simulate, scenario, workers=1)
        run = sorted(timed(simulate) for _ in range(3))[1]
        jobs: dict[str, Callable[[], object]] = {
            "counter-offer": partial(counter_offer, scenario, workers=1),
            "breakeven": partial(breakeven, scenario, TERMS[0], workers=1),
            "breakeven, curve too": partial(breakeven, scenario, TERMS[1], curve=True, workers=1),
            "frontier": partial(frontier, scenario, TERMS, workers=1),
            "compare two": partial(compare, {"a": scenario, "b": cheaper}, workers=1),
            "sensitivity": partial(sensitivity, scenario, workers=1),
        }
        told = ", ".join(f"{what} {timed(job) / run:.1f}" for what, job in jobs.items())
        print(f"{name}: a run takes {run:.2f} s; in runs: {told}", flush=True)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or NAMES)
