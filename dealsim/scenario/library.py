"""The scenarios that come with dealsim."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def library() -> Mapping[str, Path]:
    """The packaged scenarios by name (the file's without `.yaml`), sorted.

    They lie beside this module in an installed dealsim, and in the repository's `scenarios`
    folder in a checkout.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "library", here.parents[1] / "scenarios"):
        found = sorted(folder.glob("*.yaml"))
        if found:
            return {path.stem: path for path in found}
    return {}
