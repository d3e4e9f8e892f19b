"""`Scenario.with_`: a scenario changed in memory is the one its file gives with `--set`."""

from __future__ import annotations

import pickle
import statistics
import time
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dealsim.errors import ScenarioError
from dealsim.scenario import Scenario, dump, explain, library, load
from dealsim.units import Span
from tests.scenario_texts import SHORT, WHOLE

SPENDS = ("customers.bargain_hunters.returns.spend", "customers.newcomers.returns.spend")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "whole.yaml").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "sold.csv").write_text("100\n200\n300\n", encoding="utf-8")
    return tmp_path


def same(changed: Scenario, loaded: Scenario) -> bool:
    """Alike in all that can be seen of a scenario, down to where each value came from."""
    return (
        changed.canonical() == loaded.canonical()
        and changed.sha256 == loaded.sha256
        and list(changed.numbers().items()) == list(loaded.numbers().items())
        and changed.warnings == loaded.warnings
        and changed.provenance == loaded.provenance
        and changed.file == loaded.file
        and changed.survey == loaded.survey
        and changed.defaults() == loaded.defaults()
        and explain(changed) == explain(loaded)
        and dump(changed) == dump(loaded)
    )


CHANGES: Mapping[str, Mapping[str, object]] = {
    "nothing": {},
    "a number": {"deal.price": 12},
    "a float of numpy": {"deal.price": np.float64(12.5)},
    "a whole number of numpy": {"deal.demand": np.int64(400)},
    "a fraction": {"deal.refunds": Fraction(1, 30)},
    "money": {"deal.price": "12.50"},
    "a range": {"deal.demand": "100 to 700"},
    "a share": {"platform.commission": "35%"},
    "a mapping": {"deal.refunds": {"low": 0.01, "likely": 0.02, "high": 0.05}},
    "a mapping in text": {"deal.demand": "{dist: uniform, low: 0, high: 100}"},
    "a data file": {"deal.demand": {"values": "sold.csv"}},
    "with a source": {"discount_rate": {"value": "9%", "source": "my bank"}},
    "a length": {"horizon": Span(4, "years")},
    "a length in text": {"redemption.half_life": "9 to 12 weeks"},
    "a date": {"starts": date(2012, 2, 29), "deal.promo_expires": date(2012, 9, 1)},
    "a title": {"name": "A: b # c"},
    "a word": {"deal.after_expiry": "nothing"},
    "no cap": {"deal.cap": "none"},
    "another kind": {"kind": "restaurant"},
    "no effects": {"kind": "none"},
    "another law": {"jurisdiction": "US-NY", "currency": "USD"},
    "another currency": {"currency": "EUR"},
    "a payout": {"platform.payout": [{"after": "3 days", "share": "100%"}]},
    "the other payout": {"platform.payout": {"on_redemption": {"lag": "14 days"}}},
    "a section": {"deal": {"price": 4, "refunds": "5%"}},
    "a segment's value": {"customers.newcomers.redeem": "64%"},
    "another form of returns": {"customers.newcomers.returns": {"chance": "20%", "visits": 3}},
    "no returns": {"customers.newcomers.returns": "none"},
    "other segments": {"customers": {"a": {"share": "30%"}, "b": {"share": "rest"}}},
    "a correlation": {"correlations": [["deal.demand", "customers.newcomers.redeem", -0.3]]},
    "an expectation": {"expect.P(npv >= 1.5).at_least": "40%"},
    "accounting": {"accounting.framework": "ASC606"},
    "the run": {"run": {"seed": 3}, "run.trials": 500},
    "a warning": {"deal.minimum": 950},
    "several": {"deal.price": 9, "deal.face_value": "25 to 35", "business.usual_ticket": 80},
}


@pytest.mark.parametrize("name", ["short", "whole"])
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_change_is_the_same_as_set(name: str, changes: Mapping[str, object]) -> None:
    scenario = load(f"{name}.yaml")
    if name == "whole":
        # the correlation of the file would forbid some of the changes
        scenario = scenario.with_({"correlations": []})
        changes = {"correlations": [], **changes}
    assert same(scenario.with_(changes), load(f"{name}.yaml", changes))


@pytest.mark.parametrize("name", library())
def test_every_number_of_the_library_can_be_changed(name: str) -> None:
    scenario = load(library()[name]).with_({"correlations": []})
    days = {row.path for row in explain(scenario) if row.unit == "days"}
    for path, value in scenario.numbers().items():
        mean = f"{value.mean()} days" if path in days else value.mean()
        changed = scenario.with_({path: mean})
        if scenario.provenance[path].origin == "file" and value.is_constant:
            assert changed == scenario
        assert changed.numbers()[path].mean() == pytest.approx(value.mean())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"deal.price": 12}, {"deal.face_value": 50}),
        ({"deal.price": 12}, {"deal.price": 13}),
        ({"deal": {"price": 12}}, {"deal.price": "14"}),
        ({"deal.price": 12}, {"deal": {"price": 14}}),
        ({"kind": "salon"}, {"customers.newcomers.redeem": "50%"}),
        ({"customers.newcomers.redeem": "50%"}, {"kind": "salon"}),
        ({"deal.minimum": 5000}, {"deal.minimum": 0}),
    ],
)
def test_changes_follow_one_another(first: dict[str, Any], second: dict[str, Any]) -> None:
    twice = load("short.yaml").with_(first).with_(second)
    texts = [f"{path}={value}" for path, value in [*first.items(), *second.items()]]
    both = [text.replace("'", "") for text in texts]
    assert same(twice, load("short.yaml", both))


