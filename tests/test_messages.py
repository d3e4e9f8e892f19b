"""Every message about a scenario: its words, its place, its remedy.

`tests/data/messages.txt` holds what a terminal shows for each case of `message_cases.py`. After a
change that is meant, `python -m tests.test_messages` writes it anew: read the difference before
committing it.
"""

from __future__ import annotations

import ast
import contextlib
import re
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import dealsim.scenario
from dealsim.scenario import check
from tests.message_cases import CASES
from tests.message_texts import Case

CATALOGUE = Path(__file__).parent / "data" / "messages.txt"


def shown(case: Case, folder: Path) -> str:
    """Everything `check` says about a case, as a terminal shows it."""
    for name, content in case.files.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "scenario.yaml").write_text(case.text, encoding="utf-8")
    _, errors, warnings = check("scenario.yaml", case.overrides)
    found = [problem.text("error") for problem in errors]
    return "\n".join(found + [problem.text("warning") for problem in warnings])


def catalogue() -> dict[str, str]:
    """The expected messages by case."""
    parts = re.split(r"^### (.*)\n", CATALOGUE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: text.rstrip("\n") for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_catalogue_is_of_these_cases() -> None:
    assert list(catalogue()) == list(CASES)
    assert len(CASES) > 100


@pytest.mark.parametrize("name", CASES)
def test_message(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(CASES[name], tmp_path) == catalogue()[name]


@pytest.mark.parametrize("name", CASES)
def test_message_points_at_text(name: str) -> None:
    """The caret stands below a character of the quoted line, unless that line is not shown."""
    lines = catalogue()[name].splitlines()
    for quote, caret in pairwise(lines):
        if re.match(r" +\| +\^$", caret):
            assert caret.index("^") <= len(quote), name


def sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts that are made into messages in a module: line, and the longest fixed part."""
    makers = {
        "problem",
        "Problem",
        "found",
        "error",
        "warn",
        "_refused",
        "refused",
        "finding",
        "Message",
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call | ast.Assign):
            continue
        texts: list[ast.expr] = []
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else ""
            name = function.id if isinstance(function, ast.Name) else name
            texts = list(node.args) if name in makers else []
        elif isinstance(node.targets[0], ast.Name):
            texts = [node.value] if node.targets[0].id == "message" else []
        for text in texts:
            parts = text.values if isinstance(text, ast.JoinedStr) else [text]
            fixed = [
                part.value
                for part in parts
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            longest = max(fixed, key=len, default="")
            if len(longest) > 8 and " " in longest.strip():
                yield node.lineno, longest.strip()


def test_every_message_has_a_case() -> None:
    """A message in the code that no case shows has never been read by anybody."""
    text = CATALOGUE.read_text(encoding="utf-8")
    folder = Path(dealsim.scenario.__file__).parent
    said = [
        (f"{module.name}:{line}", sentence)
        for module in sorted(folder.rglob("*.py"))
        for line, sentence in sentences(ast.parse(module.read_text(encoding="utf-8")))
    ]
    assert len(said) > 100
    missing = [found for found in said if found[1] not in text and found[1] not in ELSEWHERE]
    assert not missing


ELSEWHERE = (
    "there is no scenario",
    "is a folder, not a scenario file",
    "no such file",
    "cannot be read (",
    "MB, which is too large for a scenario",
    "long lists of numbers belong in a data file: {values: f.csv}",
    "is UTF-16 text",
    "save it as UTF-8",
    "is not a text file",
    "a scenario is a YAML file",
    "not UTF-8 text: byte 0x",
    "save the file as UTF-8",
    "the text is too long",
    "values: too many for a scenario",
    "files extend one another",
    "is not a value of a scenario",
    "not YAML:",
    'unknown kind "',
    'there is no scenario "',
)
"""Messages that other tests show, mostly about files that are no text."""


def accept() -> None:
    """Write the catalogue from what is said now."""
    parts = []
    for name, case in CASES.items():
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            parts.append(f"### {name}\n{shown(case, Path(folder))}\n")
    CATALOGUE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    accept()
