"""The command line in a hostile place: signals, closed channels, names that a terminal obeys."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dealsim.cli import main, process
from dealsim.cli.folders import LONGEST_NAME, folder_called

ROOT = Path(__file__).parents[1]
RAW = "\x1b[31m\u202e\x07"
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals, pipes and shells are POSIX things")

UNPRINTED = "error: what is printed cannot be written: No space left on device"

WAITS = """
import sys, time
from dealsim.output.run import files

def slowly(result, *, trials=True):
    yield "summary.json", b"{}"
    print("writing", flush=True)
    time.sleep(60)

files.run_files = slowly
from dealsim.cli import main
main(["run", "minimal.yaml", "--trials", "50", "-q", *sys.argv[1:]])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with two scenarios of the library."""
    for name in ("minimal", "o2p-restaurant"):
        shutil.copy(ROOT / "scenarios" / f"{name}.yaml", tmp_path)
    return tmp_path


def dealsim(*args: str, cwd: Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dealsim", *args],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=timeout,
        check=False,
    )


def shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `dealsim` is this one."""
    function = f'dealsim() {{ "{sys.executable}" -m dealsim "$@"; }}; {command}'
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", function],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def leave_out_plots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes most of a short run's time."""
    for package in ("run", "books"):
        monkeypatch.setattr(f"dealsim.output.{package}.plots.draw_all", lambda found: ())


# --- signals ---------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize(
    ("number", "there"),
    [(signal.SIGINT, True), (signal.SIGTERM, False), (signal.SIGHUP, True)],
)
def test_a_signal_ends_a_run_tidily(folder: Path, number: signal.Signals, there: bool) -> None:
    results = folder / "out" / "minimal"
    if there:
        assert dealsim("run", "minimal.yaml", "--trials", "50", "-q", cwd=folder).returncode == 0
    before = {p.name: p.read_bytes() for p in results.iterdir()} if there else {}
    with subprocess.Popen(
        [sys.executable, "-c", WAITS],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a test run in the background would hand down that the signal is ignored
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    ) as job:
        assert job.stdout is not None
        assert job.stdout.readline() == "writing\n"
        job.send_signal(number)
        _, errors = job.communicate(timeout=60)
    assert job.returncode == 128 + number
    assert "interrupted" in errors and "Traceback" not in errors
    if there:
        assert {p.name: p.read_bytes() for p in results.iterdir()} == before
    else:
        assert not (folder / "out").exists()


@POSIX
def test_nohup_keeps_a_run_alive() -> None:
    number, before = signal.SIGHUP, signal.getsignal(signal.SIGHUP)
    try:
        for handler in (signal.SIG_IGN, signal.SIG_DFL):
            signal.signal(number, handler)
            with process.ending_tidily():
                is_left = signal.getsignal(number) == handler
            assert is_left == (handler == signal.SIG_IGN)
            assert signal.getsignal(number) == handler
    finally:
        signal.signal(number, before)


def test_an_interruption_is_told_though_the_terminal_is_gone() -> None:
    """click says a line first, and fails at it."""
    found = None
    try:
        try:
            raise process.Interrupted(1)
        except KeyboardInterrupt:
            raise OSError(5, "Input/output error")  # noqa: B904
    except OSError as error:
        found = process.signal_behind(error)
    assert found == 1
    assert process.signal_behind(OSError()) is None


# --- channels --------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("dealsim check minimal.yaml >&-", 0, ""),
        ("dealsim run minimal.yaml --trials 50 >&-", 0, ""),
        ("dealsim explain minimal.yaml --json >&-", 0, ""),
        ("dealsim explain minimal.yaml <&- >&- 2>&-", 0, ""),
        ("dealsim --help >&-", 0, ""),
        ("dealsim --version 2>&- >&-", 0, ""),
        ("dealsim run nowhere.yaml >&- 2>&-", 3, ""),
        ("dealsim explain minimal.yaml | true", 0, ""),
        ("dealsim schema | head -n 1", 0, ""),
        ("dealsim check minimal.yaml > /dev/full", 1, UNPRINTED),
        ("dealsim schema > /dev/full", 1, UNPRINTED),
        ("dealsim explain minimal.yaml > /dev/full", 1, UNPRINTED),
    ],
)
def test_closed_and_full_channels(folder: Path, command: str, code: int, said: str) -> None:
    done = shell(command, folder)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@POSIX
