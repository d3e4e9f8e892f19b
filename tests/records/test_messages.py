"""Every message about a register: its words, its place, its remedy.

`tests/data/register_messages.txt` holds what a terminal shows for each case of `cases.py`. After
a change that is meant, `python -m tests.records.test_messages` writes it anew: read the
difference before committing it.
"""

from __future__ import annotations

import ast
import contextlib
import re
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest

import dealsim.records
from dealsim import ScenarioError, load
from dealsim.records import read_register
from tests.records.cases import CASES, SCENARIO, Case
from tests.test_messages import sentences

CATALOGUE = Path(__file__).parents[1] / "data" / "register_messages.txt"


def shown(case: Case, folder: Path) -> str:
    """Everything said of a register, as a terminal shows it, or its counts where it is sound."""
    (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    (folder / "register.csv").write_bytes(case.data)
    scenario = load(folder / "scenario.yaml", case.overrides)
    try:
        found = read_register("register.csv", case.as_of, scenario, campaign=case.campaign)
    except ScenarioError as error:
        return "\n".join(problem.text() for problem in error.problems)
    return "\n".join(problem.text("warning") for problem in found.warnings)


def catalogue() -> dict[str, str]:
    """The expected messages by case."""
    parts = re.split(r"^### (.*)\n", CATALOGUE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: text.rstrip("\n") for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_catalogue_is_of_these_cases() -> None:
    assert list(catalogue()) == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_message(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = shown(CASES[name], tmp_path)
    assert said == catalogue()[name]
    assert said.replace("\n", "").isprintable()


@pytest.mark.parametrize("name", CASES)
def test_message_has_a_remedy_and_points_at_text(name: str) -> None:
    lines = catalogue()[name].splitlines()
    starts = [k for k, line in enumerate(lines) if line.startswith(("error: ", "warning: "))]
    assert starts and starts[0] == 0
    for start, end in pairwise([*starts, len(lines)]):
        assert re.match(r"  [^ |]", lines[end - 1]), lines[start]
    for quote, caret in pairwise(lines):
        if re.match(r" +\| +\^$", caret):
            assert caret.index("^") <= len(quote), name


def test_every_message_has_a_case() -> None:
    """A message in the code that no case shows has never been read by anybody."""
    text = CATALOGUE.read_text(encoding="utf-8")
    folder = Path(dealsim.records.__file__).parent
    found = [
        (f"{module.name}:{line}", sentence)
        for module in sorted(folder.glob("*.py"))
        for line, sentence in sentences(ast.parse(module.read_text(encoding="utf-8")))
    ]
    assert len(found) > 40
    assert not [one for one in found if one[1] not in text and one[1] not in ELSEWHERE]


ELSEWHERE = (
    "is a folder, not a register",
    "give the path of a CSV file",
    "no such file",
    "give the path of the register",
    "cannot be read (",
    "is not a file",
    "give the path of a file that you may read",
    "MB, which is too large for a register",
    "add up the vouchers of each day and event in one row",
    "this row is not CSV:",
    "save the register as CSV (UTF-8)",
)
"""Messages about what is no file of text: `test_register.py` shows them."""


def accept() -> None:
    """Write the catalogue from what is said now."""
    parts = []
    for name, case in CASES.items():
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            parts.append(f"### {name}\n{shown(case, Path(folder))}\n")
    CATALOGUE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    accept()
