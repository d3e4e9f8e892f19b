"""How cells look that only the books have."""

from __future__ import annotations

from dealsim.output.spreadsheet.formats import Look, money_format

HAPPENED, PARTLY = "#C9C9C9", "#E8E8E8"
"""Behind the days of months that a register tells of, wholly or in part."""


def own_formats(digits: int) -> dict[str, Look]:
    """Formats of the books by name; money has `digits` decimals."""
    return {
        "figure": {"bold": True, "num_format": money_format(digits), "align": "left"},
        "factor": {"num_format": "0.000000"},
        "input": {"num_format": "#,##0.0000"},
        "moved": {"num_format": "0.00"},
        "day_happened": {"num_format": "yyyy-mm-dd", "align": "left", "bg_color": HAPPENED},
        "day_partly": {"num_format": "yyyy-mm-dd", "align": "left", "bg_color": PARTLY},
        "blank": {"bottom": 1},
    }
