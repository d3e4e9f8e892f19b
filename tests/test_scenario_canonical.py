"""The same scenario however it is written: fingerprint, equality, writing it out again."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealsim.scenario import KINDS, Scenario, dump, library, load
from dealsim.scenario.language.node import Source
from dealsim.scenario.language.yamlfile import parse_yaml
from dealsim.scenario.presets.jurisdictions import jurisdictions
from tests.scenario_texts import SHORT, WHOLE

LIBRARY = library()


def scenario_of(text: str, name: str = "s.yaml") -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(text, encoding="utf-8")
        return load(file)


def same(first: Scenario, second: Scenario) -> bool:
    return (
        first == second
        and hash(first) == hash(second)
        and first.sha256 == second.sha256
        and first.numbers() == second.numbers()
    )


@st.composite
def reordered(draw: st.DrawFn, value: Any) -> Any:
    """The same plain data with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = draw(st.permutations(list(value)))
        return {key: draw(reordered(value[key])) for key in keys}
    if isinstance(value, list):
        return [draw(reordered(item)) for item in value]
    return value


PLAIN = parse_yaml(Source("file", "whole.yaml", WHOLE)).plain()
WRITTEN = scenario_of(WHOLE)


@settings(max_examples=20, deadline=None)
@given(data=reordered(PLAIN))
def test_the_order_of_keys_is_irrelevant(data: Any) -> None:
    assert same(scenario_of(json.dumps(data)), WRITTEN)


def test_file_name_comments_and_ways_of_writing_are_irrelevant() -> None:
    other = (
        SHORT.replace("50%", "0.5")
        .replace("20,", "$20.00,")
        .replace("200 to 500", '{value: "200 to 500", source: "a guess"}')
    )
    assert same(scenario_of(SHORT), scenario_of("# mine\n" + other, "other.yaml"))
    unnamed = SHORT.replace("name: Short\n", "")
    assert same(scenario_of(unnamed), scenario_of(unnamed, "other.yaml"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("price: 20", "price: 21"),
        ("200 to 500", "200 to 501"),
        ("Short", "Long"),
        ("1\n", "1\nrun: {seed: 2}\n"),
        ("1\n", "1\nstarts: 2024-01-01\n"),
    ],
)
def test_other_scenarios_have_other_fingerprints(old: str, new: str) -> None:
    assert not same(scenario_of(SHORT), scenario_of(SHORT.replace(old, new, 1)))
    assert scenario_of(SHORT) != "a scenario"


def test_order_within_a_correlation_is_irrelevant() -> None:
    pair = "correlations: [[deal.demand, deal.refunds, 0.4]]\n"
    turned = "correlations: [[deal.refunds, deal.demand, 0.4]]\n"
    assert same(scenario_of(SHORT + pair), scenario_of(SHORT + turned))


def test_fingerprint_covers_the_contents_of_data_files(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(SHORT.replace("200 to 500", "{values: sold.csv}"), encoding="utf-8")
    (tmp_path / "sold.csv").write_text("100\n200\n", encoding="utf-8")
    before = load(file)
    assert load(file) == before
    (tmp_path / "sold.csv").write_text("sold\r\n200\r\n100\r\n", encoding="utf-8")
    assert load(file) == before
    (tmp_path / "sold.csv").write_text("100\n201\n", encoding="utf-8")
    assert load(file) != before


def test_canonical_is_plain_json() -> None:
    data = WRITTEN.canonical()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert len(WRITTEN.sha256) == 64


# --- writing it out ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIBRARY)
def test_library_scenarios_read_back_the_same(name: str, tmp_path: Path) -> None:
    scenario = load(LIBRARY[name])
    assert same(scenario_of(dump(scenario)), scenario)


def test_there_are_library_scenarios() -> None:
    assert len(LIBRARY) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_presets_read_back_the_same(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(SHORT, encoding="utf-8")
    for code in list(jurisdictions())[::12]:
        scenario = load(file, {"kind": kind, "jurisdiction": code})
        again = scenario_of(dump(scenario))
        assert same(again, scenario)
        told = [(problem.message, problem.path) for problem in again.warnings]
        assert told == [(problem.message, problem.path) for problem in scenario.warnings]
        assert dump(again) == dump(scenario)


@pytest.mark.parametrize("text", [SHORT, WHOLE, SHORT.replace("name: Short\n", "")])
def test_texts_read_back_the_same(text: str) -> None:
    scenario = scenario_of(text)
    assert same(scenario_of(dump(scenario)), scenario)


ODD_TEXT = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=60
).filter(lambda text: bool(text.strip()))


@settings(max_examples=25, deadline=None)
@given(
    title=ODD_TEXT,
    platform=ODD_TEXT,
    price=st.floats(0.01, 1e6),
    share=st.floats(0.001, 1),
    rest=st.booleans(),
    low=st.integers(1, 10**6),
    width=st.integers(0, 10**3),
    segment=st.from_regex(r"[A-Za-z\u00e9 _-]{1,20}", fullmatch=True).map(str.strip).filter(bool),
)
def test_any_scenario_reads_back_the_same(
    title: str,
    platform: str,
    price: float,
    share: float,
    rest: bool,
    low: int,
    width: int,
    segment: str,
) -> None:
    other = segment + "2"
    customers: dict[str, Any] = {
        segment: {"share": share, "returns": "none"},
        other: {"share": "rest" if rest else 1 - share, "overspend": "none"},
    }
    overrides = {
        "name": title,
        "platform.name": platform,
        "deal.price": price,
        "deal.face_value": 2 * price,
        "deal.demand": f"{low} to {low + width}",
        "customers": customers,
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "s.yaml"
        file.write_text(SHORT, encoding="utf-8")
        scenario = load(file, overrides)
        assert scenario.name == title.strip()
        again = scenario_of(dump(scenario))
    assert same(again, scenario)


def test_data_files_are_written_by_their_full_path(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(SHORT.replace("200 to 500", "{values: sold.csv}"), encoding="utf-8")
    (tmp_path / "sold.csv").write_text("100\n200\n", encoding="utf-8")
    text = dump(load(file))
    assert str(tmp_path / "sold.csv") in text
    assert same(scenario_of(text), load(file))


def test_only_what_was_loaded_can_be_written() -> None:
    with pytest.raises(ValueError, match="only a scenario that was loaded"):
        dump(Scenario.model_construct())  # type: ignore[call-arg]
