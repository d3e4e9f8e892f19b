"""What happened is told apart from what is forecast, and the formats say which is which."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

from dealsim.books import (
    Entry,
    ImportJournal,
    ImportStyle,
    balances,
    beancount,
    hledger,
    import_journals,
    journal_csv,
    mark_forecast,
    quickbooks_csv,
    xero_csv,
)
from dealsim.books import entries as events
from dealsim.books.entries import PresentationPolicy
from tests.books.test_export import OURS, run_program

AS_OF = date(2011, 5, 31)
BOOKS = PresentationPolicy()


def journal() -> tuple[Entry, ...]:
    """A sale, two visits, a payout and a re-estimate; then what is to come."""
    return (
        events.sale(BOOKS, date(2011, 3, 1), 10_000, 5_000),
        events.redemption(BOOKS, date(2011, 4, 30), paid=2_000, commission=1_000),
        events.payout(date(2011, 4, 30), 2_500, card_fee=100),
        events.redemption(BOOKS, date(2011, 5, 30), paid=1_000, commission=500),
        events.breakage(BOOKS, AS_OF, 300, 150, reestimate=True),
        events.redemption(BOOKS, date(2011, 6, 30), paid=500, commission=250, cash=10, cost=3),
    )


def test_without_a_register_all_is_forecast() -> None:
    told = mark_forecast(journal(), None)
    assert all(one.forecast for one in told)
    assert balances(told) == balances(journal())
    assert import_journals(told) == ()


def test_later_entries_and_other_money_are_forecast() -> None:
    told = mark_forecast(journal(), AS_OF)
    assert [(one.day.isoformat(), one.event, one.forecast) for one in told] == [
        ("2011-03-01", "sale", False),
        ("2011-04-30", "redeemed_in_time", False),
        ("2011-04-30", "payout", True),
        ("2011-05-30", "redeemed_in_time", False),
        ("2011-05-31", "breakage_reestimate", False),
        ("2011-06-30", "redeemed_in_time", True),
    ]
    assert balances(told) == balances(journal())


def test_a_memorandum_of_what_happened_is_none_of_a_forecast() -> None:
    memo = events.sale(PresentationPolicy(on_redemption=True), AS_OF, 100, 50)
    assert not mark_forecast([memo], AS_OF)[0].forecast


def test_the_journal_says_so_and_imports_leave_it_out() -> None:
    told = mark_forecast(journal(), AS_OF)
    rows = list(csv.DictReader(io.StringIO(journal_csv(told, OURS, 2))))
    memos = {row["entry"]: row["memo"] for row in rows}
    assert [memos[str(k)].startswith("Forecast: ") for k in range(1, 7)] == [
        one.forecast for one in told
    ]
    booked = balances(one for one in told if not one.forecast)
    daily = import_journals(told, ImportStyle(daily=True), AS_OF)
    (text,) = quickbooks_csv(daily, OURS, 2)
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {line["Journal No."] for line in lines} == {"1", "2", "4", "5"}
    found: dict[str, Decimal] = {}
    for line in lines:
        amount = Decimal(line["Debits"] or 0) - Decimal(line["Credits"] or 0)
        found[line["Account Name"]] = found.get(line["Account Name"], Decimal(0)) + amount
    assert found == {OURS[key].name: Decimal(value) / 100 for key, value in booked.items()}
    (text,) = xero_csv(daily, OURS, 2)
    assert {line["*Date"] for line in csv.DictReader(io.StringIO(text))} == {
        "01/03/2011",
        "30/04/2011",
        "30/05/2011",
        "31/05/2011",
    }
    assert "Forecast" not in text


def test_ledgers_flag_it_and_the_programs_read_them(tmp_path: Path) -> None:
    told = mark_forecast(journal(), AS_OF)
    for name, text, command in (
        ("j.beancount", beancount(told, OURS, "CAD", 2), ["bean-check", "j.beancount"]),
        ("j.hledger", hledger(told, OURS, "CAD", 2), ["hledger", "-f", "j.hledger", "check"]),
    ):
        assert "2011-03-01 * " in text
        assert text.count("2011-04-30 * ") == 1 and text.count("2011-04-30 ! ") == 1
        assert "2011-06-30 ! " in text and "2011-06-30 * " not in text
        (tmp_path / name).write_text(text, encoding="utf-8")
        run_program(command, tmp_path / name)
    shown = ["hledger", "-f", "j.hledger", "balance", "-N", "--pending", "--flat", "-O", "csv"]
    assert "Cash" in run_program(shown, tmp_path / "j.hledger")


def lines_of(one: ImportJournal) -> dict[tuple[str, str], int]:
    return {(line.text, line.account): line.amount for line in one.lines}


def test_a_month_is_one_journal() -> None:
    """Two redemptions of May, 10.00 and 3.00, are one line an account; April's payout is not known.

    20 May is as far as is known: the summary of May is of that day, and what is forecast of the
    month has a journal of its own, if it is asked for.
    """
    entries = (
        events.sale(BOOKS, date(2011, 3, 1), 10_000, 5_000),
        events.sale(BOOKS, date(2011, 3, 2), 6_000, 3_000),
        events.payout(date(2011, 4, 30), 2_500, card_fee=100),
        events.redemption(BOOKS, date(2011, 5, 3), paid=1_000, commission=500),
        events.redemption(BOOKS, date(2011, 5, 20), paid=300, commission=150),
        events.redemption(BOOKS, date(2011, 5, 31), paid=700, commission=350),
    )
    as_of = date(2011, 5, 20)
    told = mark_forecast(entries, as_of)
    march, may = import_journals(told, as_of=as_of)
    assert (march.number, march.day) == ("V-2011-03-31", date(2011, 3, 31))
    sold = "Vouchers sold through the platform"
    assert lines_of(march) == {
        (sold, "platform_receivable"): 8_000,
        (sold, "deferred_commission"): 8_000,
        (sold, "voucher_liability"): -16_000,
    }
    assert (may.number, may.narration) == ("V-2011-05-20", "Vouchers, month to 2011-05-20")
    assert lines_of(may) == {
        ("Vouchers redeemed", "voucher_liability"): 1_300,
        ("Vouchers redeemed", "platform_commission"): 650,
        ("Vouchers redeemed", "voucher_sales"): -1_300,
        ("Vouchers redeemed", "deferred_commission"): -650,
    }
    every = import_journals(told, ImportStyle(forecast=True), as_of)
    assert [one.number for one in every] == [
        "V-2011-03-31",
        "F-2011-04-30",
        "V-2011-05-20",
        "F-2011-05-31",
    ]
    assert every[-1].narration == "Forecast: vouchers, month to 2011-05-31"
    assert lines_of(every[1])["Forecast: Payout by the platform", "cash"] == 2_400


def test_amounts_that_cancel_leave_no_line() -> None:
    """Breakage of 300 and its reversal within a month."""
    entries = [
        events.breakage(BOOKS, date(2011, 5, day), amount, amount // 2)
        for day, amount in ((1, 300), (31, -300))
    ]
    assert import_journals(entries) == ()


def test_nothing_is_dated_after_the_last_entry() -> None:
    """The horizon ends in the middle of a month."""
    entries = mark_forecast([events.redemption(BOOKS, date(2011, 5, 15), paid=100)], None)
    (one,) = import_journals(entries, ImportStyle(forecast=True))
    assert one.day == date(2011, 5, 15)
