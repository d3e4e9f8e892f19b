"""What must hold on every trial and step of every simulation (docs/model.md, section 11).

`conftest.py` runs these around every chunk that any test simulates. All comparisons of sampled
counts and of money are exact: integers and whole minor units.
"""

from __future__ import annotations

import numpy as np

from dealsim.engine import (
    Chance,
    Grid,
    Inputs,
    Paths,
    declared_counts,
    declared_lines,
    escheat_each,
    idle_lines,
)
from dealsim.measures import Measured, cumulative_cash, held_over_time, measure

NOISE = 1e-6
"""Expected counts are real numbers; they may miss an identity by rounding error only."""


def check_invariants(
    paths: Paths, inputs: Inputs, grid: Grid, chance: Chance, minor_digits: int
) -> None:
    """Raise AssertionError where a chunk breaks an identity."""
    _check_counts(paths, whole=chance.whole)
    _check_money(paths)
    _check_unclaimed(paths, inputs, grid, 10.0**minor_digits)
    _check_measures(measure(paths, inputs, grid, minor_digits), paths, minor_digits)


def _check_counts(paths: Paths, *, whole: bool) -> None:
    held = held_over_time(paths.counts)
    tolerance = 0.0 if whole else NOISE
    assert (held >= -tolerance).all(), "fewer vouchers held than none"
    for name, count in paths.counts.items():
        assert (np.diff(count, axis=1) >= -tolerance).all(), f"{name} went down"
        if whole:
            assert (count == np.floor(count)).all(), f"{name} is not whole"
    fates = sum(paths.counts[c.name] for c in declared_counts() if c.fate)
    difference = paths.counts["vouchers_sold"] - fates - held
    assert np.abs(difference).max() <= tolerance, "sold differs from fates and held"


def _check_money(paths: Paths) -> None:
    lines = {name: line.sum(axis=0) for name, line in paths.lines.items()}
    incremental = sum(line.sign * lines[line.name][-1] for line in declared_lines())
    cash = cumulative_cash(lines)
    gap = np.abs(cash[-1] - incremental - lines["tail_reserve"][-1]).max()
    assert gap <= (0 if paths.whole else NOISE), "cash differs from profit"
    assert (lines["fixed_fee"] == lines["fixed_fee"][:1]).all(), "the fee falls on day 0"


def _check_unclaimed(paths: Paths, inputs: Inputs, grid: Grid, unit: float) -> None:
    """Cash-outs are the price each, escheat to date its share of what is held (5.9, 9.10, 9.11)."""
    for name in idle_lines(inputs.scenario):
        assert not paths.lines[name].any(), f"{name} moved where nothing can move it"
    rounding = 0.5 + NOISE if paths.whole else NOISE
    price = inputs.values["deal.price"] * unit
    cash = paths.counts["cashed_out"] * price
    assert np.abs(paths.lines["cash_outs"] - cash).max() <= rounding, "cash differs from the price"
    held, each = held_over_time(paths.counts), escheat_each(inputs) * unit
    for c, campaign in enumerate(grid.campaigns):
        paid, due = paths.lines["escheat_paid"][c], held[c] * each
        begun, over = (
            grid.cuts >= (np.inf if day is None else day)
            for day in (campaign.dormancy, campaign.lapse)
        )
        assert not paid[~begun].any(), "escheat before it is due"
        gap = np.abs(paid - due)[begun & ~over]
        assert not gap.size or gap.max() <= rounding, "escheat differs from what is held"
        assert not np.diff(paid[over], axis=0).any(), "escheat moved after the lapse"


def _check_measures(found: Measured, paths: Paths, minor_digits: int) -> None:
    metrics, unit = found.metrics, 10.0**minor_digits
    parts = sum(line.sign * metrics[line.name] for line in declared_lines())
    gap = np.abs(parts - metrics["incremental_profit"]).max()
    scale = 1.0 + np.abs(metrics["incremental_profit"]).max()
    assert gap <= 1e-9 * scale * unit, "money lines do not sum to incremental_profit"
    owed = found.timeline["liability"]
    least = 0.0 if paths.whole else -NOISE
    assert (owed >= least).all() and (owed <= found.timeline["outstanding_value"] + NOISE).all()
    flows = found.timeline["cash"].sum(axis=0)
    expected = metrics["incremental_profit"] + metrics["tail_reserve"]
    assert np.abs(flows - expected).max() <= 1e-6 * max(1.0, scale / 1e6)
    stocks = found.timeline["outstanding_live"] + found.timeline["outstanding_after_expiry"]
    assert np.abs(stocks - found.timeline["outstanding_value"]).max() <= NOISE
    assert (metrics["lowest_cash"] <= 0).all()