def test_changes_go_over_what_it_was_loaded_with() -> None:
    loaded = load("short.yaml", ["deal.price=3", "deal.cap=50"])
    changed = loaded.with_({"deal.price": 5})
    assert same(changed, load("short.yaml", ["deal.price=3", "deal.cap=50", "deal.price=5"]))
    assert loaded.deal.price.mean() == 3


WRONG: Mapping[str, Mapping[str, object]] = {
    "no such path": {"deal.prise": 10},
    "below a value": {"deal.price.low": 10},
    "no such segment": {"customers.vip.redeem": "80%"},
    "not a value": {"deal.price": 1j},
    "out of range": {"platform.commission": 50},
    "no YAML": {"deal.price": "{low: 1"},
    "no form": {"deal.demand": {"low": 3}},
    "certain, but correlated": {"customers.newcomers.redeem": "64%"},
    "gone, but correlated": {"customers.newcomers.returns": "none"},
    "not together": {"platform.card_fee": "60%", "deal.cap": 5, "deal.minimum": 7},
    "of the file": {"dealsim": 1},
    "several": {"deal.price": "free", "kind": "resturant", "horizon": 12},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_what_set_says(changes: Mapping[str, object]) -> None:
    with pytest.raises(ScenarioError) as loading:
        load("whole.yaml", changes)
    with pytest.raises(ScenarioError) as changing:
        load("whole.yaml").with_(changes)
    assert changing.value.problems == loading.value.problems
    assert changing.value.warnings == loading.value.warnings
    assert all(problem.path for problem in changing.value.problems)


def test_derived_amounts_follow_what_they_derive_from() -> None:
    scenario = load("short.yaml", {"kind": "restaurant"})

    def means(changed: Scenario, paths: tuple[str, ...]) -> list[float]:
        return [changed.numbers()[path].mean() for path in paths]

    spends = means(scenario, SPENDS)
    assert means(scenario.with_({"deal.face_value": 60}), SPENDS) == spends
    smaller = scenario.with_({"business.usual_ticket": 25})
    assert means(smaller, SPENDS) == pytest.approx([spend / 2 for spend in spends])
    again = smaller.with_({"business.usual_ticket": 50})
    assert means(again, SPENDS) == spends


@pytest.mark.parametrize(
    ("ticket", "mean"),
    [
        ({"dist": "uniform", "low": 60, "high": 100}, 80),
        ({"low": 20, "likely": 80, "high": 140}, 80),
        ({"values": "sold.csv"}, 200),
    ],
)
def test_derived_amounts_follow_the_mean_of_an_uncertain_amount(
    ticket: object, mean: float, folder: Path
) -> None:
    scenario = load("short.yaml", {"kind": "restaurant"})
    changed = scenario.with_({"business.usual_ticket": ticket})
    certain = scenario.with_({"business.usual_ticket": mean})
    for path in SPENDS:
        assert changed.numbers()[path] == certain.numbers()[path]
        assert changed.provenance[path].origin == "kind"


def test_a_data_file_of_the_scenarios_own_folder_is_found(folder: Path) -> None:
    """Also by what derives from it, wherever the command is run."""
    (folder / "inner").mkdir()
    (folder / "inner" / "values.csv").write_text("70\n90\n", encoding="utf-8")
    text = SHORT.replace("usual_ticket: 50", "usual_ticket: {values: values.csv}")
    (folder / "inner" / "s.yaml").write_text(text, encoding="utf-8")
    scenario = load("inner/s.yaml", {"kind": "restaurant"})
    certain = load("short.yaml", {"kind": "restaurant", "business.usual_ticket": 80})
    for path in SPENDS:
        assert scenario.numbers()[path] == certain.numbers()[path]


def test_a_changed_scenario_keeps_the_data_it_was_loaded_with(folder: Path) -> None:
    stated = {
        "deal.demand": {"values": "sold.csv"},
        "business.usual_ticket": {"values": "sold.csv"},
    }
    scenario = load("short.yaml", {"kind": "restaurant", **stated})
    (folder / "sold.csv").unlink()
    (folder / "short.yaml").unlink()
    changed = scenario.with_({"deal.price": 12})
    assert changed.deal.demand == scenario.deal.demand
    for path in SPENDS:
        assert changed.numbers()[path] == scenario.numbers()[path]
    assert changed.deal.price.mean() == 12


def test_a_scenario_that_went_to_another_process_can_be_changed_there() -> None:
    scenario = load("whole.yaml", {"deal.demand": {"values": "sold.csv"}})
    sent = pickle.loads(pickle.dumps(scenario))
    assert same(sent.with_({"deal.price": 12}), scenario.with_({"deal.price": 12}))


def test_only_what_was_loaded_can_be_changed() -> None:
    with pytest.raises(ValueError, match="only a scenario that was loaded can be changed"):
        Scenario.model_construct().with_({})  # type: ignore[call-arg]


def test_a_change_takes_milliseconds() -> None:
    """Of processor time, so that a busy machine is no failure; the aim is 5."""
    for name in ("one-coupon", "yoga-shelter"):
        scenario = load(library()[name])
        seconds = []
        for step in range(60):
            begun = time.process_time()
            scenario.with_({"deal.price": 10 + step / 100})
            seconds.append(time.process_time() - begun)
        assert statistics.median(seconds) < 0.015
