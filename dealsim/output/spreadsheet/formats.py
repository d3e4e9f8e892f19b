"""How the cells of workbooks look."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

INK, GREY, RULE, HEAD = "#1A1A1A", "#595959", "#B8B8B8", "#E8EEF3"

Look = dict[str, object]


def money_format(digits: int) -> str:
    """Amounts with `digits` decimals, and a dash for zero."""
    number = "#,##0" + (f".{'0' * digits}" if digits else "")
    return f'{number};-{number};"\N{EN DASH}"'


def formats(workbook: Any, digits: int, own: Mapping[str, Look]) -> Mapping[str, Any]:
    """A workbook's formats by name; money has `digits` decimals, `own` are those that only this
    workbook has.

    Those of text come with a `_quoted` twin: a cell so marked stays text when it is edited,
    whatever it begins with.
    """
    base: Look = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
    kinds = _kinds(digits) | dict(own)
    made = {name: workbook.add_format(base | kind) for name, kind in kinds.items()}
    quoted = {
        f"{name}_quoted": workbook.add_format(base | kind | {"quote_prefix": True})
        for name, kind in kinds.items()
        if "num_format" not in kind
    }
    return MappingProxyType(made | quoted)


def _kinds(digits: int) -> dict[str, Look]:
    money = money_format(digits)
    head: Look = {"bold": True, "bg_color": HEAD, "bottom": 1, "text_wrap": True}
    head |= {"bottom_color": RULE}
    total: Look = {"bold": True, "top": 1, "bottom": 6}
    return {
        "title": {"bold": True, "font_size": 14},
        "note": {"font_color": GREY},
        "head": head,
        "head_right": head | {"align": "right"},
        "head_indented": head | {"align": "left", "indent": 1},
        "text": {},
        "wrap": {"text_wrap": True},
        "right": {"align": "right"},
        "bold": {"bold": True},
        "indented": {"align": "left", "indent": 1},
        "day": {"num_format": "yyyy-mm-dd", "align": "left"},
        "whole": {"num_format": "0", "align": "left"},
        "money": {"num_format": money},
        "bold_money": {"bold": True, "num_format": money},
        "total": total | {"num_format": money},
        "total_text": total,
        "share": {"num_format": "0.0 %"},
        "count": {"num_format": "#,##0"},
        "mean_count": {"num_format": "#,##0.0"},
        "check": {"bold": True, "align": "right"},
    }
