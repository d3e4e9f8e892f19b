"""A sweep on a real Dask scheduler with two worker processes, one of which is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.decisions.test_breakeven import VOUCHER
from tests.documents import ROOT
from tests.test_cli import dealsim

pytest.importorskip("distributed")

SWEEP = ("sweep", "deal.yaml", "--vary", "deal.price=8:14:0.5", "--trials", "4000")
CELLS = 13


@dataclass
class LocalCluster:
    """A scheduler and two workers, each a process of this machine."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


def _start(folder: Path, *command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(folder)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalCluster]:
    text = VOUCHER.replace("redeem: 100%", "redeem: 60% to 95%").replace("100, ", "60 to 140, ")
    (tmp_path / "deal.yaml").write_text(text)
    file = tmp_path / "scheduler.json"
    scheduler = _start(
        tmp_path, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
        "--no-dashboard", "--scheduler-file", str(file),
    )  # fmt: skip
    workers: list[subprocess.Popen[bytes]] = []
    try:
        address = _until(lambda: json.loads(file.read_text())["address"])
        workers += [
            _start(
                tmp_path, "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny",
                "--no-dashboard", "--name", name,
            )
            for name in ("one", "two")
        ]  # fmt: skip
        yield LocalCluster(address, scheduler, workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def _until(look: object, seconds: float = 30) -> str:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return str(look())  # type: ignore[operator]
        except (OSError, ValueError, KeyError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _sweeping(folder: Path, address: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "dealsim", *SWEEP, "-o", "grid", "--cluster", address],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _wait_for_cells(folder: Path, cells: int) -> int:
    journal, deadline = folder / "grid.unfinished.jsonl", time.monotonic() + 60
    while time.monotonic() < deadline:
        if journal.exists() and (done := journal.read_bytes().count(b"\n") - 1) >= cells:
            return done
        time.sleep(0.01)
    raise TimeoutError("no cells were finished")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_killed_worker_changes_no_number(local: LocalCluster, tmp_path: Path) -> None:
    """First a worker dies in the middle of a sweep; then, of another sweep, the scheduler."""
    process = _sweeping(tmp_path, local.address)
    assert _wait_for_cells(tmp_path, 2) < CELLS - 2
    local.workers[0].send_signal(signal.SIGKILL)
    said, told = process.communicate(timeout=100)
    assert process.returncode == 0, told
    assert told == ""
    on_cluster = (tmp_path / "grid" / "sweep.csv").read_bytes()

    (tmp_path / "grid").rename(tmp_path / "first")
    process = _sweeping(tmp_path, local.address)
    kept = _wait_for_cells(tmp_path, 2)
    assert kept < CELLS - 2
    local.scheduler.send_signal(signal.SIGKILL)
    _, told = process.communicate(timeout=100)
    assert process.returncode == 1
    assert "the cluster" in told and "went away" in told and f"of {CELLS} cells are kept" in told
    assert told.count("\n") == 1 and not (tmp_path / "grid").exists()

    done = dealsim(*SWEEP, "-o", "grid", "--workers", "1", cwd=tmp_path)
    assert done.returncode == 0 and "going on: " in done.stderr
    assert (tmp_path / "grid" / "sweep.csv").read_bytes() == on_cluster
    assert f"of {CELLS} cells" in said
