"""What a step of the model declares about itself.

Summary, cash, waterfall and tables collect these declarations; a new mechanism adds its own and
nothing else needs to know of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A money line: `name` is its metric, costs are positive amounts.

    `sign` is +1 or -1 into incremental_profit, 0 for an amount shown but not part of it.
    `campaign` lines make up campaign_profit. `cash` lines move cash when they are recorded; a
    reserve does not.
    """

    name: str
    sign: int
    label: str
    campaign: bool = False
    cash: bool = True


@dataclass(frozen=True)
class Count:
    """A number of vouchers or customers, counted over time.

    `fate` counts end a voucher's life (refunded, redeemed ...) and are taken off those held.
    `series` counts are shown per month in the timeline.
    """

    name: str
    label: str
    fate: bool = False
    series: bool = False


@dataclass(frozen=True)
class Note:
    """An amount or mean noted for the books beside lines and counts, neither rounded nor shown."""

    name: str
    label: str


@dataclass(frozen=True)
class Declaration:
    """A step's scenario sections, money lines, counts and notes."""

    step: str
    sections: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    counts: tuple[Count, ...] = ()
    notes: tuple[Note, ...] = ()
