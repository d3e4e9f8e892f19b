"""Whose results a folder holds: the command that wrote them, and the scenario they are of."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dealsim.scenario import Scenario
from dealsim.text import shortened, shown_path


def maker_of(command: str, scenarios: Sequence[Scenario]) -> Maker:
    """Who writes the results of scenarios; several are part of what the command is."""
    first = scenarios[0]
    if len(scenarios) > 1:
        names = (one.name if one.file is None else one.file.name for one in scenarios)
        command = f"{command} {' '.join(names)}"
    return Maker(command, first.name, first.file)


@dataclass(frozen=True)
class Maker:
    """Who writes a folder: a command (`run`, `liability`), of the scenario of a name and file.

    The same scenario is the same file, whatever was changed in it since.
    """

    command: str
    scenario: str
    file: Path | None

    def facts(self, target: Path) -> dict[str, object]:
        """What the manifest in the folder says of it; the file is named from there, so that both
        can be moved together."""
        return {"command": self.command, "scenario_file": self._named_from(target)}

    def other(self, target: Path, manifest: Mapping[str, object]) -> str | None:
        """Whose results the folder of a manifest holds instead, in words; None where they are of
        the same making."""
        command, file = manifest.get("command"), manifest.get("scenario_file")
        scenario = manifest.get("scenario")
        name = scenario.get("name") if isinstance(scenario, Mapping) else None
        if not self._is_scenario(target, file, name):
            shown = self._shown(target, file) if isinstance(file, str) else shortened(str(name))
            return f"the results of another scenario, {shown}"
        if command is not None and command != self.command:
            return f"what dealsim {shortened(str(command))} wrote"
        return None

    def _is_scenario(self, target: Path, file: object, name: object) -> bool:
        if self.file is not None and isinstance(file, str) and "\0" not in file:
            there = Path(os.path.realpath(target)) / file
            if os.path.lexists(there):
                return os.path.realpath(there) == os.path.realpath(self.file)
            # one of them was moved since
            return there.name == self.file.name or name == self.scenario
        return name is None or name == self.scenario

    def _shown(self, target: Path, file: str) -> str:
        there = Path(os.path.realpath(target)) / file.replace("\0", "")
        return shown_path(os.path.relpath(os.path.realpath(there)))

    def _named_from(self, target: Path) -> str | None:
        if self.file is None:
            return None
        here, file = os.path.realpath(target), os.path.realpath(self.file)
        try:
            return Path(os.path.relpath(file, here)).as_posix()
        except ValueError:  # another drive
            return Path(file).as_posix()
