"""Inputs of a scenario in plain words, for those who do not know its file."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from dealsim.units import format_count, format_share

WORDS: Sequence[tuple[str, str, str]] = (
    (r"deal\.refunds", "vouchers refunded", "share"),
    (r"deal\.demand", "vouchers wanted", "count"),
    (r"deal\.cap", "vouchers offered at most", "count"),
    (r"customers\.([^.]+)\.share", "share of customers: {0}", "share"),
    (r"customers\.([^.]+)\.redeem", "{0} who redeem", "share"),
    (r"(?:customers\.([^.]+)\.)?redemption\.half_life", "half-life of redemptions{1}", "days"),
    (r"(?:customers\.([^.]+)\.)?redemption\.rush\.share", "rush before expiry{1}", "share"),
    (r"(?:customers\.([^.]+)\.)?redemption\.rush\.last", "length of that rush{1}", "days"),
    (r"(?:customers\.([^.]+)\.)?redemption\.late\.share", "holders who come late{1}", "share"),
    (r"(?:customers\.([^.]+)\.)?redemption\.late\.half_life", "half-life of late ones{1}", "days"),
    (r"accounting\.cash_out\.share", "holders who ask for cash", "share"),
)
"""Paths, what they are, and what kind of number; `{0}` is a segment, `{1}` one in brackets."""


def input_words(path: str) -> str:
    """An input in words: `bargain hunters who redeem`; its path where there are none."""
    for pattern, words, _ in WORDS:
        if match := re.fullmatch(pattern, path):
            segment = (match.group(1) or "") if match.re.groups else ""
            named = segment.replace("_", " ")
            return words.format(named, f" ({named})" if named else "")
    return path


def input_value(path: str, value: float) -> str:
    """A value of that input: `79 %`, `97 days`."""
    kind = next((kind for pattern, _, kind in WORDS if re.fullmatch(pattern, path)), "")
    if not math.isfinite(value):
        return "n/a"
    if kind == "share":
        return format_share(value)
    if kind == "days":
        return f"{format_count(value)} days"
    return format_count(value) if kind == "count" else f"{value:.4g}"
