"""Who says what: precedence, extends, segments, `--set`, provenance."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from dealsim.errors import ScenarioError
from dealsim.scenario import Instalments, OnRedemption, Scenario, check, load
from dealsim.scenario.language.node import Node, Source, from_plain
from dealsim.scenario.language.yamlfile import migrate
from dealsim.units import DAYS_PER_MONTH, Span
from tests.scenario_texts import SHORT, WHOLE


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "whole.yaml").write_text(WHOLE, encoding="utf-8")
    return tmp_path


def means(scenario: Scenario, *paths: str) -> list[float]:
    return [scenario.numbers()[path].mean() for path in paths]


def make(folder: Path, text: str, **overrides: object) -> Scenario:
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    return load("s.yaml", {key.replace("__", "."): value for key, value in overrides.items()})


def test_the_whole_of_the_language(write: Path) -> None:
    scenario = load("whole.yaml")
    assert scenario.name == "Blend Creations, $10 for $20 of jewelry"
    assert (scenario.currency, scenario.jurisdiction, scenario.kind) == ("CAD", "CA-ON", "retail")
    assert scenario.starts == date(2011, 3, 1)
    assert scenario.horizon == Span(36, "months")
    assert scenario.deal.cap is not None and scenario.deal.cap.mean() == 1000
    assert scenario.deal.sale_window == Span(3, "days")
    assert scenario.deal.paid_value_expires is None
    payout = scenario.platform.payout
    assert isinstance(payout, Instalments)
    assert [part.share for part in payout.parts] == [Fraction(1, 3)] * 3
    assert payout.parts[1].after == Span(30, "business days")
    assert list(scenario.customers) == ["bargain_hunters", "newcomers", "existing"]
    existing = scenario.customers["existing"]
    assert existing.share == "rest" and existing.returns is None
    hunters = scenario.customers["bargain_hunters"].returns
    assert hunters is not None and hunters.form == "rate"
    assert hunters.stay is not None and hunters.stay.mean() == 6 * DAYS_PER_MONTH
    assert scenario.expect["P(loss)"].at_most == 0.95
    assert scenario.expect["incremental_profit"].at_least == -5000
    assert (scenario.run.trials, scenario.run.seed) == (10_000, 20110301)
    (correlation,) = scenario.correlations
    assert (correlation.b, correlation.rho) == ("customers.newcomers.redeem", 0.4)
    assert scenario.accounting is not None and scenario.accounting.framework == "IFRS15"
    assert scenario.sale_close == date(2011, 3, 4)
    assert scenario.promo_expiry == date(2011, 9, 4)
    assert scenario.paid_value_lapse is None
    assert scenario.horizon_end == date(2014, 3, 1)
    assert scenario.file == Path("whole.yaml")


def test_numbers_are_in_a_fixed_order(write: Path) -> None:
    paths = list(load("whole.yaml").numbers())
    assert paths[:4] == ["discount_rate", "deal.price", "deal.face_value", "deal.demand"]
    assert paths.index("customers.newcomers.share") < paths.index("customers.existing.redeem")
    assert "customers.existing.share" not in paths
    assert not [path for path in paths if path.startswith(("accounting", "alternatives", "run"))]


def test_defaults_never_depend_on_today(write: Path) -> None:
    (write / "s.yaml").write_text(SHORT.replace("currency: USD\n", ""), encoding="utf-8")
    scenario, _, warnings = check("s.yaml")
    assert scenario is not None
    assert (scenario.kind, scenario.starts) == ("services", date(2025, 1, 1))
    assert (scenario.horizon, scenario.run.seed) == (Span(36, "months"), 1)
    assert scenario.run.trials == 10_000
    assert (scenario.currency, scenario.jurisdiction) == ("USD", None)
    assert [warning.path for warning in warnings] == ["kind", "currency"]
    assert scenario.deal.after_expiry == "paid_value"
    assert scenario.deal.paid_value_expires is None
    assert scenario.deal.cap is None and scenario.business.capacity_per_week is None


def test_precedence(write: Path) -> None:
    """--set > file > extends > jurisdiction > kind > built in."""
    (write / "base.yaml").write_text(
        SHORT + "kind: retail\nstarts: 2020-01-01\nhorizon: 2 years\nrun: {seed: 7, trials: 50}\n",
        encoding="utf-8",
    )
    text = "dealsim: 1\nextends: base.yaml\nhorizon: 30 months\nrun: {seed: 8}\n"
    scenario = make(write, text, run__seed=9, jurisdiction="US-CA")
    assert scenario.run.seed == 9
    assert scenario.horizon == Span(30, "months")
    assert (scenario.starts, scenario.run.trials) == (date(2020, 1, 1), 50)
    origins = {path: found.origin for path, found in scenario.provenance.items()}
    assert origins["run.seed"] == "set"
    assert origins["horizon"] == "file"
    assert origins["run.trials"] == "extends"
    assert origins["deal.after_expiry"] == "jurisdiction"
    assert origins["deal.refunds"] == "kind"
    assert origins["business.serve_first"] == "kind"
    assert origins["business.turned_away"] == "default"


def test_provenance_of_every_number(write: Path) -> None:
    scenario = load("short.yaml")
    assert set(scenario.numbers()) <= set(scenario.provenance)
    demand = scenario.provenance["deal.demand"]
    assert (demand.origin, demand.file, demand.line, demand.column) == ("file", "short.yaml", 4, 35)
    refunds = scenario.provenance["deal.refunds"]
    assert refunds.file == "preset kinds/common.yaml" and refunds.line is not None
    assert refunds.source is not None and refunds.judgement
    assert scenario.provenance["platform.card_fee"].judgement is False
    assert set(scenario.defaults()) == set(scenario.numbers()) - {
        "deal.price",
        "deal.face_value",
        "deal.demand",
        "platform.commission",
        "business.usual_ticket",
        "business.variable_cost",
    }


def test_a_source_of_ones_own(write: Path) -> None:
    text = SHORT + "discount_rate: {value: 5%, source: my bank}\nredemption: {half_life: 9 weeks}\n"
    found = make(write, text).provenance
    assert found["discount_rate"].source == "my bank"
    assert found["redemption.half_life"].source is None
    assert not found["redemption.half_life"].is_default


def test_a_value_form_replaces_and_never_merges(write: Path) -> None:
    """The preset says {mean: 3%, sd: 2.5%}; {low, likely, high} must not be mixed with it."""
    text = SHORT.replace("500}", "500, refunds: {low: 1%, likely: 2%, high: 3%}}")
    refunds = make(write, text).numbers()["deal.refunds"]
    assert (refunds.family, refunds.source) == ("pert", None)


def test_a_payout_replaces_the_other_form(write: Path) -> None:
    scenario = make(
        write, SHORT.replace("50%}", "50%, payout: {on_redemption: {lag: 14 days}}}", 1)
    )
    assert isinstance(scenario.platform.payout, OnRedemption)
    assert scenario.platform.payout.lag == Span(14, "days")
    assert scenario.platform.payout.late == "unpaid"


@pytest.mark.parametrize(
    ("stated", "fields", "form"),
    [
        ("visits: 3", {"chance", "spend", "cv", "visits", "after"}, "count"),
        ("visits: 3, after: 2 weeks", {"chance", "spend", "cv", "visits", "after"}, "count"),
        ("worth: 90", {"chance", "worth", "after", "cv"}, "worth"),
        (
            "visits_per_month: 0.5, stay: 9 months",
            {"chance", "spend", "cv", "visits_per_month", "stay"},
            "rate",
        ),
        ("chance: 1%", {"chance", "spend", "cv", "visits_per_month", "stay"}, "rate"),
    ],
)
def test_a_form_of_returns_inherits_nothing_of_another(
    write: Path, stated: str, fields: set[str], form: str
) -> None:
    """The restaurant's newcomers return in the rate form."""
    text = SHORT + "kind: restaurant\ncustomers:\n  newcomers: {share: 100%, returns: {"
    returns = make(write, text + stated + "}}\n").customers["newcomers"].returns
    assert returns is not None
    assert {name for name, value in returns if value is not None} == fields
    assert returns.form == form


