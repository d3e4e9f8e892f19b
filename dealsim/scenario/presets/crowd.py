"""What the sections on a crowd take where the owner says nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from dealsim.scenario.language.node import Node, Shape, Source, from_plain, merge
from dealsim.scenario.language.yamlfile import parse_yaml
from dealsim.scenario.model.fields import Reading
from dealsim.scenario.presets.derived import derive_amounts
from dealsim.uncertain import STARS, ValueProblems

HALF_BAND = 0.25
"""Stars are displayed in halves: the average is within a quarter of them (eq. 12.14)."""

CROWD_PRESET = "preset crowd.yaml"
"""What the preset is called where values come from it."""

_FILE = Path(__file__).parent / "data" / "crowd.yaml"


@cache
def crowd_preset() -> Node:
    """The preset of the sections `service`, `rating` and `engagement`."""
    text = _FILE.read_text(encoding="utf-8")
    return parse_yaml(Source("kind", CROWD_PRESET, text, _FILE.parent))


def fill_crowd(name: str, node: Node, root: Node, shape: Shape, reading: Reading) -> Node:
    """A section of that name with what it leaves out; `root` is the scenario's tree."""
    preset = crowd_preset().get(name)
    if node.mapping is None or preset is None:
        return node
    filled = replace(merge(preset, node, shape), key=node.key, place=node.place)
    filled = derive_amounts(filled, root, reading)
    return _with_average(filled, reading) if name == "rating" else filled


def _with_average(rating: Node, reading: Reading) -> Node:
    """An average anywhere behind the displayed stars, where none is stated (eq. 12.14)."""
    entries = rating.entries
    shown = entries.get("displayed")
    if "average" in entries or shown is None:
        return rating
    try:
        stars = reading.parse(shown.plain(), STARS).mean()
    except ValueProblems:
        stars = 3.0  # what is wrong is said where the section is read
    low, high = max(1.0, stars - HALF_BAND), min(5.0, stars + HALF_BAND)
    band = {"dist": "uniform", "low": low, "high": high}
    return rating.with_entries({**entries, "average": from_plain(band, Source("default"))})
