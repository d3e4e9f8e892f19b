"""JSON as dealsim writes it: the order kept, lists of numbers on one line, never NaN."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import numpy as np


def json_text(document: object, *, indent: bool = False) -> str:
    """`document` as JSON text; undefined numbers (NaN, infinite) are null.

    With `indent` objects are spread over lines and lists of plain values stay on one.
    """
    value = plain(document)
    return _spread(value, "") if indent else json.dumps(value, ensure_ascii=False, allow_nan=False)


def json_file(document: object) -> bytes:
    """`document` as the bytes of a file, spread over lines."""
    # What is no character, as in a file's name that is not UTF-8, is escaped as JSON does it.
    return (json_text(document, indent=True) + "\n").encode("utf-8", "backslashreplace")


def plain(value: object) -> object:
    """`value` in JSON's own types: numpy's numbers as Python's, undefined ones as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _spread(value: object, margin: str) -> str:
    inner = margin + "  "
    if isinstance(value, dict) and value:
        rows = [f"{inner}{_line(key)}: {_spread(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{margin}}}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        rows = [inner + _spread(item, inner) for item in value]
        return "[\n" + ",\n".join(rows) + f"\n{margin}]"
    return _line(value)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
