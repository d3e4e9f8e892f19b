"""What pairing is worth: `python -m tests.benchmarks.pairing [TRIALS]`.

Standard error of the mean difference of incremental_profit on one-coupon, of independent runs,
with the same seed and with paired draws, and the time of a paired run of two worlds as a ratio to a
plain run of one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import dealsim
from dealsim import Result
from dealsim.simulation import simulate_paired

SCENARIO = Path(__file__).parents[2] / "scenarios" / "one-coupon.yaml"
CHANGES = (
    ("platform.commission", "50%", "45%"),
    ("customers.newcomers.redeem", "80%", "82%"),
    ("deal.cap", "500", "450"),
    ("customers.bargain_hunters.share", "60%", "65%"),
)


def timed(job: Callable[[], object]) -> float:
    start = time.process_time()
    job()
    return time.process_time() - start


def error(first: Result, second: Result) -> float:
    change = second.metrics["incremental_profit"] - first.metrics["incremental_profit"]
    return float(change.std(ddof=1) / len(change) ** 0.5)


def main(trials: int) -> None:
    for path, before, after in CHANGES:
        base, variant = (dealsim.load(SCENARIO, [f"{path}={v}"]) for v in (before, after))
        alone = [
            dealsim.simulate(one, trials=trials, seed=1, keep=(), workers=1)
            for one in (base, variant)
        ]
        other = dealsim.simulate(variant, trials=trials, seed=2, keep=(), workers=1)
        paired = simulate_paired([base, variant], trials=trials, seed=1, workers=1)
        both = partial(simulate_paired, [base, variant], trials=trials, seed=1, workers=1)
        plain = partial(dealsim.simulate, base, trials=trials, seed=1, keep=(), workers=1)
        ratios = [timed(both) / timed(plain) for _ in range(5)]
        apart, same, together = error(alone[0], other), error(*alone), error(*paired)
        print(
            f"{path} {before} -> {after}: independent {apart:.2f}, same seed {same:.2f}, paired "
            f"{together:.2f}, {apart / together:.1f} times smaller than independent; paired run / "
            f"plain run {sorted(ratios)[2]:.2f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15_000)
