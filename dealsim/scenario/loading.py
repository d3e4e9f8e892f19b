"""`load` and `check`: a scenario file in, a `Scenario` or every problem with it out.

A scenario also changes in memory, `Scenario.with_`: it is made again from what the owner stated,
which is kept, and the changes. That is the same way that a file takes, without the reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from dealsim.errors import Problem, ScenarioError
from dealsim.files import FileRefused, identity
from dealsim.scenario.checks.checking import Checking
from dealsim.scenario.checks.issues import problems_of
from dealsim.scenario.checks.placeholders import without
from dealsim.scenario.checks.values import check_values
from dealsim.scenario.language.document import Stated, read_stated
from dealsim.scenario.language.overrides import Overrides
from dealsim.scenario.language.provenance import provenance_of
from dealsim.scenario.language.shape import to_plain
from dealsim.scenario.model.fields import Reading
from dealsim.scenario.model.scenario import Loaded, ModelIssue, Scenario, read_scenario
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.complete import Completed, complete
from dealsim.scenario.presets.kinds import kind_preset
from dealsim.uncertain import read_values
from dealsim.units import quoted

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
        stated = read_stated(Path(path), overrides, scenario_shape())
    except ScenarioError as error:
        return None, error.problems, error.warnings
    return _build(stated, DataFiles(stated.file.absolute().parent))


def _changed(stated: Stated, data: DataFiles, changes: Mapping[str, object]) -> Scenario:
    """`Scenario.with_`: what was stated with further overrides."""
    return _accepted(_build(stated.with_overrides(changes, scenario_shape()), data))


def _accepted(checked: Checked) -> Scenario:
    scenario, errors, warnings = checked
    if scenario is None:
        raise ScenarioError(errors, warnings)
    return scenario


def _build(stated: Stated, data: DataFiles) -> Checked:
    """Complete, read and check what is stated."""
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
    if errors or scenario is None:
        return None, tuple(errors), tuple(warnings)
    law = completed.jurisdiction
    scenario._loaded = Loaded(
        stated.file,
        completed.tree,
        provenance_of(completed.tree, scenario_shape(), law.source if law is not None else None),
        tuple(warnings),
        kind_preset(completed.kind).survey,
        partial(_changed, stated, data),
    )
    return scenario, (), tuple(warnings)


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
