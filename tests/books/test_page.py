"""docs/accounting.md: its table is the presets', its example what the functions give."""

from __future__ import annotations

from datetime import date

import numpy as np

from dealsim.books import balances
from dealsim.books.breakage import BreakagePolicy
from dealsim.books.cohort_flows import CohortFlows
from dealsim.books.entries import PresentationPolicy
from dealsim.books.posting import post
from dealsim.books.rollforward import roll_forward
from dealsim.books.subledger import VoucherSubledger
from tests.accounting_page import PAGE, rewritten
from tests.books.cohorts import from_totals

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_table_of_jurisdictions_is_that_of_the_presets() -> None:
    assert rewritten(TEXT) == TEXT


def example() -> VoucherSubledger:
    """Months 1, 6 and 12 of the worked example, and 12 once more."""
    return from_totals(
        [410_000] * 4,
        refunded=[10_000] * 4,
        redeemed_in_time=[80_000, 280_000, 280_000, 280_000],
        presented_late=[0, 0, 20_000, 20_000],
    )


def test_the_worked_example_is_what_the_roll_forward_gives() -> None:
    roll = roll_forward(example(), BreakagePolicy("proportional", np.array([0.8, 0.8, 0.8, 0.775])))
    for k, row in enumerate(line for line in TEXT.splitlines() if line.startswith("| month")):
        shown = [cell.strip().replace(",", "") for cell in row.strip("| ").split("|")[1:]]
        amounts = (np.cumsum(example().exercised, axis=0), roll.on_held, roll.closing, roll.held)
        assert shown == [f"{int(amount[k, 0]) / 100:.2f}" for amount in amounts]
    assert roll.closing[3, 0] == 129_03 and roll.lines["breakage_reestimate"][3, 0] == 120_97
    assert "| 870.97 | 129.03 |" in TEXT and "catch-up** of 120.97" in TEXT


def test_the_entries_of_the_worked_example() -> None:
    roll = roll_forward(example(), BreakagePolicy("proportional", 0.8))
    cash = {
        "payouts": [200_000],
        "card_fees": [10_000],
        "cash_in_time": [40_000],
        "tax_in_time": [15_600],
        "cost_in_time": [48_000],
    }
    flows = CohortFlows(
        [date(2011, 3, 31)],
        {name: values[:1, 0] for name, values in roll.lines.items()},
        roll.released[:1, 0],
        commission=0.5,
        cash={name: np.array(values) for name, values in cash.items()},
    )
    entries = post(flows, PresentationPolicy())
    assert [one.debits for one in entries] == [410_000, 10_000, 223_600, 30_000, 200_000]
    left = balances(entries)
    assert -(left["voucher_liability"] + left["recognised_breakage"]) == 300_000
    assert left["deferred_commission"] == 150_000
    assert left["cash"] == 190_000 + 55_600


def test_the_formula_that_strands_breakage() -> None:
    proper = from_totals([100_000] * 2, redeemed_in_time=[40_000, 90_000])
    roll = roll_forward(proper, BreakagePolicy("proportional", 0.9))
    assert roll.on_held[:, 0].tolist() == [4_444, 10_000]
    assert roll.closing[-1, 0] == 0
