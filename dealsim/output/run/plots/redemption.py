"""`redemption`: how many vouchers come each week, against the places there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Array, Fan, draw_fan, fan_key
from dealsim.output.drawing.wording import count, day
from dealsim.output.labels import AXES
from dealsim.output.run.plots.phrases import (
    as_found,
    facts,
    mark_milestone,
    median,
    milestone_days,
    typically,
)
from dealsim.results import Result
from dealsim.units import format_share

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WEEK = 7
TAIL = 0.03
"""The picture ends where the weeks stay below this share of the busiest one, in nine futures of
ten."""
TAIL_WEEKS = 2
"""Weeks shown after that, and after the promotion's expiry."""
FAR = 2.5
"""Lines of capacity further above the vouchers than this are told in words, not drawn."""


@dataclass(frozen=True)
class Weeks:
    """Vouchers served a week, axes (stretch, trial); stretch i runs from `days[i]` to the next.

    A stretch is a week; where the simulation steps by months it is a month, and the rate is
    that of an average week of it.
    """

    days: tuple[date, ...]
    rates: Array

    def shown(self, until: date) -> Weeks:
        """Up to `until`, or as long as the weeks are worth showing; without the long tail."""
        often = Fan.of(self.rates).p95
        busy = np.flatnonzero(often >= TAIL * often.max())
        last_busy = self.days[int(busy[-1]) + 1] if often.any() else until
        end = max(until, last_busy) + timedelta(weeks=TAIL_WEEKS)
        last = next((i for i, d in enumerate(self.days) if d >= end), len(self.days) - 1)
        return Weeks(self.days[: last + 1], self.rates[:last])

    @property
    def served(self) -> float:
        """Vouchers served in all, mean."""
        lengths = np.diff([d.toordinal() for d in self.days]) / WEEK
        return float(self.rates.mean(axis=1) @ lengths)


def weekly(result: Result) -> Weeks:
    """Vouchers served a week, in time and late; customers are told at the end of a step."""
    chosen = [0]
    for cut, when in enumerate(result.path_days):
        if when in result.step_ends and (when - result.path_days[chosen[-1]]).days >= WEEK:
            chosen.append(cut)
    last = len(result.path_days) - 1
    if chosen[-1] != last:  # a rest of less than a week joins the stretch before it
        chosen[max(1, len(chosen) - 1) :] = [last]
    days = tuple(result.path_days[cut] for cut in chosen)
    served = np.diff(result.paths["served"][chosen], axis=0)
    lengths = np.diff([d.toordinal() for d in days]) / WEEK
    return Weeks(days, served / lengths[:, np.newaxis])


def shown(result: Result) -> Weeks:
    """The weeks in the picture."""
    expiry = milestone_days(result, "promo_expiry")
    return weekly(result).shown(expiry[-1] if expiry else result.path_days[-1])


def title(result: Result) -> str:
    """The finding: how full the busiest week is, and whether there is room for it."""
    weeks = weekly(result)
    busiest = median(weeks.rates.max(axis=0))
    when = weeks.days[int(np.argmax(np.median(weeks.rates, axis=1)))]
    if busiest == 0:
        return as_found(result, f"No vouchers are {typically(result)} redeemed")
    noun = "voucher" if result.scenario.deal.uses == 1 else "use"
    vouchers = f"1 {noun}" if count(busiest) == "1" else f"{count(busiest)} {noun}s"
    if facts(result).is_expected:
        return f"Expected: {vouchers} in the busiest week, that of {day(when)}"
    turned = median(_turned_away(result))
    room = f"; {count(turned)} times someone is turned away" if turned >= 0.5 else ""
    return f"The busiest week {typically(result)} brings {vouchers}{room}"


def _turned_away(result: Result) -> Array:
    turned = result.paths.get("turned_away")
    return np.zeros(1) if turned is None else turned[-1]


@style.settings()
def draw(result: Result) -> Figure:
    """Fan of the vouchers served a week, as steps, with expiry and the places there are."""
    weeks = shown(result)
    fan = Fan.of(weeks.rates)
    figure, axes = sheet.new_sheet()
    ax.date_axis(axes, weeks.days[0], weeks.days[-1])
    places = [(label, value) for label, value in capacities(result) if value <= FAR * fan.high]
    ax.number_axis(axes, max([fan.high, *(value for _, value in places)]), 0.16)
    ax.grid(axes)
    days = [d.toordinal() for d in weeks.days]
    draw_fan(axes, days, fan.held(), style.GREEN, spread=facts(result).has_spread, steps=True)
    mark_milestone(axes, result)
    key = [*fan_key(facts(result), style.GREEN), *_draw_places(axes, places)]
    axes.set_ylabel(AXES["served"])
    sheet.finish(figure, axes, facts(result), title(result), _note(result), key)
    return figure


def capacities(result: Result) -> list[tuple[str, float]]:
    """Places a week, whole and beside ordinary trade, by their means; none where not given."""
    capacity = _mean(result, "capacity_per_week")
    if capacity is None:
        return []
    found = [("capacity a week", capacity)]
    trade = _mean(result, "visits_per_week")
    if trade:
        found.append(("capacity beside ordinary trade", max(0.0, capacity - trade)))
    return found


def _mean(result: Result, name: str) -> float | None:
    value = getattr(result.scenario.business, name)
    return None if value is None else float(value.mean())


def _draw_places(axes: Axes, places: Sequence[tuple[str, float]]) -> list[Artist]:
    key: list[Artist] = []
    for (label, value), dash in zip(places, ("-", (0, (5, 2))), strict=False):
        line = axes.axhline(
            value, color=style.INK, lw=1.3, ls=dash, zorder=3.5, label=f"{label}: {count(value)}"
        )
        key.append(line)
    return key


def _note(result: Result) -> str:
    whole, weeks = weekly(result), shown(result)
    packs = result.scenario.deal.uses > 1
    parts = [f"{'Uses of packs' if packs else 'Vouchers'} served, in time and late, a week."]
    stretches = np.diff([d.toordinal() for d in weeks.days])
    if np.any(stretches > 2 * WEEK):
        first = weeks.days[int(np.argmax(stretches > 2 * WEEK))]
        parts.append(f"From {day(first)} on an average week of each month.")
    if len(weeks.days) < len(whole.days) and whole.served > weeks.served:
        later = format_share(1 - weeks.served / whole.served)
        parts.append(f"{later} of them come later, until {day(whole.days[-1])}.")
    fan = Fan.of(weeks.rates)
    far = [
        f"{label}: {count(value)}" for label, value in capacities(result) if value > FAR * fan.high
    ]
    if far:
        parts.append(f"There is room for far more ({', '.join(far)}).")
    return " ".join(parts)
