"""Reading a merchant's register: what was sold, redeemed, refunded and cashed out, by day.

The csv module divides rows into cells; the rest is by hand, for table libraries keep no line
and column of a wrong cell, stop at the first or turn it into a null, and hold the whole table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from os import PathLike
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from dealsim.errors import Problem, ScenarioError
from dealsim.records.campaigns import CampaignNames, no_campaigns
from dealsim.records.cells import EVENTS, SOLD
from dealsim.records.consistency import consistency_warnings
from dealsim.records.dates import RegisterDates
from dealsim.records.dayorder import DayOrder, day_order
from dealsim.records.file import RegisterFile, open_register
from dealsim.records.header import Columns, no_header, not_read, read_header
from dealsim.records.issues import IssueLog
from dealsim.records.rows import LEAVES_TOTALS, RegisterRows
from dealsim.records.transactions import TransactionReader
from dealsim.scenario import Scenario
from dealsim.units import quoted

__all__ = ["EVENTS", "Actuals", "read_register"]


@dataclass(frozen=True)
class Actuals:
    """What a merchant's register says happened, up to and including `as_of`.

    `days` are ascending, each with at least one event; `counts` are vouchers by the names of
    `EVENTS`, each (day,), 0 or more. To date, no more are redeemed, refunded and cashed out than
    were sold. `price` is what was paid for one, in minor units, where rows carry amounts (else
    None). `file` is the path as given, `rows` the rows below the header, `sha256` of the file's
    bytes, in hexadecimal. `warnings` are what the simulation takes differently.
    """

    as_of: date
    days: tuple[date, ...]
    counts: Mapping[str, NDArray[np.int64]]
    price: int | None
    file: str
    rows: int
    sha256: str
    warnings: tuple[Problem, ...] = ()


def read_register(
    path: str | PathLike[str],
    as_of: date,
    scenario: Scenario,
    *,
    campaign: CampaignNames | None = None,
) -> Actuals:
    """Read a voucher register (CSV: date, event, vouchers[, amount][, currency][, campaign]).

    Other columns are not read, with a warning. Days are yyyy-mm-dd, or day or month first where
    the file itself allows one of them only. Amounts may have a decimal comma where no comma parts
    the cells.

    With `campaign`, of a register of several, its rows alone. `as_of` is the last day that the
    register covers, from the scenario's start to before the end
    of its horizon. Raises `ScenarioError` with every kind of fault found, each with the first
    row that has it: what is no register, what a row cannot say, and what cannot be with the
    scenario's dates, currency and price.
    """
    dates = RegisterDates(scenario, as_of)
    with open_register(path) as file:
        columns, header = _header(file)
        if campaign is not None and columns.campaign is None:
            raise ScenarioError([no_campaigns(file.name, campaign)])

        def counted(order: DayOrder | None) -> tuple[RegisterRows, TransactionReader, IssueLog]:
            """The rows added up, what was learnt of them, and what is wrong with them."""
            issues = IssueLog()
            reader = TransactionReader(columns, scenario, issues, campaign)
            rows = RegisterRows(columns, header, reader, dates, issues, campaign, order)
            with file.text() as text:
                rows.count(text)
            return rows, reader, issues

        rows, reader, issues = counted(None)
        order = None
        if "date" in issues.kinds:
            with file.text() as text:
                order = day_order(rows.dates(text))
            if order is not None:
                rows, reader, issues = counted(order)
        with file.text() as text:
            rows.check_totals(text)
        texts = file.lines(issues.lines)
        problems = dates.problems()
        problems += _of_the_whole(rows, reader, issues, file.name, campaign)
        problems += issues.problems(file.name, texts, columns.mark)
        if problems:
            raise ScenarioError(problems)
        doubts = not_read(columns, header, file.name) + _read_as(order, file.name)
        return _actuals(as_of, rows, reader, scenario, file, doubts)


def _read_as(order: DayOrder | None, file: str) -> tuple[Problem, ...]:
    """A warning that says how dates are read, where that had to be found out."""
    if order is None or order.same:
        return ()
    why = f"{quoted(order.text)} allows nothing else" if order.text else "the order of rows tells"
    hint = "write days as yyyy-mm-dd to leave no doubt"
    return (
        Problem(f"dates are read {order.first} first: {why}", hint, file=file, line=order.line),
    )


def _header(file: RegisterFile) -> tuple[Columns, int]:
    """The columns, and the line of the header: the first that is not blank."""
    with file.text() as text:
        for line, header in enumerate(text, 1):
            if header.strip(" \t\r\n,;"):
                return read_header(header, line, file.name), line
    raise no_header(file.name)


def _of_the_whole(
    rows: RegisterRows,
    reader: TransactionReader,
    issues: IssueLog,
    file: str,
    campaign: CampaignNames | None,
) -> list[Problem]:
    """What no single row is to blame for."""
    if rows.rows == 0 and not issues.kinds and campaign is not None:
        hint = f"write {quoted(campaign.name)} into the column campaign of its rows"
        return [Problem(f"there are no rows of {quoted(campaign.name)}", hint, file=file)]
    if rows.rows == 0 and not issues.kinds:
        hint = "write a row for each day and event: 2011-03-01,sold,120"
        return [Problem("there are no rows below the header", hint, file=file)]
    found = []
    if reader.price is None and not reader.has_amounts:
        hint = "add a column amount, what was paid for a row's vouchers, or fix deal.price"
        message = "deal.price is uncertain, and no row says what was paid"
        found.append(Problem(message, hint, file=file))
    sold = sum(day.tally[SOLD] for day in rows.days.values())
    if sold == 0 and issues.kinds <= LEAVES_TOTALS:
        hint = "add the rows of the sale: 2011-03-01,sold,120"
        found.append(Problem("nothing was sold", hint, file=file))
    return found


def _actuals(
    as_of: date,
    rows: RegisterRows,
    reader: TransactionReader,
    scenario: Scenario,
    file: RegisterFile,
    doubts: tuple[Problem, ...],
) -> Actuals:
    """What faultless rows say."""
    tallies = np.array([day.tally for day in rows.days.values()], dtype=np.int64)
    counts = {name: tallies[:, event] for event, name in enumerate(EVENTS)}
    days = tuple(rows.days)
    price = reader.price if reader.has_amounts else None
    return Actuals(
        as_of,
        days,
        MappingProxyType(counts),
        price,
        file.name,
        rows.rows,
        file.sha256,
        doubts + consistency_warnings(days, counts, price, scenario, file.name),
    )
