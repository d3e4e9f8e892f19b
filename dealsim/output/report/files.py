"""Where a page and its workbook may be written."""

from __future__ import annotations

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


def check_page(target: Path, *, force: bool) -> None:
    """Raise DealsimError where a page could not be written to `target`: where that is a folder, or
    a file that is no page of dealsim's, unless `force` is given."""
    if target.is_dir():
        raise DealsimError(f"{shown_path(target)} is a folder: name a file, such as page.html")
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
