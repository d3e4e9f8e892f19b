"""Measures of cash paths, stocks and liabilities that are made by hand (docs/model.md, 14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf

import numpy as np
import pytest

import dealsim
from dealsim.engine import Clock, Context, MeanDraws, Minor, Records, build_clock, run_chunk
from dealsim.results import marks_of, measure
from dealsim.results.measures import NOTHING, net_present_value, payback_days
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN, context_of

DAYS = (0, 7, 31, 365, 730)


def clock_of(days: Sequence[int] = DAYS) -> Clock:
    """A clock of which nothing matters but its record days."""
    found = np.array(days, dtype=np.int64)
    return Clock(date(2025, 1, 1), (), found, found)


def column(*values: float) -> Minor:
    """One trial's values by record day."""
    return np.array(values, dtype=float)[:, np.newaxis]


@pytest.mark.parametrize(
    ("cash", "day"),
    [
        ((0, 0, 0, 0, 0), 0),
        ((0, 5, 5, 5, 5), 0),
        ((-100, 0, 5, 5, 5), 7),  # to touch nothing is to have paid back
        ((-100, -1, 0, 0, 0), 31),
        ((-100, 50, -1, 20, 20), 365),  # from where it stays, not where it first was
        ((0, 50, -1, 20, 20), 365),
        ((-100, -100, -100, -100, 0), 730),
        ((-100, 50, 50, 50, -1), inf),  # the last day is negative
        ((-1, -1, -1, -1, -1), inf),
        ((-NOTHING, 0, 0, 0, 0), 0),  # what binary fractions leave of nothing
        ((-100, -NOTHING, NOTHING / 2, -NOTHING / 2, -NOTHING), 7),
        ((-100, 0, 0, 0, -2 * NOTHING), inf),
        ((-2 * NOTHING, 0, 0, 0, 0), 7),
    ],
)
def test_payback(cash: tuple[float, ...], day: float) -> None:
    """The first record day from which cash to date stays at nothing or above (14.5)."""
    (found,) = payback_days(column(*cash), clock_of())
    assert np.isnan(found) if day == inf else found == day


def test_payback_of_each_trial_by_itself() -> None:
    cash = np.concatenate([column(-1, 0, 0, 0, 0), column(0, 0, 0, -1, 0)], axis=1)
    assert payback_days(cash, clock_of()).tolist() == [7, 730]


def test_npv() -> None:
    """-100 at once and 110 in a year are nothing at 10 %; 121 set aside in two years cost 100.

    Day 0 is not discounted, and at no rate money is worth the same whenever it flows (14.4).
    """
    flows = column(-100, 0, 0, 110, 0)
    ten, none = np.array([0.1]), np.array([0.0])
    assert net_present_value(flows, np.array([0.0]), ten, clock_of()) == pytest.approx(0.0)
    assert net_present_value(flows, np.array([121.0]), ten, clock_of()) == pytest.approx(-100.0)
    assert net_present_value(flows, np.array([121.0]), none, clock_of()) == pytest.approx(-111.0)
    week = net_present_value(column(0, 100, 0, 0, 0), np.array([0.0]), ten, clock_of())
    assert week == pytest.approx(100.0 / 1.1 ** (7 / 365))
    income = net_present_value(column(0, 0, 0, 0, 0), np.array([-121.0]), ten, clock_of())
    assert income == pytest.approx(100.0), "a reserve that earns is worth something"


@dataclass(frozen=True)
class Chunk:
    """One trial in expected mode, whose records a test may change."""

    context: Context
    records: Records


@pytest.fixture
def chunk(scenario: MakeScenario) -> Chunk:
    """60 vouchers of 10; 40 % used in time, nothing else; expiry on day 123, horizon on 250."""
    return chunk_of(scenario, {})


def chunk_of(scenario: MakeScenario, overrides: dict[str, object]) -> Chunk:
    used: dict[str, object] = {"deal.demand": 60, "customers.all.redeem": "40%"}
    late = {"redemption.late": "{share: 0%, half_life: 30 days}"}
    made = scenario(PLAIN, {**used, **late, **overrides})
    clock, draws = build_clock((made,)), MeanDraws()
    context = context_of(made, draws, clock)
    return Chunk(context, run_chunk(context, draws, marks_of(clock, ("timeline",))))


