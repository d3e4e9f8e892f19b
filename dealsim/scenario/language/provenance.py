"""Where a value came from."""

from __future__ import annotations

from dataclasses import dataclass

from dealsim.scenario.language.node import Origin


@dataclass(frozen=True)
class Provenance:
    """Origin of one value of a scenario.

    `origin` says whose value it is: the user's (`set`, `file`, `extends`) or dealsim's (`kind`,
    `jurisdiction`, `default`). `file`, `line` and `column` (from 1) say where it stands, a preset
    being named like a file. `source` is the citation given with it, and `judgement` tells that it
    is a considered guess rather than a published figure.
    """

    origin: Origin
    file: str | None = None
    line: int | None = None
    column: int | None = None
    source: str | None = None
    judgement: bool = False

    @property
    def is_default(self) -> bool:
        """Whether dealsim, not the owner, chose the value."""
        return self.origin in ("kind", "jurisdiction", "default")
