"""The output folder: whole or not at all, and nothing of anyone else's lost."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dealsim.errors import DealsimError
from dealsim.output.files.folder import check_folder, write_folder
from dealsim.output.files.swap import MANIFEST, STAGING

FILES = {"summary.json": b'{"a": 1}\n', "trials.csv": b"trial\n0\n", "profit.png": b"\x89PNG"}


def write(target: Path, files: dict[str, bytes] = FILES, *, force: bool = False) -> tuple[str, ...]:
    return write_folder(target, files.items(), {"format": 1}, force=force)


def contents(target: Path) -> dict[str, bytes]:
    """The files of a folder by name; fails where a hidden folder was left behind."""
    assert not list(target.glob(f"{STAGING}*"))
    assert not list(target.parent.glob(f"{STAGING}*"))
    return {path.name: path.read_bytes() for path in target.iterdir() if path.is_file()}


def without_manifest(target: Path) -> dict[str, bytes]:
    return {name: data for name, data in contents(target).items() if name != MANIFEST}


def test_writes_the_files_and_a_manifest_of_their_hashes(tmp_path: Path) -> None:
    target = tmp_path / "out" / "pizza"
    assert write(target) == (*FILES, MANIFEST)
    assert without_manifest(target) == FILES
    manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    assert list(manifest) == ["format", "files"]
    for name, data in FILES.items():
        expected = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        assert manifest["files"][name] == expected


def test_contents_may_come_in_parts(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", [("a.csv", iter([b"x\n", b"y\n"]))], {})
    assert without_manifest(tmp_path / "out") == {"a.csv": b"x\ny\n"}


def test_a_folder_of_its_own_is_replaced_and_stale_files_go(tmp_path: Path) -> None:
    write(tmp_path / "out")
    write(tmp_path / "out", {"summary.json": b"{}\n", "cash.png": b"new"})
    assert without_manifest(tmp_path / "out") == {"summary.json": b"{}\n", "cash.png": b"new"}


def test_an_empty_folder_is_written_to(tmp_path: Path) -> None:
    write(tmp_path)
    assert without_manifest(tmp_path) == FILES


def test_a_deleted_file_is_no_obstacle(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "profit.png").unlink()
    write(tmp_path)
    assert without_manifest(tmp_path) == FILES


def test_a_manifest_left_alone_is_no_stranger(tmp_path: Path) -> None:
    write(tmp_path)
    for name in FILES:
        (tmp_path / name).unlink()
    write(tmp_path)
    assert without_manifest(tmp_path) == FILES


def test_the_current_folder_is_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path())
    write(Path())
    assert without_manifest(tmp_path) == FILES
    assert Path.cwd() == tmp_path


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    write(tmp_path / "out")
    assert (tmp_path / "out").is_symlink()
    assert without_manifest(tmp_path / "disk") == FILES


# --- what is not dealsim's -----------------------------------------------------------------


def change_a_file(target: Path) -> str:
    (target / "trials.csv").write_bytes(b"trial\n0\nmine\n")
    return "trials.csv (changed)"


def add_a_file(target: Path) -> str:
    (target / "notes.txt").write_bytes(b"mine")
    return "notes.txt"


def add_a_folder(target: Path) -> str:
    (target / "photos").mkdir()
    (target / "photos" / "a.jpg").write_bytes(b"mine")
    return "photos"


def spoil_the_manifest(target: Path) -> str:
    (target / MANIFEST).write_bytes(b"{")
    return MANIFEST


@pytest.mark.parametrize("meddle", [change_a_file, add_a_file, add_a_folder, spoil_the_manifest])
def test_changed_and_foreign_files_need_force(
    tmp_path: Path, meddle: Callable[[Path], str]
) -> None:
    write(tmp_path)
    named = meddle(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(DealsimError, match="--force") as caught:
        write(tmp_path, {"summary.json": b"new"})
    assert named in str(caught.value)
    assert caught.value.exit_code == 1
    assert contents(tmp_path) == before
    with pytest.raises(DealsimError):
        check_folder(tmp_path)


def test_force_replaces_files_of_its_names_and_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path)
    change_a_file(tmp_path)
    add_a_file(tmp_path)
    add_a_folder(tmp_path)
    write(tmp_path, force=True)
    assert without_manifest(tmp_path) == FILES | {"notes.txt": b"mine"}
    assert (tmp_path / "photos" / "a.jpg").read_bytes() == b"mine"


def test_force_does_not_replace_a_folder_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "summary.json").mkdir()
    (tmp_path / "summary.json" / "mine").write_bytes(b"mine")
    with pytest.raises(DealsimError, match=r"summary\.json is a folder"):
        write(tmp_path, force=True)
    assert (tmp_path / "summary.json" / "mine").read_bytes() == b"mine"
    assert contents(tmp_path) == {}


def test_many_strangers_are_counted_and_three_named(tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"{n}.txt").touch()
    with pytest.raises(DealsimError, match=r"5 files .*: 0\.txt, 1\.txt, 2\.txt \.\.\.;"):
        write(tmp_path)


def test_droppings_of_systems_and_office_programs_are_no_strangers(tmp_path: Path) -> None:
    write(tmp_path)
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", ".~lock.trials.csv#", "~$trials.csv"):
        (tmp_path / name).touch()
    write(tmp_path, {"summary.json": b"new"})
    assert (tmp_path / ".DS_Store").exists()


@pytest.mark.parametrize("entry", ["../../victim", "/etc/victim", "..", "a/b"])
def test_an_edited_manifest_leads_nowhere_else(tmp_path: Path, entry: str) -> None:
    target = tmp_path / "a" / "b"
    write(target)
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][entry] = {"sha256": hashlib.sha256(b"mine").hexdigest(), "bytes": 4}
    (target / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    write(target)
    assert victim.read_bytes() == b"mine"


# --- what can go wrong on the way ----------------------------------------------------------


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"mine")
    for target in (tmp_path / "out", tmp_path / "out" / "pizza"):
        with pytest.raises(DealsimError, match=r"out is a file, not a folder"):
            check_folder(target)
        with pytest.raises(DealsimError, match=r"out is a file, not a folder"):
            write(target)
    assert (tmp_path / "out").read_bytes() == b"mine"


def test_a_folder_one_may_not_write_to_is_named_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    for target in (tmp_path, tmp_path / "out" / "pizza"):
        with pytest.raises(DealsimError, match=f"no permission to write to {tmp_path}"):
            check_folder(target)


def broken_off(error: BaseException) -> Iterator[tuple[str, bytes]]:
    yield "summary.json", b"new"
    raise error


@pytest.mark.parametrize(
    ("error", "raised", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DealsimError, "the disk is full"),
        (PermissionError(errno.EACCES, "Denied", "/out"), DealsimError, "no permission"),
        (OSError(errno.EIO, "Input/output error", "/out"), DealsimError, "Input/output error"),
        (KeyboardInterrupt(), KeyboardInterrupt, None),
        (MemoryError(), MemoryError, None),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_a_failure_while_writing_leaves_all_as_it_was(
    tmp_path: Path,
    error: BaseException,
    raised: type[BaseException],
    message: str | None,
    there: bool,
) -> None:
    target = tmp_path / "out" / "pizza"
    if there:
        write(target)
    with pytest.raises(raised, match=message):
        write_folder(target, broken_off(error), {})
    if there:
        assert without_manifest(target) == FILES
    else:
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [PermissionError(13, "in use"), KeyboardInterrupt()])
@pytest.mark.parametrize("when", range(7))
def test_a_failure_while_moving_into_place_brings_the_old_results_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: int, error: BaseException
) -> None:
    write(tmp_path)
    before = contents(tmp_path)
    rename, calls = Path.rename, iter(range(1000))

    def failing(self: Path, to: Path) -> Path:
        if next(calls) == when:
            raise error
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", failing)
    new = {"summary.json": b"new", "trials.csv": b"new", "extra.csv": b"new"}
    with pytest.raises((DealsimError, KeyboardInterrupt)) as caught:
        write(tmp_path, new)
    assert contents(tmp_path) == before
    if isinstance(error, PermissionError):
        assert "close it in the program that has it open" in str(caught.value)


def test_old_results_that_cannot_be_put_back_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    before = contents(tmp_path)
    rename, calls = Path.rename, iter(range(1000))

    def failing(self: Path, to: Path) -> Path:
        if next(calls) >= 3:
            raise PermissionError(13, "in use")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(DealsimError):
        write(tmp_path, {"summary.json": b"new"})
    kept = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for name, data in before.items():
        assert kept[name] == data
