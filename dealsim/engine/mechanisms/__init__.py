"""The mechanisms of the model, one file each.

A mechanism is a class called as its module (`word_of_mouth` -> `WordOfMouthMechanism`), made once
for a chunk from its context, with a method `step(state, flows, draws, recorder)`: it reads stocks
and earlier flows of the step, draws, writes its own flows and stocks, and reports to the recorder
what the registry declares for it. `registry.MECHANISMS` has their order.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from dealsim.engine.context import Context
from dealsim.engine.draws import Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State
from dealsim.registry import MECHANISMS


class Mechanism(Protocol):
    """One step of the model's time, for one mechanism."""

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None: ...


def mechanisms(context: Context) -> dict[str, Mechanism]:
    """All mechanisms by name, in the order of the registry."""
    return {name: _named(name)(context) for name in MECHANISMS}


def _named(name: str) -> Callable[[Context], Mechanism]:
    module = import_module(f"{__name__}.{name}")
    found: Callable[[Context], Mechanism] = getattr(
        module, f"{name.title().replace('_', '')}Mechanism"
    )
    return found
