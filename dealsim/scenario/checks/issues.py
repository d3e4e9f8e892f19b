"""What the sections do not accept, as problems with a file, a line and a remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dealsim.errors import Problem
from dealsim.scenario.language.node import Node, Place, Step, dotted
from dealsim.scenario.language.suggest import closest
from dealsim.scenario.language.yamlfile import comma_accident, is_comma_accident
from dealsim.scenario.language.yamlsyntax import unspaced_colon
from dealsim.scenario.model.fields import describe
from dealsim.scenario.model.issues import ModelIssue
from dealsim.scenario.model.scenario import REQUIRED
from dealsim.scenario.model.shape import scenario_shape
from dealsim.units import quoted


def problems_of(issues: Sequence[ModelIssue], tree: Node) -> Iterator[Problem]:
    """Every problem that the issues come to; a key that is missing because it is misspelt is one
    mistake, reported where it is misspelt."""
    misspelt = {
        (*issue.steps[:-1], _near(issue.steps)) for issue in issues if issue.kind == "unknown key"
    }
    for issue in issues:
        if issue.kind != "missing" or issue.steps not in misspelt:
            yield from _problems(issue, tree)


def _problems(issue: ModelIssue, tree: Node) -> Iterator[Problem]:
    steps, path, node = issue.steps, dotted(issue.steps), tree.get(*issue.steps)
    if issue.kind == "value":
        for below, message, hint in issue.findings:
            place = tree.nearest(*steps, *below).place
            yield _about(path, place, message, hint, dotted((*steps, *below)))
    elif issue.kind == "unknown key":
        yield _unknown_key(steps, tree)
    elif issue.kind == "missing":
        yield _missing(steps, tree)
    elif node is not None:
        message, hint = _wrong_form(steps, node)
        yield _about(path, node.place, message, hint, path)
    else:
        yield Problem(f"{path}: {issue.text}", None, path, tree.place.source.name)


def _about(path: str, place: Place, message: str, hint: str | None, at: str) -> Problem:
    """A problem whose message begins with the path, save on a command line, which shows it."""
    text = f"{path}: {message}" if place.source.name is not None else message
    return place.problem(text, hint, at)


def _allowed_keys(steps: tuple[Step, ...]) -> list[str]:
    """The keys that may stand where the last step of a path stands."""
    names = list(scenario_shape().at(steps[:-1]).fields)
    return names + (["extends"] if len(steps) == 1 else [])


def _near(steps: tuple[Step, ...]) -> str | None:
    """The key that the last step of a path was probably meant to be."""
    return closest(str(steps[-1]).partition(":")[0], _allowed_keys(steps))


def _unknown_key(steps: tuple[Step, ...], tree: Node) -> Problem:
    node = tree.nearest(*steps)
    place, key, path = node.key or node.place, str(steps[-1]), dotted(steps)
    if is_comma_accident(key):
        message, hint = comma_accident(key)
        return place.problem(message, hint, path)
    if (unspaced := unspaced_colon(key)) is not None:
        return place.problem(*unspaced, path)
    where = dotted(steps[:-1]) or "the scenario"
    near = _near(steps)
    if near is None:
        hint = _elsewhere(key, _allowed_keys(steps))
        return place.problem(f"unknown key {quoted(key)} in {where}", hint, path)
    return place.problem(
        f'unknown key {quoted(key)} in {where}; did you mean "{near}"?', None, path
    )


def _elsewhere(key: str, names: Sequence[str]) -> str:
    """Where a key that is unknown here belongs, or what may stand here."""
    for section, shape in scenario_shape().fields.items():
        if key in shape.fields:
            return f"it belongs in {section}:"
    return f"known here: {', '.join(names)}"


def _missing(steps: tuple[Step, ...], tree: Node) -> Problem:
    path = dotted(steps)
    parent = tree.nearest(*steps[:-1])
    above = steps[:-1]
    while above and parent.origin not in ("file", "extends"):  # a preset's part of a section
        above = above[:-1]
        parent = tree.nearest(*above)
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
    description = scenario_shape().at(steps).description
    return description.split(". ")[0].rstrip(".").lower() or None


def _wrong_form(steps: tuple[Step, ...], node: Node) -> tuple[str, str | None]:
    """A scalar or a list where a section is expected, or the reverse."""
    shape = scenario_shape().at(steps)
    found = quoted(node.text) if node.text else describe(node.plain())
    if node.text and (unspaced := unspaced_colon(node.text)) is not None:
        return unspaced
    if steps[:2] == ("platform", "payout"):
        forms = "a list of {after: 5 business days, share: 1/3} or {on_redemption: {lag: 14 days}}"
        return f"{found} is not a way of paying out", f"write {forms}"
    if shape.fields:
        keys = ", ".join(shape.fields)
        return f"{found} stands where keys are expected", f"its keys are: {keys}"
    if shape.item is not None:
        return f"{found} stands where names are expected", "write  name: {...}"
    return f"{found} stands where a list is expected", "write  - ..."
