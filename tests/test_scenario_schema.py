"""The JSON Schema accepts what `check` accepts, and knows what an editor should complete."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from dealsim.errors import ScenarioError
from dealsim.scenario import check, json_schema, library
from dealsim.scenario.language.node import Shape, Source
from dealsim.scenario.language.yamlfile import parse_yaml
from dealsim.scenario.model.fields import Quantity
from dealsim.scenario.model.shape import scenario_shape
from tests.message_cases import CASES
from tests.scenario_texts import SHORT, WHOLE

SCHEMA = json_schema()
VALIDATOR = Draft7Validator(SCHEMA)


def complaints(text: str) -> list[str]:
    data = parse_yaml(Source("file", "s.yaml", text)).plain()
    return [error.message for error in VALIDATOR.iter_errors(data)]


def test_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert not [key for key in json.dumps(SCHEMA).split('"') if key.startswith("x-")]


@pytest.mark.parametrize("text", [SHORT, WHOLE], ids=["short", "whole"])
def test_scenarios_validate(text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize("name", library())
def test_library_validates(name: str) -> None:
    assert complaints(library()[name].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", CASES)
def test_what_check_accepts_validates(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    case = CASES[name]
    for file, content in case.files.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / "s.yaml").write_text(case.text, encoding="utf-8")
    scenario, _, _ = check("s.yaml")
    if scenario is None:
        return
    try:
        assert complaints(case.text) == []
    except ScenarioError:
        pytest.fail("what cannot be parsed was accepted")


FORMS: dict[str, tuple[str, ...]] = {
    "share": (
        "0.5",
        "50%",
        "1/2",
        "40% to 60%",
        "{low: 0, likely: 50%, high: 1}",
        "{p10: 40%, p90: 60%}",
        "{p2.5: 40%, p97.5: 60%, source: me}",
        "{mean: 50%, sd: 10%}",
        "{dist: beta, a: 2, b: 2}",
        "{dist: uniform, low: 0, high: 50%}",
        "{choices: {0.2: 70%, 0.9: 30%}}",
        "{values: f.csv}",
        "{value: 50%, source: me}",
    ),
    "money": (
        "10",
        "$10",
        "8 to 12",
        "{dist: gamma, mean: 10, cv: 0.5}",
        "{dist: lognormal, mean: 10, sd: 2}",
        "{value: {low: 1, likely: 2, high: 3}, source: me}",
    ),
    "count": ("10", "8 to 12", "{dist: triangular, low: 8, likely: 9, high: 12}"),
    "number": ("10", "8 to 12", "{dist: pert, low: 8, likely: 9, high: 12}"),
    "duration": ("10 weeks", "8 to 12 weeks", "{low: 1 week, likely: 2 weeks, high: 3 months}"),
}
"""What may be written for each kind of number."""


def numbers_of(shape: Shape, path: str = "") -> Iterator[tuple[str, Quantity]]:
    """Every field that takes a number, with its path; `all` stands for a segment."""
    if isinstance(shape.reader, Quantity):
        yield path, shape.reader
    inner = shape.fields.items() if shape.item is None else [("all", shape.item)]
    for name, child in inner:
        yield from numbers_of(child, f"{path}.{name}" if path else name)


NUMBERS = dict(numbers_of(scenario_shape()))


def validator_at(path: str) -> Draft7Validator:
    """The part of the schema for a path."""
    part: dict[str, Any] = SCHEMA
    for step in path.split("."):
        part = next((option for option in part.get("anyOf", []) if "type" in option), part)
        part = (
            part["properties"].get(step) if "properties" in part else part["additionalProperties"]
        )
    return Draft7Validator({**part, "definitions": SCHEMA["definitions"]})


@pytest.mark.parametrize("path", NUMBERS)
def test_every_number_takes_every_written_form(path: str) -> None:
    reader = NUMBERS[path]
    validator = validator_at(path)
    for text in [*FORMS[reader.field.kind], *reader.words]:
        value = parse_yaml(Source("file", "s.yaml", f"v: {text}")).plain()
        assert isinstance(value, dict)
        assert validator.is_valid(value["v"]), text
    for wrong in ("[1]", "{low: 1, hihg: 2}", "null", "{value: {value: 1}}"):
        value = parse_yaml(Source("file", "s.yaml", f"v: {wrong}")).plain()
        assert isinstance(value, dict)
        assert not validator.is_valid(value["v"]), wrong


def test_numbers_were_found() -> None:
    assert len(NUMBERS) > 45


def test_mistakes_an_editor_should_underline() -> None:
    assert complaints(SHORT.replace("price: 20", "prise: 20"))
    assert complaints(SHORT + "kind: resturant\n")
    assert complaints(SHORT + "jurisdiction: CA-XX\n")
    assert complaints(SHORT.replace("price: 20, ", ""))
    assert complaints(SHORT + "expect: {profit: {at_least: 3}}\n")
    assert complaints(SHORT + "redemption: {late: {bill: paid}}\n")


def test_a_file_that_extends_another_may_leave_out_the_required() -> None:
    assert complaints("dealsim: 1\nextends: base.yaml\ndeal: {price: 3}\n") == []
    assert complaints("dealsim: 1\ndeal: {price: 3}\n") != []


def _described(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, part in schema.get("properties", {}).items():
        yield f"{path}.{name}", part
        yield from _described(part, f"{path}.{name}")


def test_every_key_is_described() -> None:
    described = list(_described({"properties": SCHEMA["properties"]}))
    assert len(described) > 60
    missing = [
        path
        for path, part in described
        if not part.get("description") and not path.startswith(".expect.")
    ]
    assert missing == []
