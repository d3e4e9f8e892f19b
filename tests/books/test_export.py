"""Exports: formats, limits and signs; and the plain-text files read by the real programs."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dealsim.books import (
    Entry,
    ImportStyle,
    balances,
    beancount,
    file_names,
    hledger,
    import_journals,
    journal_csv,
    quickbooks_csv,
    xero_csv,
)
from dealsim.books.breakage import BreakagePolicy
from dealsim.books.chart import ACCOUNTS, Account, chart_of_accounts
from dealsim.books.entries import PresentationPolicy, payout
from dealsim.books.exports import decimal
from dealsim.books.imports import DayFormat
from dealsim.books.journal import entry
from dealsim.books.plaintext import account_path
from dealsim.books.posting import post
from dealsim.errors import ScenarioError
from dealsim.text import plain_text
from tests.books.cohorts import flows_of, founding_case

DAY = date(2011, 3, 4)
OURS = chart_of_accounts()
DAILY = ImportStyle(daily=True)


def founding_entries() -> tuple[Entry, ...]:
    register, roll = founding_case()
    flows = flows_of(
        roll, BreakagePolicy("proportional", 0.8), register, promotional=1.0, promotion_ends=4
    )
    memo = Entry(DAY, "sale", "Vouchers sold; paid for on redemption", (), 10_000)
    nasty = entry(
        DAY,
        "sale",
        '=HYPERLINK("x") | ; back\\slash\n"quoted" é',
        debit=[("cash", 100)],
        credit=[("voucher_liability", 100)],
    )
    return (*post(flows, PresentationPolicy(face_value=True)), memo, nasty)


def rows_of(text: str) -> list[dict[str, str]]:
    assert "\r" not in text
    return list(csv.DictReader(io.StringIO(text)))


def many(count: int, lines: int = 3) -> list[Entry]:
    """`count` entries of three lines each."""
    parts = [("cash", 1), ("inventory", 2)]
    one = entry(DAY, "sale", "+1 sale", debit=parts, credit=[("voucher_liability", 3)])
    assert len(one.postings) == lines
    return [one] * count


def test_journal_csv_balances_and_keeps_memoranda() -> None:
    rows = rows_of(journal_csv(founding_entries(), OURS, 2))
    assert list(rows[0]) == ["date", "entry", "account", "name", "debit", "credit", "memo"]
    debits = sum(Decimal(row["debit"] or 0) for row in rows)
    assert debits == sum(Decimal(row["credit"] or 0) for row in rows) > 0
    memoranda = [row for row in rows if row["name"] == "Memorandum"]
    assert [row["memo"] for row in memoranda] == ["Vouchers sold; paid for on redemption: 100.00"]
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)


def test_text_is_never_run_as_a_formula() -> None:
    assert [plain_text(text) for text in ("=1", "+1", "-1", "@a", " =1", "\t=1", "a=1")] == [
        "'=1",
        "'+1",
        "'-1",
        "'@a",
        "'=1",
        "'=1",
        "a=1",
    ]
    chart = chart_of_accounts({"cash": "@SUM(A1)", "voucher_liability": "-2100"})
    entries = founding_entries()
    journals = import_journals(entries, DAILY)
    texts = [journal_csv(entries, chart, 2), *quickbooks_csv(journals, chart, 2)]
    for text in (*texts, *xero_csv(journals, chart, 2)):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "@")]
        for cell in cells:
            assert not cell.startswith("-") or Decimal(cell) < 0


def test_decimals_follow_the_currency() -> None:
    assert [decimal(v, 2) for v in (0, 5, -5, 123_456, -100)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1234.56",
        "-1.00",
    ]
    assert decimal(-1234, 0) == "-1234"
    assert decimal(1234, 3) == "1.234"


def test_quickbooks_columns_dates_and_limit() -> None:
    journals = import_journals(founding_entries(), DAILY)
    (text,) = quickbooks_csv(journals, OURS, 2)
    rows = rows_of(text)
    assert list(rows[0])[:4] == ["Journal No.", "Journal Date", "Account Name", "Description"]
    assert list(rows[0])[4:] == ["Debits", "Credits", "Name"]
    assert rows[0]["Journal Date"] == "03/04/2011"
    assert all((row["Debits"] == "") != (row["Credits"] == "") for row in rows)
    assert not any("receivable" in row["Account Name"] and row["Name"] for row in rows)
    shown: tuple[tuple[DayFormat, str], ...] = (("dmy", "04/03/2011"), ("ymd", "2011-03-04"))
    for order, day in shown:
        style = ImportStyle(days=order)
        assert day in quickbooks_csv(journals, OURS, 2, style)[0]
        assert day in xero_csv(journals, OURS, 2, style)[0]
    files = quickbooks_csv(import_journals(many(400), DAILY), OURS, 2)
    assert [len(rows_of(text)) for text in files] == [999, 201]


def test_xero_signs_dates_and_limit() -> None:
    chart = chart_of_accounts(
        {"2310": "2100 Gift cards", "voucher_sales": "| HST on Sales (13%)", "cash": "1st Bank"}
    )
    assert (chart["cash"].code, chart["cash"].name) == ("1010", "1st Bank")
    (text,) = xero_csv(import_journals(founding_entries(), DAILY), chart, 2)
    header = "*Narration,*Date,Description,*AccountCode,*TaxRate,*Amount,TrackingName1"
    assert text.startswith(header)
    rows = rows_of(text)
    assert rows[0]["*Date"] == "04/03/2011"
    journals: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        key = (row["*Narration"], row["*Date"])
        journals[key] = journals.get(key, Decimal(0)) + Decimal(row["*Amount"])
    assert set(journals.values()) == {Decimal(0)}
    assert len(journals) == len([one for one in founding_entries() if one.postings])
    rates = {row["*AccountCode"]: row["*TaxRate"] for row in rows}
    assert rates["4010"] == "HST on Sales (13%)"
    assert rates["2100"] == "Tax Exempt"
    liability = [
        row for row in rows if row["*AccountCode"] == "2100" and "sold" in row["*Narration"]
    ]
    assert [row["*Amount"] for row in liability] == ["-10200.00"]


def test_xero_files_hold_300_lines_of_whole_entries() -> None:
    files = xero_csv(import_journals(many(201), DAILY), OURS, 2)
    assert [len(rows_of(text)) for text in files] == [300, 300, 3]
    assert file_names("journal-xero.csv", 3)[2] == "journal-xero-3.csv"
    assert file_names("journal-xero.csv", 1) == ("journal-xero.csv",)
    assert xero_csv([], OURS, 2) == quickbooks_csv([], OURS, 2) == ()


def test_xero_gets_no_bank_account() -> None:
    """A payout of 25.00 less a fee of 1.00: 24.00 to the clearing account, nothing to the bank."""
    entries = [payout(DAY, 2_500, card_fee=100)]
    chart = chart_of_accounts({"cash": "1000 Bank", "cash_clearing": "1090 Clearing"})
    (text,) = xero_csv(import_journals(entries), chart, 2)
    rows = rows_of(text)
    assert [(row["*AccountCode"], row["*Amount"]) for row in rows] == [
        ("1090", "24.00"),
        ("6120", "1.00"),
        ("1230", "-25.00"),
    ]
    assert "Bank" in quickbooks_csv(import_journals(entries), chart, 2)[0]


def test_tax_names_are_those_asked_for() -> None:
    chart = chart_of_accounts({"card_fees": "6120 Fees | 20% (VAT on Expenses)"})
    style = ImportStyle(tax_names=(("platform_receivable", "Exempt Income"),), no_tax="No VAT")
    (text,) = xero_csv(import_journals([payout(DAY, 2_500, card_fee=100)]), chart, 2, style)
    assert [row["*TaxRate"] for row in rows_of(text)] == [
        "No VAT",
        "20% (VAT on Expenses)",
        "Exempt Income",
    ]


def test_accounts_may_be_the_users_own() -> None:
    chart = chart_of_accounts(
        {
            "voucher_liability": "2100 Gift cards",
            "1010": "1000",
            "platform_receivable": "Other assets:Groupon",
        }
    )
    assert chart["voucher_liability"] == Account(
        "voucher_liability", "2100", "Gift cards", "liability"
    )
    assert (chart["cash"].code, chart["cash"].name) == ("1000", "Cash")
    assert (chart["platform_receivable"].code, chart["platform_receivable"].name) == (
        "1230",
        "Other assets:Groupon",
    )
    paths = {key: account_path(chart[key]) for key in ACCOUNTS}
    assert paths["voucher_liability"] == "Liabilities:2100-Gift-cards"
    assert paths["platform_receivable"] == "Assets:Other-assets:1230-Groupon"
    assert paths["voucher_sales"] == "Income:4010-Sales-vouchers"
    own = chart_of_accounts({"cash": "Assets:Bank:Chequing épargne", "cost_of_goods": "商品"})
    assert account_path(own["cash"]) == "Assets:Bank:Chequing-epargne"
    assert account_path(own["cost_of_goods"]) == "Expenses:5010"


def test_all_mistakes_in_the_mapping_are_named_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        chart_of_accounts(
            {"voucher_liabilty": "x", "cash": " ", "1230": "a", "platform_receivable": "b"}
        )
    problems = {problem.path: problem for problem in caught.value.problems}
    assert (
        problems["accounting.accounts.voucher_liabilty"].hint == "did you mean voucher_liability?"
    )
    assert len(problems) == 3


def test_accounts_that_no_entry_uses_are_read_over() -> None:
    """Files written for earlier versions may name them, by key or code."""
    chart = chart_of_accounts({"platform_holdback": "1240 Held", "2320": "x", "cash": "1000 Bank"})
    assert chart["cash"].name == "Bank"
    assert {"platform_holdback", "refund_liability", "receivable_loss"}.isdisjoint(chart.accounts)


def run_program(command: list[str], path: Path) -> str:
    """Standard output of a program, skipping without it unless programs are required."""
    found = shutil.which(command[0], path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None:
        if os.environ.get("DEALSIM_REQUIRE_PROGRAMS") == "1":
            pytest.fail(f"{command[0]} is required and not installed")
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run([found, *command[1:]], capture_output=True, text=True, cwd=path.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


NOTES = ("Blend Creations, $10 for $20; seed 1\n2011-01-01 * not an entry", "Not advice.")
USERS = {
    "cash": "Assets:Bank:Chequing épargne",
    "platform_receivable": "Assets:Bank",
    "voucher_promotion": "2100 Gift cards",
    "voucher_liability": "2100 Gift cards",
}


@pytest.mark.parametrize(("currency", "digits"), [("CAD", 2), ("JPY", 0), ("KWD", 3)])
@pytest.mark.parametrize("accounts", [{}, USERS])
def test_beancount_reads_it(
    tmp_path: Path, currency: str, digits: int, accounts: dict[str, str]
) -> None:
    path = tmp_path / "journal.beancount"
    text = beancount(founding_entries(), chart_of_accounts(accounts), currency, digits, NOTES)
    path.write_text(text, encoding="utf-8")
    run_program(["bean-check", str(path)], path)


@pytest.mark.parametrize(("currency", "digits"), [("CAD", 2), ("JPY", 0), ("KWD", 3)])
@pytest.mark.parametrize("accounts", [{}, USERS])
def test_hledger_reads_it(
    tmp_path: Path, currency: str, digits: int, accounts: dict[str, str]
) -> None:
    path, chart = tmp_path / "journal.hledger", chart_of_accounts(accounts)
    text = hledger(founding_entries(), chart, currency, digits, NOTES)
    path.write_text(text, encoding="utf-8")
    run_program(["hledger", "-f", str(path), "check", "--strict"], path)
    report = run_program(["hledger", "-f", str(path), "balance", "-N", "-O", "csv", "--flat"], path)
    shown = {row["account"]: row["balance"] for row in csv.DictReader(io.StringIO(report))}
    liability = balances(founding_entries())["voucher_liability"]
    wanted = account_path(chart["voucher_liability"])
    assert Decimal(shown[wanted].split()[0].replace(",", "")) == Decimal(decimal(liability, digits))


def test_a_wrong_balance_is_noticed(tmp_path: Path) -> None:
    """The programs do check: a file with one amount changed is refused."""
    text = hledger(founding_entries(), OURS, "CAD", 2)
    path = tmp_path / "journal.hledger"
    path.write_text(text.replace("= -2801.00", "= -2801.01"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    with pytest.raises(AssertionError, match="assertion"):
        run_program(["hledger", "-f", str(path), "check"], path)


def test_an_empty_journal_is_a_file_all_the_same(tmp_path: Path) -> None:
    assert beancount([], OURS, "CAD", 2).startswith("option")
    path = tmp_path / "empty.hledger"
    path.write_text(hledger([], OURS, "CAD", 2), encoding="utf-8")
    run_program(["hledger", "-f", str(path), "check"], path)
