"""Results that another process, or the end of this one, gets in the way of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dealsim.errors import DealsimError
from dealsim.output.files import swap
from dealsim.output.files.folder import check_folder, write_folder
from dealsim.output.files.locks import locked
from dealsim.output.files.maker import Maker
from dealsim.output.files.swap import MANIFEST, STAGING

OLD = {"summary.json": b"old", "trials.csv": b"old", "profit.png": b"old"}
NEW = {"summary.json": b"new", "trials.csv": b"new", "cash.png": b"new"}
POSIX = pytest.mark.skipif(os.name == "nt", reason="kills and locks are POSIX things")

KILLED = """
import os, signal, sys
from pathlib import Path
from dealsim.output.files.folder import write_folder

target, when, number = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
moves, rename = iter(range(1000)), Path.rename

def killed(self, to):
    if next(moves) == when:
        os.kill(os.getpid(), number)
    return rename(self, to)

Path.rename = killed
new = {"summary.json": b"new", "trials.csv": b"new", "cash.png": b"new"}
write_folder(target, new.items(), {"format": 1})
"""


def kept(target: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in target.iterdir() if p.is_file() and p.name != MANIFEST}


def hidden(folder: Path) -> list[Path]:
    return list(folder.glob(f"{STAGING}*"))


def kill_while_swapping(target: Path, when: int) -> int:
    script = [sys.executable, "-c", KILLED, str(target), str(when), str(int(signal.SIGKILL))]
    return subprocess.run(script, check=False, capture_output=True).returncode


# --- kill -9 ---------------------------------------------------------------------------------


@POSIX
def test_what_a_kill_within_the_swap_left_is_put_back_by_the_next_run(tmp_path: Path) -> None:
    """Killed before each of the renames in turn: the folder is whole again, old or new."""
    for when in range(20):
        target = tmp_path / str(when)
        write_folder(target, OLD.items(), {"format": 1})
        code = kill_while_swapping(target, when)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        assert hidden(target)
        said = check_folder(target).said
        found = kept(target)
        assert found in (OLD, NEW)
        assert hidden(target) == []
        assert not said or (found == OLD and "the earlier are back" in said[0])
        write_folder(target, NEW.items(), {"format": 1})
        assert kept(target) == NEW
    # 4 old files out, 4 new ones in, and the folder of old ones renamed
    assert when == 9


@POSIX
def test_a_kill_while_the_first_results_come_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "JUST_MADE", 0.0)
    assert kill_while_swapping(tmp_path / "out", 0) == -signal.SIGKILL
    assert not (tmp_path / "out").exists() and hidden(tmp_path)
    write_folder(tmp_path / "out", NEW.items(), {"format": 1})
    assert kept(tmp_path / "out") == NEW
    assert hidden(tmp_path) == []


@POSIX
def test_what_changed_since_a_kill_is_left_and_the_earlier_results_are_named(
    tmp_path: Path,
) -> None:
    write_folder(tmp_path, OLD.items(), {"format": 1})
    kill_while_swapping(tmp_path, 5)
    (tmp_path / "trials.csv").write_bytes(b"mine")
    with pytest.raises(DealsimError, match="--force"):
        check_folder(tmp_path)
    (said,) = check_folder(tmp_path, force=True).said
    (left,) = hidden(tmp_path)
    assert str(left / "replaced") in said and "trials.csv" in said
    assert (left / "replaced" / "trials.csv").read_bytes() == b"old"
    assert (tmp_path / "trials.csv").read_bytes() == b"mine"


@POSIX
def test_a_hidden_folder_at_work_or_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / f"{STAGING}00000000"
    theirs = tmp_path / f"{STAGING}notes"
    elsewhere = tmp_path / "elsewhere"
    for folder in (mine, theirs, elsewhere):
        folder.mkdir()
        (folder / "file").touch()
    (tmp_path / f"{STAGING}11111111").symlink_to(elsewhere)
    old = time.time() - 1e6
    os.utime(mine, (old, old))
    with locked(mine) as ours:
        assert ours
        check_folder(tmp_path / "out")
        assert (mine / "file").exists()
    check_folder(tmp_path / "out")
    assert not mine.exists()
    assert (theirs / "file").exists() and (elsewhere / "file").exists()


@POSIX
def test_a_manifest_that_is_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / MANIFEST)
    with pytest.raises(DealsimError, match="did not write"):
        check_folder(tmp_path)


# --- two at a time ---------------------------------------------------------------------------


@pytest.mark.parametrize("there", [True, False])
def test_who_was_overtaken_says_so_and_writes_nothing(tmp_path: Path, there: bool) -> None:
    target = tmp_path / "out"
    if there:
        write_folder(target, OLD.items(), {"format": 1})
    before = check_folder(target)

    def slow() -> Iterator[tuple[str, bytes]]:
        yield "summary.json", b"slow"
        write_folder(target, NEW.items(), {"format": 2})

    with pytest.raises(DealsimError, match="another run wrote its results") as caught:
        write_folder(target, slow(), {"format": 3}, before=before)
    assert str(target) in str(caught.value)
    assert kept(target) == NEW
    assert hidden(target) == hidden(tmp_path) == []
    # the same before the first file of it
    with pytest.raises(DealsimError, match="another run wrote its results"):
        write_folder(target, OLD.items(), {"format": 3}, before=before)
    write_folder(target, OLD.items(), {"format": 3}, before=before, force=True)
    assert kept(target) == OLD


def test_of_many_at_once_one_is_whole_and_the_others_say_so(tmp_path: Path) -> None:
    target, said = tmp_path / "out", []
    ready = threading.Barrier(8)

    def write(content: bytes) -> None:
        def files() -> Iterator[tuple[str, bytes]]:
            for name in OLD:
                yield name, content
            ready.wait(30)

        try:
            write_folder(target, files(), {"format": content.decode()})
        except DealsimError as error:
            said.append(str(error))

    threads = [threading.Thread(target=write, args=(b"%d" % n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(set(kept(target).values())) == 1
    assert len(said) == 7 and all("another run" in one for one in said)
    assert hidden(target) == hidden(tmp_path) == []


# --- whose results ---------------------------------------------------------------------------


def maker(file: Path, command: str = "run", scenario: str = "Pizza") -> Maker:
    return Maker(command, scenario, file)


def test_results_of_another_scenario_or_command_need_force(tmp_path: Path) -> None:
    for name in ("pizza.yaml", "salon.yaml"):
        (tmp_path / name).touch()
    target, mine = tmp_path / "out", maker(tmp_path / "pizza.yaml")
    write_folder(target, OLD.items(), {"format": 1}, maker=mine)
    others = {
        "salon.yaml": maker(tmp_path / "salon.yaml"),
        "what dealsim run wrote": maker(tmp_path / "pizza.yaml", "liability"),
    }
    for other, one in others.items():
        named = "pizza.yaml" if other == "salon.yaml" else other
        with pytest.raises(DealsimError, match=named) as caught:
            check_folder(target, maker=one)
        assert "--force" in str(caught.value)
        with pytest.raises(DealsimError):
            write_folder(target, NEW.items(), {"format": 1}, maker=one)
        assert kept(target) == OLD
    write_folder(target, NEW.items(), {"format": 1}, maker=mine)
    write_folder(target, OLD.items(), {"format": 1}, maker=others["salon.yaml"], force=True)
    check_folder(target, maker=others["salon.yaml"])


def test_a_scenario_is_its_file_whatever_was_changed_or_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deal").mkdir()
    file, target = tmp_path / "deal" / "pizza.yaml", tmp_path / "deal" / "out"
    file.touch()
    write_folder(target, OLD.items(), {"format": 1}, maker=maker(file))
    check_folder(target, maker=maker(file, scenario="another title"))
    monkeypatch.chdir(tmp_path / "deal")
    check_folder(Path("out"), maker=maker(Path("pizza.yaml")))
    (tmp_path / "deal").rename(tmp_path / "moved")
    check_folder(tmp_path / "moved" / "out", maker=maker(tmp_path / "moved" / "pizza.yaml"))
    (tmp_path / "link").symlink_to(tmp_path / "moved" / "out")
    check_folder(tmp_path / "link", maker=maker(tmp_path / "moved" / "pizza.yaml"))
    # the same name elsewhere is another file
    (tmp_path / "pizza.yaml").touch()
    with pytest.raises(DealsimError, match="another scenario"):
        check_folder(tmp_path / "moved" / "out", maker=maker(tmp_path / "pizza.yaml"))


def test_links_that_lead_nowhere_and_names_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("loop", "dangling"):
        with pytest.raises(DealsimError, match="is a link that leads nowhere"):
            check_folder(tmp_path / name)
    with pytest.raises(DealsimError, match="no name of a folder"):
        check_folder(tmp_path / "a\0b")
    with pytest.raises(DealsimError, match="too long a name") as caught:
        write_folder(tmp_path / ("x" * 300), OLD.items(), {})
    assert len(str(caught.value)) < 400
