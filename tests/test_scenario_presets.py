"""Every preset completes a scenario, in every currency, with a source for every number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from dealsim.errors import Problem, ScenarioError
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
        law = jurisdictions()[code].tree(kind, date(2025, 1, 1))
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


def test_a_kind_that_is_not_stated_is_told(short: Path) -> None:
    """Once, however many deals; not where any file or `--set` states it, if only as the same."""

    def told(file: Path, **over: str) -> list[Problem]:
        return [one for one in load(file, over).warnings if one.path == "kind"]

    for campaigns in ("[{}]", "[{}, {starts: 2025-09-01}]"):
        (warning,) = told(short, campaigns=campaigns)
        assert "customers are taken as those of services" in warning.message
        assert warning.hint is not None and all(kind in warning.hint for kind in KINDS[:-2])
        assert told(short, campaigns=campaigns, kind="services") == []
    (child := short.parent / "child.yaml").write_text("dealsim: 1\nextends: base.yaml\n")
    stated = short.read_text(encoding="utf-8") + "kind: salon\n"
    (short.parent / "base.yaml").write_text(stated, encoding="utf-8")
    assert told(child) == []


def test_every_scenario_of_the_library_says_its_kind() -> None:
    files = sorted(Path("scenarios").glob("*.yaml"))
    assert files and not [f for f in files if any(w.path == "kind" for w in load(f).warnings)]


def test_the_law_decides_what_survives(short: Path) -> None:
    ontario = load(short, {"jurisdiction": "CA-ON"})
    assert ontario.currency == "CAD"
    assert ontario.deal.after_expiry == "paid_value"
    assert ontario.deal.paid_value_expires is None
    alberta = load(short, {"jurisdiction": "CA-AB"})
    assert alberta.deal.after_expiry == "face_value"
    new_york = load(short, {"jurisdiction": "US-NY", "starts": "2024-03-01"})
    assert new_york.deal.paid_value_expires == Span(9, "years")
    assert new_york.provenance["deal.paid_value_expires"].source is not None


@pytest.mark.parametrize(
    ("code", "starts", "after_expiry", "lapse"),
    [
        # the day of the sale decides: nine years from 10 December 2022, five before
        ("US-NY", "2022-12-09", "paid_value", "2027-12-12"),
        ("US-NY", "2022-12-10", "paid_value", "2031-12-13"),
        # three years in New Zealand from 16 March 2026
        ("NZ", "2026-03-15", "nothing", None),
        ("NZ", "2026-03-16", "paid_value", "2029-03-19"),
        # three years from the end of the year of sale
        ("DE", "2025-03-01", "paid_value", "2028-12-31"),
        ("DE", "2025-12-30", "paid_value", "2029-12-31"),  # closes on 2 January
        ("US-NJ", "2012-11-30", "paid_value", "2017-12-03"),
        ("US-NJ", "2012-12-01", "paid_value", "never"),
        ("US-ME", "2025-03-01", "paid_value", "never"),
    ],
)
def test_the_law_has_its_dates(
    short: Path, code: str, starts: str, after_expiry: str, lapse: str | None
) -> None:
    stated = {"jurisdiction": code, "starts": starts, "deal.sale_window": "3 days"}
    made = load(short, stated)
    assert made.deal.after_expiry == after_expiry
    if lapse is not None:
        assert str(made.paid_value_lapse or "never") == lapse


def test_a_law_that_changes_during_the_sale_is_told(short: Path) -> None:
    stated = {"jurisdiction": "NZ", "starts": "2026-03-15", "deal.sale_window": "3 days"}
    stated["kind"] = "services"
    stated["accounting.sales_tax.rate"] = "15%"
    (warning,) = load(short, stated).warnings
    assert "changes on 2026-03-16" in warning.message
    assert not load(short, stated | {"starts": "2026-03-12"}).warnings


@pytest.mark.parametrize(
    ("code", "kind", "basis", "due"),
    [
        ("US-NY", "retail", "face", "2030-01-04"),
        ("US-NY", "salon", "paid", "2030-01-04"),
        ("US-AL", "retail", None, None),
        ("US-AL", "salon", "paid", "2028-06-30"),  # three years after 30 June of the year of sale
        ("US-ME", "retail", None, None),
    ],
)
def test_unclaimed_property_by_what_is_sold(
    short: Path, code: str, kind: str, basis: str | None, due: str | None
) -> None:
    made = load(short, {"jurisdiction": code, "kind": kind, "starts": "2025-01-01"} | WINDOW)
    assert (made.escheat.basis if made.escheat is not None else None) == basis
    assert (str(made.dormancy) if made.dormancy is not None else None) == due


WINDOW: dict[str, object] = {"deal.sale_window": "3 days"}


@pytest.mark.parametrize(
    ("code", "price", "limits"),
    [
        ("US-CA", 10, [False, True]),
        ("US-CA", 9.99, [True, True]),
        ("US-CA", 15, [False, False]),
        ("CA-QC", 5, [True]),
        ("CA-QC", 5.01, [False]),
        ("US-NY", 5, [False]),
        ("US-CO", 5, [True]),
    ],
)
def test_small_balances_by_the_words_of_the_law(
    short: Path, code: str, price: float, limits: list[bool]
) -> None:
    stated = {"jurisdiction": code, "accounting.cash_out.share": "10%"} | WINDOW
    made = load(short, stated)
    assert made.accounting is not None and made.accounting.cash_out is not None
    assert [limit.allows(price) for limit in made.accounting.cash_out.limits] == limits
    days = [limit.since for limit in made.accounting.cash_out.limits]
    assert days == ([None, date(2026, 4, 1)] if code == "US-CA" else [None])


def test_a_limit_of_ones_own_replaces_the_law(short: Path) -> None:
    for code in ("US-CA", "CA-QC"):
        for limit in ("below", "up_to"):
            stated = {"jurisdiction": code, f"accounting.cash_out.{limit}": 7}
            made = load(short, stated)
            assert made.accounting is not None and made.accounting.cash_out is not None
            terms = made.accounting.cash_out
            assert terms.changes is None
            assert (terms.below is None) == (limit == "up_to")
            assert (terms.up_to is None) == (limit == "below")


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
