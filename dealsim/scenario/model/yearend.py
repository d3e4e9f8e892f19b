"""Lengths of time that are counted from the end of the year, as some laws count theirs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dealsim.units import Span, parse_span

FROM_YEAR_END = "from year end"
"""How a duration is written that is counted from the end of the year."""
_YEAR_END = re.compile(
    r"(?P<span>.+?) (?:from|after) (?:the )?(?:year[- ]end|year's end|end of (?:the )?year)"
)


@dataclass(frozen=True)
class YearEndSpan(Span):
    """A duration counted from 31 December of the year of a day."""

    def __str__(self) -> str:
        return f"{super().__str__()} {FROM_YEAR_END}"

    def after(self, day: date) -> date:
        """The day this long after the end of the year of `day`."""
        return super().after(date(day.year, 12, 31))


def parse_span_from(raw: str) -> Span:
    """A duration that may be counted from the end of the year: `3 years from year end`.

    Raises ValueError with a sentence for the user.
    """
    found = _YEAR_END.fullmatch(" ".join(raw.split()).lower())
    if found is None:
        return parse_span(raw)
    span = parse_span(found["span"])
    return YearEndSpan(span.count, span.unit)
