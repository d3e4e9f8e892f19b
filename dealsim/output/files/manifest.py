"""What made the files of a folder: program and libraries, the scenario as resolved, the run."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from dealsim import __version__
from dealsim.output.files.json_text import plain

if TYPE_CHECKING:
    from dealsim.books import Liability
    from dealsim.results import Result

LIBRARIES = [
    "numpy",
    "scipy",
    "matplotlib",
    "pydantic",
    "click",
    "ruamel.yaml",
    "rich",
    "XlsxWriter",
]


def run_manifest(
    result: Result | Liability,
    *,
    overrides: Sequence[str] | Mapping[str, object] = (),
    wall_seconds: float | None = None,
) -> dict[str, object]:
    """What made the files: program and libraries, the scenario as resolved, and the run."""
    scenario = result.scenario
    precise = getattr(result, "precise", None)
    asked = {} if precise is None else {"precision": precise.document()}
    return program() | {
        "scenario": plain(scenario.canonical()),
        "scenario_sha256": scenario.sha256,
        "overrides": plain(overrides),
        "mode": result.mode,
        "seed": result.seed,
        "trials": result.trials,
        **asked,
        "wall_seconds": None if wall_seconds is None else round(wall_seconds, 3),
    }


def program() -> dict[str, object]:
    """The program and the libraries it uses, with which every manifest begins."""
    return {
        "format": 1,
        "dealsim": __version__,
        "libraries": {"python": platform.python_version()} | {n: _version(n) for n in LIBRARIES},
        "platform": platform.platform(),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
