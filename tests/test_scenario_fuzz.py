"""Whatever is written, `check` answers with problems and never with a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dealsim.scenario import check, explain
from dealsim.scenario.language.node import Source
from dealsim.scenario.language.yamlfile import parse_yaml
from tests.scenario_texts import WHOLE

PLAIN: Any = parse_yaml(Source("file", "whole.yaml", WHOLE)).plain()

SCALARS = st.one_of(
    st.sampled_from([None, True, 0, -1, 1, 50, 1e300]),
    st.sampled_from(["", " ", "none", "rest", "never", "1/0", "1/3", "50%", "-5%", "$10", "£3"]),
    st.sampled_from(["3 days", "1e9 years", "0 days", "999 years", "2011-02-30", "2011-03-01"]),
    st.sampled_from(["5 to 3", "1 to 2", "a to b", "nan", ".inf", "{", "\u202e", "x" * 300]),
    st.sampled_from(["paid_value", "deal.demand"]),
)
FORMS = st.sampled_from(
    [
        {},
        [],
        [1],
        [[]],
        {"low": 1, "likely": 2, "high": 3},
        {"low": 1, "000": None},
        {"value": "50%", "source": 3},
        {"value": {"value": 1}},
        {"mean": 0, "sd": 1},
        {"dist": "cauchy"},
        {"values": "no.csv"},
        {"choices": {"1": "50%"}},
        {"p10": 1},
        {"chance": 0.1},
        {"visits": 2, "stay": "1 week"},
        {"on_redemption": {}},
        {"after": "1 day"},
        {"times": "deal.price", "value": "50%"},
        {"at_least": "1 to 2"},
        {"share": "rest", "returns": "none", "overspend": {"chance": 2}},
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for key, part in inner for place in places(part, (*path, key)))]


PLACES = places(PLAIN)[1:]


def with_value(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, dict):
        return {**value, path[0]: with_value(value.get(path[0]), path[1:], new)}
    if isinstance(value, list) and isinstance(path[0], int) and path[0] < len(value):
        return [*value[: path[0]], with_value(value[path[0]], path[1:], new), *value[path[0] + 1 :]]
    return new


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.lists(st.tuples(st.sampled_from(PLACES), SCALARS | FORMS), min_size=1, max_size=4),
    added=st.lists(st.tuples(st.sampled_from(PLACES), st.text(max_size=5), SCALARS), max_size=1),
)
@example(changes=[(("customers",), {"a": {"share": "rest"}})], added=[])
def test_any_values_anywhere(
    changes: list[tuple[tuple[Any, ...], Any]],
    added: list[tuple[tuple[Any, ...], str, Any]],
    tmp_path: Path,
) -> None:
    data = PLAIN
    for path, value in changes:
        data = with_value(data, path, value)
    for path, key, value in added:
        data = with_value(data, (*path, key), value)
    file = tmp_path / "s.yaml"
    file.write_text(json.dumps(data), encoding="utf-8")
    scenario, errors, warnings = check(file)
    assert (scenario is None) == bool(errors)
    for problem in (*errors, *warnings):
        assert problem.message
        assert all(line.isprintable() for line in problem.text().split("\n"))
        assert problem.file == str(file)
        assert "pydantic" not in problem.text() and "Input should" not in problem.text()
    if scenario is not None:
        assert explain(scenario)
        assert scenario.sha256


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.integers(0, len(WHOLE)),
    length=st.integers(0, 80),
    text=st.text(st.sampled_from("{}[]:,-#&*!|>'\"%@`\t\n aé0\x07"), max_size=4),
)
def test_any_damage_to_the_text(start: int, length: int, text: str, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(WHOLE[:start] + text + WHOLE[start + length :], encoding="utf-8")
    scenario, errors, _ = check(file)
    assert (scenario is None) == bool(errors)
    assert all("not YAML" not in problem.message for problem in errors), errors


@pytest.mark.parametrize("path", ["deal", "customers.newcomers.returns", "deal.price", "run.seed"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=SCALARS | FORMS)
def test_any_override(path: str, value: Any, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(WHOLE, encoding="utf-8")
    scenario, errors, _ = check(file, {path: value})
    assert (scenario is None) == bool(errors)
