"""The workbook: its formulas work out to the values beside them, which are those printed."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import numpy as np
import pytest

import dealsim
from dealsim import accounting
from dealsim.liabilities import liability
from dealsim.output.workbook import SHEETS, workbook_bytes
from dealsim.output.workbook.triangle import triangle_factors
from dealsim.units import minor_digits
from tests.books_fakes import SCENARIO, SETTINGS, books

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cells = dict[tuple[int, int], str | float]


def read(content: bytes) -> dict[str, Cells]:
    """Cells of every sheet by row and column, as cached: texts and numbers."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        strings = _strings(archive)
        return {
            name: _cells(archive.read(f"xl/worksheets/sheet{k}.xml"), strings)
            for k, name in enumerate(SHEETS, start=1)
        }


def _strings(archive: zipfile.ZipFile) -> list[str]:
    root = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    return ["".join(t.text or "" for t in one.iter(f"{MAIN}t")) for one in root]


def _cells(xml: bytes, strings: list[str]) -> Cells:
    out: Cells = {}
    for cell in ElementTree.fromstring(xml).iter(f"{MAIN}c"):
        value = cell.find(f"{MAIN}v")
        if value is None or value.text is None:
            continue
        kind = cell.get("t")
        text = strings[int(value.text)] if kind == "s" else value.text
        out[place(cell.get("r", ""))] = text if kind in ("s", "str") else float(text)
    return out


def place(name: str) -> tuple[int, int]:
    """(6, 2) of "C7"."""
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", name).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return int(digits) - 1, column - 1


def formulas(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    out: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for k, name in enumerate(SHEETS, start=1):
            root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{k}.xml"))
            out[name] = {
                place(cell.get("r", "")): found.text or ""
                for cell in root.iter(f"{MAIN}c")
                if (found := cell.find(f"{MAIN}f")) is not None
            }
    return out


def without_values(content: bytes) -> bytes:
    """The workbook with nothing beside its formulas, so that opening it works them out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as stripped,
    ):
        for name in archive.namelist():
            data = archive.read(name)
            if name.startswith("xl/worksheets/"):
                data = re.sub(rb"(<f>[^<]*</f>)<v>[^<]*</v>", rb"\1", data)
            stripped.writestr(name, data)
    return out.getvalue()


def recalculated(content: bytes, folder: Path) -> dict[str, list[list[str]]]:
    """Every sheet as LibreOffice works it out."""
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("DEALSIM_REQUIRE_PROGRAMS") == "1":
            pytest.fail("soffice is required and not installed")
        pytest.skip("soffice (LibreOffice) is not installed")
    (folder / "liability.xlsx").write_bytes(without_values(content))
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    done = subprocess.run(
        [*command, "--convert-to", form, "liability.xlsx"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        name: list(csv.reader(io.StringIO((folder / f"liability-{name}.csv").read_text("utf-8"))))
        for name in SHEETS
    }


def number(text: str) -> float:
    """A number as LibreOffice writes one, `85.5 %` among them."""
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


@pytest.mark.parametrize("title", ["escheat", "remote by quarter", "yen", "odd name"])
def test_libreoffice_works_out_the_values_that_are_cached(title: str, tmp_path: Path) -> None:
    content = workbook_bytes(books(title))
    cached, worked_out = read(content), recalculated(content, tmp_path)
    found = formulas(content)
    assert sum(map(len, found.values())) > 100
    for name in SHEETS:
        for row, column in found[name]:
            value, text = cached[name][row, column], worked_out[name][row][column]
            if isinstance(value, str):
                assert text == value == "yes", (name, row, column, text)
            else:
                assert number(text) == pytest.approx(value, abs=1e-9), (name, row, column)


@pytest.mark.parametrize("title", SETTINGS)
def test_the_checks_hold_and_every_formula_has_its_value(title: str) -> None:
    content = workbook_bytes(books(title))
    cached = read(content)
    checks = [value for value in cached["Sign-off"].values() if value in ("yes", "NO")]
    assert checks == ["yes"] * (3 if books(title).on_redemption else 4)
    for name, found in formulas(content).items():
        assert found.keys() <= cached[name].keys()


@pytest.mark.parametrize("title", SETTINGS)
def test_the_roll_forward_is_the_printed_one_to_the_minor_unit(title: str) -> None:
    made = books(title)
    cells = read(workbook_bytes(made))["Roll-forward"]
    scale = 10 ** minor_digits(made.scenario.currency)
    top = next(row for (row, column), value in cells.items() if value == "opening") + 1
    for period in range(len(made.period_ends)):
        for column, line in enumerate(accounting.LINES, start=1):
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
