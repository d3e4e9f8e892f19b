"""Cohorts for tests: random but possible registers, and the founding case in whole numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from dealsim.books.breakage import BreakagePolicy
from dealsim.books.cohort_flows import CohortFlows
from dealsim.books.rollforward import RollForward, roll_forward
from dealsim.books.subledger import VoucherSubledger

PROPERTY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PERIODS, TRIALS = 6, 3
MONTH_ENDS = (
    date(2011, 3, 31),
    date(2011, 4, 30),
    date(2011, 5, 31),
    date(2011, 6, 30),
    date(2011, 7, 31),
    date(2011, 8, 31),
)
FATES = ("refunded", "redeemed_in_time", "presented_late", "cashed_out", "lapsed")


def from_totals(issued: ArrayLike, **fates: ArrayLike) -> VoucherSubledger:
    """A sub-ledger from paid value to date, as published examples have it."""
    flows = {name: np.diff(totals, axis=0, prepend=0) for name, totals in fates.items()}
    return VoucherSubledger.of(np.diff(issued, axis=0, prepend=0), **flows)


@st.composite
def registers(draw: st.DrawFn, *, lapses: bool = True) -> VoucherSubledger:
    """Vouchers of one price sold over up to three periods, each with a fate and a period."""
    price = draw(st.integers(1, 5_000))
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    shares = generator.dirichlet(np.full(len(FATES) + 1, draw(st.sampled_from([0.2, 1.0]))))
    if not lapses:
        shares[-2] = 0.0
        shares /= shares.sum()
    sold = generator.integers(0, draw(st.integers(1, 60)), (3, TRIALS))
    flows = {name: np.zeros((PERIODS, TRIALS), dtype=np.int64) for name in ("issued", *FATES)}
    for (period, trial), count in np.ndenumerate(sold):
        flows["issued"][period, trial] += count
        for name, number in zip(FATES, generator.multinomial(count, shares), strict=False):
            when = generator.integers(period, PERIODS, number)
            np.add.at(flows[name][:, trial], when, 1)
    return VoucherSubledger.of(**{name: price * flow for name, flow in flows.items()})


@st.composite
def policies(draw: st.DrawFn) -> BreakagePolicy:
    """Any policy, with changes of estimate, escheat and remote periods of every kind."""
    share = st.floats(0, 1, width=32)
    by_period = st.lists(share, min_size=PERIODS, max_size=PERIODS).map(np.array)
    return BreakagePolicy(
        draw(st.sampled_from(["proportional", "remote", "none"])),
        draw(st.one_of(share, by_period)),
        draw(st.sampled_from([0.0, 0.6, 1.0, 1 / 3])),
        draw(st.sampled_from([None, 0, 3, 5])),
        draw(st.sampled_from([None, 4])),
    )


def cash_of(register: VoucherSubledger, commission: float) -> dict[str, NDArray[np.int64]]:
    """Cash beside the roll-forward for the first trial, whatever the policy."""
    issued = int(register.net_issued.sum(axis=0)[0])
    payouts = np.zeros(PERIODS, dtype=np.int64)
    payouts[1] = issued // 3
    payouts[3] = issued - int(np.floor(commission * issued + 0.5 + 1e-9)) - payouts[1]
    steps = np.arange(PERIODS, dtype=np.int64)
    names = ("cash_in_time", "cash_late", "tax_in_time", "tax_late", "cost_in_time", "card_fees")
    return {"payouts": payouts} | {name: 7 * k + 13 * steps for k, name in enumerate(names)}


def flows_of(
    roll: RollForward, policy: BreakagePolicy, register: VoucherSubledger, **more: Any
) -> CohortFlows:
    """The first trial's flows, to be booked at month ends."""
    lines = {name: values[:, 0] for name, values in roll.lines.items()}
    given: dict[str, Any] = {"commission": 0.5, "cash": cash_of(register, 0.5), **more}
    remote = policy.method == "remote"
    return CohortFlows(MONTH_ENDS, lines, roll.released[:, 0], remote=remote, **given)


def founding_case() -> tuple[VoucherSubledger, RollForward]:
    """1,000 x $10 with refunds, redemptions in time and late: T8's pattern, half the price."""
    register = from_totals(
        [1_020_000] * PERIODS,
        refunded=[0, 20_000, 20_000, 20_000, 20_000, 20_000],
        redeemed_in_time=[100_000, 450_000, 650_000, 700_000, 700_000, 700_000],
        presented_late=[0, 0, 0, 0, 15_000, 20_000],
    )
    return register, roll_forward(register, BreakagePolicy("proportional", 0.8))
