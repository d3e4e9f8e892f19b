"""`reputation`: what bad service, and what is said of it, do to ordinary trade, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.drawing.bands import Array, Fan, draw_fan, fan_key
from dealsim.output.drawing.wording import amount, count
from dealsim.output.labels import AXES
from dealsim.output.run.plots.phrases import (
    as_found,
    facts,
    mark_milestone,
    median,
    typically,
)
from dealsim.results import Result
from dealsim.results.crowd import SOME
from dealsim.units import format_share

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHORTEST = 15
"""Days of a last period below which it is shown with the month before: of a few days' visits, one
more or less looks like a great change."""
LEAST = 1.0
"""The picture reaches a change of this many per cent at least: less is nothing to see."""


def days_of(result: Result) -> list[date]:
    """The days between which the change is shown: months, and what the horizon leaves of one with
    the month before it where it is a few days only."""
    days = [result.scenario.starts, *result.month_ends]
    return [*days[:-2], days[-1]] if _ends_in_days(days) else days


def _ends_in_days(days: Sequence[date]) -> bool:
    return len(days) > 2 and (days[-1] - days[-2]).days < SHORTEST


def change(result: Result) -> Array:
    """Change of ordinary trade by the deal, in per cent of what it is without, (period, trial)."""
    usual = result.timeline["ordinary_visits_without_deal"].mean(axis=1, keepdims=True)
    moved = result.timeline["trade_change"]
    if _ends_in_days([result.scenario.starts, *result.month_ends]):
        usual, moved = (
            np.concatenate([a[:-2], a[-2:].sum(axis=0, keepdims=True)]) for a in (usual, moved)
        )
    found = np.divide(moved, usual, out=np.zeros_like(moved), where=usual > 0)
    return np.asarray(100.0 * found)


def title(result: Result) -> str:
    """The finding: visits that the business loses or wins, in all, and its stars."""
    total = median(result.timeline["trade_change"].sum(axis=0))
    how = typically(result)
    if abs(total) < 0.05:
        found = f"The crowd {how} changes nothing for your own trade"
    else:
        does = "costs" if total < 0 else "brings"
        visits = count(abs(total))
        found = f"The crowd {how} {does} {visits} visit{'' if visits == '1' else 's'}"
        found += " of your own trade"
    return as_found(result, found)


@style.settings()
def draw(result: Result) -> Figure:
    """Fan of the change of ordinary trade, as steps by month, with expiry."""
    fan = Fan.of(change(result))
    figure, axes = sheet.new_sheet()
    days = days_of(result)
    ax.date_axis(axes, days[0], days[-1])
    low, high = min(fan.low, -LEAST), max(fan.high, 0.0)
    ax.signed_axis(axes, (low, high), 0.2, " %")
    ax.grid(axes)
    ax.zero_line(axes)
    places = [day.toordinal() for day in days]
    draw_fan(axes, places, fan.held(), style.BLUE, spread=facts(result).has_spread, steps=True)
    mark_milestone(axes, result)
    axes.set_ylabel(AXES["trade_change"])
    key = fan_key(facts(result), style.BLUE)
    sheet.finish(figure, axes, facts(result), title(result), _note(result), key)
    return figure


def _note(result: Result) -> str:
    metrics = result.metrics
    spoilt, plain, kept = (
        count(float(metrics[name].mean()))
        for name in ("failures", "failures_without_deal", "customers_kept")
    )
    text = (
        "Visits that your own customers want to make, with the deal against without it. On "
        f"average the crowd spoils {spoilt} visits ({plain} without the deal); "
        f"{'nobody is' if kept == '0' else f'{kept} customers are'} kept by an answer."
    )
    viral = metrics["viral_loss"]
    if facts(result).has_spread and (viral > 0).sum() >= SOME:
        share, currency = format_share(float((viral > 0).mean())), result.scenario.currency
        cost = amount(float(viral[viral > 0].mean()), currency)
        text += f" In {share} of futures a bad post is read by everybody: {cost} on average then."
    if "rating_at_horizon" in metrics:
        stars, before = (
            f"{float(metrics[name].mean()):.2f}"
            for name in ("rating_at_horizon", "rating_without_deal_at_horizon")
        )
        text += f" Reviews average {stars} at the end, {before} without the deal."
    return text
