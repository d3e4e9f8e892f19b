"""The books of a forecast, through Python and the command line: identities, ties, policies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import dealsim
from dealsim import Liability, ScenarioError, UsageError, liability, load, simulate
from dealsim.books import LINES, balances
from dealsim.books.breakage import METHODS
from dealsim.books.cohort import cohort_of
from dealsim.books.rollforward import SUBTRACTED, roll_forward
from dealsim.books.tax import TaxRule
from tests.conftest import MakeScenario

ROOT = Path(__file__).parents[1]
FOUNDING = ROOT / "scenarios" / "one-coupon.yaml"
FEW = 400

PLAIN = """\
dealsim: 1
currency: CAD
kind: none
starts: 2025-01-20
horizon: 30 months
deal: {price: 20, face_value: 40, demand: 1000, sale_window: 21 days, promo_expires: 4 months, refunds: 3%}
platform: {commission: 50%, card_fee: 2%, payout: [{after: 5 days, share: 1/2}, {after: 60 days, share: 1/2}]}
business: {usual_ticket: 60, variable_cost: 40%, cost_per_visit: 1}
redemption: {half_life: 30 days, rush: {share: 20%, last: 20 days}, late: {share: 20%, half_life: 6 months}}
customers: {all: {share: 100%, redeem: 60% to 90%, overspend: {chance: 50%, amount: 15}}}
"""  # noqa: E501

Books = Callable[..., Liability]


@pytest.fixture
def books(scenario: MakeScenario) -> Books:
    """The books of PLAIN under an `accounting:`, and other overrides."""

    def make(accounting: str = "{}", **overrides: object) -> Liability:
        changed = {name.replace("__", "."): value for name, value in overrides.items()}
        period = changed.pop("period", "month")
        end = changed.pop("fiscal_year_end", 12)
        made = scenario(PLAIN + f"accounting: {accounting}\n", changed)
        return liability(made, trials=FEW, period=period, fiscal_year_end=end)  # type: ignore[arg-type]

    return make


EVERY = (
    "{breakage: none}",
    "{breakage: proportional, constraint: 80%}",
    "{breakage: remote, remote_after: 6 months}",
    "{framework: ASC606, escheat: {after: 1 years, share: 60%, basis: paid}}",
)


@pytest.mark.parametrize("accounting", EVERY)
def test_identities_hold_on_every_trial_to_the_cent(books: Books, accounting: str) -> None:
    found = books(accounting)
    mean = found.monthly.mean
    flows = mean["opening"] + mean["issued"] - sum(mean[name] for name in SUBTRACTED)
    np.testing.assert_array_equal(flows, mean["closing"])
    np.testing.assert_array_equal(mean["closing"][:-1], mean["opening"][1:])
    assert (found.closing >= 0).all()
    assert (found.closing <= found.outstanding).all()
    ledger = balances(found.journal)
    assert (
        -ledger["voucher_liability"] - ledger.get("recognised_breakage", 0) == (mean["closing"][-1])
    )


def test_every_trial_rolls_forward(scenario: MakeScenario) -> None:
    made = scenario(PLAIN)
    result = simulate(made, trials=FEW, keep=("cohorts",))
    known = cohort_of(result, TaxRule())
    from dealsim.books.breakage import BreakagePolicy

    policies = (
        BreakagePolicy("none"),
        BreakagePolicy("proportional", ultimate_share=0.8, escheatable=0.3, escheat_from=12),
        BreakagePolicy("remote", remote_from=9),
    )
    for policy in policies:
        roll = roll_forward(known.subledger, policy)
        lines = roll.lines
        change = lines["issued"] - sum(lines[name] for name in SUBTRACTED)
        np.testing.assert_array_equal(lines["opening"] + change, lines["closing"])
        np.testing.assert_array_equal(
            roll.closing + roll.on_held + roll.escheated_on_held, roll.held
        )


@pytest.mark.parametrize(
    "terms",
    [
        "{breakage: none}",
        "{cash_out: {below: 21, share: 40%}, escheat: {after: 1 years, share: 30%}}",
    ],
)
def test_without_breakage_it_is_the_liability_of_a_run(books: Books, terms: str) -> None:
    found = books(terms)
    run = simulate(found.scenario, trials=FEW)
    np.testing.assert_allclose(found.closing / 100, run.timeline["liability"], atol=1e-9)
    assert found.owed_at_expiry is not None
    np.testing.assert_allclose(found.owed_at_expiry / 100, run.metrics["liability_at_expiry"])
    cells = found.ageing[found.period_ends[6]]
    assert cells.sum() == found.monthly.mean["closing"][6]


def test_cash_is_the_same_under_every_policy_and_that_of_the_run(books: Books) -> None:
    rate = "sales_tax: {rate: 13%}"
    ways = [f"{{breakage: {method}, {rate}}}" for method in METHODS]
    ways += [f"{{revenue: net, {rate}}}", f"{{commission: expense_at_sale, {rate}}}"]
    ways += [f"{{commission: expense, {rate}}}", f"{{framework: ASPE, {rate}}}"]
    found = [books(way) for way in ways]
    cash = {balances(one.journal)["cash"] for one in found}
    assert len(cash) == 1
    run = simulate(found[0].scenario, trials=FEW).metrics
    taxed = -balances(found[0].journal)["sales_tax"]
    received = (run["remittance"] + run["till_receipts"] - run["fixed_fee"]).mean()
    assert cash.pop() == pytest.approx(100 * received + taxed, abs=2)
    # The receivable is settled and the deferred commission is that of the liability.
    assert balances(found[0].journal).get("platform_receivable", 0) == 0


def test_sales_tax_is_the_rate_on_the_base_stated(books: Books) -> None:
    paid = books("{sales_tax: {rate: 13%, base: paid_plus_cash}}")
    face = books("{sales_tax: {rate: 13%, base: face_plus_cash}}")
    ledger = balances(paid.journal)
    sales = -ledger["voucher_sales"] - ledger["overspend_sales"]
    assert -ledger["sales_tax"] == pytest.approx(0.13 * sales, abs=1)
    in_time = paid.monthly.mean["redeemed_in_time"].sum()
    more = -balances(face.journal)["sales_tax"] + ledger["sales_tax"]
    # The face value is twice the price; late vouchers are worth the price paid.
    assert more == pytest.approx(0.13 * in_time, abs=2)


def test_tax_on_issue_is_taken_out_of_the_liability(books: Books) -> None:
    found = books("{sales_tax: {rate: 25%, point: issue}}")
    plain = books("{}")
    assert found.monthly.mean["issued"].sum() * 5 == plain.monthly.mean["issued"].sum() * 4
    assert balances(found.journal)["cash"] > 0
    assert balances(found.journal).get("platform_receivable", 0) == 0


def test_proportional_breakage_reaches_what_the_constraint_allows(books: Books) -> None:
    """T8's arithmetic: L = I (1 - R / U), with U the share used of what was issued."""
    found = books("{breakage: proportional, constraint: 90%}")
    assert found.best_estimate < found.constrained == found.ultimate_share
    issued = found.monthly.mean["issued"].sum() - found.monthly.mean["refunded"].sum()
    run = simulate(found.scenario, trials=FEW, keep=("cohorts",))
    known = cohort_of(run, TaxRule())
    vouchers = known.subledger
    exercised, net = (np.cumsum(one, axis=0) for one in (vouchers.exercised, vouchers.net_issued))
    expected = np.clip(found.ultimate_share * net, exercised, net)
    owed = net * (1 - exercised / expected)
    np.testing.assert_allclose(found.closing, owed, atol=1)
    assert found.policies["proportional"][-1] < issued * (1 - found.best_estimate)