def test_set_may_change_the_form_as_well(write: Path) -> None:
    text = SHORT + "kind: restaurant\n"
    returns = make(write, text, customers__newcomers__returns__visits=4).customers["newcomers"]
    assert returns.returns is not None and returns.returns.form == "count"
    assert returns.returns.stay is None


def test_customers_replace_the_preset_segments(write: Path) -> None:
    text = SHORT + (
        "kind: restaurant\n"
        "customers:\n  newcomers: {share: 40%}\n  tourists: {share: rest, use: 80%}\n"
    )
    scenario = make(write, text)
    preset = make(write, SHORT + "kind: restaurant\n")
    assert list(scenario.customers) == ["newcomers", "tourists"]
    same = {"redeem", "overspend", "returns", "use", "would_have_come"}
    for name in same:
        ours, theirs = scenario.customers["newcomers"], preset.customers["newcomers"]
        assert getattr(ours, name) == getattr(theirs, name), name
    tourists = scenario.customers["tourists"]
    assert tourists.redeem.mean() == pytest.approx(0.783)
    assert (tourists.use.mean(), tourists.would_have_come.mean()) == (0.8, 0)
    assert tourists.overspend is None and tourists.returns is None and tourists.redemption is None


def test_none_switches_off(write: Path) -> None:
    text = SHORT + (
        "kind: restaurant\n"
        "customers:\n  newcomers: {share: 100%, returns: none, overspend: none}\n"
        "business: {usual_ticket: 50, variable_cost: 40%, capacity_per_week: none}\n"
    )
    text = text.replace("business: {usual_ticket: 50, variable_cost: 40%}\n", "", 1)
    segment = make(write, text).customers["newcomers"]
    assert segment.returns is None
    assert segment.overspend is not None and segment.overspend.chance is not None
    assert segment.bill is None and segment.overspend.chance.mean() == 0


