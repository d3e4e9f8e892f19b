"""Lengths of time that are counted from the end of the year, as some laws count theirs."""

from __future__ import annotations

import re
from dataclasses import replace

from dealsim.units import Span, parse_span

_YEAR_END = re.compile(
    r"(?P<span>.+?) (?:from|after) (?:the )?(?:year[- ]end|year's end|end of (?:the )?year)"
)


def parse_span_from(raw: str) -> Span:
    """A duration that may be counted from the end of the year: `3 years from year end`.

    Raises ValueError with a sentence for the user.
    """
    found = _YEAR_END.fullmatch(" ".join(raw.split()).lower())
    if found is None:
        return parse_span(raw)
    return replace(parse_span(found["span"]), from_year_end=True)
