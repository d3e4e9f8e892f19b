"""The roll-forward by month of issue adds up to the whole, and each part ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealsim.books import LINES
from dealsim.books.breakage import BreakagePolicy
from dealsim.books.issue_months import by_issue_month
from dealsim.books.rollforward import SUBTRACTED, roll_forward
from dealsim.books.statement import mean_lines
from dealsim.books.subledger import IntArray
from tests.books.cohorts import from_totals


def rolled(sold: list[int], used: list[float], method: str, trials: int) -> dict[str, IntArray]:
    """Printed lines of a register in which a share of what is held is used in each period."""
    rng = np.random.default_rng(3)
    issued = np.cumsum(np.outer(sold, np.ones(trials, dtype=np.int64)), axis=0)
    exercised = np.zeros_like(issued)
    before = np.zeros(trials, dtype=np.int64)
    for t, share in enumerate(used):
        before = before + rng.binomial(issued[t] - before, share)
        exercised[t] = before
    register = from_totals(issued, redeemed_in_time=exercised)
    policy = BreakagePolicy(method, 0.8, remote_from=len(sold) - 2)  # type: ignore[arg-type]
    return mean_lines(roll_forward(register, policy))


@settings(deadline=None)
@given(
    sold=st.lists(st.integers(0, 5_000), min_size=3, max_size=8).filter(any),
    used=st.lists(st.floats(0, 1), min_size=8, max_size=8),
    method=st.sampled_from(["none", "proportional", "remote"]),
)
def test_parts_tie_and_add_up(sold: list[int], used: list[float], method: str) -> None:
    lines = rolled(sold, used[: len(sold)], method, 3)
    parts = by_issue_month(lines)
    assert set(parts) == set(np.flatnonzero(lines["issued"]))
    for name in LINES:
        whole = np.sum([part[name] for part in parts.values()], axis=0)
        assert (whole == lines[name]).all(), name
    for month, part in parts.items():
        spent = np.sum([part[name] for name in SUBTRACTED], axis=0)
        assert (part["opening"] + part["issued"] - spent == part["closing"]).all()
        assert (part["opening"][1:] == part["closing"][:-1]).all()
        assert not any(part[name][:month].any() for name in LINES)
        assert (part["closing"] >= 0).all()


@pytest.mark.parametrize("method", ["none", "proportional", "remote"])
def test_months_share_by_what_is_owed(method: str) -> None:
    """Two equal months sold at once use alike; a month yet to be sold has no part."""
    lines = rolled([4_000, 0, 4_000, 0, 0], [0.5, 0.0, 0.5, 0.2, 0.1], method, 1)
    parts = by_issue_month(lines)
    assert parts[0]["redeemed_in_time"][0] == lines["redeemed_in_time"][0]
    owed = parts[0]["opening"][2] + parts[0]["issued"][2]
    whole = lines["opening"][2] + lines["issued"][2]
    expected = lines["redeemed_in_time"][2] * owed / whole
    assert abs(parts[0]["redeemed_in_time"][2] - expected) <= 1
