"""The loop: a chunk of trials through the mechanisms, step by step; one world, or several in step.

`World` is one world: its context, state and records. `run_chunk` takes it from the first day, or
from what a register leaves, to the horizon. `run_paired` takes a base world and its variants
together, so that each draw of a variant can be made from the base world's (`PairedDraws`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dealsim.engine.clock import Step
from dealsim.engine.context import Context
from dealsim.engine.draws import Draws, Tape
from dealsim.engine.history import History, state_after
from dealsim.engine.mechanisms import mechanisms
from dealsim.engine.recorder import Recorder, Records
from dealsim.engine.state import Flows, State
from dealsim.engine.tail import tail_reserve, vouchers_to_come


class World:
    """One world of a chunk, taken from step to step; `marks` are the days that end periods."""

    def __init__(
        self,
        context: Context,
        draws: Draws,
        marks: Sequence[int],
        history: History | None = None,
    ) -> None:
        self.context, self._draws = context, draws
        self.mechanisms = mechanisms(context)
        self._recorder = Recorder(context, marks)
        self._state = State.empty(context)
        if history is not None:
            self._state = state_after(history, context, draws, self._recorder)

    def advance(self, step: Step) -> None:
        """One step of every mechanism, in order."""
        draws, flows = self._draws.on(step.t0), Flows.begin(self.context, step)
        self._recorder.begin(step, draws)
        for mechanism in self.mechanisms.values():
            mechanism.step(self._state, flows, draws, self._recorder)
        self._recorder.close()

    def records(self) -> Records:
        """What happened, with what the horizon leaves open."""
        tail = vouchers_to_come(self.context, self._state)
        self._recorder.add("to_come", tail.exercised)
        self._recorder.add("tail_reserve", tail_reserve(self.context, self._state, tail))
        self._recorder.close()
        return self._recorder.records()


def run_chunk(
    context: Context, draws: Draws, marks: Sequence[int], history: History | None = None
) -> Records:
    """Simulate one chunk of trials to the horizon.

    With a `history` the vouchers up to its day are as it says, and chance begins there.
    """
    world = World(context, draws, marks, history)
    for step in context.clock.steps:
        world.advance(step)
    return world.records()


def run_paired(
    worlds: Sequence[World], steps: Sequence[Sequence[Step]], tape: Tape
) -> list[Records]:
    """Take a base world, which tells its draws to the `tape`, and its variants through their steps
    together. `steps` of all worlds are cut by the same days, as far as each goes."""
    ahead = [list(own) for own in steps]
    for t0 in np.unique([step.t0 for own in steps for step in own]):
        tape.clear()
        for world, own in zip(worlds, ahead, strict=True):
            if own and own[0].t0 == t0:
                world.advance(own.pop(0))
    return [world.records() for world in worlds]
