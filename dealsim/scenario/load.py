"""`load` and `check`: a scenario file in, a `Scenario` or every problem with it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from pydantic import ValidationError

from dealsim.errors import Problem, ScenarioError
from dealsim.scenario.language.node import Step
from dealsim.scenario.language.origins import provenance_of
from dealsim.scenario.language.overrides import Overrides
from dealsim.scenario.language.plain import reading_of, to_plain
from dealsim.scenario.model.checks import check_scenario
from dealsim.scenario.model.scenario import Scenario
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.complete import Resolved, Stated, read_stated, resolve
from dealsim.scenario.repair import without
from dealsim.scenario.report import problems_of

Checked: TypeAlias = tuple[Scenario | None, tuple[Problem, ...], tuple[Problem, ...]]


def load(path: str | PathLike[str], overrides: Overrides = ()) -> Scenario:
    """Read a scenario file.

    `overrides` are what `--set` gives: {path: value} or texts `path=value`, laid over the file.
    Raises `ScenarioError` with every problem found.
    """
    scenario, errors, warnings = check(path, overrides)
    if scenario is None or errors:
        raise ScenarioError(errors, warnings)
    return scenario


def check(path: str | PathLike[str], overrides: Overrides = ()) -> Checked:
    """The scenario of a file (None where it has errors), the errors and the warnings.

    Problems are in the order of the file. Raises `UsageError` for an override without `=`.
    """
    try:
        stated = read_stated(Path(path), overrides)
    except ScenarioError as error:
        return None, error.problems, error.warnings
    return build(stated)


def build(stated: Stated) -> Checked:
    """Complete, read and check what is stated."""
    resolved = resolve(stated)
    errors = [*stated.problems, *resolved.problems]
    warnings = [*stated.warnings, *resolved.warnings]
    directory = stated.file.absolute().parent if stated.file is not None else None
    scenario, found = _read(resolved, directory)
    errors += [problem for _, problem in found if problem is not None]
    wrong = [steps for steps, _ in found]
    if scenario is None:
        scenario = _mended(stated, wrong, directory)
    if scenario is not None:
        semantic = check_scenario(scenario, stated, resolved, wrong)
        errors += semantic.errors
        warnings += semantic.warnings
    errors, warnings = _in_order(errors), _in_order(warnings)
    if errors or scenario is None:
        return None, tuple(errors), tuple(warnings)
    scenario._warnings = tuple(warnings)
    scenario._file = stated.file
    return scenario, (), tuple(warnings)


def _read(
    resolved: Resolved, directory: Path | None
) -> tuple[Scenario | None, list[tuple[tuple[Step, ...], Problem | None]]]:
    """The scenario of a complete tree, or what its models refuse."""
    plain = to_plain(resolved.tree, scenario_shape(), directory)
    try:
        scenario = Scenario.model_validate(plain, context=reading_of(resolved.currency, directory))
    except ValidationError as error:
        return None, list(problems_of(error, resolved.tree))
    scenario._provenance = provenance_of(resolved)
    scenario._tree = resolved.tree
    return scenario, []


def _mended(
    stated: Stated, wrong: Sequence[tuple[Step, ...]], directory: Path | None
) -> Scenario | None:
    """The scenario with stand-ins for what is wrong, so that the rest can be checked as well."""
    resolved = resolve(without(stated, wrong))
    return _read(resolved, directory)[0]


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Without repetitions, by position in the file; what has no position first."""
    return sorted(
        dict.fromkeys(problems),
        key=lambda problem: (problem.file or "", problem.line or 0, problem.column or 0),
    )
