"""docs/glossary.md has every word: of the registry as it says it, of the file, of the books."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dealsim.books import LINES as BOOK_LINES
from dealsim.registry import LINES, METRICS, SERIES
from dealsim.scenario.language.node import Shape
from dealsim.scenario.model.shape import scenario_shape
from tests.documents import ROOT

PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
SIGNS = {1: "+", -1: "-", 0: "shown only"}


def rows(heading: str) -> dict[str, list[str]]:
    """The table under a heading: cells by the name in the first, in order."""
    text = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| `")
    ]
    return {first.strip("`"): rest for first, *rest in cells}


def test_metrics_are_those_of_the_registry() -> None:
    signs = {line.name: SIGNS[line.sign] for line in LINES}
    found = rows("Metrics")
    assert list(found) == [metric.name for metric in METRICS]
    for metric in METRICS:
        words = [metric.label, metric.unit, signs.get(metric.name, "")]
        assert found[metric.name][:3] == words, metric.name
    assert signs.keys() <= found.keys()


def test_series_are_those_of_the_registry() -> None:
    found = rows("Month-end series")
    assert list(found) == [series.name for series in SERIES]
    for series in SERIES:
        assert found[series.name][:3] == [series.label, series.unit, series.kind], series.name


def keys_of(shape: Shape) -> Iterator[str]:
    """Every key that a scenario file may have; names of the owner's own are none."""
    for part in (shape.item, shape.element):
        if part is not None:
            yield from keys_of(part)
    for key, child in shape.fields.items():
        yield key
        yield from keys_of(child)


@pytest.mark.parametrize("word", sorted({*keys_of(scenario_shape()), *BOOK_LINES}))
def test_every_key_and_line_is_explained(word: str) -> None:
    assert re.search(rf"`{word}`", PAGE), f"docs/glossary.md does not say what {word} is"
