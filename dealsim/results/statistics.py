"""Statistics of one metric over its trials."""

from __future__ import annotations

import math

import numpy as np

from dealsim.engine import Array

QUANTILES = {"p5": 5, "p10": 10, "p25": 25, "p50": 50, "p75": 75, "p90": 90, "p95": 95}

Number = float | int | None


def statistics_of(values: Array) -> dict[str, Number]:
    """Statistics of one metric over its trials; those of undefined trials are left out."""
    defined = values if not np.isnan(values).any() else values[~np.isnan(values)]
    n = len(defined)
    names = ("mean", "se", "sd", *QUANTILES, "min", "max")
    if n == 0:
        return {"n": 0} | dict.fromkeys(names)
    sd = float(defined.std(ddof=1)) if n > 1 else None
    quantiles = np.percentile(defined, list(QUANTILES.values()))
    return {
        "n": n,
        "mean": float(np.mean(defined)),
        "se": None if sd is None else sd / math.sqrt(n),
        "sd": sd,
        **{name: float(value) for name, value in zip(QUANTILES, quantiles, strict=True)},
        "min": float(defined.min()),
        "max": float(defined.max()),
    }
