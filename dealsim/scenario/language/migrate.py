"""Scenario formats: the one place where older files are brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dealsim.errors import Problem, ScenarioError
from dealsim.scenario.language.node import Node

FORMAT = 1
"""The scenario format this version reads and writes."""

Migration = Callable[[Node], Node]

MIGRATIONS: Mapping[int, Migration] = {}
"""From each older format to the next one: {1: from_1_to_2, ...}. None so far."""


def migrate(
    tree: Node, current: int = FORMAT, migrations: Mapping[int, Migration] = MIGRATIONS
) -> tuple[Node, list[Problem]]:
    """The tree in the current format, and a warning where its `dealsim:` line is missing.

    Raises `ScenarioError` where the format is newer than this version, or none at all.
    """
    stated = tree.get("dealsim")
    if stated is None:
        problem = Problem(
            "the format version is missing",
            f"add the line  dealsim: {current}",
            "dealsim",
            tree.place.source.name,
        )
        return tree, [problem]
    version = stated.value
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        message, hint = f"{stated.text or 'nothing'} is not a format version", f"write {current}"
        raise ScenarioError([stated.place.problem(message, hint, "dealsim")])
    if version > current:
        message = f"format {version} needs a newer dealsim (this one reads format {current})"
        hint = "update it:  pip install --upgrade dealsim"
        raise ScenarioError([stated.place.problem(message, hint, "dealsim")])
    for older in range(version, current):
        tree = migrations[older](tree)
    return tree, []
