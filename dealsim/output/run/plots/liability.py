"""`liability`: what customers have paid for and may still come for, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Array, Fan, draw_fan, fan_key
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


@dataclass(frozen=True)
class Part:
    """A stretch of the paid value outstanding, live or after expiry; a fan over its days."""

    days: tuple[date, ...]
    fan: Fan

    @classmethod
    def of(cls, days: Sequence[date], samples: Array) -> Part:
        """From samples with the axes (day, trial)."""
        return cls(tuple(days), Fan.of(samples))

    @classmethod
    def join(cls, *parts: Part) -> Part:
        """Stretches one after the other, as one."""
        days = tuple(day for part in parts for day in part.days)
        return cls(days, Fan.join(*(part.fan for part in parts)))


def parts(result: Result) -> tuple[Part, Part | None]:
    """The paid value outstanding while the promotion lives, and after expiry (None: never any).

    Month ends as simulated, and between them, for one campaign, the days on which the value
    jumps: the start (nothing is out), the close of the sale and the promotion's expiry.
    """
    live, after = result.timeline["outstanding_live"], result.timeline["outstanding_after_expiry"]
    ends, expiry = result.month_ends, milestone_days(result, "promo_expiry")
    opening = _opening(result)
    if len(expiry) != 1 or expiry[0] > ends[-1]:
        return Part.join(*opening, Part.of(ends, live)), _from_first_value(ends, after)
    expires = Part.of(expiry, _held_value(result, expiry[0])[np.newaxis])
    cut = next(i for i, d in enumerate(ends) if d >= expiry[0])
    before = [*opening, Part.of(ends[:cut], live[:cut])] if cut else opening
    lasting = Part.join(*before, expires)
    if not np.any(after):
        nothing = Part.of((expiry[0], ends[-1]), np.zeros((2, 1)))
        return Part.join(lasting, nothing), None
    if ends[cut] == expiry[0]:
        return lasting, Part.of(ends[cut:], after[cut:])
    return lasting, Part.join(expires, Part.of(ends[cut:], after[cut:]))


def _opening(result: Result) -> list[Part]:
    """The start and the close of the sale, where the first month end comes after them."""
    starts, closes = result.scenario.starts, milestone_days(result, "sale_close")
    found = [Part.of((starts,), np.zeros((1, 1)))]
    if len(closes) == 1 and starts < closes[0] < result.month_ends[0]:
        found.append(Part.of(closes, _held_value(result, closes[0])[np.newaxis]))
    return found


def _held_value(result: Result, when: date) -> Array:
    """Paid value held at a cut day, before anything lapses: price of those not yet served."""
    served = result.paths["served"]
    trials = served.shape[1]
    cut = max(i for i, d in enumerate(result.path_days) if d <= when)
    held = result.metrics["vouchers_sold"][:trials] - served[cut]
    refunded_by = milestone_days(result, "refund_end")
    if refunded_by and when >= refunded_by[0]:
        held = held - result.metrics["vouchers_refunded"][:trials]
    price = result.inputs.get("deal.price")
    known = float(result.scenario.deal.price.mean())
    return np.asarray(held * (known if price is None else price[:trials]))


def _from_first_value(ends: Sequence[date], after: Array) -> Part | None:
    """Several campaigns: the month ends from the one before the first value after expiry."""
    occurs = np.flatnonzero(np.any(after, axis=1))
    if not occurs.size:
        return None
    first = max(0, int(occurs[0]) - 1)
    return Part.of(ends[first:], after[first:])


def title(result: Result) -> str:
    """The finding: how much of what was paid is still owed at the end."""
    currency, ends = result.scenario.currency, result.month_ends
    left = median(_total(result)[-1])
    paid = median(_held_value(result, milestone_days(result, "sale_close")[-1]))
    how = typically(result)
    if is_nil(paid, currency):
        found = f"No paid value is {how} outstanding at any time"
    elif is_nil(left, currency):
        found = f"Nothing of the {amount(paid, currency)} paid is {how} outstanding at the end"
    else:
        found = (
            f"{amount(left, currency)} of the {amount(paid, currency)} paid is {how} still"
            f" outstanding on {day(ends[-1])}"
        )
    return as_found(result, found)


def _total(result: Result) -> Array:
    return result.timeline["outstanding_live"] + result.timeline["outstanding_after_expiry"]


@style.settings()
def draw(result: Result) -> Figure:
    """Fan of the paid value outstanding, live until the promotion expires, then after expiry."""
    live, after = parts(result)
    currency = result.scenario.currency
    figure, axes = sheet.new_sheet()
    ax.date_axis(axes, result.scenario.starts, result.month_ends[-1])
    high = max(live.fan.high, after.fan.high if after else 0.0)
    unit = ax.money_axis(axes, "y", (0.0, high), currency, (0.0, 0.16))
    ax.grid(axes)
    _draw_part(axes, result, live, style.BLUE)
    if after:
        _draw_part(axes, result, after, style.ORANGE, style.VERMILLION, AFTER_HATCH)
    booked = _draw_booked(axes, result)
    for name in MILESTONES:
        mark_milestone(axes, result, name)
    axes.set_ylabel(f"{AXES['outstanding_value']} ({unit})")
    key = [*_key(result, after is not None), *booked]
    sheet.finish(figure, axes, facts(result), title(result), _note(result), key)
    return figure


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
    days = [d.toordinal() for d in result.month_ends]
    label = "booked liability, after breakage (median)"
    line = axes.plot(days, np.median(booked, axis=1), color=style.INK, lw=1.3, label=label)
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
    if booked is not None and not np.any(booked) and np.any(_total(result)):
        return (
            "Price of the vouchers that customers hold and may still present. The platform pays on"
            " redemption, so you owe no money for them: you owe the service."
        )
    return (
        "Price of the vouchers that customers hold and may still present, at month ends."
        " You have been paid for them and owe what they are worth."
    )
