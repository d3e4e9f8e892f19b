"""A forecast that goes on from a register, as it is shown: files, words, entries."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dealsim import Liability, liability
from dealsim.books import MONTHLY, ImportStyle
from dealsim.output.books.document import document
from dealsim.output.books.files import books_files, write_books
from dealsim.output.books.finding import finding
from dealsim.output.books.plots import actuals as actuals_plot
from dealsim.output.books.summary_table import print_liability
from dealsim.output.files.json_text import json_text
from dealsim.records import Actuals
from dealsim.scenario import in_words
from tests.books.test_export import run_program
from tests.conftest import MakeScenario
from tests.test_liability import PLAIN

Books = Callable[..., Liability]


def register(starts: Any, last: int = 200) -> Actuals:
    """900 vouchers sold over two months of issue, 20 refunded, 4 used a day, 3 late ones."""
    sold = {0: 300, 7: 300, 14: 300}
    refunded = {10: 12, 16: 8}
    used = dict.fromkeys(range(15, 125), 4) | {150: 2, 160: 1}
    days = sorted(day for day in {*sold, *refunded, *used} if day <= last)

    def by_day(counts: dict[int, int]) -> np.ndarray:
        return np.array([counts.get(day, 0) for day in days], dtype=np.int64)

    counts = {"sold": sold, "redeemed": used, "refunded": refunded, "cashed_out": {}}
    return Actuals(
        as_of=starts + timedelta(days=last),
        days=tuple(starts + timedelta(days=day) for day in days),
        counts={name: by_day(values) for name, values in counts.items()},
        price=None,
        file="C:\\Users\\anna\\till\\vouchers, 2025.csv",
        rows=len(days),
        sha256="cd" * 32,
    )


@pytest.fixture
def books(scenario: MakeScenario) -> Books:
    """The books of PLAIN under an `accounting:` that go on from a register."""

    def make(accounting: str = "{breakage: proportional}", last: int = 200, **more: Any) -> Any:
        changed = {name.replace("__", "."): value for name, value in more.items()}
        made = scenario(PLAIN + f"accounting: {accounting}\n", changed)
        known = register(made.starts, last) if last else None
        return liability(made, trials=200, actuals=known)

    return make


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def files_of(found: Liability, imports: ImportStyle = MONTHLY) -> dict[str, str]:
    """The files that are text."""
    return {
        name: content.decode("utf-8")
        for name, content in books_files(found, imports)
        if isinstance(content, bytes) and name.endswith((".csv", ".json", ".beancount", ".hledger"))
    }


def printed(found: Liability, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    print_liability(found, Path("books"), ("liability.json",), stream)
    return raw.getvalue().decode(encoding)


def test_the_json_has_all_of_the_comparison_in_currency_units(books: Books) -> None:
    found = books()
    known = found.actuals
    assert known is not None
    told = json.loads(json_text(document(found)))["actuals"]
    assert told["file"] == "vouchers, 2025.csv"
    assert (told["rows"], told["sha256"]) == (known.rows, "cd" * 32)
    assert told["as_of"] == "2025-08-08"
    outstanding = told["owed"][0]
    assert outstanding["name"] == "outstanding"
    assert outstanding["actual"] == known.owed[0].actual / 100
    assert outstanding["forecast"]["mean"] == round(known.owed[0].forecast.mean / 100, 2)
    held = {one["name"]: one for one in told["vouchers"]}["held"]
    assert held["actual"] == 900 - 20 - 440 - 3 == outstanding["actual"] / 20
    assert held["rank"] == known.vouchers[-1].rank
    assert [one["path"] for one in told["inputs"]] == [one.path for one in known.inputs]
    assert told["used_after"]["mean"] == known.used_after.mean
    assert told["catch_up"] == known.catch_up / 100
    assert told["taken_after"] == known.taken_after
    assert told["fit"]["worst"] == known.fit.worst
    course = told["course"]
    assert len(course["day"]) == len(course["actual"]) == len(course["earlier"]["p95"])
    assert course["actual"][-1] is None
    assert course["actual"][course["day"].index("2025-08-08")] == 443


def test_the_json_is_null_without_a_register(books: Books) -> None:
    found = books(last=0)
    assert document(found)["actuals"] is None
    assert not {"actuals.csv", "inputs.csv"} & set(files_of(found))


def test_tables_of_the_comparison(books: Books) -> None:
    found = books()
    known = found.actuals
    assert known is not None
    files = files_of(found)
    figures = {row["figure"]: row for row in rows_of(files["actuals.csv"])}
    assert list(figures["held"]) == [
        "figure", "actual", "forecast_mean", "p5", "p50", "p95", "rank",
    ]  # fmt: skip
    assert figures["held"]["actual"] == "437"
    assert figures["outstanding"]["actual"] == "8740.00"
    assert figures["liability"]["actual"] == f"{known.owed[1].actual / 100:.2f}"
    inputs = rows_of(files["inputs.csv"])
    assert [row["path"] for row in inputs] == [one.path for one in known.inputs]
    assert float(inputs[0]["after_mean"]) == pytest.approx(known.inputs[0].after.mean, rel=1e-6)
    assert float(inputs[0]["shift_sd"]) == pytest.approx(known.inputs[0].shift, rel=1e-6)
    assert float(inputs[0]["doubt_left"]) == pytest.approx(known.inputs[0].doubt_left, rel=1e-6)


def test_the_manifest_names_the_register_without_its_folders(books: Books, tmp_path: Path) -> None:
    write_books(books(), tmp_path / "books")
    text = (tmp_path / "books/manifest.json").read_text(encoding="utf-8")
    assert json.loads(text)["actuals"] == {
        "file": "vouchers, 2025.csv",
        "rows": 116,
        "sha256": "cd" * 32,
        "booked_share": None,
        "as_of": "2025-08-08",
    }
    for path in (tmp_path / "books").iterdir():
        assert b"anna" not in path.read_bytes()
    assert (tmp_path / "books/actuals.png").exists()
    write_books(books(last=0), tmp_path / "books")
    assert not (tmp_path / "books/actuals.png").exists()
    text = (tmp_path / "books/manifest.json").read_text(encoding="utf-8")
    assert json.loads(text)["actuals"] is None


def test_the_finding_begins_with_what_is_owed_now(books: Books) -> None:
    found = books()
    known = found.actuals
    assert known is not None
    owed = known.owed[1].actual / 100
    said = finding(found)
    assert said.startswith(f"On 8 August 2025 ${owed:,.0f} is owed in the books; customers hold")
    assert "$8,740 of paid value, by the register" in said
    assert "When the promotion ended on 10 June 2025, they held $8,800." in said
    assert "by the forecast" in said
    before = finding(books(last=60))
    assert "When the promotion ends on" in before
    memo = finding(books(platform__payout="{on_redemption: {lag: 14 days}}"))
    assert "On 8 August 2025 customers hold 437 vouchers" in memo


def test_the_terminal_shows_the_register_beside_the_forecast(books: Books) -> None:
    found = books()
    known = found.actuals
    assert known is not None
    text = printed(found)
    assert max(map(len, text.splitlines()[:-1])) <= 80
    flat = " ".join(text.split())
    assert "Register to 8 August 2025, beside the forecast made without it" in flat
    assert "held 437" in flat and "paid value held $8,740" in flat
    assert "Expected to be used in the end: " in flat
    assert "the change of estimate, booked on 8 August 2025, is" in flat
    assert f"${abs(known.catch_up) / 100:,.2f}" in flat
    assert "Chain ladder, from the register's 2 months of issue alone" in flat
    for one in known.inputs[:3]:
        assert in_words(one.path) in flat
    assert "on 31 December 2025" in flat
    assert "Register" not in printed(books(last=0))


def test_the_terminal_copes_with_old_encodings(books: Books) -> None:
    assert "5-95 %" in printed(books(), "ascii")
    printed(books(), "cp1252")


def test_no_estimate_is_caught_up_where_none_is_booked(books: Books) -> None:
    assert "change of estimate" not in printed(books("{breakage: none}"))
    memo = printed(books(platform__payout="{on_redemption: {lag: 14 days}}"))
    assert "owed in the books" not in memo.split("Register to")[1]


def test_the_plot_of_a_real_register_states_its_figures(books: Books) -> None:
    found = books()
    assert found.actuals is not None
    assert actuals_plot.title(found, found.actuals).startswith("443 presented by 8 Aug 2025 where")
    seen = actuals_plot.shown(found, found.actuals)
    assert seen.happened[-1] == 443
    assert seen.now[0, 0] == seen.now[2, 0] == 443


def test_imports_hold_what_happened_and_nothing_else(books: Books) -> None:
    files = files_of(books(), ImportStyle(daily=True))
    booked = rows_of(files["journal-qbo.csv"])
    months = {row["Journal Date"] for row in booked}
    assert "08/08/2025" in months and not any(day.endswith("2026") for day in months)
    names = {row["Account Name"] for row in booked}
    assert "Sales - vouchers" in names
    assert not names & {"Cash", "Sales - overspend", "Cost of goods"}
    sold = [row for row in booked if row["Description"] == "Vouchers sold through the platform"]
    assert sum(float(row["Credits"] or 0) for row in sold) == 900 * 20
    rows = rows_of(files["journal.csv"])
    for row in rows:
        later = row["date"] > "2025-08-08"
        assert row["memo"].startswith("Forecast: ") or not later
    numbers = {row["entry"] for row in rows if not row["memo"].startswith("Forecast: ")}
    assert {row["Journal No."] for row in booked} == numbers


def test_imports_are_summaries_of_the_months(books: Books) -> None:
    """A journal for each month with something to book, of what the entries come to in all."""
    found = books()
    daily, monthly = (
        files_of(found, ImportStyle(daily=each))["journal-qbo.csv"] for each in (True, False)
    )

    def total(text: str) -> dict[tuple[str, str], Decimal]:
        out: dict[tuple[str, str], Decimal] = {}
        for row in rows_of(text):
            key = row["Journal Date"][:2], row["Account Name"]
            amount = Decimal(row["Debits"] or 0) - Decimal(row["Credits"] or 0)
            out[key] = out.get(key, Decimal(0)) + amount
        return {key: amount for key, amount in out.items() if amount}

    assert total(daily) == total(monthly)
    numbers = list(dict.fromkeys(row["Journal No."] for row in rows_of(monthly)))
    assert numbers[0] == "V-2025-01-31" and numbers[-1] == "V-2025-08-08"
    assert len(numbers) <= 8 < len({row["Journal No."] for row in rows_of(daily)})


def test_without_a_register_all_entries_are_forecast(books: Books) -> None:
    found = books(last=0)
    files = files_of(found)
    assert all(row["memo"].startswith("Forecast: ") for row in rows_of(files["journal.csv"]))
    for name in ("journal.beancount", "journal.hledger"):
        flags = set(re.findall(r"^\d{4}-\d\d-\d\d ([*!])", files[name], re.MULTILINE))
        assert flags == {"!"}
        assert "; Flagged !: expected entries, a forecast." in files[name]
    assert not [name for name in files if name.startswith("journal-")]
    assert "nothing of this has happened yet" in " ".join(printed(found).split())
    asked = files_of(found, ImportStyle(daily=True, forecast=True))
    booked = {row["Journal No."] for row in rows_of(asked["journal-qbo.csv"])}
    assert booked == {row["entry"] for row in rows_of(asked["journal.csv"])}


WAYS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("{breakage: proportional, sales_tax: {rate: 13%}}", {}),
    ("{breakage: remote, remote_after: 1 months}", {}),
    ("{breakage: none}", {"platform__payout": "{on_redemption: {lag: 14 days}}"}),
    ("{revenue: net, sales_tax: {rate: 25%, point: issue}}", {"last": 60}),
)


@pytest.mark.parametrize(("accounting", "more"), WAYS)
def test_ledgers_with_a_register_are_read(
    books: Books, tmp_path: Path, accounting: str, more: dict[str, Any]
) -> None:
    files = files_of(books(accounting, **more))
    for name, command in (
        ("journal.beancount", ["bean-check", "journal.beancount"]),
        ("journal.hledger", ["hledger", "-f", "journal.hledger", "check", "--strict"]),
    ):
        assert "; Flagged *: what happened by " in files[name]
        assert "; Flagged !: forecast." in files[name]
        assert "vouchers, 2025.csv" in files[name] and "anna" not in files[name]
        (tmp_path / name).write_text(files[name], encoding="utf-8")
        run_program(command, tmp_path / name)
