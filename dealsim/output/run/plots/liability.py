"""`liability`: what customers have paid for and may still come for, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Array, Fan, draw_fan, fan_key, until
from dealsim.output.drawing.wording import amount, day, is_nil
from dealsim.output.labels import AXES, MILESTONES
from dealsim.output.run.plots.phrases import (
    as_found,
    facts,
    mark_milestone,
    median,
    milestone_days,
    typically,
)
from dealsim.results import Result

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AFTER_HATCH = r"\\\\"


Course = list[tuple[date, Array]]
"""An amount over time, (trial,) on each day; a day on which it jumps stands there twice."""


@dataclass(frozen=True)
class Part:
    """A stretch of the paid value outstanding, live or after expiry; a fan over its days."""

    days: tuple[date, ...]
    fan: Fan

    @classmethod
    def of(cls, course: Course) -> Part:
        days, samples = zip(*course, strict=True)
        trials = max(one.size for one in samples)
        return cls(days, Fan.of(np.array([np.broadcast_to(one, trials) for one in samples])))


def course(result: Result, name: str) -> Course:
    """A stock of the timeline at month ends, and on the days within months on which it turns."""
    months = dict(zip(result.month_ends, result.timeline[name], strict=True))
    turns = dict(zip(result.turn_days, result.turns[name], strict=True))
    found: Course = [(result.scenario.starts, np.zeros(1))]
    for when in sorted({*months, *turns}):
        before, after = turns.get(when, (months.get(when),) * 2)
        assert before is not None and after is not None
        if not np.array_equal(before, after):
            found.append((when, before))
        found.append((when, after))
    return found


def parts(result: Result) -> tuple[Part, Part | None]:
    """The paid value outstanding while the promotion lives, and after expiry (None: never any).

    Of one campaign the second follows the first; of several they run side by side.
    """
    live, after = course(result, "outstanding_live"), course(result, "outstanding_after_expiry")
    occurs = [place for place, (_, values) in enumerate(after) if np.any(values)]
    expiry = milestone_days(result, "promo_expiry")
    if len(result.campaigns) > 1 or not expiry:
        return Part.of(live), Part.of(after[occurs[0] - 1 :]) if occurs else None
    (expires,) = expiry
    turn = result.turn_days.index(expires)
    lasting = [point for point in live if point[0] < expires]
    lasting.append((expires, result.turns["outstanding_live"][turn, 0]))
    left = [(expires, result.turns["outstanding_after_expiry"][turn, 1])]
    left += [point for point in after if point[0] > expires]
    if not occurs:
        return Part.of([*lasting, left[0], left[-1]]), None
    return Part.of([*lasting, left[0]]), Part.of(left)


def title(result: Result) -> str:
    """The finding: how much of what was paid is still owed at the end."""
    currency, ends = result.scenario.currency, result.month_ends
    left, paid = median(_total(result)[-1]), _highest(result)
    how = typically(result)
    if is_nil(paid, currency):
        found = f"No paid value is {how} outstanding at any time"
    elif is_nil(left, currency):
        found = f"Nothing of the {amount(paid, currency)} paid is {how} outstanding at the end"
    else:
        of_what = f"{amount(paid, currency)} {'paid' if len(result.campaigns) < 2 else 'at most'}"
        found = (
            f"{amount(left, currency)} of the {of_what} is {how} still outstanding on"
            f" {day(ends[-1])}"
        )
    return as_found(result, found)


def _highest(result: Result) -> float:
    """The most that is outstanding at any time, median: of one campaign all that was paid."""
    turns = result.turns["outstanding_live"] + result.turns["outstanding_after_expiry"]
    by_day = np.median(_total(result), axis=1), np.median(turns, axis=2)
    return max(float(one.max(initial=0.0)) for one in by_day)


def _total(result: Result) -> Array:
    return result.timeline["outstanding_live"] + result.timeline["outstanding_after_expiry"]


@style.settings()
def draw(result: Result) -> Figure:
    """Fan of the paid value outstanding, live until the promotion expires, then after expiry."""
    live, after = parts(result)
    currency = result.scenario.currency
    figure, axes = sheet.new_sheet()
    ax.date_axis(axes, result.scenario.starts, shown_until(result))
    high = max(live.fan.high, after.fan.high if after else 0.0)
    lapses = result.milestones.get("paid_value_lapse")
    unit = ax.money_axis(axes, "y", (0.0, high), currency, (0.0, 0.16 if lapses is None else 0.27))
    ax.grid(axes)
    _draw_part(axes, result, live, style.BLUE)
    if after:
        _draw_part(axes, result, after, style.ORANGE, style.VERMILLION, AFTER_HATCH)
    booked = _draw_booked(axes, result)
    for row, name in enumerate(MILESTONES):
        mark_milestone(axes, result, name, row)
    axes.set_ylabel(f"{AXES['outstanding_value']} ({unit})")
    key = [*_key(result, after is not None), *booked]
    sheet.finish(figure, axes, facts(result), title(result), _note(result), key)
    return figure


def shown_until(result: Result) -> date:
    """The last day of the picture."""
    last = parts(result)[1] or parts(result)[0]
    return until(np.array([float(when.toordinal()) for when in last.days]), last.fan.p95)


def _draw_part(
    axes: Axes,
    result: Result,
    part: Part,
    colour: str,
    line: str | None = None,
    hatch: str | None = None,
) -> None:
    days = [d.toordinal() for d in part.days]
    draw_fan(axes, days, part.fan, colour, spread=facts(result).has_spread, line=line, hatch=hatch)


def _draw_booked(axes: Axes, result: Result) -> list[Artist]:
    """The liability as booked, where breakage makes it another amount; its key."""
    booked = result.timeline.get("liability")
    if booked is None or not np.any(booked) or np.allclose(booked, _total(result), atol=0.005):
        return []
    days, values = zip(*course(result, "liability"), strict=True)
    label = "owed in the books (median)"
    x, y = [d.toordinal() for d in days], [median(one) for one in values]
    line = axes.plot(x, y, color=style.INK, lw=1.3, label=label)
    line[0].set(linestyle=(0, (1, 1.5)), zorder=3.5)
    return list(line)


def _key(result: Result, after: bool) -> list[Artist]:
    from matplotlib.patches import Patch

    key = fan_key(facts(result), style.GREY)
    key.append(Patch(fc=style.BLUE, label="promotion live"))
    if after:
        dots = style.VERMILLION
        key.append(Patch(fc=style.ORANGE, ec=dots, hatch=AFTER_HATCH, lw=0, label="after expiry"))
    return key


def _note(result: Result) -> str:
    booked = result.timeline.get("liability")
    text = (
        "Price of the vouchers that customers hold and may still present."
        " You have been paid for them and owe what they are worth."
    )
    if booked is not None and not np.any(booked) and np.any(_total(result)):
        text = (
            "Price of the vouchers that customers hold and may still present. The platform pays on"
            " redemption, so you owe no money for them: you owe the service."
        )
    if shown_until(result) < result.month_ends[-1]:
        text += f" After {day(shown_until(result))} nothing is left."
    return text
