"""Going on from a register is the same as keeping, of all futures, those that agree with it.

The futures kept are the unconditioned engine's; the conditioned ones come from the update and from
`engine.resume`. Nothing is shared but the model's steps (docs/model.md, 15).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dealsim.books.runs import past_of
from dealsim.engine import (
    Grid,
    Inputs,
    Sampled,
    Streams,
    build_grid,
    draw,
    run_chunk,
)
from dealsim.inference import observe, update_inputs
from dealsim.records import Actuals, daily_counts
from dealsim.scenario import Scenario
from dealsim.simulation import Known
from tests.conftest import MakeScenario
from tests.engine.library import MIXED
from tests.records.registers import from_steps
from tests.statistical import assert_same_distribution

COUNTS = (
    "vouchers_sold",
    "vouchers_refunded",
    "redeemed_in_time",
    "presented_late",
    "cashed_out",
    "lapsed",
)

UNSURE: dict[str, object] = {
    "deal.demand": 4,
    "deal.minimum": 0,
    "deal.refunds": "5% to 50%",
    "customers.hunters.share": "20% to 70%",
    "customers.hunters.redeem": "20% to 90%",
    "customers.newcomers.redeem": "40% to 95%",
    "redemption.half_life": "15 to 90 days",
    "redemption.late.share": "10% to 70%",
}


def futures(made: Scenario, grid: Grid, seed: int, chunks: int) -> dict[str, np.ndarray]:
    """Counts to date at every cut, (cut, trial), of many unconditioned futures."""
    found: dict[str, list[np.ndarray]] = {name: [] for name in COUNTS}
    for chunk in range(chunks):
        inputs = Inputs(made, draw(made, Streams(seed), chunk))
        chance = Sampled(seed, chunk, ["deal"], inputs.names)
        paths = run_chunk(inputs, grid, chance, 2)
        for name in found:
            if name in paths.counts:
                found[name].append(paths.counts[name][0])
    return {name: np.concatenate(parts, axis=1) for name, parts in found.items() if parts}


def binned(counts: dict[str, np.ndarray], grid: Grid, made: Scenario) -> list[tuple[int, ...]]:
    """What the update looks at, of each future at the register's end, as one outcome."""
    assert grid.known is not None
    cut = grid.step_of(grid.known)
    flows = {name: np.diff(values[: cut + 1], axis=0) for name, values in counts.items()}
    trials = next(iter(counts.values())).shape[1]
    keys: dict[bytes, tuple[int, ...]] = {}
    out = []
    table = np.concatenate([flow for name, flow in flows.items() if name != "lapsed"]).T
    for t in range(trials):
        raw = table[t].tobytes()
        if raw not in keys:
            one = {name: flow[:, t] for name, flow in flows.items()}
            by_day = daily_counts(from_steps(made, [int(c) for c in grid.cuts], one), made)
            told = observe(by_day, made)
            keys[raw] = (
                told.sold,
                told.refunded,
                *(int(n) for n in (*told.in_time, *told.late, *told.cashed)),
            )
        out.append(keys[raw])
    return out


def ends(counts: dict[str, np.ndarray], cuts: Sequence[int]) -> list[tuple[int, ...]]:
    """Totals at later cuts, as one outcome a future."""
    rows = [counts[name][cut] for name in counts for cut in cuts]
    return [tuple(int(n) for n in column) for column in np.array(rows).T]


@pytest.mark.parametrize(
    ("as_of", "changes"),
    [
        pytest.param(30, {}, id="before expiry"),
        pytest.param(150, {}, id="after expiry"),
        pytest.param(7, {}, id="refunds pending"),
        pytest.param(1, {"deal.demand": "2 to 8", "deal.sale_window": "3 days"}, id="sale on"),
        pytest.param(1, {"deal.demand": "2 to 8", "deal.minimum": 5}, id="sale on, minimum"),
        pytest.param(
            10,
            {
                "deal.demand": "2 to 8",
                "correlations": [["deal.demand", "customers.hunters.redeem", 0.9]],
            },
            id="demand tells of redeem",
        ),
        pytest.param(60, {"deal.after_expiry": "nothing"}, id="nothing survives"),
        pytest.param(
            150,
            {"accounting": {"cash_out": {"below": 12, "share": "10% to 80%"}}},
            id="some took cash",
        ),
    ],
)
def test_conditioning_is_keeping_what_agrees(
    as_of: int, changes: dict[str, object], scenario: MakeScenario, seed: int
) -> None:
    made = scenario(MIXED, UNSURE | changes)
    grid = build_grid(made, as_of + 1)
    all_of = futures(made, grid, seed, chunks=24)
    outcomes = binned(all_of, grid, made)
    kinds, where = np.unique(np.array(outcomes), axis=0, return_inverse=True)
    for common in np.argsort(-np.bincount(where.ravel()))[1:3]:  # none used is the commonest
        agree = np.flatnonzero(where.ravel() == common)
        assert len(agree) > 500, kinds[common]
        cut = grid.step_of(as_of + 1)
        one = {name: np.diff(v[: cut + 1, agree[0]]) for name, v in all_of.items()}
        actuals = from_steps(made, [int(c) for c in grid.cuts], one)
        later = [k for k in range(cut, grid.steps + 1) if k in (cut + 4, grid.steps)]
        kept = ends({name: v[:, agree] for name, v in all_of.items()}, later)
        assert_same_distribution(kept, ends(conditioned(made, actuals, seed), later))


def conditioned(made: Scenario, actuals: Actuals, seed: int) -> dict[str, np.ndarray]:
    """Counts to date at every cut of futures that go on from a register."""
    by_day = daily_counts(actuals, made)
    grid = build_grid(made, by_day.end)
    past = past_of(by_day, made, grid)
    found = update_inputs(made, observe(by_day, made), seed)
    known = Known(by_day.end, past, found.posterior)
    counts: dict[str, list[np.ndarray]] = {}
    for chunk in range(2):
        inputs = Inputs(made, draw(made, Streams(seed + 1), chunk) | known.values(chunk))
        chance = Sampled(seed + 1, chunk, ["deal"], inputs.names)
        paths = run_chunk(inputs, grid, chance, 2, past)
        for name in COUNTS:
            if name in paths.counts:
                counts.setdefault(name, []).append(paths.counts[name][0])
    return {name: np.concatenate(parts, axis=1) for name, parts in counts.items()}
