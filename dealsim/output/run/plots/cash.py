"""`cash`: what the deal puts into the till and takes out of it, day by day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Fan, draw_fan, fan_key
from dealsim.output.drawing.wording import amount, day, is_nil, month
from dealsim.output.labels import AXES
from dealsim.output.run.plots.phrases import (
    as_found,
    facts,
    mark_milestone,
    milestone_days,
    typically,
)
from dealsim.results import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def course(result: Result) -> tuple[tuple[date, ...], Fan]:
    """The days of the picture and cash to date on them: ends of steps, and instalments.

    A platform that pays on redemption pays between the days on which the visits of a step are
    told; with all of these days the picture would have teeth that no account has.
    """
    payouts = set(milestone_days(result, "payouts"))
    rows = [
        row
        for row, day_of in enumerate(result.path_days)
        if day_of in result.step_ends or day_of in payouts
    ]
    days = tuple(result.path_days[row] for row in rows)
    return days, Fan.of(result.paths["cumulative_cash"][rows])


def title(result: Result) -> str:
    """The finding: how deep cash typically falls, when, and where it ends."""
    days, fan = course(result)
    currency = result.scenario.currency
    lowest, end = int(np.argmin(fan.p50)), float(fan.p50[-1])
    bottom = min(0.0, float(fan.p50[lowest]))
    how = typically(result)
    if is_nil(bottom, currency):
        found = f"Cash {how} never falls below zero and ends at {amount(end, currency)}"
    elif amount(end, currency) == amount(bottom, currency):
        found = f"Cash {how} falls to {amount(bottom, currency)} and does not recover"
    else:
        found = (
            f"Cash {how} falls to {amount(bottom, currency)} in {month(days[lowest])}"
            f" and ends at {amount(end, currency)}"
        )
    return as_found(result, found)


@style.settings()
def draw(result: Result) -> Figure:
    """Fan of cumulative incremental cash, payout days and the lowest point of the median."""
    (when, fan), currency = course(result), result.scenario.currency
    figure, axes = sheet.new_sheet()
    ax.date_axis(axes, when[0], when[-1])
    lowest = int(np.argmin(fan.p50))
    reach = (min(0.0, fan.low), max(0.0, fan.high))
    unit = ax.money_axis(axes, "y", reach, currency, (0.07, 0.14))
    ax.grid(axes)
    ax.zero_line(axes)
    days = [d.toordinal() for d in when]
    draw_fan(axes, days, fan, style.BLUE, spread=facts(result).has_spread)
    paid = ax.mark_payouts(axes, milestone_days(result, "payouts"))
    mark_milestone(axes, result)
    key = [*fan_key(facts(result), style.BLUE), *paid]
    if not is_nil(min(0.0, float(fan.p50[lowest])), currency):
        text = f"lowest: {amount(float(fan.p50[lowest]), currency)} on {day(when[lowest])}"
        key += ax.mark_point(axes, days[lowest], float(fan.p50[lowest]), text)
    axes.set_ylabel(f"{AXES['cumulative_cash']} ({unit})")
    sheet.finish(figure, axes, facts(result), title(result), _note(result), key)
    return figure


def _note(result: Result) -> str:
    text = "Cash with the deal minus cash without it, added up from the first day."
    lowest = result.metrics.get("lowest_cash")
    if facts(result).has_spread and lowest is not None:
        deep = float(np.quantile(lowest, 0.05))
        if deep < 0:
            text += (
                " In one future of twenty it falls at some time to"
                f" {amount(deep, result.scenario.currency)} or lower."
            )
    return text