def test_remote_breakage_falls_when_it_is_remote(books: Books) -> None:
    found = books("{breakage: remote, remote_after: 6 months}")
    revenue = found.policies["remote"]
    when = [day for day, amount in zip(found.period_ends, revenue, strict=True) if amount]
    assert when[0].isoformat() == "2025-08-31"
    assert (found.closing[np.array(found.period_ends) >= when[0]] == 0).all()


@pytest.mark.parametrize("terms", EVERY)
def test_what_falls_on_a_day_is_the_line_of_its_period(books: Books, terms: str) -> None:
    """Lapses and what falls due to the state stand with their days, one each, and take all."""
    found = books(terms, deal__paid_value_expires="18 months")
    lapse = found.scenario.paid_value_lapse
    assert lapse is not None
    assert [one.day for one in found.falls] == sorted(
        day for day in (lapse, found.scenario.dormancy) if day is not None
    )
    (last,) = [one for one in found.falls if one.day == lapse]
    period = next(k for k, end in enumerate(found.period_ends) if end >= lapse)
    assert last.owed.mean() == pytest.approx(found.table.mean["lapsed"][period], abs=1)
    np.testing.assert_array_equal(
        last.held, found.outstanding[period - 1] - found.outstanding[period] - _used(found, period)
    )


def _used(found: Liability, period: int) -> np.ndarray:
    """Paid value redeemed within a period, by trial, from a run of the same futures."""
    run = simulate(found.scenario, trials=found.trials, seed=found.seed, keep=("timeline",))
    price = 100 * found.scenario.deal.price.mean()
    return np.asarray(price * run.timeline["presented_late"][period], dtype=np.int64)


