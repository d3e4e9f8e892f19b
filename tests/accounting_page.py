"""The table of jurisdictions in docs/accounting.md, which is made from the presets.

`python -m tests.accounting_page` writes it anew: read the difference before committing it.
"""

from __future__ import annotations

import re
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
    tax, escheat, cash = (row.get(name) or {} for name in ("sales_tax", "escheat", "cash_out"))
    survives = str(row.get("after_expiry", "")).replace("_", " ")
    until = "" if survives == "nothing" else str(row.get("paid_value_expires", ""))
    due = f"{escheat['share']} of {escheat['basis']}, {escheat['after']}" if escheat else ""
    taxed = f"{tax['point']}, {tax['base'].replace('_', ' ')}" if "base" in tax else ""
    cells = (
        f"`{code}`",
        survives,
        until,
        f"below {cash['below']}" if cash else "",
        due,
        (taxed or str(tax.get("point", ""))) + (", in prices" if tax.get("included") else ""),
        " ".join(str(row.get("status", "")).split()),
        _linked(" ".join(str(row.get("source", "")).split())),
    )
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _linked(source: str) -> str:
    return re.sub(r"(https?://[^\s,;]*[^\s,;:.)])", r"<\1>", source)


def rewritten(page: str) -> str:
    """The page with the table of today."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n{jurisdictions_table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), encoding="utf-8", newline="\n")
