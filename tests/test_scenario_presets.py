"""Every preset completes a scenario, in every currency, with a source for every number."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from dealsim.scenario import KINDS, Instalments, Scenario, load
from dealsim.scenario.language.node import leaves
from dealsim.scenario.language.provenance import source_of
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.jurisdictions import jurisdictions
from dealsim.scenario.presets.kinds import kind_preset
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
        known = jurisdictions()[code].tree.get("currency")
        assert bool(scenario.warnings) == (known is None)


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
