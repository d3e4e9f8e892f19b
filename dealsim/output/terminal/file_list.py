"""Where the files are, in a line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def file_list(folder: Path, files: Sequence[str]) -> str:
    """ "Files in out/pizza: summary.json, ..., and the plots profit, ... (png, svg)."""
    plots = [name for name in files if name.endswith((".png", ".svg"))]
    data = [name for name in files if name not in plots]
    text = f"Files in {folder}: {', '.join(data)}" if data else f"Files in {folder}"
    if plots:
        names = dict.fromkeys(name.rpartition(".")[0] for name in plots)
        suffixes = dict.fromkeys(name.rpartition(".")[2] for name in plots)
        text += f"; plots ({', '.join(suffixes)}): {', '.join(names)}"
    return text
