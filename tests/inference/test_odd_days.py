"""One odd day among many takes its own evidence with it, and no other (docs/model.md, 15)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import numpy as np
import pytest

from dealsim.engine import Array
from dealsim.inference import InputUpdate, observe, update_inputs
from dealsim.inference.likelihood import ODD, Chain
from dealsim.records import daily_counts
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN
from tests.inference.test_update import assert_posterior, curve
from tests.records.registers import register

OPEN: dict[str, object] = {
    "customers.all.redeem": "20% to 90%",
    "redemption.half_life": "15 to 90 days",
    "redemption.late.share": "0% to 20%",
    "deal.refunds": "0% to 6%",
}
PATHS = ("customers.all.redeem", "redemption.half_life", "redemption.late.share", "deal.refunds")


def updated(made: Scenario, events: Mapping[str, Mapping[int, int]], seed: int) -> InputUpdate:
    by_day = daily_counts(register(made, 330, {k: dict(v) for k, v in events.items()}), made)
    return update_inputs(made, observe(by_day, made), seed)


def usual() -> dict[str, dict[int, int]]:
    """2,000 sold, 40 refunded, 1,200 redeemed in time and 40 late, all along smooth curves."""
    late = curve(40, 9 * 30.4375, 206, 124)
    return {
        "sold": {0: 2_000},
        "refunded": {4: 20, 6: 20},
        "redeemed": curve(1_200, 40.0, 120) | late,
    }


def with_odd_day(
    events: Mapping[str, Mapping[int, int]], day: int, more: int
) -> dict[str, dict[int, int]]:
    """So many more on a day; of those still held, as many in proportion come later as before."""
    out = {name: dict(days) for name, days in events.items()}
    gone = sum(n for name in ("refunded", "redeemed") for d, n in events[name].items() if d <= day)
    left = sum(events["sold"].values()) - gone
    later = sorted(d for d in events["redeemed"] if d > day)
    to_date = np.cumsum([events["redeemed"][d] for d in later]) * (left - more) / left
    out["redeemed"] |= dict(
        zip(later, np.diff(np.rint(to_date), prepend=0).astype(int), strict=True)
    )
    out["redeemed"][day] = out["redeemed"].get(day, 0) + more
    return out


ODDITIES: Mapping[str, tuple[tuple[int, int], ...]] = {
    "a coach party": ((45, 150),),
    "a batch entered long after": ((250, 120),),
    "two boxes of vouchers found": ((30, 90), (300, 60)),
}


@pytest.mark.parametrize("oddity", ODDITIES, ids=str)
def test_the_rest_counts_nearly_in_full(oddity: str, scenario: MakeScenario, seed: int) -> None:
    """Means stay within the usual doubt and the doubt itself stays as it is."""
    made = scenario(PLAIN, {"deal.demand": 2_000, "horizon": "24 months"} | OPEN)
    events = usual()
    plain = updated(made, events, seed)
    for day, more in ODDITIES[oddity]:
        events = with_odd_day(events, day, more)
    found = updated(made, events, seed)
    assert plain.fit.odd == () and plain.fit.factor == 1.0
    assert found.fit.factor == 1.0
    assert len(found.fit.odd) == len(ODDITIES[oddity]), found.fit
    for path in PATHS:
        before, after = plain.posterior[path], found.posterior[path]
        assert 0.7 < after.std() / before.std() < 1.4, path
        assert abs(after.mean() - before.mean()) < before.std(), path


def test_by_hand_on_a_grid(scenario: MakeScenario, seed: int) -> None:
    """The half-life from weekly bins, one of them odd: the bounded deviances, by hand."""
    own = {
        "deal.demand": 300,
        "customers.all.redeem": "80%",
        "redemption.half_life": {"dist": "uniform", "low": "10 days", "high": "200 days"},
    }
    made = scenario(PLAIN, own)
    weekly = [60, 40, 30, 90, 10, 12]
    redeemed = {
        3 + 7 * k + day: n // 5 + (day < n % 5) for k, n in enumerate(weekly) for day in range(5)
    }
    by_day = daily_counts(register(made, 44, {"sold": {0: 300}, "redeemed": redeemed}), made)
    found = update_inputs(made, observe(by_day, made), seed)
    assert found.fit.factor == 1.0 and len(found.fit.odd) == 1
    assert "90 vouchers redeemed in time from 2025-01-25 to 2025-01-31" in found.fit.odd[0]
    h = np.linspace(10, 200, 20_001)[1:-1]
    edges = 7.0 * np.arange(7)
    reached = (1 - 2 ** (-edges[:, None] / h)) / (1 - 2 ** (-120 / h))
    steps = np.diff(0.8 * reached, axis=0)
    ahead = 1 - np.vstack([np.zeros_like(h), np.cumsum(steps, axis=0)])
    off = np.zeros_like(steps)
    left = 300
    for k, n in enumerate(weekly):  # of those left, so many in this week
        share = steps[k] / ahead[k]
        ways = n * np.log(n / (left * share)) + (left - n) * np.log(
            (left - n) / (left * (1 - share))
        )
        off[k], left = 2 * ways, left - n
    bounded = np.where(off <= 16, off, 16 * (1 + np.log(np.maximum(off, 16) / 16)))
    density = -bounded.sum(axis=0) / 2
    assert_posterior(found.posterior["redemption.half_life"], h, density, "half-life")
    # in full, the odd week would have moved it by nearly all of its doubt
    full = np.exp(-(off.sum(axis=0) - off.sum(axis=0).min()) / 2)
    kept = np.exp(density - density.max())
    means_of = [float(w @ h / w.sum()) for w in (full, kept)]
    doubt = float(np.sqrt(kept @ (h - means_of[1]) ** 2 / kept.sum()))
    assert abs(means_of[0] - means_of[1]) > 0.8 * doubt


def test_the_chain_adds_up_to_the_multinomial() -> None:
    """Summed over its links: 2 sum n log(n / m), whatever the order of the cells."""
    counts = np.array([0.0, 3.0, 40.0, 957.0])
    chances = np.array([0.002, 0.004, 0.030, 0.964])
    ratio = 2 * np.sum(counts[1:] * np.log(counts[1:] / (1000 * chances[1:])))
    for order in permutations(range(4)):
        k = list(order)
        found = Chain(counts[k]).deviances(chances[k][:, np.newaxis])
        assert np.isclose(found.sum(), ratio)
    exact: Array = Chain(counts).deviances(counts[:, np.newaxis] / 1000)
    assert np.allclose(exact, 0.0, atol=1e-9)
    assert ODD == 16.0


def test_what_comes_after_an_odd_day_is_seen_from_what_it_left() -> None:
    """A link knows the vouchers left before it, and nothing of how many were gone."""
    chances = np.array([0.3, 0.2, 0.1, 0.4])[:, np.newaxis]
    usual, odd = (
        Chain(np.array(c, dtype=float)) for c in ([300, 200, 100, 400], [650, 100, 50, 200])
    )
    assert np.allclose(usual.deviances(chances), 0.0, atol=1e-9)
    assert odd.deviances(chances)[0] > 400
    assert np.allclose(odd.deviances(chances)[1:], 0.0, atol=1e-9)
