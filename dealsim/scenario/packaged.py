"""The scenarios that come with dealsim."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dealsim.errors import UsageError
from dealsim.scenario.language.suggest import did_you_mean
from dealsim.units import quoted


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


def library_text(name: str) -> str:
    """The text of a packaged scenario; raises `UsageError`, naming them all, for another name."""
    scenarios = library()
    if name not in scenarios:
        hint = did_you_mean(name, scenarios)
        listed = ", ".join(scenarios)
        message = f"there is no scenario {quoted(name)} in the library"
        raise UsageError(f"{message}{f'; {hint}' if hint else ''} (it has: {listed})")
    return scenarios[name].read_text(encoding="utf-8")
