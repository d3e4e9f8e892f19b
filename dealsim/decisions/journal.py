"""The journal of a sweep: each finished cell on disk at once, so that a kill loses none.

The first line says what is swept; every other is a cell. A line that a kill cut short is no cell.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

from dealsim.errors import DealsimError

Row = dict[str, float | int | None]


class Journal:
    """Cells finished so far, in a file; without a path, in memory only.

    Raises DealsimError where the file is of another sweep (the scenario, the grid, trials or seed
    changed, or dealsim did) and `force` does not start it anew.
    """

    def __init__(
        self, path: Path | None, header: Mapping[str, object], *, force: bool = False
    ) -> None:
        self._path, self._header = path, dict(header)
        self._file: IO[str] | None = None
        self.rows: dict[int, Row] = {}
        if path is not None and path.exists() and not force:
            self._read(path)

    def _read(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        found = [_parsed(line) for line in lines if line.endswith("\n")]
        if not found or found[0] != json.loads(json.dumps(self._header)):
            raise DealsimError(
                f"{path} holds cells of another sweep: the scenario, the grid, trials or seed "
                "changed since; --force starts anew"
            )
        for entry in found[1:]:
            if isinstance(entry, dict) and isinstance(entry.get("cell"), int):
                self.rows[entry["cell"]] = entry["row"]

    def __enter__(self) -> Journal:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # written anew from what was read, so that no half line stays in the middle
            fresh = self._path.with_name(self._path.name + ".new")
            with fresh.open("w", encoding="utf-8", newline="\n") as file:
                file.write(json.dumps(self._header) + "\n")
                for cell, row in self.rows.items():
                    file.write(_line(cell, row))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
            self._file = self._path.open("a", encoding="utf-8", newline="\n")
        return self

    def add(self, cell: int, row: Row) -> None:
        """Keep a finished cell: it is on disk when this returns."""
        if self._file is not None:
            self._file.write(_line(cell, row))
            self._file.flush()
            os.fsync(self._file.fileno())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()


def _line(cell: int, row: Row) -> str:
    return json.dumps({"cell": cell, "row": dict(row)}, allow_nan=False) + "\n"


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None