def test_unclaimed_property_is_never_revenue(books: Books) -> None:
    found = books(
        "{breakage: remote, remote_after: 12 months, escheat: {after: 12 months, share: 100%}}"
    )
    assert found.policies["remote"][-1] == 0
    ledger = balances(found.journal)
    assert "breakage_revenue" not in ledger
    assert found.monthly.mean["escheated"].sum() > 0


def test_paid_on_redemption_there_is_only_a_memorandum(books: Books) -> None:
    found = books("{breakage: proportional}", platform__payout="{on_redemption: {lag: 14 days}}")
    assert found.on_redemption
    assert not found.closing.any()
    assert not any(found.table.mean[name].any() for name in LINES)
    assert found.memo_held[-1] > 0
    ledger = balances(found.journal)
    assert "voucher_liability" not in ledger
    assert ledger.get("platform_receivable", 0) == 0
    assert "Nothing is owed" in command_finding(found)


def command_finding(found: Liability) -> str:
    from dealsim.output.books.finding import finding

    return finding(found)


def test_periods_are_the_months_put_together(books: Books) -> None:
    months, years = books("{}"), books("{}", period="year", fiscal_year_end=6)
    ends = [day.isoformat() for day in years.period_ends]
    assert ends == ["2025-06-30", "2026-06-30", "2027-06-30", "2027-07-19"]
    for name in ("issued", *SUBTRACTED):
        assert years.table.mean[name].sum() == months.table.mean[name].sum()
    assert years.table.mean["closing"][0] == months.table.mean["closing"][5]


def test_the_triangle_holds_all_redemptions(books: Books) -> None:
    found = books("{}")
    assert [f"{day:%Y-%m}" for day in found.triangle_months] == ["2025-01", "2025-02"]
    mean = found.monthly.mean
    redeemed = mean["redeemed_in_time"].sum() + mean["presented_late"].sum()
    latest = [row[~np.isnan(row)][-1] for row in found.triangle]
    assert sum(latest) == pytest.approx(redeemed, abs=1)
    assert found.issued.sum() == pytest.approx(mean["issued"].sum() - mean["refunded"].sum(), abs=2)


def test_frameworks_fill_in_what_is_not_stated(books: Books) -> None:
    said = {f: books(f"{{framework: {f}}}") for f in ("ASC606", "IFRS15", "ASPE", "IFRS-SME")}
    assert [one.policy for one in said.values()] == ["proportional"] * 2 + ["remote"] * 2
    assert books("{framework: IFRS_SME}").policy == "remote"
    assert books("{framework: ASPE, breakage: none}").policy == "none"
    assert books("{}").policy == "none"
    for one in said.values():
        assert all(choice.source for choice in one.assumptions)
    stated = {choice.name: choice for choice in said["ASPE"].assumptions}
    assert "scenario.yaml" in stated["accounting.framework"].source


def test_what_is_expected_after_the_horizon_counts_as_used(books: Books) -> None:
    long, short = books("{}"), books("{}", horizon="6 months")
    assert short.best_estimate == pytest.approx(long.best_estimate, abs=0.01)


def test_the_founding_case(tmp_path: Path) -> None:
    found = liability(load(FOUNDING), trials=FEW)
    again = dealsim.liability(load(FOUNDING), trials=FEW, workers=1)
    np.testing.assert_array_equal(found.closing, again.closing)
    assert found.policy == "none"
    assert "jurisdiction CA-ON" in " ".join(one.source for one in found.assumptions)


@pytest.mark.parametrize("accounting", ["{revenue: net, commission: expense}", "{breakage: some}"])
def test_contradictions_are_explained(books: Books, accounting: str) -> None:
    with pytest.raises(ScenarioError) as told:
        books(accounting)
    assert told.value.problems[0].path


def test_unknown_accounts_and_periods_are_explained(books: Books) -> None:
    with pytest.raises(ScenarioError, match="unknown account"):
        books("{accounts: {cahs: 1000}}")
    with pytest.raises(UsageError, match="month, quarter or year"):
        books("{}", period="week")
    with pytest.raises(UsageError, match="1 to 12"):
        books("{}", fiscal_year_end=13)


