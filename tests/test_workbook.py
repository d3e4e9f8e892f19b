"""The workbook: its formulas work out to the values beside them, which are those printed."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

import dealsim
from dealsim.books import LINES, balances, liability
from dealsim.books.actual_versus_forecast import RegisterComparison
from dealsim.output.books.journals import entries_of
from dealsim.output.books.workbook import SHEETS, sheets_for, workbook_bytes
from dealsim.output.books.workbook.triangle import triangle_factors
from dealsim.units import minor_digits
from tests.books_fakes import SCENARIO, SETTINGS, books
from tests.test_liability_shown import register
from tests.workbooks import Cells, assert_worked_out, formulas, read

RECALCULATED = ["escheat", "remote by quarter", "yen", "odd name", "register", "register of a year"]


@pytest.mark.parametrize("title", RECALCULATED)
def test_libreoffice_works_out_the_values_that_are_cached(title: str, tmp_path: Path) -> None:
    content = workbook_bytes(books(title))
    assert_worked_out(content, tmp_path, 100)
    for found in read(content).values():
        assert "NO" not in found.values()


@pytest.mark.parametrize("title", SETTINGS)
def test_the_checks_hold_and_every_formula_has_its_value(title: str) -> None:
    content = workbook_bytes(books(title))
    cached = read(content)
    checks = [value for value in cached["Sign-off"].values() if value in ("yes", "NO")]
    made = books(title)
    booked = made.actuals is not None and made.policy == "proportional" and not made.on_redemption
    as_of = made.actuals is not None and not made.on_redemption
    assert checks == ["yes"] * ((3 if made.on_redemption else 4) + booked + as_of)
    for name, found in formulas(content).items():
        assert found.keys() <= cached[name].keys()


@pytest.mark.parametrize("title", SETTINGS)
def test_the_roll_forward_is_the_printed_one_to_the_minor_unit(title: str) -> None:
    made = books(title)
    cells = read(workbook_bytes(made))["Roll-forward"]
    scale = 10 ** minor_digits(made.scenario.currency)
    top = next(row for (row, column), value in cells.items() if value == "opening") + 1
    for period in range(len(made.period_ends)):
        for column, line in enumerate(LINES, start=1):
            shown = cells[top + period, column]
            assert isinstance(shown, float)
            assert round(shown * scale) == made.table.mean[line][period]
            assert shown * scale == pytest.approx(round(shown * scale), rel=1e-14, abs=1e-6)


def test_formulas_are_where_an_accountant_looks_for_them() -> None:
    found = formulas(workbook_bytes(books()))
    roll = sorted(found["Roll-forward"].items())
    texts = [text for _, text in roll]
    assert texts[0].startswith("ROUND(B7+C7-SUM(D7:K7),2)")
    assert "L7" in texts  # an opening balance
    assert any("SUMIF('Ageing'!" in text for text in texts)
    assert any("SUMPRODUCT" in text for text in found["Triangle"].values())
    assert len(found["Trial balance"]) > 10


def test_text_that_looks_like_a_formula_is_text() -> None:
    content = workbook_bytes(books("odd name"))
    cached, found = read(content), formulas(content)
    assert any(str(v).startswith("=HYPERLINK") for v in cached["Sign-off"].values())
    assert "=2+3" not in found["Journal"].values()
    assert {"@SUM(1)"} <= set(cached["Assumptions"].values())
    assert not any("HYPERLINK" in text for texts in found.values() for text in texts.values())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
        assert not [name for name in archive.namelist() if "hyperlink" in name.lower()]


def found_of(title: str) -> RegisterComparison:
    found = books(title).actuals
    assert found is not None
    return found


def row_of(cells: Cells, words: str) -> int:
    return next(row for (row, column), value in cells.items() if column == 0 and value == words)


def test_only_books_with_a_register_have_its_sheet() -> None:
    assert "Register" not in read(workbook_bytes(books()))
    assert list(read(workbook_bytes(books("register")))) == list(SHEETS)
    assert "Register" not in sheets_for(books())


def test_the_register_stands_beside_its_forecast_with_live_differences() -> None:
    content = workbook_bytes(books("register"))
    cells, live = read(content)["Register"], formulas(content)["Register"]
    found = found_of("register")
    for one, words, unit in (
        (found.vouchers[0], "redeemed in time", 1),
        (found.owed[0], "outstanding (CAD)", 100),
    ):
        row = row_of(cells, words)
        actual, mean = one.actual / unit, one.forecast.mean / unit
        assert cells[row, 1] == actual
        assert cells[row, 2] == pytest.approx(mean, abs=0.005)
        assert live[row, 3] == f"B{row + 1}-C{row + 1}"
        assert cells[row, 3] == pytest.approx(actual - mean, abs=0.005)
        assert cells[row, 7] == one.rank
    row = row_of(cells, "expected to be used in the end")
    assert (cells[row, 1], cells[row, 2]) == (0.73, 0.81)
    row = row_of(cells, "taken by the books")
    assert cells[row, 3] == pytest.approx(0.75 - 0.89)
    row = row_of(cells, "share used, from 3 months of issue")
    assert cells[row, 1] == 0.74 and live[row, 3].startswith("B")
    row = row_of(cells, "redemption.half_life: how long voucher holders take to come")
    assert [cells[row, column] for column in range(1, 7)] == [97.4, 60.7, 67.7, 8.7, 49.0, 77.4]
    assert cells[row, 7] == found.inputs[1].shift and "/" in live[row, 7]
    without = read(workbook_bytes(books("register before expiry")))["Register"]
    assert any(str(value).startswith("No chain ladder") for value in without.values())


def test_the_catch_up_is_what_the_journal_books() -> None:
    made = liability(
        dealsim.load(SCENARIO, {"accounting.breakage": "proportional"}),
        trials=50,
        actuals=register(dealsim.load(SCENARIO).starts),
    )
    assert made.actuals is not None and made.actuals.catch_up
    content = workbook_bytes(made)
    cells, live = read(content)["Register"], formulas(content)["Register"]
    row = row_of(cells, "catch-up: breakage by the change of estimate (CAD)")
    assert cells[row, 1] == cells[row + 1, 1] == made.actuals.catch_up / 100
    assert "SUMIFS('Journal'!" in live[row + 1, 1]
    assert cells[row + 2, 1] == "yes"


@pytest.mark.parametrize(
    ("title", "standings"),
    [
        ("register", ["actual"] * 7 + ["forecast"] * 30),
        ("register of a year", ["actual", "part actual", "forecast", "forecast"]),
        ("register to the end", ["actual"] * 8),
        ("usual", []),
    ],
)
def test_actual_months_are_told_from_forecast_ones(title: str, standings: list[str]) -> None:
    content = workbook_bytes(books(title))
    cells = read(content)["Roll-forward"]
    column = len(LINES) + 3
    found = [cells[key] for key in sorted(cells) if key[1] == column]
    assert found[1:][: len(standings)] == standings
    if standings:
        assert found[0] == "actual or forecast"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    top = row_of(cells, "period end") + 2
    days = re.findall(r'<c r="A(\d+)" s="(\d+)"', sheet)
    looks = [look for row, look in days if top <= int(row) < top + len(books(title).period_ends)]
    assert len(set(looks)) == max(1, len(set(standings)))


def test_the_journal_and_the_sign_off_name_what_happened() -> None:
    cells = read(workbook_bytes(books("register")))
    later = [
        (cells["Journal"][row, 0], value)
        for (row, column), value in cells["Journal"].items()
        if column == 7 and (row, 0) in cells["Journal"] and row > 6
    ]
    assert later[0][1] == "Vouchers sold through the platform"
    assert all(str(memo).startswith("Forecast: ") for _, memo in later[-10:])
    signed = cells["Sign-off"]
    assert signed[row_of(signed, "register"), 1] == "vouchers.csv"
    assert signed[row_of(signed, "register hash (sha256)"), 1] == "ab" * 32
    assert signed[row_of(signed, "register to"), 1] == "30 Sep 2011"
    assert not any("anna" in str(value) for sheet in cells.values() for value in sheet.values())
    odd = workbook_bytes(books("odd name"))
    assert "=HYPERLINK(1).csv" in read(odd)["Sign-off"].values()
    assert not any("HYPERLINK" in one for found in formulas(odd).values() for one in found.values())


def test_the_trial_balance_is_of_the_registers_day() -> None:
    """Only what happened by then: the ledger's liability is what is owed on that day."""
    made = books("register")
    assert made.actuals is not None
    when = made.actuals.as_of
    content = workbook_bytes(made)
    cells, live = read(content)["Trial balance"], formulas(content)["Trial balance"]
    assert str(cells[2, 0]).startswith("As of 30 Sep 2011: what happened")
    happened = [one for one in entries_of(made) if not one.forecast]
    assert happened and max(one.day for one in happened) == when
    known = balances(happened)
    due = balances(one for one in entries_of(made) if one.forecast and one.day <= when)
    for key in ("voucher_liability", "cash", "platform_receivable"):
        row = next(r for (r, column), value in cells.items() if column == 7 and value == key)
        assert cells[row, 4] == known.get(key, 0) / 100
        assert cells[row, 5] == due.get(key, 0) / 100
        assert cells[row, 6] == (known.get(key, 0) + due.get(key, 0)) / 100
        assert "SUMIFS" in live[row, 2]
    assert "cash" not in known and due["cash"] > 0
    owed = next(
        row
        for (row, column), value in cells.items()
        if column == 1 and str(value).startswith("voucher liability less") and "2011" in str(value)
    )
    assert cells[owed, 4] == cells[owed + 1, 4] == made.actuals.owed[1].actual / 100
    signed = read(content)["Sign-off"]
    assert signed[0, 0] == "Sign-off as of 30 Sep 2011"
    row = row_of(signed, "owed in the books on 30 Sep 2011 (CAD)")
    assert signed[row, 1] == made.actuals.owed[1].actual / 100
    row = row_of(signed, "period")
    assert str(signed[row, 1]).startswith("1 Mar 2011 to 30 Sep 2011; a forecast from there to")


