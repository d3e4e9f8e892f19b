"""Every scenario of the library has a page that reads well: in few futures, without advice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dealsim
from tests.documents import ROOT
from tests.report.pages import FEW

LIBRARY = sorted((ROOT / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("file", LIBRARY, ids=lambda file: file.stem)
def test_the_librarys_pages(file: Path) -> None:
    scenario = dealsim.load(file)
    html = dealsim.report(scenario, trials=FEW)
    assert len(html.encode("utf-8")) < 3_000_000
    text = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", html, flags=re.S)
    words = re.sub(r"<[^>]+>", " ", text)
    assert not re.search(r"\bNone\b|\bnan\b|n/a|\{\{|\bTrue\b", words)
    anchors = set(re.findall(r'<section id="([\w-]+)"', html))
    assert {"worlds", "cash", "visits", "owed", "assumptions"} <= anchors
    assert ("crowd" in anchors) == (scenario.service is not None)
    assert ("campaigns" in anchors) == bool(scenario.further)


def test_there_is_a_library() -> None:
    assert len(LIBRARY) > 10
