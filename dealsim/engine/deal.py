"""The terms of an offer, as typed arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dealsim.engine.draws import Array

Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class DealParameters:
    """The offer; `cap` is infinite where there is none. Flags are (campaign, 1, 1).

    `price`, `face_value` and `late_worth` are of one use: of a whole voucher, but for packs.
    """

    uses: Array
    """Uses of one voucher, (campaign or 1, 1, 1)."""
    use_rest: Array
    """Chance that a use after the first is ever made, were there no expiry."""
    between: Array
    """Mean days from one use to the next."""
    price: Array
    face_value: Array
    demand: Array
    cap: Array
    minimum: Array
    refunds: Array
    survives: Flags
    """Whether something of a voucher survives expiry."""
    late_worth: Array
    """What a voucher is worth after expiry: price or face value; 0 where nothing survives."""