def test_lowest_cash(chunk: Chunk) -> None:
    """The lowest cash to date, nothing where it never falls below, in currency units."""
    days = len(chunk.context.clock.record_days)

    def lowest(*flows: float) -> float:
        cash = np.zeros((days, 1))
        cash[: len(flows), 0] = flows
        found = measure(replace(chunk.records, cash=cash), chunk.context)
        return float(found.metrics["lowest_cash"][0])

    assert lowest(-300, 500, -450) == -3.0
    assert lowest(-300, 500, -550, -1) == -3.51
    assert lowest(300, -100) == 0.0
    assert lowest(300, -300 - NOTHING / 2) == 0.0
    assert lowest(300, -301) == -0.01


def test_stocks_change_hands_at_expiry(chunk: Chunk) -> None:
    """36 of 60 vouchers are left at expiry, worth 360; from that very day on they are after it."""
    found = measure(chunk.records, chunk.context, ("timeline",))
    series = {name: values[:, 0] for name, values in found.timeline.items()}
    ends = np.array(chunk.context.clock.month_ends)
    np.testing.assert_allclose(series["liability"][ends > 123], 360.0)
    assert (series["outstanding_after_expiry"][ends < 123] == 0).all()
    assert (series["outstanding_live"][ends > 123] == 0).all()
    for name in ("still_held", "outstanding_value", "liability_at_expiry", "liability_at_horizon"):
        assert found.metrics[name] == pytest.approx(36.0 if name == "still_held" else 360.0)


def test_expiry_on_a_month_end(scenario: MakeScenario) -> None:
    """A promotion that ends on 1 May, 00:00, is over when April closes."""
    one = chunk_of(scenario, {"deal.promo_expires": "117 days"})
    ends = one.context.clock.month_ends
    assert ends[3] == one.context.clock.campaigns[0].expiry == 120
    series = measure(one.records, one.context, ("timeline",)).timeline
    assert series["outstanding_live"][3, 0] == 0.0
    assert series["outstanding_after_expiry"][3, 0] == pytest.approx(360.0)


def test_horizon_on_the_day_of_expiry(scenario: MakeScenario) -> None:
    """What is owed at expiry is known on that day, and a day before it is not."""
    one = chunk_of(scenario, {"horizon": "123 days"})
    assert measure(one.records, one.context).metrics["liability_at_expiry"] == pytest.approx(360.0)
    one = chunk_of(scenario, {"horizon": "122 days"})
    assert np.isnan(measure(one.records, one.context).metrics["liability_at_expiry"]).all()


@pytest.mark.parametrize(("after", "owed"), [(147, 144.0), (148, 360.0)])
def test_what_the_state_gets_is_owed_no_more(
    after: int, owed: float, scenario: MakeScenario
) -> None:
    """60 % of 360 is due on day 3 + 147 = 150, the horizon: from that very day on."""
    terms: dict[str, object] = {"accounting.escheat": f"{{after: {after} days, share: 60%}}"}
    one = chunk_of(scenario, {**terms, "horizon": "150 days"})
    assert one.context.clock.campaigns[0].dormancy == 3 + after
    found = measure(one.records, one.context)
    assert found.metrics["liability_at_horizon"] == pytest.approx(owed)


def test_an_expiry_within_a_month_divides_no_month(scenario: MakeScenario, seed: int) -> None:
    """Flows of the months add up to the total, each to the month it falls in: all is used by 10
    January, the last days of a promotion that ends within the month."""
    terms: dict[str, object] = {
        "customers.all.redeem": "100%",
        "deal.promo_expires": "6 days",
        "redemption.half_life": "2 days",
    }
    made = scenario(PLAIN, terms)
    result = dealsim.simulate(made, trials=50, seed=seed, workers=1)
    used = result.timeline["redeemed_in_time"]
    assert (used[0] == 50).all() and (used[1:] == 0).all()


