"""Published calculations, reproduced with `--expected` (tests/data/published_cases.yaml)."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import dealsim

ROOT = Path(__file__).parents[2]
OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@lru_cache
def published() -> dict[str, dict[str, Any]]:
    """The cases, by name."""
    file = ROOT / "tests" / "data" / "published_cases.yaml"
    cases = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return {case["case"]: case for case in cases}


def evaluate(node: ast.expr, metrics: Mapping[str, float]) -> float:
    """A formula of metrics, numbers, + - * / and brackets."""
    if isinstance(node, ast.Name):
        return metrics[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    assert isinstance(node, ast.BinOp), f"a formula cannot hold {ast.dump(node)}"
    left, right = evaluate(node.left, metrics), evaluate(node.right, metrics)
    return OPERATORS[type(node.op)](left, right)


@pytest.mark.parametrize("name", sorted(published()))
def test_published_case(name: str) -> None:
    """Every figure is met as nearly as it is published; no case is without one."""
    case = published()[name]
    overrides = {path: str(value) for path, value in case.get("set", {}).items()}
    scenario = dealsim.load(ROOT / case["file"], overrides)
    result = dealsim.simulate(scenario, expected=True)
    metrics = {metric: float(values[0]) for metric, values in result.metrics.items()}
    assert case["expect"]
    for expectation in case["expect"]:
        formula = expectation.get("formula") or expectation["metric"]
        found = evaluate(ast.parse(formula, mode="eval").body, metrics)
        # within: 0 is meant to the last digit a sum of binary fractions can hold
        within = expectation["within"] + 1e-9
        assert abs(found - expectation["value"]) <= within, f"{formula} is {found!r}"
        assert expectation["mark"] in ("exact", "rounded", "derived")


def test_none_of_the_cases_is_missing() -> None:
    """Those that the model was written against are there, and each says where it was published."""
    names = list(published())
    for label in ("B1", "B4", "B5", "B11", "B12"):
        assert any(name.split()[0] == label for name in names), label
    assert all(case["source"].startswith("http") for case in published().values())