def test_a_segment_may_have_its_own_timing(write: Path) -> None:
    text = SHORT + "customers:\n  all: {share: 100%, redemption: {rush: {share: 50%}}}\n"
    scenario = make(write, text)
    own = scenario.customers["all"].redemption
    assert own is not None and own.rush is not None and own.rush.share is not None
    assert own.half_life is None and own.late is None and own.rush.last is None
    assert scenario.numbers()["customers.all.redemption.rush.share"].mean() == 0.5


def test_sections_without_content_change_nothing(write: Path) -> None:
    text = SHORT + "redemption:\ncustomers:\nrun:\nexpect:\naccounting:\nalternatives:\n"
    scenario, short = make(write, text), make(write, SHORT)
    assert scenario == short
    assert scenario.provenance.keys() == short.provenance.keys()
    assert make(write, SHORT + "expect: {npv: }\n") == short


def test_amounts_of_presets_follow_the_owners_own(write: Path) -> None:
    paths = ["customers.bargain_hunters.returns.spend", "customers.newcomers.returns.spend"]
    once = means(make(write, SHORT + "kind: restaurant\n"), *paths)
    twice = means(
        make(write, SHORT + "kind: restaurant\n", business__usual_ticket=100),
        *paths,
    )
    assert twice == pytest.approx([2 * mean for mean in once])
    scenario = make(write, SHORT + "kind: restaurant\n")
    assert scenario.provenance[paths[0]].origin == "kind"


# --- extends -----------------------------------------------------------------------------------


def test_extends_merges_deeply_and_replaces_lists_and_customers(write: Path) -> None:
    (write / "inner").mkdir()
    (write / "inner" / "base.yaml").write_text(
        WHOLE + "extends: deeper/root.yaml\n", encoding="utf-8"
    )
    (write / "inner" / "deeper").mkdir()
    (write / "inner" / "deeper" / "root.yaml").write_text(
        "dealsim: 1\ndeal: {refunds: 9%, cap: 7}\nhorizon: 9 years\n", encoding="utf-8"
    )
    text = """\
dealsim: 1
extends: inner/base.yaml
deal: {price: 12}
platform: {payout: [{after: 3 days, share: 100%}]}
customers: {all: {share: 100%}}
correlations: []
"""
    scenario = make(write, text)
    assert means(scenario, "deal.price", "deal.face_value", "deal.refunds") == [12, 20, 0.02]
    assert scenario.deal.cap is not None and scenario.deal.cap.mean() == 1000
    payout = scenario.platform.payout
    assert isinstance(payout, Instalments) and len(payout.parts) == 1
    assert list(scenario.customers) == ["all"]
    assert scenario.correlations == ()
    assert scenario.provenance["deal.face_value"].file == "inner/base.yaml"


