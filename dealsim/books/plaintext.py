"""Journals for plain-text accounting: beancount and hledger.

Both files stand by themselves: accounts are opened or declared first, every entry carries its
number, and the closing balance of every account is asserted at the end. Entries that are forecast
are flagged `!`, as pending.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta

from dealsim.books.chart import ACCOUNTS, ROOTS, Account, Chart
from dealsim.books.exports import decimal, memo_of, numbered
from dealsim.books.journal import Entry, balances

EQUITY_ROOT = "Equity"


def account_path(account: Account) -> str:
    """`Liabilities:2310-Voucher-liability-paid-value`: an account as both programs take it.

    A name of the user's that already begins with a root (`Assets:Bank`) is kept. Parts are
    letters of the Latin alphabet, digits and dashes, which is what both programs read.
    """
    parts = [_part(part) for part in account.name.split(":")]
    parts = [part for part in parts if part]
    if len(parts) > 1 and parts[0] in (*ROOTS.values(), EQUITY_ROOT):
        return ":".join(parts)
    last = "-".join([_part(account.code), *parts[-1:]])
    return ":".join([ROOTS[account.kind], *parts[:-1], last])


def beancount(
    entries: Iterable[Entry], chart: Chart, currency: str, digits: int, notes: Iterable[str] = ()
) -> str:
    """The journal for beancount, accounts opened, balances asserted; `notes` come first."""
    journal = numbered(entries)
    used = balances(one for _, one in journal)
    lines = [*_notes(notes), f'option "operating_currency" "{currency}"', ""]
    if journal:
        first = journal[0][1].day
        lines += [f"{first} open {path} {currency}" for path in _paths(used, chart)] + [""]
    for number, one in journal:
        lines += [*_beancount_entry(number, one, chart, currency, digits), ""]
    if journal:
        # A balance is asserted for the beginning of its day.
        after = journal[-1][1].day + timedelta(days=1)
        totals = _totals(used, chart)
        for path, _ in totals:
            # An account's balance here includes its sub-accounts'.
            inside = sum(v for p, v in totals if p == path or p.startswith(path + ":"))
            lines.append(f"{after} balance {path}  {decimal(inside, digits)} {currency}")
    return "\n".join(lines) + "\n"


def hledger(
    entries: Iterable[Entry], chart: Chart, currency: str, digits: int, notes: Iterable[str] = ()
) -> str:
    """The journal for hledger, accounts declared, balances asserted; `notes` come first."""
    journal = numbered(entries)
    used = balances(one for _, one in journal)
    # The sample amount shows the program how to write amounts; it needs a decimal mark.
    sample = decimal(1000 * 10**digits, digits) + ("" if digits else ".")
    lines = [*_notes(notes), f"commodity {sample} {currency}", ""]
    lines += [f"account {path}" for path in _paths(used, chart)] + [""]
    for number, one in journal:
        lines += [*_hledger_entry(number, one, chart, currency, digits), ""]
    if used:
        last = journal[-1][1]
        lines += [f"{last.day} {_flag(last)} closing balances"]
        nil = decimal(0, digits)
        for path, total in _totals(used, chart):
            lines += [f"    {path}  {nil} {currency} = {decimal(total, digits)} {currency}"]
    return "\n".join(lines) + "\n"


def _beancount_entry(
    number: int, one: Entry, chart: Chart, currency: str, digits: int
) -> list[str]:
    if not one.postings:
        return [f"; {one.day} {_comment(one, number, digits)}"]
    memo = _line(one.memo).replace("\\", "\\\\").replace('"', '\\"')
    lines = [f'{one.day} {_flag(one)} "{memo}"', f'  entry: "{number}"', f'  event: "{one.event}"']
    for posting in one.postings:
        path, amount = account_path(chart[posting.account]), decimal(posting.amount, digits)
        lines.append(f"  {path}  {amount} {currency}")
    return lines


def _hledger_entry(number: int, one: Entry, chart: Chart, currency: str, digits: int) -> list[str]:
    if not one.postings:
        return [f"; {one.day} {_comment(one, number, digits)}"]
    # A semicolon would begin a comment, a bar would divide payee and note.
    memo = re.sub(r"[;|]", ",", _line(one.memo))
    lines = [f"{one.day} {_flag(one)} ({number}) {memo}  ; event: {one.event}"]
    for posting in one.postings:
        path, amount = account_path(chart[posting.account]), decimal(posting.amount, digits)
        lines.append(f"    {path}  {amount} {currency}")
    return lines


def _notes(notes: Iterable[str]) -> list[str]:
    return [f"; {_line(note)}" for note in notes]


def _comment(one: Entry, number: int, digits: int) -> str:
    return f"memorandum {number}: {_line(memo_of(one))}: {decimal(one.noted, digits)}"


def _flag(one: Entry) -> str:
    return "!" if one.forecast else "*"


def _line(text: str) -> str:
    """`text` on one line, without control characters."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def _paths(used: dict[str, int], chart: Chart) -> list[str]:
    """Paths of the accounts used, each once, in the order of the chart."""
    return list(dict.fromkeys(account_path(chart[key]) for key in ACCOUNTS if key in used))


def _totals(used: dict[str, int], chart: Chart) -> list[tuple[str, int]]:
    """Closing balance by path: a user may put several of our accounts into one of theirs."""
    out: dict[str, int] = {}
    for key, amount in used.items():
        path = account_path(chart[key])
        out[path] = out.get(path, 0) + amount
    return list(out.items())


def _part(text: str) -> str:
    """One part of an account's path: begins with a capital or a digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    word = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")
    return word[:1].upper() + word[1:]
