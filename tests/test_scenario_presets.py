"""Every preset completes a scenario, in every currency, with a source for every number."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from dealsim.errors import ScenarioError
from dealsim.scenario import KINDS, Instalments, Scenario, load
from dealsim.scenario.language.node import leaves
from dealsim.scenario.language.provenance import source_of
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.jurisdictions import jurisdictions
from dealsim.scenario.presets.kinds import kind_preset
from dealsim.uncertain import Uncertain
from dealsim.units import Span
from tests.scenario_texts import SHORT


@pytest.fixture
def short(tmp_path: Path) -> Path:
    file = tmp_path / "short.yaml"
    file.write_text(SHORT.replace("currency: USD\n", ""), encoding="utf-8")
    return file


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_completes_the_required_six(short: Path, kind: str) -> None:
    for currency in ("USD", "GBP", "JPY", "KWD"):
        scenario = load(short, {"kind": kind, "currency": currency})
        assert scenario.warnings == ()
        assert scenario.currency == currency


@pytest.mark.parametrize("code", jurisdictions())
def test_every_jurisdiction_completes(short: Path, code: str) -> None:
    for kind in KINDS:
        scenario = load(short, {"kind": kind, "jurisdiction": code, "horizon": "40 years"})
        law = jurisdictions()[code].tree
        asked = ["currency"] if law.get("currency") is None else []
        if law.get("accounting", "sales_tax", "included") is not None:
            asked.append("accounting.sales_tax.rate")
        assert [warning.path for warning in scenario.warnings] == asked


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_a_kind_has_a_source(kind: str) -> None:
    for path, node in leaves(kind_preset(kind).tree, scenario_shape()):
        if node.value in ("rest", "worth"):
            continue
        assert source_of(node), path


def test_there_are_kinds_and_jurisdictions() -> None:
    assert len(KINDS) == 7
    assert len(jurisdictions()) > 20
    files = Path(kind_preset("none").tree.place.source.directory or "").glob("*.yaml")
    assert {file.stem for file in files} == {*KINDS, "common"}


def test_the_law_decides_what_survives(short: Path) -> None:
    ontario = load(short, {"jurisdiction": "CA-ON"})
    assert ontario.currency == "CAD"
    assert ontario.deal.after_expiry == "paid_value"
    assert ontario.deal.paid_value_expires is None
    alberta = load(short, {"jurisdiction": "CA-AB"})
    assert alberta.deal.after_expiry == "face_value"
    new_york = load(short, {"jurisdiction": "US-NY"})
    assert new_york.deal.paid_value_expires == Span(9, "years")
    assert new_york.provenance["deal.paid_value_expires"].source is not None


def test_the_owner_overrules_the_law(short: Path) -> None:
    stated = {"jurisdiction": "US-NY", "deal.paid_value_expires": "never", "currency": "EUR"}
    scenario = load(short, stated)
    assert scenario.deal.paid_value_expires is None
    assert scenario.currency == "EUR"


def assert_no_effect(scenario: Scenario) -> None:
    numbers = {path: value.mean() for path, value in scenario.numbers().items()}
    zero = ["deal.refunds", "deal.minimum", "platform.card_fee", "platform.fixed_fee"]
    zero += ["business.cost_per_visit", "discount_rate", "redemption.rush.share"]
    zero += ["redemption.late.share"]
    assert all(numbers[path] == 0 for path in zero)
    for segment in scenario.customers.values():
        assert (segment.redeem.mean(), segment.use.mean()) == (1, 1)
        assert segment.would_have_come.mean() == 0
        assert segment.overspend is None and segment.returns is None
    payout = scenario.platform.payout
    assert isinstance(payout, Instalments)
    assert [(part.after, part.share) for part in payout.parts] == [(Span(0, "days"), Fraction(1))]
    assert all(value.is_constant for path, value in scenario.numbers().items() if path != "demand")


def test_kind_none_has_no_optional_effect(short: Path) -> None:
    scenario = load(short, {"kind": "none", "deal.demand": 300})
    assert list(scenario.customers) == ["customers"]
    assert (
        scenario.customers["customers"].share
        == load(short, {"kind": "none", "customers.customers.share": "100%"})
        .customers["customers"]
        .share
    )
    assert_no_effect(scenario)


def test_kind_none_has_none_for_segments_of_ones_own(short: Path) -> None:
    segments = {"a": {"share": "30%"}, "b": {"share": "rest"}}
    assert_no_effect(load(short, {"kind": "none", "customers": segments, "deal.demand": 300}))


def test_fewer_redeem_in_a_shorter_time(short: Path) -> None:
    """The odds go with the power 0.4 of the time (5.10); the preset's own are for six months."""

    def redeem(expires: str) -> Uncertain:
        return (
            load(short, {"currency": "USD", "deal.promo_expires": expires})
            .customers["newcomers"]
            .redeem
        )

    def odds(share: float) -> float:
        return share / (1 - share)

    usual = redeem("6 months")
    assert usual.mean() == pytest.approx(0.783)
    for expires, days in (("1 month", 30.4375), ("90 days", 90), ("12 months", 365.25)):
        rise = odds(redeem(expires).mean()) / odds(usual.mean())
        assert rise == pytest.approx((days / 182.625) ** 0.4, rel=2e-3)
    assert redeem("2025-07-04") == usual
    # sale close is 4 January
    assert redeem("2025-04-04") == redeem("90 days")


