"""The loop: one chunk of trials through the steps of the model, in order."""

from __future__ import annotations

from dealsim.engine.chance import Chance
from dealsim.engine.comeback import ComeBack
from dealsim.engine.declare import Count, Declaration, Line
from dealsim.engine.grid import Grid
from dealsim.engine.inputs import Inputs
from dealsim.engine.pay import Pay
from dealsim.engine.redeem import Redeem
from dealsim.engine.resume import Past, Resumed, replay
from dealsim.engine.sell import Sell
from dealsim.engine.serve import Serve
from dealsim.engine.tail import DECLARES as TAIL
from dealsim.engine.tail import tail_reserve, vouchers_to_come
from dealsim.engine.unclaimed import Unclaimed
from dealsim.engine.visit import Visit
from dealsim.engine.world import Now, Paths, Record, World

DECLARED: tuple[Declaration, ...] = (
    Pay.declares,
    Visit.declares,
    Sell.declares,
    Serve.declares,
    Redeem.declares,
    ComeBack.declares,
    Unclaimed.declares,
    TAIL,
)
"""What every mechanism adds; money lines in the order of the waterfall."""


def declared_lines() -> tuple[Line, ...]:
    return tuple(line for declaration in DECLARED for line in declaration.lines)


def declared_counts() -> tuple[Count, ...]:
    return tuple(count for declaration in DECLARED for count in declaration.counts)


def run_chunk(
    inputs: Inputs, grid: Grid, chance: Chance, minor_digits: int, past: Past | None = None
) -> Paths:
    """Simulate one chunk of trials from the first day to the horizon.

    With a `past` the vouchers of its steps are as it says, and chance begins after them.
    """
    world = World(inputs, grid, chance, minor_digits)
    record = Record(world, DECLARED)
    sell = Sell(world) if past is None else Resumed(world, past)
    redeem = Redeem(world, sell.redeemers)
    serve, visit = Serve(world), Visit(world)
    come_back, pay = ComeBack(world), Pay(world, sell)
    unclaimed = Unclaimed(world, redeem)
    pay.begin(record)
    first = 0
    if past is not None:
        replay(world, past, sell, pay, unclaimed, record)
        redeem.resume(past.day)
        first = past.steps
    for index in range(first, grid.steps):
        now = Now.begin(world, index)
        record.begin(index + 1)
        sell.step(now, record)
        redeem.step(now, record)
        come_back.present(now)
        serve.step(now, record)
        visit.step(now, record)
        come_back.join(now, record)
        pay.step(now, record)
        unclaimed.step(now, record)
        redeem.lapse(now, record)
    tail = vouchers_to_come(world, redeem, serve)
    record.add("to_come", tail.exercised)
    record.add("tail_reserve", tail_reserve(world, tail))
    record.add("tail_reserve", unclaimed.reserve(tail))
    return record.paths()
