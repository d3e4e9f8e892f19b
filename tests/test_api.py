"""docs/api.md is of this version, and has every public name."""

from __future__ import annotations

import dealsim
from tests.api_page import PAGE, SECTIONS, api_page


def test_page_is_of_this_version() -> None:
    """`python -m tests.api_page` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == api_page()


def test_every_public_name_is_there() -> None:
    shown = {name for names in SECTIONS.values() for name in names}
    public = {f"dealsim.{name}" for name in dealsim.__all__} - {"dealsim.__version__"}
    assert public <= shown
    others = {name.rpartition(".")[0] for name in shown - public}
    assert others == {"dealsim.simulation", "dealsim.decisions", "dealsim.results"}