def test_what_is_printed_to_a_closed_channel_is_in_no_file(folder: Path) -> None:
    """The number of standard output would otherwise go to the next file that is opened."""
    code = (
        "import os, sys; from dealsim.cli import process; process.open_channels()\n"
        "with open('file', 'w') as file: os.write(1, b'printed'); file.write('written')"
    )
    done = shell(f'"{sys.executable}" -c "{code}" >&- 2>&-', folder)
    assert done.returncode == 0
    assert (folder / "file").read_text(encoding="utf-8") == "written"


# --- names -----------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize(
    "args",
    [
        ("run", f"{RAW}.yaml"),
        ("run", f"named{RAW}\n.yaml", "--trials", "50"),
        ("liability", f"named{RAW}\n.yaml", "--trials", "50"),
        ("explain", f"named{RAW}\n.yaml"),
        ("check", f"named{RAW}\n.yaml"),
        ("check", "extends.yaml"),
        ("new", f"{RAW}\n.yaml", "--example"),
        ("new", "x.yaml", "--from", RAW),
        ("run", "minimal.yaml", "--set", f"deal.{RAW}price=3"),
        ("run", "minimal.yaml", "--set", RAW),
        ("run", "minimal.yaml", "--set", f"deal.price={RAW}"),
        ("run", "minimal.yaml", "--set", f"name={RAW}"),
        ("run", "minimal.yaml", "--set", "name=a\u202eb", "--trials", "50"),
        ("run", "minimal.yaml", "--set", f'customers={{"{RAW}": {{share: 100%}}}}'),
        ("run", "minimal.yaml", "--fail-if", RAW),
        ("run", "minimal.yaml", "--fail-if", f"P({RAW}) > 3"),
        ("run", "minimal.yaml", "--fail-if", f"P(loss) > {RAW}"),
        ("run", "minimal.yaml", "-o", f"o{RAW}\n", "--trials", "50"),
        ("run", "minimal.yaml", "-o", f"minimal.yaml/{RAW}"),
        ("run", "minimal.yaml", f"--{RAW}"),
        (f"{RAW}",),
        ("liability", "minimal.yaml", "--booked-share", RAW, "--actuals", "a"),
        ("liability", "minimal.yaml", "--as-of", "2025-06-01", "--actuals", f"{RAW}.csv"),
        ("liability", "minimal.yaml", "--as-of", "2025-06-01", "--actuals", f"register{RAW}.csv"),
        ("liability", "minimal.yaml", "--as-of", "2025-06-01", "--actuals", "bad.csv"),
    ],
)
def test_no_escape_reaches_the_terminal_raw(
    folder: Path,
    args: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copy(folder / "minimal.yaml", folder / f"named{RAW}\n.yaml")
    text = f'dealsim: 1\nextends: "{json.dumps(RAW)[1:-1]}.yaml"\n'
    (folder / "extends.yaml").write_text(text, encoding="utf-8")
    register = "date,event,vouchers\n2025-01-01,sold,100\n2025-03-01,redeemed,20\n"
    (folder / f"register{RAW}.csv").write_text(register, encoding="utf-8")
    bad = f"date,event,vouchers,{RAW}\n{RAW},{RAW},{RAW}\n"
    (folder / "bad.csv").write_text(bad, encoding="utf-8")
    monkeypatch.chdir(folder)
    leave_out_plots(monkeypatch)
    with pytest.raises(SystemExit) as left:
        main(list(args))
    assert left.value.code in (0, 1, 2, 3)
    said = "".join(capsys.readouterr())
    assert said
    for character in RAW:
        if not character.isprintable():
            assert character not in said


@POSIX
def test_a_name_that_is_not_utf_8(folder: Path) -> None:
    name = b"caf\xe9.yaml"
    shutil.copy(folder / "minimal.yaml", folder / os.fsdecode(name))
    done = subprocess.run(
        [sys.executable, "-m", "dealsim", "run", name, "--trials", "50"],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert rb"caf\udce9" in done.stdout
    (results,) = (folder / "out").iterdir()
    json.loads((results / "manifest.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("args", [("check",), ("run", "-q"), ("explain",), ("new", "--example")])
def test_a_name_of_300_characters(folder: Path, args: tuple[str, ...]) -> None:
    done = dealsim(args[0], "x" * 300, *args[1:], cwd=folder)
    assert done.returncode in (1, 3)
    assert "too long" in done.stderr and "Traceback" not in done.stderr
    assert max(map(len, done.stderr.splitlines())) < 300


@POSIX
def test_a_pipe_does_not_hang_any_command(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    text = "dealsim: 1\nextends: pipe\n"
    (folder / "over.yaml").write_text(text, encoding="utf-8")
    for args in (
        ("check", "pipe"),
        ("run", "pipe"),
        ("explain", "over.yaml"),
        ("check", "minimal.yaml", "--set", "deal.demand={values: pipe}"),
        ("liability", "minimal.yaml", "--as-of", "2025-06-01", "--actuals", "pipe"),
    ):
        done = dealsim(*args, cwd=folder, timeout=30)
        assert done.returncode == 3
        assert "is a pipe, not a file" in done.stderr


# --- folders ---------------------------------------------------------------------------------


@pytest.fixture
def quickly(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command in this process, without plots; its exit code."""
    monkeypatch.chdir(folder)
    leave_out_plots(monkeypatch)

    def run(*args: str) -> int:
        with pytest.raises(SystemExit) as left:
            main([*args, "--trials", "50", "-q"])
        assert isinstance(left.value.code, int)
        return left.value.code

    return run


def test_a_what_if_leaves_the_baseline_alone(folder: Path, quickly: Callable[..., int]) -> None:
    assert quickly("run", "minimal.yaml") == 0
    before = (folder / "out" / "minimal" / "summary.json").read_bytes()
    for price in ("12", "12", "13"):
        assert quickly("run", "minimal.yaml", "--set", f"deal.price={price}") == 0
    assert quickly("liability", "minimal.yaml", "--set", "deal.price=12") == 0
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "minimal",
        "minimal--deal.price=12",
        "minimal--deal.price=13",
        "minimal-liability--deal.price=12",
    ]
    assert (folder / "out" / "minimal" / "summary.json").read_bytes() == before


def test_another_scenario_in_the_folder_needs_force(
    folder: Path, quickly: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    there = ("-o", "results")
    assert quickly("run", "minimal.yaml", *there) == 0
    before = (folder / "results" / "summary.json").read_bytes()
    for args, named in (
        (("run", "o2p-restaurant.yaml"), "another scenario, minimal.yaml"),
        (("liability", "minimal.yaml"), "what dealsim run wrote"),
    ):
        assert quickly(*args, *there) == 1
        said = capsys.readouterr().err
        assert named in said and "--force" in said
    assert (folder / "results" / "summary.json").read_bytes() == before
    assert quickly("run", "minimal.yaml", *there) == 0
    assert quickly("run", "o2p-restaurant.yaml", *there, "--force") == 0


@pytest.mark.parametrize(
    ("overrides", "name"),
    [
        ([], "pizza"),
        (["deal.price=12"], "pizza--deal.price=12"),
        (["deal.price=12", "deal.cap=5"], "pizza--deal.cap=5,deal.price=12"),
        (["platform.commission=45%"], "pizza--platform.commission=45pc"),
    ],
)
def test_the_folder_of_a_what_if_says_what_was_changed(overrides: list[str], name: str) -> None:
    assert folder_called("pizza", overrides) == name


def test_folders_of_different_what_ifs_differ_and_lead_nowhere_else() -> None:
    values = (
        "300 to 900",
        "300-to-900",
        "../../x",
        "a/b",
        "a\\b",
        "x" * 500,
        "x" * 501,
        "\x1b",
        "",
    )
    names = [folder_called("pizza", [f"deal.demand={value}"]) for value in values]
    assert len(set(names)) == len(values)
    for name in names:
        assert Path(name).name == name and name.isprintable()
        assert len(name) <= LONGEST_NAME + 7
    assert folder_called("p", ["a=1", "b=2"]) == folder_called("p", ["b=2", "a=1"])


# --- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "override",
    [
        "business.cost_per_visit=1e15",
        "business.visits_per_week=1e12",
        "business.usual_ticket=1e12",
        "deal.demand=1e15",
        "deal.price=1e15",
        "platform.fixed_fee=1e15",
        "customers.newcomers.returns.visits=1e12",
    ],
)
def test_what_cannot_be_counted_is_refused_by_check(folder: Path, override: str) -> None:
    done = dealsim("check", "minimal.yaml", "--set", override, cwd=folder)
    assert done.returncode == 3
    assert f"--set {override.partition('=')[0]}: this number is too large" in done.stderr
    assert "up to $22,517,998,136,852" in done.stderr
