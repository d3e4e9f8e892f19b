"""Moments of the uses of packs without a capacity (5.11 to 5.14), one pack at a time."""

from __future__ import annotations

from itertools import pairwise
from math import comb, exp

from scipy.integrate import quad

from tests.reference.case import Case, Segment
from tests.reference.closed_form import fate_probabilities, in_time_density, late_distribution


def further_uses(case: Case, days: float) -> list[float]:
    """Chances of 0, 1, ... further uses within `days` of the first: as many as will ever be made,
    or as fit into the days, whichever is less (5.12)."""
    most, rho = case.uses - 1, case.use_rest
    ever = [comb(most, j) * rho**j * (1.0 - rho) ** (most - j) for j in range(most + 1)]
    fit = _fitting(most, days / case.between) if case.between > 0.0 else [1.0] * (most + 1)
    at_least = [fit[j] * sum(ever[j:]) for j in range(most + 1)] + [0.0]
    return [at_least[j] - at_least[j + 1] for j in range(most + 1)]


def _fitting(most: int, mean: float) -> list[float]:
    """Chances that j uses or more fit, j = 0 to `most`: the tail of a Poisson count."""
    chance, left, tail = exp(-mean), 1.0, []
    for j in range(most + 1):
        tail.append(left)
        left -= chance
        chance *= mean / (j + 1)
    return tail


def uses_in_time(case: Case, segment: Segment) -> list[float]:
    """Chances of 0, 1, ... m uses before expiry of one pack sold, refunds included (5.11)."""
    begun = (1.0 - case.refund_share) * segment.redeem
    corners = [0.0, max(0.0, case.expiry_days - segment.rush_last), case.expiry_days]

    def made(j: int) -> float:
        def at(t: float) -> float:
            return in_time_density(case, segment, t) * further_uses(case, case.expiry_days - t)[j]

        return sum(float(quad(at, a, b, limit=200)[0]) for a, b in pairwise(corners))

    return [1.0 - begun, *(begun * made(j) for j in range(case.uses))]


def late_uses(case: Case, segment: Segment) -> tuple[float, float]:
    """Mean and second moment of the late uses of one pack up to the horizon (5.13): all that is
    left, at one time."""
    in_time = uses_in_time(case, segment)
    t = case.horizon_days - case.sale_window_days
    come = segment.late_share * late_distribution(case, segment, t)
    refunded = case.refund_share
    kept = [in_time[0] - refunded, *in_time[1:]]
    first = sum(chance * (case.uses - n) for n, chance in enumerate(kept))
    second = sum(chance * (case.uses - n) ** 2 for n, chance in enumerate(kept))
    return come * first, come * second


def moments(case: Case, fate: str) -> tuple[float, float]:
    """Mean and variance of `redeemed_in_time` or `presented_late` by the horizon, all segments; the
    horizon is not before expiry."""
    mean = second = 0.0
    for segment in case.segments:
        if fate == "redeemed_in_time":
            chances = uses_in_time(case, segment)
            one = sum(n * p for n, p in enumerate(chances))
            two = sum(n * n * p for n, p in enumerate(chances))
        else:
            one, two = late_uses(case, segment)
        mean, second = mean + segment.share * one, second + segment.share * two
    return case.sold * mean, case.sold * (second - mean**2)


def begun(case: Case) -> float:
    """Mean packs begun in time."""
    return case.sold * sum(
        segment.share * fate_probabilities(case, segment, case.horizon_days)["redeemed_in_time"]
        for segment in case.segments
    )