def test_a_redeem_of_ones_own_is_taken_as_it_is(short: Path) -> None:
    stated = {"currency": "USD", "deal.promo_expires": "1 month", "customers.newcomers.redeem": 0.9}
    assert load(short, stated).customers["newcomers"].redeem.mean() == 0.9


@pytest.mark.parametrize("expires", ["soon", "0 days", "2024-01-01", "3"])
def test_a_wrong_expiry_is_reported_and_nothing_else(short: Path, expires: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        load(short, {"currency": "USD", "deal.promo_expires": expires})
    assert {problem.path for problem in raised.value.problems} == {"deal.promo_expires"}


def test_trades_by_appointment_serve_their_own_customers_first(short: Path) -> None:
    first = {
        kind: load(short, {"kind": kind, "currency": "USD"}).business.serve_first for kind in KINDS
    }
    for kind in ("salon", "fitness", "activity", "services"):
        assert first[kind] == "ordinary_trade"
    for kind in ("restaurant", "retail", "none"):
        assert first[kind] == "first_come"


def test_a_presets_correlations_are_of_its_own_numbers(short: Path) -> None:
    """What the owner states, or leaves out, is tied to nothing; a list of one's own is taken."""
    bill, returns = "customers.newcomers.bill.ticket_ratio", "customers.newcomers.returns.chance"
    usd = {"currency": "USD"}

    def tied(overrides: Mapping[str, object]) -> set[str]:
        pairs = load(short, {**usd, **overrides}).correlations
        return {path for pair in pairs for path in (pair.a, pair.b)}

    assert {bill, returns} <= tied({})
    assert bill in tied({returns: "10% to 20%"})
    assert returns not in tied({returns: "10% to 20%"})
    assert bill not in tied({"customers.newcomers.overspend": {"chance": 0.3, "amount": 9}})
    assert tied({"kind": "none"}) == tied({"customers": {"a": {"share": 1}}}) == set()
    own = {"correlations": [["deal.refunds", bill, 0.2]], "deal.refunds": "1% to 5%"}
    assert tied(own) == {"deal.refunds", bill}


def test_segments_of_ones_own_have_a_bill_unless_they_say_what_is_spent(short: Path) -> None:
    segments = {
        "a": {"share": 0.2},
        "b": {"share": 0.2, "overspend": "none"},
        "c": {"share": 0.2, "overspend": {"chance": 0.1, "amount": 5}},
        "d": {"share": 0.2, "overspend": {"amount": 5}},
        "e": {"share": 0.1, "bill": "none"},
        "f": {"share": 0.1, "bill": {"cv": 0.3}},
    }
    found = load(short, {"currency": "USD", "customers": segments}).customers
    assert {name for name in segments if found[name].bill is not None} == {"a", "d", "f"}
    bill = found["f"].bill
    assert bill is not None and bill.cv.mean() == 0.3
