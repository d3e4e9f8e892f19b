"""docs/defaults.md: what dealsim assumes, for owners; where it comes from stands in notes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import dealsim
from dealsim.scenario import KINDS, Row, explain, in_words, new_scenario, value_in_words
from tests.accounting_page import linked

HEAD = """\
# Defaults

What dealsim assumes where you say nothing. Read what it takes of your trade, and write into your
file what you know better: your own figure always goes first. `dealsim explain FILE` shows the same
for a file of yours.

- **typical** is the mean. **Nine of ten** is the range that the figure lies in nine times out of
  ten; no range means that it is taken as it is.
- **published** leads to a figure that somebody measured or reported, **judgement** to the reason
  for a guess: no figure was found. Both stand under [Notes](#notes). [Limits](limits.md) says how
  far they carry.
- Amounts of money go with your own `usual_ticket`. It is $100 here, so read $80 as 80 % of yours.
- How many use their voucher in time is for vouchers that are valid for six months: fewer do in a
  shorter time, more in a longer one ([the model](model.md), 5.10).
- Pairs under `correlations` go together from business to business, while both numbers are
  dealsim's.
- [The defaults beside the surveys](surveys.md) shows what they make of deals like those that were
  surveyed.
- `kind: none` sets every effect to zero.
"""

SIDE_BY_SIDE = """\
Typical values of what differs from trade to trade. Ranges and reasons stand under each trade below.
"""

NOTES = """\
Where the figures come from. This page is made from the presets
(`dealsim/scenario/presets/data/kinds/`), where each stands beside its number.
"""

WORDS = {
    "deal.sale_window": "how long the deal is on sale",
    "deal.promo_expires": "how long the voucher's full worth lasts",
    "platform.payout": "when the site pays",
    "business.serve_first": "who is served when there is not room for all",
}
"""What no key has words for, because it is no uncertain number."""


def defaults_page() -> str:
    """The page: the kinds side by side, what all share, each kind's own, and the notes."""
    kinds = {kind: rows_of(kind) for kind in KINDS if kind != "none"}
    first = next(iter(kinds.values()))
    shared = [row for row in first if all(_same(row, rows) for rows in kinds.values())]
    paths = {row.path for row in shared}
    own = {kind: [row for row in rows if row.path not in paths] for kind, rows in kinds.items()}
    notes = _numbered([row for rows in (shared, *own.values()) for row in rows])
    parts = [HEAD, "## The trades side by side", SIDE_BY_SIDE, _compared(own)]
    parts += ["## In every trade", _table(shared, notes)]
    for kind, rows in own.items():
        parts += [f"## {kind}", _table(rows, notes)]
    parts += ["## Notes", NOTES, "\n".join(f"{n}. {linked(text)}" for text, n in notes.items())]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def rows_of(kind: str) -> list[Row]:
    """What a kind of business assumes, as `explain` has it, of a deal with $100 in all places."""
    answers = {
        "currency": "USD",
        "deal.price": 50,
        "deal.face_value": 100,
        "deal.demand": 500,
        "business.usual_ticket": 100,
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.yaml"
        file.write_text(new_scenario(kind, answers), encoding="utf-8")
        rows = explain(dealsim.load(file))
    own = [row for row in rows if row.origin == f"kind {kind}"]
    return [row for row in own if row.source or row.written == "rest"]


def _same(row: Row, rows: list[Row]) -> bool:
    return any(
        (row.path, row.mean, row.p5, row.p95, row.written, row.source)
        == (other.path, other.mean, other.p5, other.p95, other.written, other.source)
        for other in rows
    )


def _numbered(rows: Sequence[Row]) -> dict[str, int]:
    """Each source once, with its number, in the order of the page."""
    found: dict[str, int] = {}
    for row in rows:
        if row.source:
            found.setdefault(row.source, len(found) + 1)
    return found


def _compared(kinds: Mapping[str, Sequence[Row]]) -> str:
    by_path = {kind: {row.path: row for row in rows} for kind, rows in kinds.items()}
    named = list(dict.fromkeys(row.path for rows in kinds.values() for row in rows))
    lines = [f"| | {' | '.join(kinds)} |", "| --- |" + " --- |" * len(kinds)]
    for path in named:
        found = [by_path[kind].get(path) for kind in kinds]
        if all(row is not None and row.mean is not None for row in found):
            cells = " | ".join(_typical(row).removeprefix("the rest: ") for row in found if row)
            lines.append(f"| {_words(path)} | {cells} |")
    return "\n".join(lines) + "\n"


def _table(rows: Sequence[Row], notes: Mapping[str, int]) -> str:
    lines = ["| | typical | nine of ten | basis | key |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        basis = ""
        if row.source:
            basis = "judgement" if row.judgement else "published"
            basis += f" [{notes[row.source]}](#notes)"
        cells = (_words(row.path), _typical(row), _range(row), basis, f"`{row.path}`")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _words(path: str) -> str:
    if path.startswith("correlations."):
        return "what goes together from business to business"
    words = WORDS.get(path) or in_words(path)
    return f"`{path}`" if words == path else words


def _typical(row: Row) -> str:
    if row.path == "platform.payout":
        parts = re.findall(r"after: ([^,]+), share: ([^}]+)", row.written)
        return ", ".join(f"{share} after {span}" for span, share in parts)
    if row.mean is None:
        return re.sub(r"customers\.[\w.]+", lambda found: in_words(found[0]), row.written)
    written = _amount(row, row.mean)
    return f"the rest: {written}" if row.written == "rest" else written


def _range(row: Row) -> str:
    if row.p5 is None or row.p95 is None or row.p5 == row.p95:
        return ""
    low, high = _amount(row, row.p5), _amount(row, row.p95)
    unit = high.partition(" ")[2]
    return f"{low.removesuffix(f' {unit}') if unit else low} to {high}"


def _amount(row: Row, value: float) -> str:
    """A value with its unit; a per cent sign stays with its number."""
    return value_in_words(row.path, value, "USD").replace(" %", "&nbsp;%").replace("$0.00", "$0")
