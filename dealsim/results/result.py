"""The result of a simulation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dealsim.results import summary
from dealsim.results.measures import Futures


@dataclass(frozen=True)
class Result(Futures):
    """What a simulation found, with its summary."""

    def summary(self) -> dict[str, Any]:
        """The result in figures: what `summary.json` holds (reckoned once)."""
        return self._summary

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return summary.summarise(self)
