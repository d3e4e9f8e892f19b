"""The table of jurisdictions in docs/accounting.md, which is made from the presets.

`python -m tests.accounting_page` writes it anew: read the difference before committing it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "accounting.md"
PRESETS = ROOT / "dealsim" / "scenario" / "presets" / "data" / "jurisdictions.yaml"
BEGIN, END = "<!-- jurisdictions -->\n", "<!-- end of jurisdictions -->\n"


def jurisdictions_table() -> str:
    """A row a preset: what survives, for how long, cash-out, escheat, tax, status, source."""
    rows = YAML(typ="safe").load(PRESETS.read_text(encoding="utf-8"))
    lines = [
        "| preset | survives expiry | until | cash-out | escheat | sales tax | status | sources |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*lines, *(_row(code, row) for code, row in rows.items())]) + "\n"


def _row(code: str, row: dict[str, Any]) -> str:
    tax = row.get("sales_tax") or {}
    taxed = f"{tax['point']}, {tax['base'].replace('_', ' ')}" if "base" in tax else ""
    lapses = [case for case in _cases(row.get("after_expiry", "")) if case[1] != "nothing"]
    cells = (
        f"`{code}`",
        _in_words(row.get("after_expiry", ""), lambda word: str(word).replace("_", " ")),
        _in_words(row.get("paid_value_expires", ""), str) if lapses else "",
        _in_words(row.get("cash_out") or "", _limits),
        _in_words(row.get("escheat") or "", _due),
        (taxed or str(tax.get("point", ""))) + (", in prices" if tax.get("included") else ""),
        " ".join(str(row.get("status", "")).split()),
        linked(" ".join(str(row.get("source", "")).split())),
    )
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _cases(value: Any) -> list[tuple[str, Any]]:
    """The cases of a value: when each holds, in words, and what then."""
    if not isinstance(value, list):
        return [("", value)]
    out = []
    for case in value:
        when = f"; sold from {case['from']}: " if "from" in case else ""
        when = f"; {', '.join(case['kinds'])}: " if "kinds" in case else when
        rest = {key: part for key, part in case.items() if key not in ("from", "kinds")}
        out.append((when, rest.get("value", rest)))
    return out


def _in_words(value: Any, words: Callable[[Any], str]) -> str:
    return "".join(when + words(part) for when, part in _cases(value))


def _limits(cash: Any) -> str:
    if not cash:
        return ""
    text = f"below {cash['below']}" if "below" in cash else f"{cash['up_to']} or less"
    later = cash.get("changes")
    return f"{text}; asked for from {later['day']}: {_limits(later)}" if later else text


def _due(escheat: Any) -> str:
    if not escheat:
        return ""
    if escheat["after"] == "never":
        return "never"
    return f"{escheat['share']} of {escheat['basis']}, {escheat['after']}"


def linked(source: str) -> str:
    """Addresses as links; a comma or a colon may stand within one, and ends one before a blank."""
    return re.sub(r"(https?://[^\s;]*[^\s,;:.)])", r"<\1>", source)


def rewritten(page: str) -> str:
    """The page with the table of today."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n{jurisdictions_table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), encoding="utf-8", newline="\n")
