"""What-if figures against the run they are of, closed forms, and simulations of other settings."""

from __future__ import annotations

import base64
import json
from itertools import product

import numpy as np
import pytest

from dealsim import load
from dealsim.decisions import WhatIf, what_if
from dealsim.decisions.curve import changed, restated
from dealsim.decisions.whatif import figures_of
from dealsim.decisions.whatif_futures import representative
from dealsim.decisions.whatif_sliders import sliders
from dealsim.decisions.whatif_surface import basis, design, terms_of
from dealsim.errors import UsageError
from dealsim.scenario import Scenario
from dealsim.simulation import conditional_means, simulate
from tests.conftest import MakeScenario
from tests.documents import ROOT
from tests.engine.library import PLAIN

TRIALS = 2_500
DOUBTFUL = {"deal.demand": "300 to 900", "business.variable_cost": "30% to 50%", "deal.cap": 700}
PROFIT = "incremental_profit"


@pytest.fixture(scope="module")
def coupon() -> tuple[Scenario, WhatIf]:
    found = load("scenarios/one-coupon.yaml")
    return found, what_if(found, trials=TRIALS, seed=7)


def test_things_as_they_stand_are_the_run(coupon: tuple[Scenario, WhatIf]) -> None:
    scenario, found = coupon
    profit = simulate(scenario, trials=TRIALS, seed=7, keep=()).metrics[PROFIT]
    assert found.figures({}) == figures_of(profit)
    # a certain number put where it stands changes nothing
    stands = {one.path: one.now for one in found.sliders if one.now is not None}
    assert stands
    again = found.figures(stands)
    for name in ("mean", "loss", "p5", "p50", "p95"):
        assert getattr(again, name) == pytest.approx(getattr(found.run, name), rel=1e-9)


def test_other_settings_are_what_a_run_gives(coupon: tuple[Scenario, WhatIf]) -> None:
    """Settings that neither the surface nor its stated error has seen."""
    scenario, found = coupon
    span = found.run.p95 - found.run.p5
    assert found.errors["loss"][1] < 0.04
    assert found.errors["mean"][1] < 0.05 * span
    for setting in ({"platform.commission": 0.3}, {"deal.price": 14.0, "deal.cap": 250.0}):
        run = simulate(changed(scenario, setting), trials=TRIALS, seed=7, keep=())
        there, said = figures_of(run.metrics[PROFIT]), found.figures(setting)
        assert abs(said.loss - there.loss) <= found.errors["loss"][1] + 0.005
        assert abs(said.mean - there.mean) <= found.errors["mean"][1] + 0.005 * span


def test_a_commission_alone_is_a_line(scenario: MakeScenario) -> None:
    """Nothing binds, so that a point of the commission costs what is sold times the price."""
    deal = scenario(PLAIN, {"deal.demand": "300 to 900"})
    found = what_if(deal, trials=TRIALS, seed=3)
    assert [one.path for one in found.sliders][:4] == [
        "deal.price",
        "platform.commission",
        "deal.demand",
        "deal.cap",
    ]
    result = simulate(deal, trials=TRIALS, seed=3, keep=())
    sold = result.metrics["vouchers_sold"].mean()
    moved = found.figures({"platform.commission": 0.4}).mean - found.run.mean
    assert moved == pytest.approx(0.1 * 10 * sold, rel=0.005)


def test_each_future_is_met_where_demand_meets_a_cap(scenario: MakeScenario) -> None:
    """Sales are the lesser of the two: no polynomial has to bend."""
    deal = scenario(PLAIN, DOUBTFUL)
    found = what_if(deal, trials=TRIALS, seed=3)
    for setting in ({"deal.cap": 400.0}, {"deal.demand": 820.0}, {"deal.price": 12.0}):
        means = conditional_means(changed(deal, setting), trials=TRIALS, seed=3)[1][PROFIT]
        figures = found.figures(setting)
        assert figures.mean == pytest.approx(means.mean(), rel=0.01)


def test_the_same_whatever_the_workers(scenario: MakeScenario) -> None:
    deal = scenario(PLAIN, DOUBTFUL)
    one, two = (what_if(deal, trials=600, seed=3, workers=n) for n in (1, 2))
    assert json.dumps(one.document()) == json.dumps(two.document())


def test_the_document_has_all_that_a_page_needs(coupon: tuple[Scenario, WhatIf]) -> None:
    _, found = coupon
    text = json.dumps(found.document())
    assert len(text) < 500_000
    surface = json.loads(text)["surface"]
    whole = np.frombuffer(base64.b64decode(surface["coefficients"]), dtype="<i2")
    assert np.array_equal(whole.reshape(surface["futures"], -1), found.surface.coefficients)
    assert surface["scales"] == found.surface.scales.tolist()
    sampled = np.frombuffer(base64.b64decode(surface["sampled"]), dtype="<f8")
    assert np.array_equal(sampled, found.surface.sampled)


def test_numbers_that_cannot_be_moved_are_refused(coupon: tuple[Scenario, WhatIf]) -> None:
    _, found = coupon
    with pytest.raises(UsageError, match="none of the numbers"):
        found.figures({"deal.face_value": 30.0})
    with pytest.raises(UsageError, match="can be moved from"):
        found.figures({"platform.commission": 7.0})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"deal.cap": 0, "deal.demand": 0},
        {"deal.price": 20},
        {"platform.commission": "100%"},
        {"currency": "JPY", "deal.price": 1000, "deal.face_value": 2000},
        {"deal.minimum": 40},
    ],
    ids=["certain", "no sale", "at the face value", "a loss always", "no decimals", "a minimum"],
)
def test_odd_deals_have_figures(scenario: MakeScenario, changes: dict[str, object]) -> None:
    found = what_if(scenario(PLAIN, changes), trials=300, seed=1)
    for one in found.sliders:
        assert one.low < one.high
        assert one.step > 0
        for end in (one.low, one.high):
            figures = found.figures({one.path: end})
            assert np.isfinite(list(vars(figures).values())).all()
            assert 0 <= figures.loss <= 1
            assert figures.p5 <= figures.p50 <= figures.p95


def test_futures_that_stand_for_all() -> None:
    values = np.random.default_rng(1).normal(size=10_000)
    places = representative([values, -values], 500)
    assert len(set(places.tolist())) == 500
    # of each of 500 parts one: ranks are met to a part
    assert np.median(values[places]) == pytest.approx(np.median(values), abs=0.02)
    assert representative([values], 20_000).tolist() == list(range(10_000))


def test_a_cubic_is_met_exactly() -> None:
    points = design(3)
    x, y, z = points.T
    terms = terms_of(3)
    found, *_ = np.linalg.lstsq(basis([x, y, z], terms), x * y * z + 2 * x**3 - z, rcond=None)
    at = [np.array([0.3]), np.array([-0.7]), np.array([0.9])]
    expected = 0.3 * -0.7 * 0.9 + 2 * 0.3**3 - 0.9
    assert (basis(at, terms) @ found).item() == pytest.approx(expected, abs=1e-12)


def test_sliders_are_valid_together() -> None:
    """Hardly any visits cannot be expected of a great share of those who come back."""
    scenario = load(ROOT / "scenarios" / "back-alley-waffles.yaml")
    returns = "customers.newcomers.returns"
    found = sliders(scenario, [f"{returns}.{name}" for name in ("chance", "stay")])
    assert [one.path for one in found][-2:] == [f"{returns}.chance", f"{returns}.stay"]
    for corner in product(*((one.low, one.high) for one in found)):
        changed(scenario, {o.path: restated(o.path, v) for o, v in zip(found, corner, strict=True)})
