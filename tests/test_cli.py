"""The command line as scripts and people meet it: exit codes, streams, JSON, interruption."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parents[1] / "scenarios"
FEW = ("--trials", "200")


def dealsim(
    *args: str, cwd: Path, env: dict[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command in its own process, as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "dealsim", *args],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with two scenarios of the library."""
    for name in ("minimal", "o2p-restaurant"):
        shutil.copy(SCENARIOS / f"{name}.yaml", tmp_path)
    return tmp_path


def test_run_writes_the_files_of_the_contract(folder: Path) -> None:
    done = dealsim("run", "minimal.yaml", *FEW, cwd=folder)
    assert done.returncode == 0
    assert "of 200 simulated futures" in " ".join(done.stdout.split())
    assert "no currency is given" in done.stderr
    pictures = {f"{p}.{s}" for p in PLOTS for s in ("png", "svg")}
    data = {"summary.json", "trials.csv", "timeline.csv", "manifest.json"}
    assert {path.name for path in (folder / "out" / "minimal").iterdir()} == pictures | data


PLOTS = ("profit", "cash", "waterfall", "liability", "redemption")


def test_json_is_one_document_on_stdout_and_nothing_else(folder: Path) -> None:
    one = dealsim("run", "minimal.yaml", *FEW, "--json", cwd=folder)
    document = json.loads(one.stdout)
    written = json.loads((folder / "out/minimal/summary.json").read_text(encoding="utf-8"))
    assert document == written
    two = dealsim(
        "run", "minimal.yaml", "o2p-restaurant.yaml", *FEW, "--json", "-o", "r", cwd=folder
    )
    assert [d["scenario"]["name"] for d in json.loads(two.stdout)][1].startswith("o2p")
    assert (folder / "r" / "o2p-restaurant" / "summary.json").exists()


def test_files_are_byte_identical_whatever_the_workers(folder: Path) -> None:
    for workers in ("1", "2"):
        done = dealsim(
            "run", "minimal.yaml", "--trials", "6000", "--workers", workers, "-o", workers, "-q",
            cwd=folder,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "")
    for name in ("summary.json", "trials.csv", "timeline.csv"):
        assert (folder / "1" / name).read_bytes() == (folder / "2" / name).read_bytes()


def test_expected_mode_prints_the_published_case_to_the_cent(folder: Path) -> None:
    done = dealsim("run", "o2p-restaurant.yaml", "--expected", cwd=folder)
    assert "$13,883.33" in done.stdout and "$1,076.52" in done.stdout


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("run", "minimal.yaml", "--set", "deal.price=-1"), 3, "deal.price"),
        (("run", "nowhere.yaml"), 3, "no such file"),
        (("run",), 2, "FILE"),
        (("fly",), 2, 'No command "fly"'),
        (("rum", "minimal.yaml"), 2, 'Did you mean "run"?'),
        (("run", "minimal.yaml", "--trials", "1000000000000"), 2, "memory"),
        (("run", "minimal.yaml", "--trials", "0"), 2, "--trials"),
        (("run", "minimal.yaml", "--strict"), 3, "error: minimal.yaml: no currency"),
        (("run", "minimal.yaml", *FEW, "--fail-if", "P(loss) > 0%"), 4, "so it is, at 0."),
        (("run", "minimal.yaml", *FEW, "--fail-if", "nonsense"), 2, "is not a statement"),
        (("run", "minimal.yaml", *FEW, "--fail-if", "profit < 0"), 2, 'no metric "profit"'),
        (("check", "minimal.yaml", "--strict"), 3, "no currency"),
        (("check", "minimal.yaml", "nowhere.yaml"), 3, "no such file"),
    ],
)
def test_exit_codes(folder: Path, args: tuple[str, ...], code: int, said: str) -> None:
    done = dealsim(*args, cwd=folder)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_gate_of_the_scenario_that_is_not_met_exits_with_4(folder: Path) -> None:
    file = folder / "minimal.yaml"
    gate = "expect: {incremental_profit: {at_least: 1000000}}\n"
    file.write_text(file.read_text(encoding="utf-8") + gate, encoding="utf-8")
    done = dealsim("run", "minimal.yaml", *FEW, cwd=folder)
    assert done.returncode == 4
    assert "is not met: it is" in done.stderr and "below at_least: 1000000" in done.stderr
    assert (folder / "out/minimal/summary.json").exists()


