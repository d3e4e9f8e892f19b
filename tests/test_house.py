"""The house stays as it is built: layers, types, lint, file and function sizes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "dealsim").rglob("*.py"))
TOP_LEVEL = {"pyproject.toml", "README.md", "LICENSE", "dealsim", "scenarios", "tests", "docs"}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "dealsim", "tests"),
        ("ruff", "format", "--check", "dealsim", "tests"),
        ("mypy",),
    ],
)
def test_lint_and_types(command: tuple[str, ...]) -> None:
    done = run(sys.executable, "-m", *command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_layers() -> None:
    """A file imports only layers above it (import-linter's contracts)."""
    code = "import sys; from importlinter.cli import lint_imports_command as c; c()"
    done = run(sys.executable, "-c", code)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 kept, 0 broken" in done.stdout


def test_sources_were_found() -> None:
    assert len(SOURCES) > 50


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            assert node.end_lineno is not None
            first = body[0].lineno if body else node.end_lineno
            assert node.end_lineno - first < 40, f"{node.name} is long"


def test_top_level_holds_nothing_else() -> None:
    tracked = run("git", "ls-files").stdout.splitlines()
    if not tracked:
        pytest.skip("not a git checkout")
    tops = {line.split("/")[0] for line in tracked}
    assert {top for top in tops if not top.startswith(".")} <= TOP_LEVEL
