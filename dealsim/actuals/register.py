from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealsim.errors import Problem

EVENTS = ("sold", "redeemed", "refunded", "cashed_out")


@dataclass(frozen=True)
class Actuals:
    """TEMPORARY: replaced by the reader's."""

    as_of: date
    days: tuple[date, ...]
    counts: Mapping[str, NDArray[np.int64]]
    price: int | None
    file: str
    rows: int
    sha256: str
    warnings: tuple[Problem, ...] = ()