def test_check_json(folder: Path) -> None:
    (folder / "bad.yaml").write_text("deal: {prise: 10}\n", encoding="utf-8")
    document = json.loads(dealsim("check", "bad.yaml", "--json", cwd=folder).stdout)
    assert document["valid"] is False
    first = next(e for e in document["errors"] if "prise" in e["message"])
    assert (first["line"], first["column"]) == (1, 8)
    assert 'did you mean "price"' in first["message"]


def test_a_changed_file_in_the_folder_is_not_overwritten(folder: Path) -> None:
    assert dealsim("run", "minimal.yaml", *FEW, cwd=folder).returncode == 0
    assert dealsim("run", "minimal.yaml", *FEW, cwd=folder).returncode == 0
    (folder / "out/minimal/trials.csv").write_text("mine", encoding="utf-8")
    refused = dealsim("run", "minimal.yaml", *FEW, cwd=folder)
    assert refused.returncode == 1 and "--force" in refused.stderr
    assert (folder / "out/minimal/trials.csv").read_text(encoding="utf-8") == "mine"
    assert dealsim("run", "minimal.yaml", *FEW, "--force", cwd=folder).returncode == 0


def test_output_survives_a_cp1252_pipe(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dealsim", "run", "minimal.yaml", *FEW],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert "±" in done.stdout.decode("cp1252")


def test_a_reader_that_leaves_is_no_failure(folder: Path) -> None:
    command = f"{sys.executable} -m dealsim schema | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=folder, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
def test_ctrl_c_exits_with_130_and_leaves_nothing_half_written(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "dealsim", "run", "minimal.yaml", "--trials", "400000"],
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        # a test run in the background would hand down that the signal is ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as job:
        time.sleep(4)
        assert job.poll() is None, "the run ended before it could be interrupted"
        job.send_signal(signal.SIGINT)
        _, errors = job.communicate(timeout=60)
    assert job.returncode == 130
    assert "interrupted" in errors and "Traceback" not in errors
    assert not (folder / "out").exists() or not any((folder / "out").rglob("*"))


def test_new_check_run(folder: Path) -> None:
    lacking = dealsim("new", "mine.yaml", "--kind", "restaurant", cwd=folder)
    assert lacking.returncode == 2 and "--answers price=25" in lacking.stderr
    assert not (folder / "mine.yaml").exists()
    made = dealsim("new", "mine.yaml", "--kind", "restaurant", "--example", cwd=folder)
    assert made.returncode == 0, made.stderr
    assert (folder / "dealsim.schema.json").exists()
    assert dealsim("check", "mine.yaml", cwd=folder).returncode == 0
    again = dealsim("new", "mine.yaml", cwd=folder)
    assert again.returncode == 2 and "exists" in again.stderr
    copied = dealsim("new", "case.yaml", "--from", "blend-creations", cwd=folder)
    assert copied.returncode == 0, copied.stderr
    unknown = dealsim("new", "x.yaml", "--from", "blend", cwd=folder)
    assert unknown.returncode == 2 and "blend-creations" in unknown.stderr


def test_explain_shows_where_values_come_from(folder: Path) -> None:
    done = dealsim("explain", "minimal.yaml", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "minimal.yaml:" in done.stdout and "kind services" in done.stdout
    rows = json.loads(dealsim("explain", "minimal.yaml", "--json", cwd=folder).stdout)
    price = next(row for row in rows if row["path"] == "deal.price")
    assert price["mean"] == 25 and not price["is_default"]


def test_help_and_version_are_quick_to_import(folder: Path) -> None:
    code = (
        "import sys; from dealsim.cli.app import cli; cli(['--help'], standalone_mode=False); "
        "print([n for n in ('numpy', 'pydantic', 'matplotlib', 'rich') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_check_imports_neither_scipy_stats_nor_matplotlib(folder: Path) -> None:
    code = (
        "import sys; from dealsim.cli.app import main\n"
        "try: main(['check', 'minimal.yaml'])\n"
        "except SystemExit as done: assert done.code == 0\n"
        "print([n for n in ('scipy.stats', 'matplotlib') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder
    )
    assert done.stdout.splitlines()[-1] == "[]"
