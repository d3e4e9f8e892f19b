"""Several campaigns added up: each a cohort with its own estimate, register and days."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from dealsim import Liability, Scenario, ScenarioError, UsageError, liability, simulate
from dealsim.books import LINES, balances, mark_forecast
from dealsim.books.runs import runs_of
from dealsim.output.books.document import document
from dealsim.output.books.finding import finding
from dealsim.output.books.workbook import workbook_bytes
from dealsim.records import campaign_names, read_register
from tests.conftest import MakeScenario
from tests.test_cli import dealsim as command
from tests.test_liability_actuals import TEXT
from tests.workbooks import formulas, number, read, recalculated

LATER = {"starts": "2011-06-20", "deal.price": 25, "deal.face_value": 50, "name": "second"}


@pytest.fixture
def both(scenario: MakeScenario) -> tuple[Scenario, Scenario]:
    """400 or so vouchers of 10 from 1 March 2011 on, and of 25 from 20 June on, each simulated for
    30 months."""
    return scenario(TEXT, {"name": "first"}), scenario(TEXT, LATER)


def ties(found: Liability) -> None:
    """What holds of books however many campaigns there are."""
    mean = found.monthly.mean
    assert set(LINES) == set(mean)
    np.testing.assert_array_equal(mean["opening"][1:], mean["closing"][:-1])
    ledger = balances(found.journal)
    owed = -ledger["voucher_liability"] - ledger.get("recognised_breakage", 0)
    assert owed == mean["closing"][-1]
    for name in LINES:
        parts = sum(one.lines[name] for one in found.campaigns)
        np.testing.assert_array_equal(found.table.mean[name], parts)
    assert (found.closing <= found.outstanding).all()


@pytest.mark.parametrize("period", ["month", "quarter"])
def test_several_scenarios_add_up(both: tuple[Scenario, Scenario], period: str) -> None:
    found = liability(both, trials=200, period=period)  # type: ignore[arg-type]
    ties(found)
    assert [one.name for one in found.campaigns] == ["first", "second"]
    assert found.month_ends[0] == date(2011, 3, 31)
    assert found.month_ends[-1] == date(2013, 12, 19)  # 30 months from 20 June, the last day
    before = [k for k, end in enumerate(found.period_ends) if end < date(2011, 6, 20)]
    assert not any(found.campaigns[1].lines[name][before].any() for name in LINES)
    assert (found.starts, found.expiry) == (date(2011, 3, 1), date(2011, 12, 23))
    assert found.name == "first; second"


def test_the_first_is_what_it_is_by_itself(both: tuple[Scenario, Scenario]) -> None:
    alone = liability(
        both[0].with_({"horizon": f"{(both[1].horizon_end - both[0].starts).days} days"}),
        trials=200,
    )
    found = liability(both, trials=200)
    assert found.month_ends == alone.month_ends
    for name in LINES:
        np.testing.assert_array_equal(found.campaigns[0].lines[name], alone.table.mean[name])
    assert found.campaigns[0].ultimate_share == alone.ultimate_share


def test_amounts_by_hand(scenario: MakeScenario) -> None:
    """100 vouchers of 10 that nobody uses, owed for good; 40 of 25, which lapse with the promotion
    on 23 December 2011: 1,000, then 2,000 from June on, then 1,000 again."""
    never = {"deal.refunds": 0, "customers": {"all": {"share": "100%", "redeem": 0}}}
    never |= {"redemption.late.share": 0, "accounting.breakage": "none"}
    first = scenario(TEXT, never | {"deal.demand": 100})
    second = scenario(TEXT, never | LATER | {"deal.demand": 40, "deal.after_expiry": "nothing"})
    found = liability([first, second], trials=10)
    closing = dict(zip(found.month_ends, found.table.mean["closing"].tolist(), strict=True))
    assert closing[date(2011, 3, 31)] == closing[date(2011, 5, 31)] == 100_000
    assert closing[date(2011, 6, 30)] == closing[date(2011, 11, 30)] == 200_000
    assert closing[date(2011, 12, 31)] == closing[found.month_ends[-1]] == 100_000
    assert found.owed_at_expiry is not None
    assert set(found.owed_at_expiry) == {100_000}  # what lapses is worth nothing when it is over
    ledger = balances(found.journal)
    assert ledger["voucher_liability"] == -100_000
    assert ledger["breakage_revenue"] == -100_000
    memos = {one.memo for one in found.journal if one.event == "lapsed"}
    assert memos == {"Vouchers lapsed, second"}


def test_what_they_state_alike_is_one_number_and_chance_is_their_own(
    both: tuple[Scenario, Scenario],
) -> None:
    twins = runs_of((both[0], both[0]), 300, 5, None, None, (1, 1))
    one, other = (run() for run in twins)
    for path, values in one.inputs.items():
        np.testing.assert_array_equal(values, other.inputs[path])
    redeemed = [result.metrics["redeemed_in_time"] for result in (one, other)]
    assert (redeemed[0] != redeemed[1]).mean() > 0.8
    by_itself = simulate(both[0], trials=300, seed=5)
    np.testing.assert_array_equal(redeemed[0], by_itself.metrics["redeemed_in_time"])


def test_each_keeps_its_own_terms(both: tuple[Scenario, Scenario]) -> None:
    other = both[1].with_({"accounting.breakage": "none", "accounting.constraint": "70%"})
    found = liability((both[0], other), trials=200)
    ties(found)
    assert (found.policy, found.constraint) == (None, None)
    assert [one.policy for one in found.campaigns] == ["proportional", "none"]
    assert [one.constraint for one in found.campaigns] == [0.9, 0.7]
    assert "of each campaign by its own policy" in finding(found)
    assert "As their promotions end, from 4 September 2011 to 23 December 2011" in finding(found)
    names = [one.name for one in found.assumptions]
    assert "second: accounting.constraint" in names and "first: accounting.constraint" in names
    told = document(found)
    assert told["ultimate_share"]["constraint"] is None
    assert [one["at_expiry"]["date"] for one in told["campaigns"]] == ["2011-09-04", "2011-12-23"]
    cells = read(workbook_bytes(found))
    assert "second: ultimate redemptions used" in cells["Assumptions"].values()
    assert list(cells["Sign-off"].values()).count("yes") == 4


def test_one_of_them_may_be_paid_on_redemption(both: tuple[Scenario, Scenario]) -> None:
    memo = both[1].with_({"platform.payout": {"on_redemption": {"lag": "14 days"}}})
    found = liability((both[0], memo), trials=200)
    ties(found)
    assert not found.on_redemption and found.policy == "proportional"
    assert not any(found.campaigns[1].lines[name].any() for name in LINES)
    assert found.campaigns[1].outstanding[-1] > 0


def test_campaigns_of_one_business_are_simulated_together(
    both: tuple[Scenario, Scenario],
) -> None:
    found = liability(both[0], campaigns=[both[1]], trials=200)
    ties(found)
    run = simulate(both[0], campaigns=[both[1]], trials=200, keep=("cohorts",))
    for one, line, price in zip(found.campaigns, run.cohorts, (1_000, 2_500), strict=True):
        issued = price * line["vouchers_sold"].sum(axis=0).mean()
        assert one.lines["issued"].sum() == pytest.approx(issued, abs=1)


def test_what_cannot_be_added_up_is_refused(both: tuple[Scenario, Scenario]) -> None:
    with pytest.raises(UsageError, match="first is in CAD, second is in USD"):
        liability((both[0], both[1].with_({"currency": "USD"})), trials=10)
    mine = [{"accounting.accounts": {"cash": name}} for name in ("1000 Bank", "2 Till")]
    with pytest.raises(UsageError, match="share one journal"):
        liability([one.with_(own) for one, own in zip(both, mine, strict=True)], trials=10)
    with pytest.raises(UsageError, match="one for each"):
        liability(both, booked_share=[0.9], trials=10)
    with pytest.raises(UsageError, match="no scenario"):
        liability([], trials=10)


REGISTER = """\
date,event,vouchers,campaign
2011-03-01,sold,300,first
2011-03-02,sold,100,FIRST
2011-04-01,redeemed,100,first
2011-06-20,sold,200,second
2011-06-21,sold,50,second
2011-07-01,redeemed,20,second
2011-07-04,redeemed,40,first
2011-09-30,redeemed,30,second
2011-10-10,redeemed,3,first
"""
AS_OF = date(2011, 10, 15)
NAMES = campaign_names([("first",), ("second",)])


def closed(both: Sequence[Scenario], path: Path, text: str = REGISTER) -> Liability:
    path.write_text(text)
    known = [
        read_register(path, AS_OF, one, campaign=names)
        for one, names in zip(both, NAMES, strict=True)
    ]
    return liability(both, actuals=known, trials=200)


def test_a_register_says_whose_a_row_is(both: tuple[Scenario, Scenario], tmp_path: Path) -> None:
    """400 - 143 vouchers of 10 and 250 - 50 of 25 are held: 2,570 and 5,000."""
    found = closed(both, tmp_path / "register.csv")
    ties(found)
    known = found.actuals
    assert known is not None
    told = {one.name: one.actual for one in known.vouchers}
    assert told == {
        "vouchers_sold": 650,
        "vouchers_refunded": 0,
        "redeemed_in_time": 190,
        "presented_late": 3,
        "held": 457,
    }
    assert known.owed[0].actual == 257_000 + 500_000
    assert known.rows == 9 and known.ladder is None
    happened = [one for one in mark_forecast(found.journal, AS_OF) if not one.forecast]
    ledger = balances(happened)
    assert -ledger["voucher_liability"] == 757_000
    assert -ledger["voucher_liability"] - ledger["recognised_breakage"] == known.owed[1].actual
    assert [name for name, _, _ in known.shares] == ["first", "second"]
    shares = {one.name: one.ultimate_share for one in found.campaigns}
    assert {name: after for name, after, _ in known.shares} == shares
    assert {moved.campaign for moved in known.inputs} == {"first", "second"}
    assert known.course.actual[[day <= AS_OF for day in known.course.days]][-1] == 193


def test_the_workbook_of_several_works_out(both: tuple[Scenario, Scenario], tmp_path: Path) -> None:
    content = workbook_bytes(closed(both, tmp_path / "register.csv"))
    cached, found = read(content), formulas(content)
    assert list(cached["Sign-off"].values()).count("yes") == 6
    worked_out = recalculated(content, tmp_path)
    for name in found:
        for row, column in found[name]:
            value, text = cached[name][row, column], worked_out[name][row][column]
            if isinstance(value, str):
                assert text == value == "yes", (name, row, column, text)
            else:
                assert number(text) == pytest.approx(value, abs=1e-9), (name, row, column)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sold,300,first", "sold,300,frist", "frist.* is none of the campaigns"),
        ("sold,300,first", "sold,300,", "there is no campaign here"),
        (",campaign", "", "no column campaign"),
        (",second", ",first", "no rows of .second"),
    ],
)
def test_rows_of_no_campaign_are_refused(
    both: tuple[Scenario, Scenario], tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        closed(both, tmp_path / "register.csv", REGISTER.replace(old, new))


def test_a_campaign_still_to_come_needs_no_rows(
    both: tuple[Scenario, Scenario], tmp_path: Path
) -> None:
    path = tmp_path / "register.csv"
    path.write_text("date,event,vouchers\n2011-03-01,sold,400\n2011-04-01,redeemed,100\n")
    known = read_register(path, date(2011, 5, 10), both[0])
    found = liability(both, actuals=[known, None], trials=200)
    ties(found)
    assert found.actuals is not None
    assert {one.name: one.actual for one in found.actuals.vouchers}["held"] == 300
    assert found.campaigns[1].lines["issued"].sum() > 0
    started = read_register(path, date(2011, 7, 1), both[0])
    with pytest.raises(UsageError, match="second starts on 2011-06-20"):
        liability(both, actuals=[started, None], trials=200)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_the_command_adds_files_up(tmp_path: Path) -> None:
    (tmp_path / "spring.yaml").write_text(TEXT)
    (tmp_path / "summer.yaml").write_text(TEXT.replace("2011-03-01", "2011-06-20"))
    asked = ("liability", "spring.yaml", "summer.yaml", "--trials", "100")
    done = command(*asked, "--period", "year", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "spring" in done.stdout and "2011-12-23" in done.stdout
    folder = tmp_path / "out/spring+summer-liability"
    whole: dict[tuple[str, str], Decimal] = {}
    for row in rows(folder / "campaigns.csv"):
        key = row["period_end"], row["line"]
        whole[key] = whole.get(key, Decimal(0)) + Decimal(row["mean"])
    assert whole == {
        (row["period_end"], row["line"]): Decimal(row["mean"])
        for row in rows(folder / "rollforward.csv")
    }
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in manifest["campaigns"]] == ["spring", "summer"]
    register = REGISTER.replace("first", "spring").replace("second", "summer")
    (tmp_path / "register.csv").write_text(register.replace("FIRST", "Spring"))
    known = ("--actuals", "register.csv", "--as-of", "2011-10-15", "--booked-share", "summer=80%")
    done = command(*asked, *known, "--json", "--force", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [one["name"] for one in told["campaigns"]] == ["spring", "summer"]
    shares = {one["campaign"]: one["taken_before"] for one in told["actuals"]["shares"]}
    assert shares["summer"] == 0.8 and shares["spring"] != 0.8


@pytest.mark.parametrize(
    "wrong", [("a.yaml", "b/a.yaml"), ("a.yaml", "c.yaml", "--booked-share", "80%")]
)
def test_wrong_use_is_refused(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    (tmp_path / "b").mkdir()
    for name in ("a.yaml", "b/a.yaml", "c.yaml"):
        (tmp_path / name).write_text(TEXT)
    known = ("--actuals", "x.csv", "--as-of", "2011-09-30")
    done = command("liability", *wrong, *known, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_mistakes_in_all_files_are_told_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(TEXT.replace("demand:", f"demannd{name}:"))
    done = command("liability", "a.yaml", "b.yaml", cwd=tmp_path)
    assert done.returncode == 3
    assert "a.yaml:" in done.stderr and "b.yaml:" in done.stderr
