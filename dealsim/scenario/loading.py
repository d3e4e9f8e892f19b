"""`load` and `check`: a scenario file in, a `Scenario` or every problem with it out.

The file, with those it extends, is brought to the current format, completed, read and checked.

A scenario also changes in memory, `Scenario.with_`: it is made again from what the owner stated,
which is kept, and the changes. That is the same way that a file takes, without the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from dealsim.errors import Problem, ScenarioError
from dealsim.files import FileRefused, identity
from dealsim.scenario.campaigns import check_dates, further_deals, of_deal, with_list
from dealsim.scenario.checks.checking import Checking
from dealsim.scenario.checks.issues import problems_of
from dealsim.scenario.checks.placeholders import without
from dealsim.scenario.checks.values import check_values
from dealsim.scenario.incognito import incognito
from dealsim.scenario.language.extended import extended_text, identity_of
from dealsim.scenario.language.node import Node, Origin, Shape, Source, merge, to_plain
from dealsim.scenario.language.overrides import REPLACED, Overrides, Stated, read_overrides
from dealsim.scenario.language.provenance import provenance_of
from dealsim.scenario.language.yamlfile import migrate, parse_yaml, read_text
from dealsim.scenario.model.fields import Reading
from dealsim.scenario.model.issues import ModelIssue
from dealsim.scenario.model.scenario import Loaded, Scenario, read_scenario
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.complete import Completed, complete
from dealsim.scenario.presets.kinds import kind_preset
from dealsim.uncertain import read_values
from dealsim.units import quoted

MOST_EXTENDED = 20
"""Longest chain of files that extend one another."""

Checked: TypeAlias = tuple[Scenario | None, tuple[Problem, ...], tuple[Problem, ...]]


class DataFiles:
    """Reads data files named relative to a folder, each once: a scenario that is changed in
    memory keeps the data it was loaded with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._values: dict[str, Sequence[float]] = {}

    def read(self, name: str) -> Sequence[float]:
        """The values of a file; raises ValueError with a sentence where they cannot be read."""
        if name not in self._values:
            file = self._folder / name
            try:
                identity(file)
            except FileRefused as error:
                if error.is_missing:
                    where = "" if Path(name).is_absolute() else " in the folder of the scenario"
                    raise ValueError(f"there is no file {quoted(name)}{where}") from None
            self._values[name] = read_values(file)
        return self._values[name]


def load(path: str | PathLike[str], overrides: Overrides = ()) -> Scenario:
    """Read a scenario file.

    `overrides` are what `--set` gives: {path: value} or texts `path=value`, laid over the file.
    Raises `ScenarioError` with every problem found.
    """
    return _accepted(check(path, overrides))


def check(path: str | PathLike[str], overrides: Overrides = ()) -> Checked:
    """The scenario of a file (None where it has errors), the errors and the warnings.

    Problems are in the order of the file. Raises `UsageError` for an override without `=`.
    """
    try:
        stated = _read_stated(Path(path), overrides, scenario_shape())
    except ScenarioError as error:
        return None, error.problems, error.warnings
    return _build(stated, DataFiles(stated.file.absolute().parent))


def check_text(text: str, path: Path) -> Checked:
    """The same of the text of a file that need not be there; it extends none."""
    try:
        source = Source("file", str(path), text, path.absolute().parent)
        tree, warnings = _parsed(source)
    except ScenarioError as error:
        return None, error.problems, error.warnings
    return _build(Stated(tree, (), path, (), warnings), DataFiles(path.absolute().parent))


def _changed(
    stated: Stated, data: DataFiles, changes: Mapping[str, object], without: Collection[str]
) -> Scenario:
    """`Scenario.with_`: what was stated, without some sections, with further overrides."""
    kept = stated.without(without)
    return _accepted(_build(kept.with_overrides(changes, scenario_shape()), data))


def in_parts(scenario: Scenario, currency: str, factor: float) -> Scenario:
    """A scenario with every amount of money times `factor`, in the unit that `currency` names
    (`dealsim.parts.PARTS`), and without names and sources that may tell an amount.

    Raises ValueError for a scenario that was not loaded.
    """
    if scenario._loaded.hide is None:
        raise ValueError("only a scenario that was loaded can be told in parts")
    return scenario._loaded.hide(currency, factor)


def _hidden(stated: Stated, data: DataFiles, currency: str, factor: float) -> Scenario:
    """`in_parts`: what was stated, in parts of a whole."""
    reading = Reading(complete(stated, data.read).currency, data.read)
    return _accepted(_build(incognito(stated, currency, factor, reading), data))


def _accepted(checked: Checked) -> Scenario:
    scenario, errors, warnings = checked
    if scenario is None:
        raise ScenarioError(errors, warnings)
    return scenario


