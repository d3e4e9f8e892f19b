"""What every semantic check works with: the scenario, where its values stand, what is sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dealsim.errors import Problem
from dealsim.scenario.language.node import Step, dotted
from dealsim.scenario.language.overrides import Stated, split_path
from dealsim.scenario.model.scenario import Scenario
from dealsim.scenario.presets.complete import Completed


@dataclass
class Checking:
    """A scenario under check, and what is found.

    `invalid` are the paths already reported: their values are placeholders, and no check that
    depends on one says anything.
    """

    scenario: Scenario
    stated: Stated
    completed: Completed
    invalid: Sequence[tuple[Step, ...]]
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def sound(self, *paths: str) -> bool:
        """Whether none of the paths, nor anything above or below them, was already reported."""
        for dotted_path in paths:
            steps: tuple[Step, ...] = split_path(dotted_path)
            for path in self.invalid:
                length = min(len(path), len(steps))
                if path[:length] == steps[:length]:
                    return False
        return True

    def error(self, path: str | Sequence[Step], message: str, hint: str | None = None) -> None:
        """Note an error about the value at a path, dotted or in steps."""
        self.errors.append(self._problem(path, message, hint))

    def warn(self, path: str | Sequence[Step], message: str, hint: str | None = None) -> None:
        """Note a warning about the value at a path."""
        self.warnings.append(self._problem(path, message, hint))

    def _problem(self, path: str | Sequence[Step], message: str, hint: str | None) -> Problem:
        steps = split_path(path) if isinstance(path, str) else tuple(path)
        path = dotted(steps)
        found = self.completed.tree.get(*steps)
        node = found or self.completed.tree.nearest(*steps)
        place = node.place if found is not None and node.mapping is None else node.key or node.place
        if node is self.completed.tree or node.origin not in ("file", "extends", "set"):
            return Problem(message, hint, path, str(self.stated.file))
        return place.problem(message, hint, path)