def test_money_has_its_currencys_digits_and_sheets_print() -> None:
    for title, form in (("usual", "#,##0.00;"), ("yen", "#,##0;"), ("dinar", "#,##0.000;")):
        with zipfile.ZipFile(io.BytesIO(workbook_bytes(books(title)))) as archive:
            assert form in archive.read("xl/styles.xml").decode()
            sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert 'fitToWidth="1"' in sheet or "fitToHeight" in sheet
        assert 'state="frozen"' in sheet
        assert "seed 1" in sheet


@pytest.mark.parametrize("policy", ["none", "proportional", "remote"])
def test_the_workbook_of_a_real_forecast_ties(policy: str) -> None:
    scenario = dealsim.load(SCENARIO, {"accounting.breakage": policy})
    made = liability(scenario, trials=50, period="quarter")
    cached = read(workbook_bytes(made))
    checks = [value for value in cached["Sign-off"].values() if value in ("yes", "NO")]
    assert checks == ["yes"] * 4
    assert triangle_factors(made.triangle) == pytest.approx(made.triangle_factors)


def test_the_same_books_make_the_same_bytes() -> None:
    assert workbook_bytes(books()) == workbook_bytes(books())


def test_factors_are_weighted_by_volume_over_the_months_that_reach_them() -> None:
    nan = np.nan
    triangle = np.array([[10.0, 20.0, 30.0], [30.0, 40.0, nan], [5.0, nan, nan]])
    assert triangle_factors(triangle) == pytest.approx([60 / 40, 30 / 20])
    assert triangle_factors(np.zeros((1, 3))) == pytest.approx([1, 1])