def _build(stated: Stated, data: DataFiles) -> Checked:
    """Complete, read and check what is stated, the deals of `campaigns` too."""
    whole = with_list(stated)
    found, errors, warnings = _build_one(whole, data, partial(_changed, stated, data))
    if found is not None:
        found._loaded = replace(found._loaded, hide=partial(_hidden, stated, data))
    malformed = any((one.path or "").startswith("campaigns") for one in errors)
    if whole.tree.get("campaigns") is None or found is None or malformed:
        return (None if errors else found), errors, warnings
    deals: list[Scenario | None] = []
    for number, one in enumerate(further_deals(whole, found), start=2):
        deal, wrong, doubtful = _build_one(one, data, None)
        deals.append(deal)
        errors += tuple(of_deal(number, wrong, errors, whole))
        warnings += tuple(of_deal(number, doubtful, warnings, whole))
    dates = check_dates(whole, found, deals)
    errors = tuple(_in_order([*errors, *dates.errors]))
    warnings = tuple(_in_order([*warnings, *dates.warnings]))
    if errors:
        return None, errors, warnings
    further = tuple(deal for deal in deals if deal is not None)
    found._loaded = replace(found._loaded, warnings=warnings, further=further)
    return found, (), warnings


def _build_one(
    stated: Stated,
    data: DataFiles,
    change: Callable[[Mapping[str, object], Collection[str]], Scenario] | None,
) -> Checked:
    """One deal; where there are errors, the scenario with placeholders for what is wrong."""
    completed = complete(stated, data.read)
    errors = [*stated.problems, *completed.problems]
    warnings = [*stated.warnings, *completed.warnings]
    scenario, issues = _read(completed, stated, data)
    errors += problems_of(issues, completed.tree)
    invalid = [issue.steps for issue in issues]
    if scenario is None:
        # with placeholders for what is wrong, so that the rest can be checked as well
        patched = without(stated, invalid)
        scenario, _ = _read(complete(patched, data.read), patched, data)
    if scenario is not None:
        checking = Checking(scenario, stated, completed, invalid)
        check_values(checking)
        errors += checking.errors
        warnings += checking.warnings
    errors, warnings = _in_order(errors), _in_order(warnings)
    if scenario is None:
        return None, tuple(errors), tuple(warnings)
    law = completed.jurisdiction
    scenario._loaded = Loaded(
        stated.file,
        completed.tree,
        provenance_of(completed.tree, scenario_shape(), law.source if law is not None else None),
        tuple(warnings),
        kind_preset(completed.kind).survey,
        change,
    )
    return scenario, tuple(errors), tuple(warnings)


def _read(
    completed: Completed, stated: Stated, data: DataFiles
) -> tuple[Scenario | None, list[ModelIssue]]:
    """The scenario of a complete tree, or what the sections refuse."""
    plain = to_plain(completed.tree, scenario_shape(), stated.file.absolute().parent)
    return read_scenario(plain, Reading(completed.currency, data.read))


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Without repetitions, by position in the file; what has no position first."""
    return sorted(
        dict.fromkeys(problems),
        key=lambda problem: (problem.file or "", problem.line or 0, problem.column or 0),
    )


def _read_stated(path: Path, overrides: Overrides, shape: Shape) -> Stated:
    """Read a scenario file and the overrides; raises `ScenarioError` where it is no mapping, and
    `UsageError` for an override without `=`."""
    found, problems = read_overrides(overrides, shape)
    tree, warnings = _read_chain(path, shape)
    return Stated(tree, found, path, problems, warnings)


def _read_chain(path: Path, shape: Shape) -> tuple[Node, list[Problem]]:
    """The file laid over the one it extends, that over the one it extends, and so on; and what is
    doubtful about their formats."""
    tree, warnings = _read_one(path, read_text(path, str(path)), "file")
    trees = [tree]
    seen = {identity_of(path, tree): path}
    current = path
    while (target := trees[-1].get("extends")) is not None:
        if not isinstance(target.value, str) or not target.value.strip():
            problem = target.place.problem("extends takes the name of one file", None, "extends")
            raise ScenarioError([problem])
        current = current.parent / target.value.strip()
        known = identity_of(current, target)
        if known in seen:
            loop = " -> ".join(file.name for file in [*seen.values(), current])
            message = f"extends goes round in a circle: {loop}"
            raise ScenarioError([target.place.problem(message, None, "extends")])
        if len(seen) >= MOST_EXTENDED:
            message = f"more than {MOST_EXTENDED} files extend one another"
            raise ScenarioError([target.place.problem(message, None, "extends")])
        seen[known] = current
        tree, found = _read_one(current, extended_text(current, target, shape), "extends")
        trees.append(tree)
        warnings += found
    tree = _without(trees[-1], "extends")
    for above in reversed(trees[:-1]):
        tree = merge(tree, _without(above, "extends"), shape, REPLACED)
    return tree, warnings


def _read_one(path: Path, text: str, origin: Origin) -> tuple[Node, list[Problem]]:
    shown = str(path)
    return _parsed(Source(origin, shown, text, path.absolute().parent))


def _parsed(source: Source) -> tuple[Node, list[Problem]]:
    """The tree of a text in the current format, and what is doubtful about its format."""
    root = parse_yaml(source)
    if root.mapping is not None and not root.mapping:
        problem = Problem(
            "the file is empty", "dealsim new FILE writes one to start from", file=source.name
        )
        raise ScenarioError([problem])
    if root.mapping is None:
        what = "a list" if root.items is not None else "a single value"
        message = f"a scenario is a mapping of keys, not {what}"
        raise ScenarioError([root.place.problem(message, "begin with  name: ...")])
    return migrate(root)


def _without(tree: Node, key: str) -> Node:
    return tree.with_entries({k: node for k, node in tree.entries.items() if k != key})
