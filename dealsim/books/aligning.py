"""Campaigns put on the same periods, so that their cohorts can be added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dealsim.books.cohort import Cohort
from dealsim.books.subledger import VoucherSubledger
from dealsim.errors import UsageError
from dealsim.scenario import Scenario


def on_one_horizon(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """The scenarios, all simulated to the day on which the last of them ends.

    Raises UsageError where their currencies differ.
    """
    currencies = {one.currency: one.name for one in scenarios}
    if len(currencies) > 1:
        told = ", ".join(f"{name} is in {currency}" for currency, name in currencies.items())
        raise UsageError(f"amounts of different currencies cannot be added up: {told}")
    end = max(one.horizon_end for one in scenarios)
    return tuple(
        one if one.horizon_end == end else one.with_({"horizon": f"{(end - one.starts).days} days"})
        for one in scenarios
    )


def all_cuts(cohorts: Sequence[Cohort]) -> tuple[date, ...]:
    """The ends of all periods that any of the cohorts has."""
    return tuple(sorted({cut for cohort in cohorts for cut in cohort.cuts}))


def padded(cohort: Cohort, cuts: tuple[date, ...]) -> Cohort:
    """The cohort on `cuts`, with nothing in the periods before it was sold.

    Raises ValueError where it lacks a period after its start.
    """
    before = len(cuts) - len(cohort.cuts)
    if cuts[before:] != cohort.cuts:
        raise ValueError("cohorts that are added up have the same periods once they are on sale")
    if not before:
        return cohort
    flows = {
        one.name: _led(getattr(cohort.subledger, one.name), before)
        for one in fields(cohort.subledger)
    }
    return replace(
        cohort,
        cuts=cuts,
        subledger=VoucherSubledger(**flows),
        held=_led(cohort.held, before),
        cash={name: _led(amounts, before) for name, amounts in cohort.cash.items()},
        escheat_paid=_led(cohort.escheat_paid, before),
    )


Number = TypeVar("Number", np.int64, np.float64)


def _led(values: NDArray[Number], periods: int) -> NDArray[Number]:
    """Values by period with so many of nothing before them."""
    nothing = np.zeros((periods, *values.shape[1:]), dtype=values.dtype)
    return np.concatenate([nothing, values])
