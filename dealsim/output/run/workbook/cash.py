"""Money month by month: what comes in and goes out, how deep it may fall, and what is owed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from dealsim.engine import Array
from dealsim.output.run.workbook.page import RunPage
from dealsim.output.spreadsheet.live import Live
from dealsim.output.spreadsheet.sheet import cell, cells

CHART_ROWS = 20
NOTES = (
    "Cash with the deal less cash without it. 5 % and 95 %: one future in twenty is below the"
    " first, one in twenty above the second.",
)
SERIES = (
    ("cash", "in or out in the month, average", "mean", "money"),
    ("cumulative_cash", "in or out so far, average", "mean", "money"),
    ("cumulative_cash", "so far, 5 %", "p5", "money"),
    ("cumulative_cash", "so far, middle", "p50", "money"),
    ("cumulative_cash", "so far, 95 %", "p95", "money"),
    ("redeemed_in_time", "vouchers used in time", "mean", "mean_count"),
    ("presented_late", "vouchers used after expiry", "mean", "mean_count"),
    ("held", "vouchers not used so far", "mean", "mean_count"),
    ("outstanding_value", "paid for, not used so far", "mean", "money"),
)
FLOWS = ("cash", "redeemed_in_time", "presented_late")
LEGEND = {"p50": "middle of the futures", "mean": "average", "p5": "5 %", "p95": "95 %"}
LINES = {"p50": ("#1F5A94", 2.25, "solid"), "p5": ("#C0504D", 1.25, "dash")}
LINES |= {"p95": ("#5A8F4E", 1.25, "dash"), "mean": ("#595959", 1.0, "solid")}
WIDE = 13.0
AMOUNT = 5
"""Column of the amounts beneath the table."""


def write_cash(page: RunPage) -> None:
    """A row for each month end under a chart of cash to date."""
    result = page.result
    shown = [one for one in SERIES if result.mode == "sampled" or one[2] == "mean"]
    page.head("Cash by month", NOTES)
    top = page.row
    page.row += CHART_ROWS
    heads = [("month's last day", 14.0), *((words, WIDE) for _, words, _, _ in shown)]
    page.heads(heads)
    page.sheet.set_row(page.row - 1, 45)
    page.sheet.repeat_rows(page.row - 1)
    first = page.row
    for month, end in enumerate(result.month_ends):
        # the day that ends at 00:00 of the next first
        page.day(page.row, 0, end - timedelta(days=1))
        for column, (name, _, statistic, form) in enumerate(shown, start=1):
            if name in result.timeline:
                value = _statistic(result.timeline[name][month], statistic)
                page.number(page.row, column, value, form)
        page.row += 1
    _write_sums(page, shown, first)
    _chart(page, top, [one[:3] for one in shown], first, page.row - 1)
    page.row += 2
    _write_tie(page, first)
    page.print_on()


def _statistic(values: Array, name: str) -> float:
    return float(values.mean() if name == "mean" else np.percentile(values, int(name[1:])))


def _write_sums(page: RunPage, shown: list[tuple[str, str, str, str]], first: int) -> None:
    """What the flows of the months come to."""
    row, result = page.row, page.result
    page.text(row, 0, "in all", "total_text")
    for column, (name, _, _, form) in enumerate(shown, start=1):
        if name in FLOWS and name in result.timeline:
            value = float(result.timeline[name].mean(axis=1).sum())
            span = cells((first, column), (row - 1, column))
            page.live(
                row,
                column,
                Live(f"SUM({span})", value),
                "total" if form == "money" else "total_count",
            )
        else:
            page.text(row, column, "", "total_text")


def _write_tie(page: RunPage, first: int) -> None:
    """How the cash of all months and the result of the deal go together."""
    result = page.result
    if "cash" not in result.timeline or result.timeline["cash"].shape[1] != result.trials:
        return
    cash = float(result.timeline["cash"].mean(axis=1).sum())
    page.text(page.row, 0, "cash of all months")
    whole = cell(first + len(result.month_ends), 1)
    start = page.live(page.row, AMOUNT, Live(whole, cash), "money")
    page.text(page.row + 1, 0, "less what is set aside for vouchers still to come")
    aside = page.put(page.row + 1, AMOUNT, -float(result.metrics["tail_reserve"].mean()), "money")
    page.text(page.row + 2, 0, "what the deal changes in all, average", "total_text")
    for column in range(1, AMOUNT):
        page.text(page.row + 2, column, "", "total_text")
    page.live(page.row + 2, AMOUNT, start + aside, "total")
    page.row += 3


def _chart(
    page: RunPage, top: int, shown: list[tuple[str, str, str]], first: int, last: int
) -> None:
    """Cash to date: the middle of the futures, and what one in twenty is beyond."""
    chart: Any = page.book.workbook.add_chart({"type": "line"})
    for column, (name, _, statistic) in enumerate(shown, start=1):
        if name != "cumulative_cash":
            continue
        colour, width, dash = LINES[statistic]
        chart.add_series(
            {
                "name": LEGEND[statistic],
                "categories": [page.name, first, 0, last, 0],
                "values": [page.name, first, column, last, column],
                "line": {"color": colour, "width": width, "dash_type": dash},
            }
        )
    currency = page.result.scenario.currency
    chart.set_title({"name": "Cash in or out so far", "name_font": {"size": 12}})
    chart.set_x_axis(
        {
            "date_axis": True,
            "num_format": "mmm yyyy",
            "label_position": "low",
            "num_font": {"size": 9},
        }
    )
    chart.set_y_axis(
        {
            "name": currency,
            "num_format": "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
    )
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 370})
    page.sheet.insert_chart(top, 0, chart, {"description": "Cash in or out so far, month by month"})
