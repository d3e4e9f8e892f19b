"""An output folder, written whole or not at all.

Files are made in a hidden folder first, on the same disk, and moved into place by renaming when
all of them are there. A failure on the way, a full disk, a file that is open in Excel, Ctrl-C,
leaves what was there before as it was. `manifest.json` holds a hash of every file written: a
folder whose files still match theirs may be replaced, anything else needs `force`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from dealsim.errors import DealsimError
from dealsim.output.files.json_text import json_text

MANIFEST = "manifest.json"
STAGING = ".dealsim-"
"""How the names of the hidden folders begin; one may outlive a machine that loses power."""
REPLACED, SPENT = "replaced", "spent"
"""Where in them earlier results wait while new ones come in, and where they end."""

DROPPINGS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
LOCKS = (".~lock.", "~$")
"""Files that operating systems and office programs leave in folders, which are no one's work."""

Content = bytes | Iterable[bytes]


def check_folder(target: Path, force: bool = False) -> None:
    """Raise DealsimError where `write_folder` would refuse: to be asked before a long run."""
    with _explained(target):
        if not target.exists():
            _check_parents(target)
            return
        if not target.is_dir():
            raise DealsimError(f"{target} is a file, not a folder; name another with -o")
        _check_writable(target)
        strangers = [] if force else _strangers(target)
    if strangers:
        listed = ", ".join(strangers[:3]) + (" ..." if len(strangers) > 3 else "")
        what = "a file" if len(strangers) == 1 else f"{len(strangers)} files"
        raise DealsimError(
            f"{target} holds {what} that dealsim did not write, or that changed since: {listed}; "
            "--force replaces those of dealsim's names and leaves the others, "
            "-o names another folder"
        )


def write_folder(
    target: Path,
    files: Iterable[tuple[str, Content]],
    manifest: Mapping[str, object],
    *,
    force: bool = False,
) -> tuple[str, ...]:
    """Write files (name and contents, one at a time) and their manifest; returns their names.

    The manifest gets a last entry "files": the SHA-256 and size of each. Files of an earlier run
    that this one does not write are removed. Raises DealsimError, with the folder as it was.
    """
    check_folder(target, force)
    with _explained(target), _made_parents(target), _staging(target) as staging:
        written = {name: _write(staging / name, content) for name, content in files}
        text = json_text({**manifest, "files": written}, indent=True) + "\n"
        _write(staging / MANIFEST, text.encode("utf-8"))
        names = (*written, MANIFEST)
        if staging.parent == target:
            _swap(staging, target, names)
        else:
            staging.rename(target)
    return names


@contextlib.contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """A new hidden folder in the target, or beside it where there is none yet; gone afterwards.

    In the target, not beside it, since it may be a mounted disk, a link, or the folder the
    reader's terminal stands in, none of which can be renamed.
    """
    parent = target if target.is_dir() else target.parent
    staging = parent / f"{STAGING}{secrets.token_hex(4)}"
    staging.mkdir()
    try:
        yield staging
    finally:
        _discard(staging)


def _discard(staging: Path) -> None:
    """Remove a hidden folder, unless it still holds earlier results that could not be put back."""
    with contextlib.suppress(OSError):
        (staging / REPLACED).rmdir()
    if not (staging / REPLACED).exists():
        shutil.rmtree(staging, ignore_errors=True)


def _write(path: Path, content: Content) -> dict[str, object]:
    """Write one file; returns its manifest entry."""
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for part in (content,) if isinstance(content, bytes) else content:
            file.write(part)
            digest.update(part)
            size += len(part)
    return {"sha256": digest.hexdigest(), "bytes": size}


def _swap(staging: Path, target: Path, names: tuple[str, ...]) -> None:
    """Move earlier results out of the target and new ones in; all of it, or none.

    The manifest goes first and comes last: a folder caught in between does not match it.
    """
    aside = staging / REPLACED
    aside.mkdir()
    there = {name for name in (*names, *(_recorded(target) or ())) if _there(target / name)}
    for name in sorted(there):
        if (target / name).is_dir():
            raise DealsimError(f"{target / name} is a folder, where a file is to be written")
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
                f"cannot replace {target / source.name}: close it in the program that has it open; "
                "the folder is as it was"
            ) from error
        raise
    aside.rename(staging / SPENT)


def _move_back(moves: list[tuple[Path, Path]]) -> None:
    """Undo the moves that were made; which ones, the disk knows better than we do."""
    for source, destination in reversed(moves):
        if _there(destination) and not _there(source):
            with contextlib.suppress(OSError):
                destination.rename(source)


def _there(path: Path) -> bool:
    return os.path.lexists(path)  # a dangling link is there, too


def _strangers(target: Path) -> list[str]:
    """Names in a folder that are not dealsim's, or whose contents changed since it wrote them."""
    recorded = _recorded(target)
    found = []
    for path in sorted(target.iterdir()):
        name = path.name
        if name in DROPPINGS or name.startswith((STAGING, *LOCKS)):
            continue
        if name == MANIFEST and recorded is not None:
            continue
        hashed = (recorded or {}).get(name)
        if hashed is None or path.is_symlink() or not path.is_file():
            found.append(name)
        elif _sha256(path) != hashed:
            found.append(f"{name} (changed)")
    return found


def _recorded(target: Path) -> dict[str, str] | None:
    """Hashes of the files that a folder's manifest names; None without a manifest of ours."""
    try:
        listed = {path.name for path in target.iterdir()} - {MANIFEST}
        manifest = json.loads((target / MANIFEST).read_bytes())
        files = {str(name): str(entry["sha256"]) for name, entry in manifest["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    # Only what lies in the folder: an edited manifest must not lead out of it.
    return {name: value for name, value in files.items() if name in listed}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_parents(target: Path) -> None:
    """Raise NotADirectoryError where a part of the way to the target is a file."""
    for parent in target.parents:
        if parent.exists():
            if not parent.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(parent))
            _check_writable(parent)
            return


def _check_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


@contextlib.contextmanager
def _made_parents(target: Path) -> Iterator[None]:
    """The folders above the target made, and unmade where the writing fails."""
    missing = [parent for parent in target.parents if not parent.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for parent in missing:
            with contextlib.suppress(OSError):
                parent.rmdir()
        raise


@contextlib.contextmanager
def _explained(target: Path) -> Iterator[None]:
    """What the system says about files, as a DealsimError."""
    try:
        yield
    except OSError as error:
        place = error.filename or target
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            reason = f"the disk is full; {target} is as it was"
        elif isinstance(error, NotADirectoryError | FileExistsError):
            reason = f"{place} is a file, not a folder; name another with -o"
        elif isinstance(error, PermissionError):
            reason = f"no permission to write to {target.parent if place == target else place}"
        elif error.errno == errno.EROFS:
            reason = f"{target} is on a disk that cannot be written to"
        else:
            reason = f"cannot write {place}: {error.strerror or error}"
        raise DealsimError(reason) from error
