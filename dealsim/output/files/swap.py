"""Earlier results out of a folder and new ones in: all of it, or none.

New files lie in a hidden folder on the same disk and are moved by renaming. The manifest goes out
first and comes in last: a folder caught in between does not match it. What is caught in between,
because the machine lost power or the process was killed, is put back by `recover`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dealsim.errors import DealsimError
from dealsim.files import opened, read_bytes
from dealsim.output.files.locks import PATIENCE, locked
from dealsim.text import shown_path

MANIFEST = "manifest.json"
STAGING = ".dealsim-"
"""How the names of the hidden folders begin; one may outlive a machine that loses power."""
REPLACED, SPENT = "replaced", "spent"
"""Where in them earlier results wait while new ones come in, and where they end."""

JUST_MADE = 5.0
"""Seconds for which a hidden folder may be one that its maker has not locked yet."""

LARGEST_MANIFEST = 500_000_000
_HIDDEN = re.compile(re.escape(STAGING) + r"[0-9a-f]{8}")


def swap(staging: Path, target: Path, names: tuple[str, ...]) -> None:
    """Move what the target's manifest names out of it, and the new files in."""
    aside = staging / REPLACED
    aside.mkdir()
    there = {name for name in (*names, *(recorded(target) or ())) if is_there(target / name)}
    for name in sorted(there):
        if (target / name).is_dir():
            place = shown_path(target / name)
            raise DealsimError(f"{place} is a folder, where a file is to be written")
    earlier = sorted(there, key=lambda name: (name != MANIFEST, name))
    moves = [(target / name, aside / name) for name in earlier]
    moves += [(staging / name, target / name) for name in names]
    try:
        for source, destination in moves:
            source.rename(destination)
    except BaseException as error:
        _move_back(moves)
        if isinstance(error, PermissionError):
            raise DealsimError(
                f"cannot replace {shown_path(target / source.name)}: close it in the program that "
                "has it open; the folder is as it was"
            ) from error
        raise
    aside.rename(staging / SPENT)


def _move_back(moves: list[tuple[Path, Path]]) -> None:
    """Undo the moves that were made; which ones, the disk knows better than we do."""
    for source, destination in reversed(moves):
        if is_there(destination) and not is_there(source):
            with contextlib.suppress(OSError):
                destination.rename(source)


def discard(staging: Path) -> None:
    """Remove a hidden folder, unless it still holds earlier results that could not be put back."""
    with contextlib.suppress(OSError):
        (staging / REPLACED).rmdir()
    if not (staging / REPLACED).exists():
        shutil.rmtree(staging, ignore_errors=True)


def recover(target: Path) -> tuple[str, ...]:
    """Put back what a run that was broken off left half done; returns what there is to say of it.

    Hidden folders of runs that are no more go, in the target and beside it; earlier results in them
    come back first. What another process is at work on is left alone.
    """
    said: list[str] = []
    if target.is_dir():
        with locked(target, PATIENCE) as ours:
            for staging in _abandoned(target) if ours else ():
                said += _recovered(staging, target)
    if target.parent.is_dir() and target.parent != target:
        for staging in _abandoned(target.parent):
            if not (staging / REPLACED).exists():
                _recovered(staging, target)
    return tuple(said)


def _abandoned(folder: Path) -> Iterator[Path]:
    """The hidden folders in one that no process is at work on any more."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()):
            if _HIDDEN.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                with contextlib.suppress(OSError), locked(path) as dead:
                    if dead:
                        yield path


def _recovered(staging: Path, target: Path) -> list[str]:
    """A swap that was broken off undone, or finished where only the tidying up was missing."""
    aside = staging / REPLACED
    if not aside.exists() and time.time() - staging.stat().st_mtime < JUST_MADE:
        return []
    if not aside.exists() or not is_there(staging / MANIFEST):
        # nothing was moved yet, or everything: the manifest comes in last
        shutil.rmtree(staging, ignore_errors=True)
        return []
    moved_in = {
        name: digest
        for name, digest in (_hashes(staging / MANIFEST) or {}).items()
        if is_there(target / name) and not is_there(staging / name)
    }
    for name, digest in moved_in.items():
        if (target / name).is_file() and sha256(target / name) == digest:
            (target / name).rename(staging / name)
    kept = [path.name for path in sorted(aside.iterdir()) if is_there(target / path.name)]
    for path in sorted(aside.iterdir(), key=lambda path: (path.name == MANIFEST, path.name)):
        if path.name not in kept:
            path.rename(target / path.name)
    discard(staging)
    where = shown_path(target)
    if kept:
        return [
            f"a run was broken off while it replaced the results in {where}, and they changed "
            f"since: the earlier {', '.join(kept[:3])} {'are' if len(kept) > 1 else 'is'} in "
            f"{shown_path(aside)}"
        ]
    return [f"a run was broken off while it replaced the results in {where}: the earlier are back"]


def is_there(path: Path) -> bool:
    """Whether something has this name; a dangling link is there, too."""
    return os.path.lexists(path)


def recorded(target: Path) -> dict[str, str] | None:
    """Hashes of the files that a folder's manifest names; None without a manifest of ours."""
    hashes = _hashes(target / MANIFEST)
    if hashes is None:
        return None
    # Only what lies in the folder: an edited manifest must not lead out of it.
    listed = {path.name for path in target.iterdir()} - {MANIFEST}
    return {name: digest for name, digest in hashes.items() if name in listed}


def _hashes(file: Path) -> dict[str, str] | None:
    try:
        files = (read_manifest(file) or {})["files"]
        hashes = {str(name): str(entry["sha256"]) for name, entry in files.items()}
    except (KeyError, TypeError, AttributeError):
        return None
    return {name: digest for name, digest in hashes.items() if Path(name).name == name}


def read_manifest(file: Path) -> dict[str, Any] | None:
    """A manifest; None where there is none, or none that can be read."""
    try:
        found = json.loads(read_bytes(file, LARGEST_MANIFEST))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def sha256(path: Path) -> str:
    """The hash of a file's contents."""
    digest = hashlib.sha256()
    with opened(path) as file:
        while part := file.read(1_000_000):
            digest.update(part)
    return digest.hexdigest()
