"""Workbooks as they are read back: cells, formulas, and what LibreOffice makes of them."""

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

import pytest

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cells = dict[tuple[int, int], str | float]


def read(content: bytes) -> dict[str, Cells]:
    """Cells of every sheet by row and column, as cached: texts and numbers."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        strings = _strings(archive)
        return {
            name: _cells(archive.read(f"xl/worksheets/sheet{k}.xml"), strings)
            for k, name in enumerate(names(archive), start=1)
        }


def names(archive: zipfile.ZipFile) -> list[str]:
    """The sheets there are, in their order."""
    root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return [sheet.get("name", "") for sheet in root.iter(f"{MAIN}sheet")]


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
        for k, name in enumerate(names(archive), start=1):
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
        for name in read(content)
    }


def number(text: str) -> float:
    """A number as LibreOffice writes one, `85.5 %` among them."""
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def with_number(content: bytes, sheet: str, at: str, value: float) -> bytes:
    """The workbook with another number in a cell, as if it had been typed there."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        part = f"xl/worksheets/sheet{names(archive).index(sheet) + 1}.xml"
        for name in archive.namelist():
            data = archive.read(name)
            if name == part:
                found = rb'(<c r="%s"[^>]*><v>)[^<]*(</v>)' % at.encode()
                data, count = re.subn(found, rb"\g<1>%r\g<2>" % value, data)
                assert count == 1, at
            changed.writestr(name, data)
    return out.getvalue()


def assert_worked_out(content: bytes, folder: Path, least: int) -> None:
    """LibreOffice makes of every formula, at least so many, the value that is stored beside it."""
    cached, worked_out = read(content), recalculated(content, folder)
    found = formulas(content)
    assert sum(map(len, found.values())) >= least
    for name in found:
        for row, column in found[name]:
            value, text = cached[name][row, column], worked_out[name][row][column]
            if isinstance(value, str):
                assert text == value, (name, row, column, text)
            else:
                assert number(text) == pytest.approx(value, abs=1e-9, rel=1e-9), (name, row, column)
