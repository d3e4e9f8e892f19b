"""Packs in the books: earned use by use in whole cents, and what a run says to the cent (10.7)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dealsim import UsageError, liability, simulate
from dealsim.books.cohort import FATES, _in_money
from dealsim.records import read_register
from tests.conftest import MakeScenario
from tests.engine.library import MIXED
from tests.test_sales_tax import check_agreement

FEW = 300
PACK: dict[str, Any] = {
    "deal.uses": 7,
    "deal.use_rest": "60%",
    "deal.between": "9 days",
    "deal.price": 25,
    "deal.face_value": 84,
    "platform.fixed_fee": 0,
}
TERMS: dict[str, dict[str, Any]] = {
    "in instalments": {},
    "nothing survives": {"deal.after_expiry": "nothing"},
    "breakage with redemptions": {"accounting": "{breakage: proportional}"},
    "paid on redemption": {"platform.payout": "{on_redemption: {lag: 9 days, late: paid}}"},
    "cash and the state": {
        "accounting": "{cash_out: {below: 12, share: 50%}, escheat: {after: 170 days, share: 60%}}"
    },
    "taxed at issue": {
        "accounting": "{sales_tax: {rate: 20%, point: issue, included: yes, on_fee: 20%}}"
    },
    "taxed at redemption": {"accounting": "{sales_tax: {rate: 10%, included: yes}}"},
    "taxed on the face value": {
        "accounting": "{sales_tax: {rate: 10%, included: yes, base: face_plus_cash}}"
    },
}


@pytest.mark.parametrize("name", sorted(TERMS))
def test_run_and_books_agree(name: str, scenario: MakeScenario, seed: int) -> None:
    """The books' result is the campaign's profit, what they owe is what the run says."""
    made = scenario(MIXED, {**PACK, **TERMS[name]})
    run = simulate(made, trials=FEW, seed=seed, workers=1)
    found = liability(made, trials=FEW, seed=seed, workers=1)
    if made.is_paid_before:
        check_agreement(run, found)
    if "breakage" not in name:
        closing = found.monthly.mean["closing"][-1]
        at_horizon = 100 * float(run.metrics["liability_at_horizon"].mean())
        assert closing == pytest.approx(at_horizon, abs=0.5 + 1e-6)
    held = found.monthly.mean["opening"] + found.monthly.mean["issued"]
    assert (held >= 0).all()


def test_uses_are_earned_in_whole_cents() -> None:
    """$25 for 7 uses: three of two packs, one late, one given back; the last use takes the rest."""
    price = np.array([2500])
    flows = {name: np.zeros((3, 1), dtype=np.int64) for name in FATES}
    flows["issued"][0], flows["refunded"][0] = 3, 1
    flows["redeemed_in_time"][1], flows["presented_late"][2] = 3, 1
    flows["lapsed"][2] = 10
    found = _in_money(flows, price, 7)
    assert found["issued"].sum() == 7500 and found["refunded"].sum() == 2500
    assert found["redeemed_in_time"][1, 0] == 1071  # 3 x 357 1/7
    assert found["presented_late"][2, 0] == 358  # 1,428.57 to date
    assert found["lapsed"][2, 0] == 5000 - 1071 - 358


def test_every_use_of_a_pack_is_worth_whole_cents() -> None:
    """Seven single uses of one pack add up to its price."""
    flows = {name: np.zeros((7, 1), dtype=np.int64) for name in FATES}
    flows["issued"][0], flows["redeemed_in_time"][:] = 1, 1
    earned = _in_money(flows, np.array([2500]), 7)["redeemed_in_time"][:, 0]
    assert earned.tolist() == [357, 357, 357, 358, 357, 357, 357]


def test_a_register_of_packs_is_refused(scenario: MakeScenario, tmp_path: Path) -> None:
    """A register tells vouchers used, not how many uses are left of each."""
    made = scenario(MIXED, PACK)
    file = tmp_path / "register.csv"
    file.write_text("date,event,vouchers\n2025-01-02,sold,40\n2025-01-20,redeemed,3\n", "utf-8")
    known = read_register(file, date(2025, 2, 1), made)
    with pytest.raises(UsageError, match="is a pack of 7 uses, and a register tells"):
        liability(made, trials=FEW, actuals=known)
