"""The files of `dealsim liability`: tables, journals, workbook, plots and `liability.json`.

Amounts are in the scenario's currency with its minor digits. All text is UTF-8 with LF, and all
but the manifest are the same bytes for the same result.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from dealsim.books import MONTHLY, CampaignBooks, ImportStyle, Liability
from dealsim.output.books.comparison import register_facts
from dealsim.output.books.document import document
from dealsim.output.books.journals import journals
from dealsim.output.books.tables import tables
from dealsim.output.files.folder import Before, Content, write_folder
from dealsim.output.files.json_text import json_file, plain
from dealsim.output.files.maker import maker_of
from dealsim.output.files.manifest import run_manifest


def write_books(
    found: Liability,
    folder: Path,
    *,
    overrides: Sequence[str] | Mapping[str, object] = (),
    wall_seconds: float | None = None,
    force: bool = False,
    imports: ImportStyle = MONTHLY,
    before: Before | None = None,
    more: Iterable[tuple[str, Content]] = (),
) -> tuple[str, ...]:
    """Write all files of a forecast to `folder`, whole or not at all; returns their names.

    `imports` says how the files for QuickBooks Online and Xero are written, `before` is what
    `dealsim.output.files.folder.check_folder` found, `more` are further files. Raises
    DealsimError as `write_folder` there does.
    """
    manifest = run_manifest(found, overrides=overrides, wall_seconds=wall_seconds)
    manifest |= {"period": found.period, "fiscal_year_end": found.fiscal_year_end}
    manifest |= {"actuals": None if found.actuals is None else register_facts(found.actuals)}
    manifest |= {"imports": asdict(imports)}
    if len(found.campaigns) > 1:
        manifest |= {"campaigns": [_campaign(one) for one in found.campaigns]}
    maker = maker_of("liability", [one.scenario for one in found.campaigns])
    files = itertools.chain(books_files(found, imports), more)
    return write_folder(folder, files, manifest, force=force, maker=maker, before=before)


def _campaign(one: CampaignBooks) -> dict[str, object]:
    """What a campaign was made of."""
    scenario = one.scenario
    facts = {"name": one.name, "scenario": plain(scenario.canonical())}
    return facts | {"scenario_sha256": scenario.sha256}


def books_files(found: Liability, imports: ImportStyle = MONTHLY) -> Iterator[tuple[str, Content]]:
    """Names and contents of the files but for the manifest, one at a time."""
    from dealsim.output.books.plots import draw_all
    from dealsim.output.books.workbook import workbook_bytes

    yield "liability.json", json_file(document(found))
    yield from tables(found)
    yield from journals(found, imports)
    yield "liability.xlsx", workbook_bytes(found)
    yield from draw_all(found)
