"""How the commands that help to decide load, reckon and tell: the same for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dealsim.cli import common
from dealsim.cli.common import Options, is_silent
from dealsim.cli.folders import checked_folder
from dealsim.errors import ScenarioError
from dealsim.output.decisions.files import Decision, write_decision
from dealsim.output.drawing.precision import reached_in_words
from dealsim.output.files.folder import Before
from dealsim.output.files.maker import Maker, maker_of
from dealsim.output.terminal.console import Printer
from dealsim.output.terminal.file_list import file_list
from dealsim.output.terminal.problems import print_problems
from dealsim.scenario import Scenario, load

ELSEWHERE = ("accounting", "alternatives")
"""Sections that `run` warns of because another command uses them."""


def loaded(
    file: Path, overrides: Sequence[str], options: Options, *, variant: bool = False
) -> Scenario:
    """Load a scenario and tell its warnings (not those of a `variant` of a file again), but for
    those of sections that are not of `run`; with --strict they are errors."""
    found = load(file, tuple(overrides))
    told = tuple(one for one in found.warnings if one.path not in ELSEWHERE)
    if options["strict"] and told:
        raise ScenarioError(told)
    if not (options["quiet"] or variant):
        print_problems(warnings=told)
    return found


def how(options: Options, *names: str) -> dict[str, Any]:
    """The options with which a command's function is called: trials, seed, and others named."""
    return {name: options[name] for name in ("trials", "seed", "precision", "expected", *names)}


@dataclass(frozen=True)
class Telling:
    """How what a command found of scenarios is told: as JSON, as files, for people. A folder that
    could not be written is refused when this is made, before anything is reckoned."""

    command: str
    scenarios: Sequence[Scenario]
    options: Options
    begun: float = field(default_factory=time.monotonic)
    before: Before | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.out is not None:
            before = checked_folder(self.out, self.options, self._maker)
            object.__setattr__(self, "before", before)

    @property
    def out(self) -> Path | None:
        """The folder for the files, if they are wanted."""
        found: Path | None = self.options["out"]
        return found

    @property
    def silent(self) -> bool:
        """Whether people are told nothing on stdout."""
        return is_silent(self.options)

    @property
    def _maker(self) -> Maker:
        return maker_of(self.command, self.scenarios)

    def tell(self, found: Decision, for_people: Callable[[], None]) -> None:
        """Write the files, then print."""
        written: tuple[str, ...] = ()
        if self.out is not None:
            written = write_decision(
                found,
                self.out,
                maker=self._maker,
                before=self.before,
                overrides=self.options["overrides"],
                wall_seconds=time.monotonic() - self.begun,
                force=self.options["force"],
            )
        if self.options["as_json"]:
            common.print_json(found.document())
        elif not self.options["quiet"]:
            for_people()
            if said := reached_in_words(found.document().get("precision")):
                Printer().paragraph("")
                Printer().paragraph(said)
            if self.out is not None:
                Printer().paragraph("")
                Printer().line(file_list(self.out, written))
