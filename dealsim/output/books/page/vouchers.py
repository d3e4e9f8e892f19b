"""What is outstanding by age, and how fast vouchers came back: ageing and triangle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from dealsim.books import BUCKETS, STATES, Liability
from dealsim.output.books.page.cells import exact
from dealsim.output.drawing.wording import day, month
from dealsim.output.html.blocks import Block, Chapter, Table
from dealsim.output.labels import label
from dealsim.units import format_share

AGES = (0, 1, 2, 3, 6, 9, 12, 24, 36, 48, 60)
"""Ages of the triangle that are shown at once, in months; all are folded away beneath."""
ACROSS = 8
"""Months of issue beside one another."""


def ageing(found: Liability) -> Chapter:
    """The ageing at the end of the period of the closing day, and at all others."""
    ends = found.period_ends
    now = next((end for end in ends if end >= found.position.day), ends[-1])
    others = [end for end in ends if end != now and found.ageing[end].any()]
    blocks = [Block(table=_ageing(found, [now], f"Ageing on {day(now)}"), open=True)]
    if others:
        blocks.append(Block(table=_ageing(found, others, "Ageing at the end of other periods")))
    read = (
        "The price of the vouchers that customers hold, as the voucher register shows it, by "
        "months since issue and by what is left of the right."
    )
    how = (
        "Live: the promotion runs. Paid value only: it is over, and the price paid is still good. "
        "Past legal minimum: the law lets that lapse by now. Past dormancy: it should have gone to "
        "the state as unclaimed property."
    )
    return Chapter("ageing", "Ageing of what customers hold", read, blocks, how)


def _ageing(found: Liability, ends: Sequence[date], caption: str) -> Table:
    """Rows by period end and age, those without vouchers left out; a total of each end."""
    rows, totals = [], []
    several = len(ends) > 1
    for end in ends:
        cells = found.ageing[end]
        for bucket in (k for k in range(len(BUCKETS)) if cells[k].any()):
            states = (exact(found, amount) for amount in cells[bucket])
            name = f"{BUCKETS[bucket].replace('-', ' to ')} months"
            row = (name, *states, exact(found, cells[bucket].sum()))
            rows.append((day(end), *row) if several else row)
        totals.append(len(rows))
        whole = ("all", *(exact(found, a) for a in cells.sum(axis=0)), exact(found, cells.sum()))
        rows.append((day(end), *whole) if several else whole)
    heads = ("age", *map(label, STATES), "outstanding")
    if several:
        return Table(caption, ("period to", *heads), rows, words=(1,), totals=totals)
    return Table(caption, heads, rows, totals=totals)


def triangle(found: Liability) -> Chapter:
    """Redemptions to date by month of issue, ages down, with the development factors."""
    ages = found.triangle.shape[1]
    some = [age for age in AGES if age < ages]
    blocks = [Block(table=_triangle(found, part, some, ""), open=True) for part in _parts(found)]
    if len(some) < ages:
        every = list(range(ages))
        blocks += [
            Block(table=_triangle(found, part, every, ", every month of age"))
            for part in _parts(found)
        ]
    read = (
        "Paid value redeemed to date, late redemptions and cash taken included, by month of issue "
        "(across) and age in months (down)."
    )
    how = (
        "Blank: beyond what is simulated. Factor: how redemptions to date grow from one age to the "
        "next month's, over the months of issue that reach it."
    )
    return Chapter("triangle", "Redemption triangle", read, blocks, how)


def _parts(found: Liability) -> list[range]:
    months = len(found.triangle_months)
    return [range(k, min(k + ACROSS, months)) for k in range(0, months, ACROSS)]


def _triangle(found: Liability, part: range, ages: Sequence[int], which: str) -> Table:
    """Some months of issue across, ages down, the factors beside."""
    cells, issued = found.triangle, found.issued
    names = [month(found.triangle_months[k]) for k in part]
    span = f", issued {names[0]}" + (f" to {names[-1]}" if len(names) > 1 else "")
    rows = [("issued, net of refunds", *(exact(found, issued[k]) for k in part), "")]
    for age in ages:
        redeemed = ("" if np.isnan(cells[k, age]) else exact(found, cells[k, age]) for k in part)
        last = age >= len(found.triangle_factors)
        factor = "" if last else f"{found.triangle_factors[age]:.4f}"
        rows.append((f"{age}", *redeemed, factor))
    shares = (
        format_share(float(np.nanmax(cells[k], initial=0)) / float(issued[k])) if issued[k] else ""
        for k in part
    )
    rows.append(("redeemed, share of issued", *shares, ""))
    caption = f"Redeemed to date{span}{which}"
    return Table(caption, ("age in months", *names, "factor"), rows, totals=(0, len(rows) - 1))
