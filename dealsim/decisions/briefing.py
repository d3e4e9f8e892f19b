"""A briefing: all that one page to take along tells, found together on the same futures.

What will happen (a run), what to ask for, what matters and is worth finding out, what else the
money could do, and what one voucher of each kind of customer comes to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypedDict

from dealsim.decisions.compare import Comparison, compare
from dealsim.decisions.counter_offer import LIMIT, CounterOffer, Show, counter_offer
from dealsim.decisions.sensitivity import PROFIT, Sensitivity, sensitivity
from dealsim.decisions.side_by_side import elsewhere, side_by_side
from dealsim.decisions.unit_economics import VoucherEconomics, unit_economics
from dealsim.decisions.whatif import WhatIf, what_if
from dealsim.results import ENOUGH, Result
from dealsim.scenario import Scenario
from dealsim.simulation import check_arguments, simulate
from dealsim.streams import CHUNK

OFFERED = 2 * CHUNK
"""Most futures on which the terms are bargained over."""
TOLD = 8
"""Inputs of which it is told how far they move the result: those that explain most."""

Progress = Callable[[float], None]


class _How(TypedDict):
    """On which futures something is looked at."""

    trials: int
    seed: int
    workers: int | None


@dataclass(frozen=True)
class Briefing:
    """What was found of a scenario. `offer`, `sensitivity` and `what_if` are None where no voucher
    is sold in any future, or where there are too few futures (`ENOUGH`) for advice; `comparison`
    where the scenario has no alternatives."""

    result: Result
    offer: CounterOffer | None
    sensitivity: Sensitivity | None
    comparison: Comparison | None
    what_if: WhatIf | None
    economics: tuple[VoucherEconomics, ...]

    @property
    def scenario(self) -> Scenario:
        """The scenario that it is of."""
        return self.result.scenario

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        parts = {
            "counter_offer": self.offer,
            "sensitivity": self.sensitivity,
            "comparison": self.comparison,
            "what_if": self.what_if,
        }
        return {
            "run": self.result.summary(),
            **{name: None if one is None else one.document() for name, one in parts.items()},
            "unit_economics": [
                {
                    "segment": one.segment,
                    "share": one.share,
                    "lines": dict(one.lines),
                    "profit": one.profit,
                }
                for one in self.economics
            ],
        }


def briefing(
    scenario: Scenario,
    *,
    result: Result | None = None,
    limit: float = LIMIT,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    show: Show | None = None,
    progress: Progress | None = None,
    apart: bool = False,
) -> Briefing:
    """Find out all that the page tells of a scenario.

    `result` is that of the scenario where it has been simulated before; `limit` and `show` are
    those of `counter_offer`, which looks at `OFFERED` futures at most; the comparison and the
    sensitivity look at a chunk. `progress` is told the share done, of 1. Raises UsageError as
    `simulate` does. `apart`: half of it in a process of its own, which is faster; a script then
    needs `if __name__ == "__main__":`.
    """
    told = progress or (lambda share: None)
    result = result or _simulated(scenario, trials, seed, workers)
    told(0.15)
    how = _How(trials=min(result.trials, CHUNK), seed=result.seed, workers=workers)
    offered = how | {"trials": min(result.trials, OFFERED)}
    offer = matters = comparison = moved = None
    if result.metrics["vouchers_sold"].any() and result.trials >= ENOUGH:
        job = scenario, _profits(result), how
        both = side_by_side(
            lambda tell: counter_offer(scenario, limit=limit, show=show, progress=tell, **offered),
            partial(elsewhere, _weighed, job) if apart else partial(_weighed, job),
            lambda share: told(0.15 + 0.8 * share),
            workers,
        )
        offer, (matters, moved) = both
    if scenario.alternatives:
        comparison = compare({scenario.name: scenario}, **how)
    economics = unit_economics(scenario)
    told(1.0)
    return Briefing(result, offer, matters, comparison, moved, economics)


def _simulated(
    scenario: Scenario, trials: int | None, seed: int | None, workers: int | None
) -> Result:
    trials, seed = check_arguments(scenario, trials, seed, workers)
    return simulate(scenario, trials=trials, seed=seed, workers=workers)


def _profits(result: Result) -> Result:
    """The result with no more than the sliders need of it, so that little is sent."""
    profit = {PROFIT: result.metrics[PROFIT]}
    return replace(result, metrics=profit, timeline={}, paths={}, turns={}, cohorts=())


def _weighed(job: tuple[Scenario, Result, _How], told: Progress) -> tuple[Sensitivity, WhatIf]:
    """What matters, and what becomes of the deal as that and its terms are moved."""
    scenario, result, how = job
    matters = sensitivity(scenario, most=TOLD, progress=lambda s: told(0.3 * s), **how)
    moved = what_if(
        scenario,
        result=result,
        ranked=[one.path for one in matters.inputs],
        workers=how["workers"],
        progress=lambda s: told(0.3 + 0.7 * s),
    )
    return matters, moved
