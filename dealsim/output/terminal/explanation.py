"""What `dealsim explain` says: every value as understood, and where it comes from."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TextIO

from dealsim.output.terminal.console import Printer
from dealsim.scenario import Row, Scenario
from dealsim.units import format_count, format_money, format_share


def print_explanation(
    scenario: Scenario, rows: Sequence[Row], stream: TextIO | None = None
) -> None:
    """Every value as understood, section by section, where it comes from, and the sources."""
    out = Printer(stream, scenario.currency)
    sources = dict.fromkeys(row.source for row in rows if row.source)
    numbers = {text: place for place, text in enumerate(sources, 1)}
    cells: list[Sequence[str]] = []
    for section, members in itertools.groupby(rows, lambda row: _section(row.path)):
        if section:
            cells.append((section, "", ""))
        for row in members:
            name = row.path.removeprefix(f"{section}.") if section else row.path
            indent = "  " if section else ""
            cells.append(
                (indent + name, _understood(row, scenario.currency), _origin(row, numbers))
            )
    out.table(("value", "mean, 5\N{EN DASH}95 %", "from [source]"), cells, left=(0, 1, 2))
    out.paragraph("")
    for text, place in numbers.items():
        out.paragraph(f"[{place}] {text}", indent="    ")
    out.paragraph("")
    defaults, total = len(scenario.defaults()), len(scenario.numbers())
    out.paragraph(f"{defaults} of the {total} numbers simulated with are dealsim's, not yours.")


def _section(path: str) -> str:
    """The heading a path stands under: its first part, and the segment of customers."""
    parts = path.split(".")
    return ".".join(parts[: 2 if parts[0] == "customers" else 1]) if len(parts) > 1 else ""


def _understood(row: Row, currency: str) -> str:
    if row.mean is None:
        return f"{row.written} ({row.meaning})" if row.meaning else row.written
    mean = _quantity(row.mean, row.unit, currency)
    if row.p5 is None or row.p95 is None or row.p5 == row.p95:
        return mean if row.p5 is not None else f"{row.written}: {mean}"
    low, high = (_quantity(value, row.unit, currency) for value in (row.p5, row.p95))
    unit = f" {row.unit}"
    return f"{mean.removesuffix(unit)}, {low.removesuffix(unit)} to {high}"


def _quantity(value: float, unit: str, currency: str) -> str:
    if unit == "share":
        return format_share(value)
    if unit == currency:
        return format_money(value, currency, cents=abs(value - round(value)) > 1e-6)
    number = format_count(value) if abs(value) >= 100 else f"{float(f'{value:.3g}'):g}"
    return f"{number} {unit}".rstrip()


def _origin(row: Row, numbers: Mapping[str, int]) -> str:
    origin = row.origin.replace("\\", "/").rpartition("/")[2]
    return f"{origin} [{numbers[row.source]}]" if row.source else origin
