"""What a precision takes: `python -m tests.benchmarks.precision [SIZE [SCENARIO ...]]`.

For each scenario of the library the futures after which `--precision SIZE` (1% unless told) is
reached, how many times as many a plain mean would need for the same error, and the processor time
on one thread as a ratio to that of a plain run of 10,000 futures.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import dealsim

SCENARIOS = Path(__file__).parents[2] / "scenarios"
PLAIN = 10_000


def timed(job: Callable[[], object]) -> float:
    start = time.process_time()
    job()
    return time.process_time() - start


def main(size: str, names: tuple[str, ...]) -> None:
    for name in names:
        scenario = dealsim.load(SCENARIOS / f"{name}.yaml")
        plain = partial(dealsim.simulate, scenario, trials=PLAIN, workers=1, keep=())
        run = sorted(timed(plain) for _ in range(3))[1]
        begun = time.process_time()
        found = dealsim.simulate(scenario, precision=size, workers=1, keep=()).precise
        took = (time.process_time() - begun) / run
        assert found is not None
        needed = found.plain_se**2 * found.trials * (1.959964 / found.allowed) ** 2
        print(
            f"{name}: mean {found.mean:,.0f}, within {found.half_width:,.1f} of {size} "
            f"({found.allowed:,.1f}) after {found.trials:,} futures and the means of "
            f"{found.points:,} more, {took:.1f} runs; a plain mean needs {needed:,.0f}; "
            f"{found.variance_reduction:.1f} times fewer for the same error",
            flush=True,
        )


if __name__ == "__main__":
    library = tuple(sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
    main(sys.argv[1] if len(sys.argv) > 1 else "1%", tuple(sys.argv[2:]) or library)