def test_a_long_chain_is_refused(write: Path) -> None:
    for index in range(30):
        text = f"dealsim: 1\nextends: f{index + 1}.yaml\n"
        (write / f"f{index}.yaml").write_text(text, encoding="utf-8")
    (write / "f30.yaml").write_text(SHORT, encoding="utf-8")
    _, errors, _ = check("f0.yaml")
    assert errors[0].message == "more than 20 files extend one another"
    assert check("f15.yaml")[1] == ()


def test_data_files_are_relative_to_the_file_that_names_them(write: Path) -> None:
    (write / "inner").mkdir()
    (write / "inner" / "sold.csv").write_text("100\n200\n", encoding="utf-8")
    (write / "sold.csv").write_text("1000\n2000\n", encoding="utf-8")
    (write / "inner" / "base.yaml").write_text(
        SHORT.replace("200 to 500", "{values: sold.csv}"), encoding="utf-8"
    )
    text = "dealsim: 1\nextends: inner/base.yaml\n"
    assert means(make(write, text), "deal.demand") == [150]
    ours = text + "deal: {demand: {value: {values: sold.csv}, source: our till}}\n"
    assert means(make(write, ours), "deal.demand") == [1500]
    (write / "s.yaml").write_text(text, encoding="utf-8")
    assert means(load("s.yaml", ["deal.demand={values: sold.csv}"]), "deal.demand") == [1500]


# --- errors together ---------------------------------------------------------------------------


def test_all_problems_at_once_and_in_order(write: Path) -> None:
    text = """\
dealsim: 1
currency: USD
kind: none
horizon: 36
deal: {price: 20, face_value: 40, demand: lots, minimum: 5, cap: 3}
platform: {commission: 60%, card_fee: 60%, comission: 3}
business: {usual_ticket: 50, variable_cost: 40}
customers:
  a: {share: 50%, redeem: 3}
  b: {share: 20%}
"""
    (write / "s.yaml").write_text(text, encoding="utf-8")
    scenario, errors, warnings = check("s.yaml", ["run.trials=none"])
    assert scenario is None and warnings == ()
    assert [(problem.line, problem.path) for problem in errors] == [
        (None, "run.trials"),
        (4, "horizon"),
        (5, "deal.demand"),
        (5, "deal.minimum"),
        (6, "platform.commission"),
        (6, "platform.comission"),
        (7, "business.variable_cost"),
        (9, "customers.a.redeem"),
    ]


def test_a_reported_value_is_not_reported_again(write: Path) -> None:
    """With the share of one segment unreadable nothing is said about the sum."""
    text = SHORT + "customers:\n  a: {share: half}\n  b: {share: 20%}\n"
    (write / "s.yaml").write_text(text, encoding="utf-8")
    assert [problem.path for problem in check("s.yaml")[1]] == ["customers.a.share"]


def test_load_raises_with_errors_and_warnings(write: Path) -> None:
    text = SHORT + "kind: none\naccounting: {framework: IFRS15}\ndeal_price: 3\n"
    (write / "s.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load("s.yaml")
    assert error.value.exit_code == 3
    assert len(error.value.problems) == len(error.value.warnings) == 1


def test_warnings_stay_with_the_scenario(write: Path) -> None:
    scenario = load("whole.yaml")
    assert [warning.path for warning in scenario.warnings] == ["accounting", "alternatives"]


def test_the_law_of_a_preset_is_not_accounting_of_ones_own(write: Path) -> None:
    scenario = load("short.yaml", ["jurisdiction=US-CA", "kind=services"])
    assert scenario.accounting is not None and scenario.accounting.cash_out is not None
    assert scenario.warnings == ()


# --- formats -----------------------------------------------------------------------------------


def test_older_formats_are_brought_up_to_date_in_one_place() -> None:
    def one_to_two(tree: Node) -> Node:
        return tree.put("name", from_plain("two", Source("default")))

    def two_to_three(tree: Node) -> Node:
        name = tree.get("name")
        assert name is not None
        return tree.put("name", from_plain(f"{name.value}, three", Source("default")))

    old = from_plain({"dealsim": 1}, Source("file", "old.yaml"))
    tree, warnings = migrate(old, 3, {1: one_to_two, 2: two_to_three})
    assert tree.plain() == {"dealsim": 1, "name": "two, three"}
    assert warnings == []
