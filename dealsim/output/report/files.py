"""Where a page and its workbook may be written."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from dealsim.errors import DealsimError
from dealsim.text import shown_path

MARK = '<meta name="generator" content="dealsim'
"""What every page of dealsim's has near its beginning."""
AUTHOR = b"<dc:creator>dealsim</dc:creator>"
"""What every workbook of dealsim's says of itself."""
BEGINNING = 4_000
"""Characters in which that stands."""


def check_page(target: Path, scenario: Path, *, force: bool) -> None:
    """Raise DealsimError where a page could not be written to `target`: where that is a folder, the
    file of the scenario, or one in a place that is no folder or takes no file; or, unless `force`
    is given, a file that is no page of dealsim's."""
    if target.is_dir():
        raise DealsimError(f"{shown_path(target)} is a folder: name a file, such as page.html")
    if target.exists() and target.samefile(scenario):
        raise DealsimError(f"{shown_path(target)} is the scenario: name another file with -o")
    home = next(one for one in target.absolute().parents if one.exists())
    if not home.is_dir():
        raise DealsimError(f"{shown_path(home)} is a file, not a folder; name another with -o")
    if not os.access(home, os.W_OK):
        raise DealsimError(f"{shown_path(home)} takes no file; name another folder with -o")
    if not force and target.exists() and not _is_page(target):
        raise DealsimError(
            f"{shown_path(target)} is not a page of dealsim's; name another file with -o, or "
            "replace it with --force"
        )


def check_workbook(target: Path, *, force: bool) -> None:
    """The same for the workbook beside it."""
    if target.is_dir():
        raise DealsimError(f"{shown_path(target)} is a folder, and the workbook's name")
    if not force and target.exists() and not _is_workbook(target):
        raise DealsimError(
            f"{shown_path(target)} is not a workbook of dealsim's; name another page with -o, or "
            "replace it with --force"
        )


def _is_workbook(target: Path) -> bool:
    try:
        with zipfile.ZipFile(target) as archive:
            return AUTHOR in archive.read("docProps/core.xml")
    except (zipfile.BadZipFile, KeyError):
        return False


def _is_page(target: Path) -> bool:
    if not target.is_file():
        return False
    with target.open(encoding="utf-8", errors="replace") as stream:
        return MARK in stream.read(BEGINNING)