TURNING = """\
dealsim: 1
currency: CAD
kind: none
starts: 2025-01-20
horizon: 30 months
deal: {price: 20, face_value: 40, demand: 1000, sale_window: 21 days, promo_expires: 4 months}
platform: {commission: 50%, payout: [{after: 5 days, share: 1}]}
business: {usual_ticket: 60, variable_cost: 40%}
redemption: {half_life: 30 days, late: {share: 20%, half_life: 6 months}}
customers: {all: {share: 100%, redeem: 60% to 90%}}
"""


def test_a_lapse_is_told_on_its_day_before_and_after(scenario: MakeScenario) -> None:
    made = scenario(TURNING, {"deal.paid_value_expires": "18 months"})
    run = dealsim.simulate(made, trials=200)
    assert run.turn_days == (made.sale_close, made.promo_expiry, made.paid_value_lapse)
    live, after = run.turns["outstanding_live"], run.turns["outstanding_after_expiry"]
    np.testing.assert_allclose(live[0], np.tile(20 * run.metrics["vouchers_sold"], (2, 1)))
    np.testing.assert_array_equal(live[1, 0], after[1, 1])  # nothing falls, it changes its name
    assert not live[1, 1].any() and not after[1, 0].any()
    np.testing.assert_allclose(after[2, 0], 20 * run.metrics["lapsed"])
    assert not after[2, 1].any() and after[2, 0].any()
    month = next(k for k, end in enumerate(run.month_ends) if end >= run.turn_days[2])
    np.testing.assert_array_equal(run.timeline["outstanding_after_expiry"][month], after[2, 1])


def test_what_goes_to_the_state_falls_on_its_day(scenario: MakeScenario) -> None:
    escheat = {"after": "1 years", "share": "60%", "basis": "paid"}
    run = dealsim.simulate(scenario(TURNING, {"accounting.escheat": escheat}), trials=50)
    place = run.turn_days.index(run.scenario.dormancy)
    before, after = run.turns["liability"][place]
    np.testing.assert_allclose(after, 0.4 * before, atol=0.01)
    assert before.min() > 0


def test_what_is_kept_nowhere_has_no_turns(scenario: MakeScenario) -> None:
    run = dealsim.simulate(scenario(TURNING), trials=10, keep=())
    assert run.turn_days == () and not run.turns


# --- what is likely to be asked for --------------------------------------------------------

LATE = {
    "redemption.late": "{share: 20%, half_life: 30 days}",
    "accounting.cash_out": "{below: 15, share: 25%}",
}
"""Of 36 holders at expiry 7.2 come late in the end, and 0.25 x 28.8 = 7.2 others take cash."""


@pytest.mark.parametrize(
    ("terms", "claims"),
    [
        ({}, 144.0),  # whatever the horizon: what comes after it is expected
        ({"horizon": "130 days"}, 144.0),
        ({"horizon": "900 days"}, 144.0),
        ({"accounting.cash_out": "{below: 10, share: 25%}"}, 72.0),
        ({"deal.after_expiry": "nothing"}, 0.0),
        # half of those who come have come by the lapse, 30 days after expiry
        ({"deal.paid_value_expires": "150 days"}, 72.0),
        # at a horizon before expiry 24 of 60 are still to come in time, on its last day
        ({"horizon": "60 days", "redemption.rush": "{share: 100%, last: 1 day}"}, 240.0 + 144.0),
        ({"platform.payout": "{on_redemption: {lag: 14 days}}"}, 0.0),
    ],
)
def test_likely_claims(terms: dict[str, object], claims: float, scenario: MakeScenario) -> None:
    """Of 360 owed at expiry: paid value presented or taken in cash afterwards (14.8)."""
    one = chunk_of(scenario, {**LATE, **terms})
    found = measure(one.records, one.context).metrics["likely_claims"]
    assert found == pytest.approx([claims])


def test_who_waits_for_a_place_is_likely_to_ask(scenario: MakeScenario) -> None:
    """No places at all: 24 who tried in time wait beyond expiry, and will be honoured."""
    places = {"business.capacity_per_week": 0, "business.visits_per_week": 0}
    one = chunk_of(scenario, {**places, "redemption.late": "{share: 0%, half_life: 30 days}"})
    assert measure(one.records, one.context).metrics["likely_claims"] == pytest.approx([240.0])
