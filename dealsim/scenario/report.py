"""Turning what pydantic found into problems with a file, a line and a remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from dealsim.errors import Problem
from dealsim.scenario.language.node import Node, Place, Step, dotted
from dealsim.scenario.language.suggest import closest
from dealsim.scenario.language.yamlfile import comma_accident, is_comma_accident
from dealsim.scenario.model.base import Section
from dealsim.scenario.model.fields import describe
from dealsim.scenario.model.shape import RESERVED, Shape, scenario_shape
from dealsim.scenario.model.terms import Instalment, OnRedemption, RedemptionTerms

REQUIRED: Mapping[str, tuple[str, str]] = {
    "deal.price": ("what the customer pays for one voucher", "price: 10"),
    "deal.face_value": ("what one voucher buys", "face_value: 20"),
    "deal.demand": ("how many vouchers customers want", "demand: 300 to 900"),
    "platform.commission": ("the platform's share of the price", "commission: 50%"),
    "business.usual_ticket": ("what an ordinary visitor spends", "usual_ticket: 35"),
    "business.variable_cost": ("its cost, as a share of the list price", "variable_cost: 40%"),
}
"""The values no preset can know: what each is, and how it is written."""


def problems_of(
    error: ValidationError, tree: Node
) -> Iterator[tuple[tuple[Step, ...], Problem | None]]:
    """Every problem of a validation, with the path of the field it is about.

    A key that is missing because it is misspelt is one mistake: its problem is None.
    """
    errors = [
        (tuple(step for step in found["loc"] if not str(step).startswith("#")), found)
        for found in error.errors(include_url=False)
    ]
    misspelt = {
        (*steps[:-1], _near(steps)) for steps, found in errors if found["type"] == "extra_forbidden"
    }
    for steps, found in errors:
        if found["type"] == "missing" and steps in misspelt:
            yield steps, None
            continue
        for problem in _problems(found, steps, tree):
            yield steps, problem


def _problems(found: Any, steps: tuple[Step, ...], tree: Node) -> Iterator[Problem]:
    kind, path, node = found["type"], dotted(steps), tree.get(*steps)
    if kind == "dealsim":
        for below, message, hint in found["ctx"]["findings"]:
            place = tree.nearest(*steps, *below).place
            yield _about(path, place, message, hint, dotted((*steps, *below)))
    elif kind == "extra_forbidden":
        yield _unknown_key(steps, tree)
    elif kind == "missing":
        yield _missing(steps, tree)
    elif node is not None:
        message, hint = _wrong_kind(steps, node)
        yield _about(path, node.place, message, hint, path)
    else:
        yield Problem(f"{path}: {found['msg']}", path=path)


def _about(path: str, place: Place, message: str, hint: str | None, at: str) -> Problem:
    """A problem whose message begins with the path, save on a command line, which shows it."""
    text = f"{path}: {message}" if place.source.name is not None else message
    return place.problem(text, hint, at)


def _known_keys(steps: tuple[Step, ...]) -> list[str]:
    """The keys that may stand where the last step of a path stands."""
    model = model_at(steps[:-1])
    names = list(model.model_fields if model is not None else ())
    return names + (["extends"] if len(steps) == 1 else [])


def _near(steps: tuple[Step, ...]) -> str | None:
    """The key that the last step of a path was probably meant to be."""
    return closest(str(steps[-1]), _known_keys(steps))


def _unknown_key(steps: tuple[Step, ...], tree: Node) -> Problem:
    node = tree.nearest(*steps)
    place, key, path = node.key or node.place, str(steps[-1]), dotted(steps)
    if len(steps) == 1 and key in RESERVED:
        return place.problem(
            f"{key} is not supported by this version yet", "remove the section", path
        )
    if is_comma_accident(key):
        message, hint = comma_accident(key)
        return place.problem(message, hint, path)
    where = dotted(steps[:-1]) or "the scenario"
    near = _near(steps)
    if near is None:
        hint = _elsewhere(key, _known_keys(steps))
        return place.problem(f'unknown key "{key}" in {where}', hint, path)
    return place.problem(f'unknown key "{key}" in {where}; did you mean "{near}"?', None, path)


def _elsewhere(key: str, names: Sequence[str]) -> str:
    """Where a key that is unknown here belongs, or what is known here."""
    for section, shape in scenario_shape().fields.items():
        if key in shape.fields:
            return f"it belongs in {section}:"
    return f"known here: {', '.join(names)}"


def shape_at(steps: Sequence[Step]) -> Shape:
    """The shape at a path; that of nothing where there is none."""
    shape: Shape | None = scenario_shape()
    for step in steps:
        shape = shape.child(str(step)) if shape is not None else None
    return shape or Shape()


def model_at(steps: Sequence[Step]) -> type[Section] | None:
    """The model of the section at a path, or at the payout's two forms."""
    if tuple(steps[:2]) != ("platform", "payout"):
        return shape_at(steps).model
    if len(steps) == 2:
        return OnRedemption
    return RedemptionTerms if steps[2] == "on_redemption" else Instalment


def _missing(steps: tuple[Step, ...], tree: Node) -> Problem:
    path = dotted(steps)
    parent = tree.nearest(*steps[:-1])
    message, hint = f"{path} is missing", _meaning(steps)
    if path in REQUIRED:
        meaning, example = REQUIRED[path]
        message, hint = f"{message}: {meaning}", f"under {steps[0]}: write  {example}"
    place = parent.key or parent.place
    problem = place.problem(message, hint, path)
    if parent is tree or parent.origin not in ("file", "extends"):
        return Problem(message, hint, path, tree.place.source.name)
    return problem


def _meaning(steps: tuple[Step, ...]) -> str | None:
    model = model_at(steps[:-1])
    info = model.model_fields.get(str(steps[-1])) if model is not None else None
    if info is None or not info.description:
        return None
    return " ".join(info.description.split()).split(". ")[0].rstrip(".").lower()


def _wrong_kind(steps: tuple[Step, ...], node: Node) -> tuple[str, str | None]:
    """A scalar or a list where a section is expected, or the reverse."""
    shape = shape_at(steps)
    found = f'"{node.text}"' if node.text else describe(node.plain())
    if steps[:2] == ("platform", "payout"):
        forms = "a list of {after: 5 business days, share: 1/3} or {on_redemption: {lag: 14 days}}"
        return f"{found} is not a way of paying out", f"write {forms}"
    if shape.model is not None:
        keys = ", ".join(shape.model.model_fields)
        return f"{found} stands where keys are expected", f"its keys are: {keys}"
    if shape.item is not None:
        return f"{found} stands where names are expected", "write  name: {...}"
    return f"{found} stands where a list is expected", "write  - ..."
