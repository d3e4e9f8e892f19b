"""An output folder, written whole or not at all.

Files are made in a hidden folder first, on the same disk, and moved into place by renaming when
all of them are there. A failure on the way, a full disk, a file that is open in Excel, Ctrl-C,
leaves what was there before as it was. `manifest.json` holds a hash of every file written, and
whose results they are: a folder whose files still match theirs may be replaced by results of the
same scenario, anything else needs `force`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dealsim.errors import DealsimError
from dealsim.output.files.json_text import json_file
from dealsim.output.files.locks import PATIENCE, locked
from dealsim.output.files.maker import Maker
from dealsim.output.files.swap import (
    MANIFEST,
    STAGING,
    discard,
    read_manifest,
    recorded,
    recover,
    sha256,
    swap,
)
from dealsim.text import shown_path, visible

DROPPINGS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
LOCKS = (".~lock.", "~$")
"""Files that operating systems and office programs leave in folders, which are no one's work."""

Content = bytes | Iterable[bytes]


@dataclass(frozen=True)
class Before:
    """What a folder was like before a run: the hash of its manifest (None: there is none), and what
    there is to say of a run that was broken off in it."""

    manifest: str | None = None
    said: tuple[str, ...] = ()


def check_folder(target: Path, force: bool = False, maker: Maker | None = None) -> Before:
    """Raise DealsimError where `write_folder` would refuse: to be asked before a long run.

    Puts back what a run that was broken off left half done in it.
    """
    shown = shown_path(target)
    if "\0" in str(target):
        raise DealsimError(f"{shown} is no name of a folder; name another with -o")
    with _explained(target):
        if not target.exists():
            _check_parents(target)
            return Before(said=recover(target))
        if not target.is_dir():
            raise DealsimError(f"{shown} is a file, not a folder; name another with -o")
        _check_writable(target)
        said = recover(target)
        strangers = [] if force else _strangers(target)
        manifest = read_manifest(target / MANIFEST) or {}
        before = Before(_fingerprint(target), said)
    if strangers:
        raise DealsimError(_about_strangers(shown, strangers))
    other = maker.other(target, manifest) if maker is not None and manifest and not force else None
    if other is not None:
        raise DealsimError(f"{shown} holds {other}; --force replaces them, -o names another folder")
    return before


def _about_strangers(shown: str, strangers: list[str]) -> str:
    listed = ", ".join(strangers[:3]) + (" ..." if len(strangers) > 3 else "")
    what = "a file" if len(strangers) == 1 else f"{len(strangers)} files"
    return (
        f"{shown} holds {what} that dealsim did not write, or that changed since: {listed}; "
        "--force replaces those of dealsim's names and leaves the others, "
        "-o names another folder"
    )


def write_folder(
    target: Path,
    files: Iterable[tuple[str, Content]],
    manifest: Mapping[str, object],
    *,
    force: bool = False,
    maker: Maker | None = None,
    before: Before | None = None,
) -> tuple[str, ...]:
    """Write files (name and contents, one at a time) and their manifest; returns their names.

    The manifest gets what tells whose results they are (`maker`), and a last entry "files": the
    SHA-256 and size of each. Files of an earlier run that this one does not write are removed.
    `before` is what `check_folder` found when the run began. Raises DealsimError, with the folder
    as it was, also where another process wrote to it in the meantime.
    """
    found = check_folder(target, force, maker)
    before = before or found
    if before.manifest != found.manifest and not force:
        raise _overtaken(target)
    facts = maker.facts(target) if maker is not None else {}
    with _explained(target), _made_parents(target), _staging(target) as staging:
        written = {name: _write(staging / name, content) for name, content in files}
        _write(staging / MANIFEST, json_file({**manifest, **facts, "files": written}))
        names = (*written, MANIFEST)
        _put_in_place(staging, target, names, None if force else before)
    return names


def _put_in_place(
    staging: Path, target: Path, names: tuple[str, ...], before: Before | None
) -> None:
    """Move the new files into place, unless the folder is no longer as it was `before`."""
    if staging.parent != target:
        try:
            staging.rename(target)
        except OSError:
            if target.is_dir():
                raise _overtaken(target) from None
            raise
        return
    with locked(target, PATIENCE):
        if before is not None and _fingerprint(target) != before.manifest:
            raise _overtaken(target)
        swap(staging, target, names)


def _overtaken(target: Path) -> DealsimError:
    return DealsimError(
        f"another run wrote its results to {shown_path(target)} in the meantime: they stay, and "
        "those of this run are not written; run it again, or give each its own folder with -o"
    )


def _fingerprint(target: Path) -> str | None:
    """The hash of a folder's manifest, which says when it was written; None without one."""
    try:
        return sha256(target / MANIFEST)
    except ValueError:
        return None


@contextlib.contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """A new hidden folder in the target, or beside it where there is none yet; gone afterwards.

    In the target, not beside it, since it may be a mounted disk, a link, or the folder the
    reader's terminal stands in, none of which can be renamed. It is locked: who finds it without
    a lock knows that nobody will come back for it.
    """
    parent = target if target.is_dir() else target.parent
    staging = parent / f"{STAGING}{secrets.token_hex(4)}"
    staging.mkdir()
    try:
        with locked(staging):
            yield staging
    finally:
        discard(staging)


def _write(path: Path, content: Content) -> dict[str, object]:
    """Write one file; returns its manifest entry."""
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for part in (content,) if isinstance(content, bytes) else content:
            file.write(part)
            digest.update(part)
            size += len(part)
    return {"sha256": digest.hexdigest(), "bytes": size}


def _strangers(target: Path) -> list[str]:
    """Names in a folder that are not dealsim's, or whose contents changed since it wrote them."""
    hashes = recorded(target)
    found = []
    for path in sorted(target.iterdir()):
        name = path.name
        if name in DROPPINGS or name.startswith((STAGING, *LOCKS)):
            continue
        if name == MANIFEST and hashes is not None:
            continue
        hashed = (hashes or {}).get(name)
        if hashed is None or path.is_symlink() or not path.is_file():
            found.append(visible(name))
        elif sha256(path) != hashed:
            found.append(f"{name} (changed)")
    return found


def _check_parents(target: Path) -> None:
    """Raise NotADirectoryError where a part of the way to the target is a file."""
    if os.path.lexists(target):
        shown = shown_path(target)
        raise DealsimError(f"{shown} is a link that leads nowhere; name another with -o")
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
        whole, place = shown_path(target), shown_path(error.filename or target)
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            reason = f"the disk is full; {whole} is as it was"
        elif isinstance(error, NotADirectoryError | FileExistsError):
            reason = f"{place} is a file, not a folder; name another with -o"
        elif isinstance(error, PermissionError):
            reason = f"no permission to write to {shown_path(error.filename or target.parent)}"
        elif error.errno == errno.EROFS:
            reason = f"{whole} is on a disk that cannot be written to"
        elif error.errno == errno.ENAMETOOLONG:
            reason = f"{whole} is too long a name for a folder; name another with -o"
        else:
            reason = f"cannot write {place}: {error.strerror or error}"
        raise DealsimError(reason) from error
