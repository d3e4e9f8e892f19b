"""Errors and warnings, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TextIO

from dealsim.errors import Problem
from dealsim.output.terminal.console import EncodableStream


def print_problems(
    errors: Iterable[Problem] = (),
    warnings: Iterable[Problem] = (),
    strict: bool = False,
    stream: TextIO | None = None,
) -> None:
    """Warnings, one after the other, then errors; with `strict` warnings are errors."""
    out = EncodableStream(sys.stderr if stream is None else stream)
    for problem in warnings:
        out.write(problem.text("error" if strict else "warning") + "\n")
    for problem in errors:
        out.write(problem.text("error") + "\n")
