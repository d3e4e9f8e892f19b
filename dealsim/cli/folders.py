"""Where results go that are given no folder with -o, and whether they may go there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from dealsim.cli.common import Options
from dealsim.cli.process import say
from dealsim.errors import UsageError
from dealsim.output.files.folder import Before, check_folder
from dealsim.output.files.maker import Maker

LONGEST_NAME = 100
"""Most characters of a folder's name: file systems take 255 bytes, some tools less."""

_LEFT_OUT = re.compile(r"[^\w.=,+-]+")


def folders_for(
    paths: Sequence[Path], out: Path | None, overrides: Sequence[str] = ()
) -> dict[Path, Path]:
    """The results folder of each scenario file; raises UsageError where two would share one.

    That of a single file is `out`, if given. Otherwise each has a folder of its name in `out`, or
    in the folder called out; a what-if (`--set`) one of its own, so that the baseline stays.
    """
    if out is not None and len(paths) == 1:
        return {paths[0]: out}
    base, terms = (Path("out"), overrides) if out is None else (out, ())
    found = {path: base / folder_called(path.stem, terms) for path in paths}
    if len(set(found.values())) < len(paths):
        raise UsageError("two of the scenario files have the same name: run them apart, with -o")
    return found


def folder_called(name: str, overrides: Sequence[str] = ()) -> str:
    """`pizza`, `pizza-liability`, `pizza--deal.price=12`: a file's name, and what was changed.

    A change that cannot be told from another by the letters that a folder's name takes has a hash
    at its end: `pizza--deal.demand=300-to-900-5f0c1e`.
    """
    stated = ",".join(sorted(text.strip() for text in overrides))
    words = _LEFT_OUT.sub("-", stated.replace("%", "pc")).strip("-.")
    whole = f"{name}--{words}" if stated else name
    # a word for per cent reads well and stands for nothing else
    if len(whole) > LONGEST_NAME or words != stated.replace("%", "pc"):
        digest = hashlib.sha256(f"{name}\n{stated}".encode(errors="surrogatepass")).hexdigest()
        whole = f"{whole[:LONGEST_NAME].rstrip('-. ')}-{digest[:6]}"
    return whole


def checked_folder(target: Path, options: Options, maker: Maker) -> Before:
    """What the folder is like before the run, told of what was put right in it; raises DealsimError
    where the results could not be written there."""
    before = check_folder(target, options["force"], maker)
    for message in before.said:
        say(f"note: {message}")
    return before
