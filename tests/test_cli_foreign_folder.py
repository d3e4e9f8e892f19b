"""No command replaces another scenario's results, or another command's, in silence."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click
import pytest

from dealsim.cli import main
from dealsim.cli.app import COMMANDS
from dealsim.output.files.folder import write_folder
from dealsim.output.files.maker import Maker
from tests.decisions.test_breakeven import VOUCHER

NEEDED = {
    "sweep": ("--vary", "deal.price=8,9"),
    "optimize": ("--over", "deal.price=8:9"),
}
"""What a command cannot do without, besides a file."""


def writes(name: str) -> bool:
    """Whether a command writes a folder of results, and not a single file."""
    command: click.Command = getattr(import_module(f"dealsim.cli.{name}"), name)
    return any(one.name == "out" and one.metavar == "DIR" for one in command.params)


WRITING = [name for name in COMMANDS if writes(name)]


def test_commands_that_write_were_found() -> None:
    assert {"run", "liability", "breakeven", "compare", "sweep"} <= set(WRITING)


@pytest.mark.parametrize("name", WRITING)
@pytest.mark.parametrize("other", ["scenario", "command"])
def test_other_results_stay(
    name: str, other: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, out = tmp_path / "mine.yaml", tmp_path / "out"
    mine.write_text(VOUCHER, encoding="utf-8")
    there = Maker("someone", "mine", mine)
    if other == "scenario":
        theirs = tmp_path / "theirs.yaml"
        theirs.write_text(VOUCHER, encoding="utf-8")
        there = Maker(name, "theirs", theirs)
    write_folder(out, [("kept.txt", b"kept")], {"format": 1}, maker=there)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(SystemExit) as left:
        main([name, str(mine), "-o", str(out), *NEEDED.get(name, ()), "--trials", "1000000000"])
    said = capsys.readouterr().err
    assert left.value.code == 1
    assert "holds the results of another scenario" in said or "wrote; --force replaces" in said
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
