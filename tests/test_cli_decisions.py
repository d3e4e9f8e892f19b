"""breakeven, compare and sensitivity as scripts and people meet them: files, JSON, messages."""

from __future__ import annotations

import csv
import json
import shlex
import shutil
from pathlib import Path

import pytest

from tests.documents import run
from tests.test_cli import SCENARIOS, dealsim

FEW = ("--trials", "300")
BREAKEVEN = ("breakeven", "minimal.yaml", *FEW)
COMMISSION = ("--vary", "platform.commission")
ALTERNATIVES = """
alternatives:
  adverts: {spend: 100, new_customers: 5 to 20, returns: {chance: 40%, visits: 3, after: 2 months,
            spend: 30}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with two scenarios of the library, and one with an alternative."""
    for name in ("minimal", "blend-creations"):
        shutil.copy(SCENARIOS / f"{name}.yaml", tmp_path)
    text = (tmp_path / "minimal.yaml").read_text(encoding="utf-8")
    (tmp_path / "adverts.yaml").write_text(text + ALTERNATIVES, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("args", "data", "plots"),
    [
        (BREAKEVEN, {"counter-offer.json", "counter-offer.csv"}, ["counter-offer"]),
        ((*BREAKEVEN, *COMMISSION), {"breakeven.json", "breakeven.csv"}, ["breakeven"]),
        (
            (*BREAKEVEN, *COMMISSION, "--vary", "deal.price"),
            {"frontier.json", "frontier.csv"},
            ["frontier"],
        ),
        (
            ("compare", "adverts.yaml", *FEW, "--set", "mine: platform.commission=30%"),
            {"compare.json", "options.csv", "differences.csv"},
            ["profits", "differences"],
        ),
        (
            ("sensitivity", "adverts.yaml", *FEW),
            {"sensitivity.json", "sensitivity.csv"},
            ["tornado"],
        ),
    ],
    ids=("counter-offer", "breakeven", "frontier", "compare", "sensitivity"),
)
def test_files_are_whole_and_told_of(
    args: tuple[str, ...], data: set[str], plots: list[str], folder: Path
) -> None:
    done = dealsim(*args, "-o", "out", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["format"] == 1 and document["trials"] == 300
    pictures = {f"{plot}.{suffix}" for plot in plots for suffix in ("png", "svg")}
    names = {path.name for path in (folder / "out").iterdir()}
    assert names == data | pictures | {"manifest.json"}
    (written,) = (name for name in data if name.endswith(".json"))
    assert json.loads((folder / "out" / written).read_text(encoding="utf-8")) == document
    manifest = json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"].keys() == data | pictures
    for name in data - {written}:
        rows = list(csv.reader((folder / "out" / name).read_text(encoding="utf-8").splitlines()))
        assert len(rows) > 1 and len({len(row) for row in rows}) == 1
    told = dealsim(*args, "-o", "out", cwd=folder)  # its own folder is replaced
    assert told.returncode == 0
    assert f"plots (png, svg): {', '.join(plots)}" in told.stdout


def test_nothing_is_written_unless_asked(folder: Path) -> None:
    before = set(folder.rglob("*"))
    done = dealsim(*BREAKEVEN, cwd=folder)
    assert (done.returncode, set(folder.rglob("*"))) == (0, before)
    assert done.stdout.startswith("Sign only if the face value is at most ")
    assert "no currency is given" in done.stderr


def test_the_same_bytes_whatever_the_workers(folder: Path) -> None:
    for workers in ("1", "2"):
        done = dealsim(
            *BREAKEVEN, *COMMISSION, "--workers", workers, "-o", workers, "-q", cwd=folder
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    names = {path.name for path in (folder / "1").iterdir()} - {"manifest.json"}
    for name in names:
        assert (folder / "1" / name).read_bytes() == (folder / "2" / name).read_bytes()


def test_a_comparison_tells_what_stands_beside_the_deal(folder: Path) -> None:
    done = dealsim("compare", "adverts.yaml", *FEW, "--set", "mine: deal.cap=20", cwd=folder)
    assert done.returncode == 0
    for name in ("adverts", "mine", "do nothing"):
        assert f"\n{name} " in done.stdout
    assert "alternatives" not in done.stderr  # they are used here


def test_strict_does_not_mind_alternatives(folder: Path) -> None:
    text = (folder / "adverts.yaml").read_text(encoding="utf-8")
    (folder / "adverts.yaml").write_text(f"currency: USD\n{text}", encoding="utf-8")
    done = dealsim("sensitivity", "adverts.yaml", "--strict", *FEW, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert dealsim("sensitivity", "minimal.yaml", "--strict", cwd=folder).returncode == 3


MESSAGES = {
    ("breakeven", "minimal.yaml", "--vary", "deal.prise"): (
        "deal.prise is no number of a scenario that could be varied; did you mean deal.price?"
    ),
    ("breakeven", "minimal.yaml", "--vary", "deal.after_expiry"): (
        "deal.after_expiry is no number of a scenario that could be varied"
    ),
    ("breakeven", "minimal.yaml", *COMMISSION, "--range", "60%..20%"): (
        "--range: 60%..20% has its low end not below its high end"
    ),
    ("breakeven", "minimal.yaml", *COMMISSION, "--range", "30%..30%"): (
        "--range: 30%..30% has its low end not below its high end"
    ),
    ("breakeven", "minimal.yaml", *COMMISSION, "--range", "20%"): (
        '--range: "20%" is no range; write its two ends as 20%..60%'
    ),
    ("breakeven", "minimal.yaml", *COMMISSION, "--range", "20..30"): (
        "no values of platform.commission in that range can be simulated: 20 is not a share "
        "between 0 and 1: is it meant as 20% or 0.2?"
    ),
    ("breakeven", "minimal.yaml", *COMMISSION, "--range", "a..b"): '--range: "a" is not a number',
    ("breakeven", "minimal.yaml", *COMMISSION, "--target", "profit"): (
        'there is no metric "profit" (in "profit >= 0"); did you mean one of campaign_profit, '
        "incremental_profit?"
    ),
    ("breakeven", "minimal.yaml", *COMMISSION, "--target", "P(loss) < x"): (
        '"x" is not a number (in "P(loss) < x")'
    ),
    ("breakeven", "minimal.yaml", *COMMISSION, "--limit", "10%"): (
        '--limit is for the table of all terms; with --vary, --target "P(loss) <= 20%" says the '
        "same"
    ),
    ("breakeven", "minimal.yaml", "--limit", "0"): (
        "the limit is a chance of a loss between 0 % and 100 %, not 0"
    ),
    ("breakeven", "minimal.yaml", "--target", "npv"): (
        "--target needs --vary: what is to be solved for"
    ),
    ("breakeven", "minimal.yaml", *COMMISSION, *COMMISSION): (
        "a frontier is of two numbers, and both are platform.commission"
    ),
    ("breakeven", "minimal.yaml", *(3 * COMMISSION)): (
        "--vary takes one number, or two for a frontier"
    ),
    ("breakeven", "minimal.yaml", *COMMISSION, "--range", "1..2", "--range", "1..2"): (
        "there are more --range than --vary: each is of the --vary before it"
    ),
    ("compare", "minimal.yaml", "blend-creations.yaml"): (
        "scenarios in different currencies cannot be compared: USD, CAD"
    ),
    ("compare", "minimal.yaml", "./minimal.yaml"): (
        "two of the scenario files have the same name: give them different ones"
    ),
    ("compare", "minimal.yaml", "--set", "deal.cap=30", "--set", "deal.cap=30"): (
        'two of the options are called "cap=30": name one NAME: PATH=VALUE'
    ),
    ("sensitivity", "minimal.yaml", "--metric", "prise"): 'there is no metric "prise" here',
    ("sensitivity", "minimal.yaml", "--metric", "payback_days"): (
        "payback_days is undefined in some futures: ask for another metric"
    ),
    ("sensitivity", "minimal.yaml", "-o", "blend-creations.yaml"): (
        "blend-creations.yaml is a file, not a folder; name another with -o"
    ),
}


@pytest.mark.parametrize("args", MESSAGES, ids=" ".join)
def test_message(args: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, no traceback, the exit code of wrong usage (1 for a folder)."""
    monkeypatch.chdir(folder)
    code, said = run(shlex.join(("dealsim", *args)))
    assert said[-1] == f"error: {MESSAGES[args]}"
    assert code == (1 if "-o" in args else 2)


def test_a_scenario_s_mistakes_come_as_everywhere(folder: Path) -> None:
    done = dealsim("compare", "minimal.yaml", "--set", "deal.prise=3", cwd=folder)
    assert done.returncode == 3 and "Traceback" not in done.stderr
    message = 'error: --set deal.prise: a scenario has no such value\n  did you mean "deal.price"?'
    assert message in done.stderr
