"""`dealsim sweep` and `dealsim optimize` as users run them: files, JSON, kill -9, mistakes."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.decisions.test_breakeven import VOUCHER
from tests.test_cli import dealsim

GRID = ("--vary", "platform.commission=30%:50%:10%", "--vary", "deal.cap=60,none")
CHEAP = ("--set", "business.variable_cost=20%")
ONE = ("--vary", "deal.price=8:12:0.5")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with an uncertain scenario."""
    text = VOUCHER.replace("redeem: 100%", "redeem: 60% to 95%")
    text = text.replace("demand: 100", "demand: 60 to 140").replace("100%, visits", "40%, visits")
    (tmp_path / "deal.yaml").write_text(text)
    return tmp_path


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def journal_of(folder: Path) -> Path:
    return folder / "grid.unfinished.jsonl"


def test_files_of_two_axes(folder: Path) -> None:
    how = ("--trials", "200", "-o", "grid", *CHEAP)
    done = dealsim("sweep", "deal.yaml", *GRID, *how, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Best on average of 6 cells: platform.commission 30%" in " ".join(done.stdout.split())
    assert "at an end of the values tried for platform.commission" in " ".join(done.stdout.split())
    names = {path.name for path in (folder / "grid").iterdir()}
    pictures = {f"{name}.{end}" for name in ("profit", "loss") for end in ("png", "svg")}
    assert names == {"sweep.csv", "sweep.parquet", "manifest.json", *pictures}
    assert not journal_of(folder).exists()
    rows = rows_of(folder / "grid" / "sweep.csv")
    named = [(row["platform.commission"], row["deal.cap"]) for row in rows]
    assert named == [(c, cap) for c in ("0.3", "0.4", "0.5") for cap in ("60", "none")]
    header = list(rows[0])
    assert header.index("incremental_profit_mean") < header.index("vouchers_sold_se")
    assert header.index("npv_se") < header.index("probability_of_loss")
    table = pyarrow.parquet.read_table(folder / "grid" / "sweep.parquet")
    assert table.column_names == header
    assert table["deal.cap"].to_pylist() == [row["deal.cap"] for row in rows]
    means = [float(row["incremental_profit_mean"]) for row in rows]
    assert table["incremental_profit_mean"].to_pylist() == means


def test_json_and_nothing_else(folder: Path) -> None:
    done = dealsim("sweep", "deal.yaml", *GRID, "--trials", "50", "--json", cwd=folder)
    told = json.loads(done.stdout)
    assert told["axes"][0] == {"path": "platform.commission", "values": [0.3, 0.4, 0.5]}
    assert told["cells"][1]["values"] == {"platform.commission": 0.3, "deal.cap": "none"}
    assert told["cells"][1]["results"]["incremental_profit_se"] > 0


def test_branches_of_a_chain(folder: Path) -> None:
    """Files of the same name are told apart by their folders; one column says which."""
    for town, price in (("ottawa", 8), ("toronto", 12)):
        (folder / town).mkdir()
        text = (folder / "deal.yaml").read_text().replace("price: 10", f"price: {price}")
        (folder / town / "deal.yaml").write_text(text)
    files = ("ottawa/deal.yaml", "toronto/deal.yaml")
    done = dealsim("sweep", *files, "--trials", "50", "-o", "chain", cwd=folder)
    assert done.returncode == 0, done.stderr
    rows = rows_of(folder / "chain" / "sweep.csv")
    assert [row["scenario"] for row in rows] == ["ottawa/deal", "toronto/deal"]
    twice = dealsim("sweep", "deal.yaml", "deal.yaml", "--trials", "50", cwd=folder)
    assert twice.returncode == 2 and "named twice" in twice.stderr


def _killed_in_the_middle(folder: Path, workers: str) -> int:
    """Start the sweep, kill -9 it after a few cells; returns how many the journal has."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dealsim", "sweep", "deal.yaml", *ONE, "--trials", "6000",
         "-o", "grid", "--workers", workers],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if journal_of(folder).exists() and journal_of(folder).read_bytes().count(b"\n") >= 3:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return journal_of(folder).read_bytes().count(b"\n") - 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_sweep_survives_kill_nine(folder: Path, workers: str) -> None:
    """Finished cells are taken as they are, and the files are those of a sweep never cut off."""
    kept = _killed_in_the_middle(folder, workers)
    assert 2 <= kept < 9 and not (folder / "grid").exists()
    again = ("sweep", "deal.yaml", *ONE, "--trials", "6000", "-o")
    done = dealsim(*again, "grid", "--workers", "2", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert f"going on: {kept} of 9 cells are in" in done.stderr
    assert not journal_of(folder).exists()
    assert dealsim(*again, "whole", "--workers", "1", cwd=folder).returncode == 0
    for name in ("sweep.csv", "sweep.parquet", "profit.svg", "loss.png"):
        assert (folder / "grid" / name).read_bytes() == (folder / "whole" / name).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_no_worker_outlives_a_kill(folder: Path) -> None:
    _killed_in_the_middle(folder, "2")
    deadline = time.monotonic() + 20

    def left() -> bool:
        # spawned workers have the working folder of the sweep
        found = Path("/proc").glob("[0-9]*/cwd")
        return any(_leads_to(link, folder) for link in found)

    if not Path("/proc/self/cwd").exists():
        pytest.skip("no /proc")
    while left() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left()


def _leads_to(link: Path, folder: Path) -> bool:
    try:
        return link.readlink() == folder
    except OSError:
        return False


def test_a_changed_scenario_is_noticed(folder: Path) -> None:
    _killed_in_the_middle(folder, "1")
    text = (folder / "deal.yaml").read_text().replace("face_value: 20", "face_value: 21")
    (folder / "deal.yaml").write_text(text)
    how = ("sweep", "deal.yaml", *ONE, "--trials", "6000", "-o", "grid")
    done = dealsim(*how, cwd=folder)
    assert done.returncode == 1 and "another sweep" in done.stderr
    assert journal_of(folder).exists() and not (folder / "grid").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say what to vary"),
        (("--vary", "deal.prise=8:10:1"), "did you mean"),
        (("--vary", "deal.price=12:8:1"), "wrong way round"),
        (("--vary", "deal.cap=1:1000000000:1"), "1,000,000,000 cells would take about"),
        (("--vary", "deal.price=8,9", "--cluster", "tcp://127.0.0.1:9"), "no Dask scheduler"),
        (("--vary", "deal.price=8,9", "--cluster", "nowhere"), "such as tcp://host"),
    ],
)
def test_mistakes(arguments: tuple[str, ...], words: str, folder: Path) -> None:
    done = dealsim("sweep", "deal.yaml", "--trials", "50", *arguments, cwd=folder)
    assert done.returncode in (1, 2), done.stderr
    assert done.stderr.startswith("error: ") and words in done.stderr
    assert done.stderr.count("\n") == 1 and not done.stdout


def test_where_dask_is_not_installed(folder: Path) -> None:
    (folder / "distributed.py").write_text("raise ImportError('not here')\n")
    grid = ("--vary", "deal.price=8,9", "--cluster", "tcp://127.0.0.1:9")
    done = dealsim("sweep", "deal.yaml", *grid, cwd=folder)
    assert done.returncode == 2 and "dealsim[cluster]" in done.stderr


OVER = ("--over", "platform.commission=30%:50%", "--over", "deal.cap=40:120:20")


def test_optimize_files_and_words(folder: Path) -> None:
    how = ("--limit", "P(loss) <= 90%", "--trials", "300", "-o", "best", *CHEAP)
    done = dealsim("optimize", "deal.yaml", *OVER, *how, cwd=folder)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "platform.commission (30 %)" in said and "at ends of their ranges" in said
    names = {path.name for path in (folder / "best").iterdir()}
    assert names == {
        "optimum.json", "frontier.csv", "frontier.png", "frontier.svg", "manifest.json"
    }  # fmt: skip
    told = json.loads((folder / "best" / "optimum.json").read_text())
    assert told["best"]["platform.commission"] == pytest.approx(0.3)
    assert told["at_ends"] == ["platform.commission", "deal.cap"]
    rows = rows_of(folder / "best" / "frontier.csv")
    assert [row["point"] for row in rows].count("best") == 1 and rows[-1]["point"] == "now"
    assert float(rows[-2]["incremental_profit_mean"]) == told["metric"]["mean"]


def test_optimize_says_where_nothing_meets_the_limit(folder: Path) -> None:
    how = ("--limit", "incremental_profit >= 1000000", "--trials", "100", "--json")
    done = dealsim("optimize", "deal.yaml", *OVER[2:], *how, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["best"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--over", "deal.price=9:8"), "wrong way round"),
        (("--over", "deal.prise=8:9"), "did you mean"),
        (("--over", "deal.price=8:9", "--limit", "luck"), "luck"),
    ],
)
def test_mistakes_in_what_to_optimize(arguments: tuple[str, ...], words: str, folder: Path) -> None:
    done = dealsim("optimize", "deal.yaml", "--trials", "50", *arguments, cwd=folder)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr and done.stderr.count("\n") == 1