CASH = "cash_out: {below: 50, share: 40%}"
STATE = "escheat: {after: 12 months, share: 60%, basis: face}"
LAPSE = {"deal__paid_value_expires": "20 months"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("terms", "overrides"),
    [
        (CASH, {}),
        (f"{CASH}, {STATE}", {}),
        (f"{CASH}, escheat: {{after: 12 months, share: 30%}}", LAPSE),
        (f"{CASH}, escheat: {{after: 12 months, share: 100%, basis: face}}", LAPSE),
        (f"{CASH}, {STATE}, sales_tax: {{rate: 25%, point: issue}}", {}),
    ],
    ids=["cash", "both", "share, lapse", "face, lapse", "tax on issue"],
)
def test_the_journal_has_the_cash_of_the_run(
    books: Books, method: str, terms: str, overrides: dict[str, object]
) -> None:
    """Cash-outs and unclaimed property are paid in the books as in the run, under every policy."""
    found = books(f"{{breakage: {method}, remote_after: 8 months, {terms}}}", **overrides)
    run = simulate(found.scenario, trials=FEW).metrics
    till = 100 * run["till_receipts"].mean()
    paid = run["remittance"] - run["fixed_fee"] - run["cash_outs"] - run["escheat_paid"]
    assert balances(found.journal)["cash"] == pytest.approx(100 * paid.mean() + till, abs=4)
    by_event = {
        event: sum(
            posting.amount
            for one in found.journal
            if one.event == event
            for posting in one.postings
            if posting.account == "cash"
        )
        for event in ("cashed_out", "escheat_remitted")
    }
    assert by_event["cashed_out"] == pytest.approx(-100 * run["cash_outs"].mean(), abs=2)
    assert by_event["cashed_out"] < 0
    assert by_event["escheat_remitted"] == pytest.approx(-100 * run["escheat_paid"].mean(), abs=2)
    ledger, mean = balances(found.journal), found.monthly.mean
    assert ledger.get("unclaimed_property", 0) == 0
    register = -ledger.get("voucher_liability", 0) - ledger.get("recognised_breakage", 0)
    assert register == mean["closing"][-1]


def test_cash_outs_end_the_debt(books: Books) -> None:
    """The roll-forward has them, and what is owed is that much lower."""
    found, without = books(f"{{{CASH}}}"), books("{}")
    cashed = found.monthly.mean["cashed_out"].sum()
    assert cashed > 0
    assert without.closing[-1].mean() - found.closing[-1].mean() == pytest.approx(cashed, abs=300)
    assert not found.warnings
    names = [one.name for one in found.assumptions]
    assert "accounting.cash_out.share" in names
    assert "accounting.cash_out.share" not in [one.name for one in without.assumptions]


def test_what_the_state_gets_beyond_the_price_is_a_cost(books: Books) -> None:
    """60 % of a face value of twice the price: all of the price, and a fifth of it on top."""
    found = books(f"{{{STATE}}}")
    run = simulate(found.scenario, trials=FEW).metrics
    held = 100 * 20 * run["still_held"].mean()
    ledger = balances(found.journal)
    assert ledger["unclaimed_excess"] == pytest.approx(0.2 * held, abs=2)
    assert "breakage_revenue" not in ledger
    assert not found.closing[-1].any()
    assert "accounting.escheat.basis: face value" in [one.name for one in found.assumptions]


@pytest.mark.parametrize(
    "never", [{"deal__after_expiry": "nothing"}, {"deal__paid_value_expires": "11 months"}]
)
def test_what_is_owed_no_more_is_not_unclaimed(books: Books, never: dict[str, object]) -> None:
    found = books(f"{{{STATE}}}", **never)
    assert not found.monthly.mean["escheated"].any()
    assert "accounting.escheat: never due" in [one.name for one in found.assumptions]


def test_the_share_of_the_books_is_the_mean(books: Books) -> None:
    """A run draws an uncertain share in every trial, the books take its mean and say so."""
    found = books("{escheat: {after: 12 months, share: 40% to 80%}}")
    held = 100 * 20 * simulate(found.scenario, trials=FEW).metrics["still_held"].mean()
    share = found.scenario.numbers()["accounting.escheat.share"].mean()
    assert found.monthly.mean["escheated"].sum() == pytest.approx(share * held, abs=FEW)
    assert "accounting.escheat.share: uncertain" in [one.name for one in found.assumptions]


ODD: tuple[dict[str, object], ...] = (
    {"deal.demand": 0},
    {"deal.minimum": 100000},
    {"horizon": "2 months"},
    {"deal.price": "18 to 21.5"},
    {"platform.commission": "100%", "platform.card_fee": 0},
    {"deal.after_expiry": "nothing"},
    {"deal.paid_value_expires": "12 months"},
    {"business.visits_per_week": 20, "business.capacity_per_week": 30},
)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: next(iter(odd)))
def test_odd_deals_are_booked(books: Books, odd: dict[str, object]) -> None:
    changed = {name.replace(".", "__"): value for name, value in odd.items()}
    found = books("{breakage: proportional}", **changed)
    mean = found.monthly.mean
    change = mean["issued"] - sum(mean[name] for name in SUBTRACTED)
    np.testing.assert_array_equal(mean["opening"] + change, mean["closing"])
    assert balances(found.journal).get("platform_receivable", 0) == 0
    run = simulate(found.scenario, trials=FEW).metrics
    received = 100 * (run["remittance"] + run["till_receipts"] - run["fixed_fee"]).mean()
    assert balances(found.journal).get("cash", 0) == pytest.approx(received, abs=2)
