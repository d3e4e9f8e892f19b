"""The house stays as it is built: sizes, names, and imports that cannot hide.

Lint, types and layers are the quick checks of CONTRIBUTING.md, which `.ci/run` and pre-commit run
by themselves.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "dealsim").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TOP_LEVEL = {
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "dealsim",
    "scenarios",
    "tests",
    "docs",
}
LATE = (
    "dealsim/__init__.py",
    "dealsim/cli/",
    "dealsim/output/run/files.py",
    "dealsim/output/books/files.py",
    "dealsim/output/files/manifest.py",
)
"""Where an import of ours may wait, or be for type checkers alone, so that commands start fast: the
public names, the commands, and the writing of files, which draws only when it gets there."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_sources_were_found() -> None:
    assert len(SOURCES) > 50


def test_files_of_tests_are_short() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in TESTS}
    assert len(TESTS) > 100
    assert [name_of(path) for path, size in sizes.items() if size > 400] == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            assert node.end_lineno is not None
            first = body[0].lineno if body else node.end_lineno
            assert node.end_lineno - first < 40, f"{node.name} is long"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_imports_do_not_hide(path: Path) -> None:
    """What a file needs of ours stands at its top, where the layers are read off it."""
    if name_of(path).startswith(LATE):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = [ast.unparse(node) for node in _imports(tree) if node not in tree.body]
    assert not hidden


def _imports(tree: ast.Module) -> Iterator[ast.stmt]:
    """Imports of dealsim's own modules, wherever they stand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "dealsim"]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        if any(name.split(".")[0] == "dealsim" for name in names):
            yield node


def test_one_class_name_has_one_meaning() -> None:
    names = Counter(
        node.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert not [name for name, times in names.items() if times > 1]


def test_top_level_holds_nothing_else() -> None:
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    tracked = done.stdout.splitlines()
    if not tracked:
        pytest.skip("not a git checkout")
    tops = {line.split("/")[0] for line in tracked}
    assert {top for top in tops if not top.startswith(".")} <= TOP_LEVEL


def test_quick_checks_are_the_same_everywhere() -> None:
    """CONTRIBUTING states them, `.ci/run` reads them there, pre-commit has one hook for each."""
    stated = extracted("checks").replace(".venv/bin/", "").split(" && ")
    assert stated == ["ruff check .", "ruff format --check .", "mypy", "lint-imports"]
    config = YAML(typ="safe").load(ROOT / ".pre-commit-config.yaml")
    assert [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]] == stated


def extracted(variable: str) -> str:
    """What `.ci/run` takes out of a document into a variable, by its own words."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    found = re.search(rf"^{variable}=\$\((.*)\)$", script, flags=re.MULTILINE)
    assert found is not None
    done = subprocess.run(
        ["bash", "-c", found[1]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
