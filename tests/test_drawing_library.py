"""The reader's own settings of matplotlib: they change nothing and break nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

DRAW = """
import io
from dealsim.output.drawing import sheet, style
with style.settings():
    figure, axes = sheet.new_sheet()
    axes.plot([1, 2])
    picture = style.render(figure, ["png", "svg"])
import hashlib, os
print([hashlib.sha256(data).hexdigest() for data in picture.values()])
print(os.environ.get("MPLBACKEND"), os.environ.get("MATPLOTLIBRC"))
"""


def drawn(cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "MATPLOTLIBRC")}
    return subprocess.run(
        [sys.executable, "-c", DRAW],
        cwd=cwd,
        env=kept | {"PYTHONPATH": str(Path(__file__).parents[1])} | env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    done = drawn(tmp_path_factory.mktemp("plain"))
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[0]


@pytest.mark.parametrize(
    "backend", ["module://matplotlib_inline.backend_inline", "TkAgg", "nonsense", "svg"]
)
def test_a_backend_in_the_environment_changes_nothing(
    backend: str, plain: str, tmp_path: Path
) -> None:
    done = drawn(tmp_path, MPLBACKEND=backend)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [plain, f"{backend} None"]


@pytest.mark.parametrize(
    "content", [b"font.size: 30\nlines.linewidth: 9\n", b"font.size: 9 # \xe9"]
)
def test_a_settings_file_changes_nothing(content: bytes, plain: str, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "matplotlibrc").write_bytes(content)
    named = str(tmp_path / "there" / "matplotlibrc")
    done = drawn(tmp_path, MATPLOTLIBRC=named)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [plain, f"None {named}"]


def test_a_settings_file_in_the_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_bytes(b"font.size: 9 # \xe9")
    done = drawn(tmp_path, MPLBACKEND="nonsense")
    assert f"DealsimError: matplotlib cannot read {tmp_path / 'matplotlibrc'}" in done.stderr
