"""Means, variances and probabilities of one campaign with fixed inputs and no capacity.

Each function names its equation of docs/model.md. `day` counts from day 0, `t` from sale close.
Counts of vouchers are sums of independent, identical vouchers, so a mean and a variance per
voucher give those of the campaign: n mu and n (E[x^2] - mu^2).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import comb, exp, exp2, inf, lgamma, log

from scipy.special import betaln

from tests.reference.case import REFUND_DAYS, Case, Segment

FATES = ("refunded", "redeemed_in_time", "presented_late", "lapsed", "still_held")


def in_time_distribution(case: Case, segment: Segment, t: float) -> float:
    """G(t): share of the in-time redemptions made by t days after close (5.1, 5.2)."""
    expiry, half_life = case.expiry_days, segment.half_life
    t = min(max(t, 0.0), expiry)
    rush = min(segment.rush_last, expiry)
    weight = segment.rush_share if rush > 0 else 0.0
    wave = (1.0 - exp2(-t / half_life)) / (1.0 - exp2(-expiry / half_life))
    late = (max(0.0, t - (expiry - rush)) / rush) ** 2 if rush > 0 else 0.0
    return (1.0 - weight) * wave + weight * late


def in_time_density(case: Case, segment: Segment, t: float) -> float:
    """dG/dt, per day, for 0 <= t <= E (5.2)."""
    expiry, half_life = case.expiry_days, segment.half_life
    rush = min(segment.rush_last, expiry)
    weight = segment.rush_share if rush > 0 else 0.0
    wave = log(2.0) / half_life * exp2(-t / half_life) / (1.0 - exp2(-expiry / half_life))
    late = 2.0 * max(0.0, t - (expiry - rush)) / rush**2 if rush > 0 else 0.0
    return (1.0 - weight) * wave + weight * late


def late_distribution(case: Case, segment: Segment, t: float) -> float:
    """L(t): share of those who ever present late that have done so by t, stopped at Y (5.5)."""
    if case.after_expiry == "nothing":
        return 0.0
    waited = max(0.0, min(t, case.lapse_days) - case.expiry_days)
    return 1.0 - exp2(-waited / segment.late_half_life)


def attempt_chance(case: Case, segment: Segment, t0: float, t1: float) -> float:
    """Chance that a pool member at t0 is presented by t1 <= E: the hazard of (5.3)."""
    before = segment.redeem * in_time_distribution(case, segment, t0)
    after = segment.redeem * in_time_distribution(case, segment, t1)
    return (after - before) / (1.0 - before) if before < 1.0 else 0.0


def fate_probabilities(case: Case, segment: Segment, day: float) -> dict[str, float]:
    """Chances of the five FATES for one voucher of the segment at the end of `day` (5.7)."""
    t = day - case.sale_window_days
    f, r = case.refund_share, segment.redeem
    in_time = (1.0 - f) * r * in_time_distribution(case, segment, t)
    missed = (1.0 - f) * (1.0 - r)
    late = missed * segment.late_share * late_distribution(case, segment, t)
    fates = {
        "refunded": f * min(1.0, max(0.0, t) / REFUND_DAYS),
        "redeemed_in_time": in_time,
        "presented_late": late,
        "lapsed": missed - late if t >= case.lapse_days else 0.0,
    }
    return fates | {"still_held": 1.0 - sum(fates.values())}


def voucher_fates(case: Case, day: float) -> dict[str, float]:
    """Chances of the five FATES for one voucher of unknown segment (4.3, 5.7)."""
    parts = [(s.share, fate_probabilities(case, s, day)) for s in case.segments]
    return {fate: sum(share * part[fate] for share, part in parts) for fate in FATES}


def count(case: Case, fate: str, day: float, segment: Segment | None = None) -> tuple[float, float]:
    """Mean and variance of the vouchers with a fate by `day`, of one segment or of all (5.7)."""
    if segment is None:
        chance = voucher_fates(case, day)[fate]
    else:
        chance = segment.share * fate_probabilities(case, segment, day)[fate]
    return binomial(case.sold, chance)


def held(case: Case, day: float) -> tuple[float, float]:
    """Mean and variance of vouchers sold and still held at `day`, also before sale close (4.2)."""
    window = case.sale_window_days
    sold = 1.0 if day >= window else max(0.0, day / window)
    return binomial(case.sold, sold * voucher_fates(case, day)["still_held"])


def outstanding_value(case: Case, day: float) -> tuple[float, float]:
    """Mean and variance of price x still held (14.1)."""
    mean, variance = held(case, day)
    return case.price * mean, case.price**2 * variance


def joint_fate_probabilities(case: Case, day: float) -> dict[tuple[int, ...], float]:
    """Probability of each possible vector of counts, in the order of FATES: multinomial (5.7)."""
    chances = voucher_fates(case, day)
    used = [fate for fate in FATES if chances[fate] > 0.0]
    outcomes: dict[tuple[int, ...], float] = {}
    for counts in _compositions(case.sold, len(used)):
        by_fate = dict(zip(used, counts, strict=True))
        probability, left = 1.0, case.sold
        for fate in used:
            probability *= comb(left, by_fate[fate]) * chances[fate] ** by_fate[fate]
            left -= by_fate[fate]
        outcomes[tuple(by_fate.get(fate, 0) for fate in FATES)] = probability
    return outcomes


def _compositions(total: int, parts: int) -> list[tuple[int, ...]]:
    if parts == 1:
        return [(total,)]
    return [
        (first, *rest)
        for first in range(total + 1)
        for rest in _compositions(total - first, parts - 1)
    ]


def binomial(n: float, chance: float) -> tuple[float, float]:
    """Mean and variance of Bin(n, chance)."""
    return n * chance, n * chance * (1.0 - chance)


def binomial_uncertain(n: int, mean: float, variance: float) -> tuple[float, float]:
    """Mean and variance of Bin(n, q) where q is drawn once, with this mean and variance (3.5)."""
    return n * mean, n * mean * (1.0 - mean) + n * (n - 1) * variance


def beta_moments(a: float, b: float) -> tuple[float, float]:
    """Mean and variance of Beta(a, b)."""
    return a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1.0))


def beta_binomial(n: int, a: float, b: float) -> list[float]:
    """Probabilities of 0..n for Bin(n, q), q ~ Beta(a, b) drawn once (3.5)."""
    logs = [
        lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + betaln(x + a, n - x + b) - betaln(a, b)
        for x in range(n + 1)
    ]
    return [exp(float(value)) for value in logs]


def count_of_uncertain_sales(
    chance: float, sold_mean: float, sold_variance: float
) -> tuple[float, float]:
    """Mean and variance of Bin(N, chance) with an uncertain N: the laws of total mean, variance."""
    return sold_mean * chance, sold_mean * chance * (1.0 - chance) + chance**2 * sold_variance


def sales_of_choices(case: Case, choices: Mapping[float, float]) -> dict[int, float]:
    """Distribution of N where the demand takes the given values with given chances (4.1)."""
    sales: dict[int, float] = {}
    for demand, chance in choices.items():
        sold = min(int(demand + 0.5), int(case.cap) if case.cap is not None else int(demand + 0.5))
        sold = sold if sold >= case.minimum else 0
        sales[sold] = sales.get(sold, 0.0) + chance
    return sales


def poisson(mean: float, x: int) -> float:
    """Probability that a Poisson count is x."""
    return exp(x * log(mean) - mean - lgamma(x + 1)) if mean > 0 else float(x == 0)


def turned_away_in_one_step(
    case: Case, baseline: float, places: int, attempts: int
) -> dict[tuple[int, int], float]:
    """Distribution of (holders turned away, baseline turned away - T0) in one step (6.5-6.7).

    Exactly `attempts` holders come, baseline visits are Poisson(baseline), nobody returns, and no
    holder would have come anyway (K = 0).
    """
    result: dict[tuple[int, int], float] = {}
    for visits in range(int(baseline + 12.0 * baseline**0.5 + 30)):
        away = max(0, visits + attempts - places)
        without = max(0, visits - places)
        for holders, chance in _holders_away(case, visits, attempts, away).items():
            outcome = (holders, away - holders - without)
            result[outcome] = result.get(outcome, 0.0) + poisson(baseline, visits) * chance
    return dict(sorted(result.items()))


def _holders_away(case: Case, visits: int, attempts: int, away: int) -> dict[int, float]:
    """How many of those turned away are voucher holders (6.6)."""
    if case.serve_first == "ordinary_trade":
        return {min(attempts, away): 1.0}
    if case.serve_first == "vouchers":
        return {max(0, away - visits): 1.0}
    ways = comb(visits + attempts, away)
    numbers = range(max(0, away - visits), min(attempts, away) + 1)
    return {x: comb(attempts, x) * comb(visits, away - x) / ways for x in numbers}


def ever_late(case: Case, segment: Segment) -> float:
    """l L(Y): chance that a holder at expiry ever presents it (5.5, 9.7)."""
    return segment.late_share * late_distribution(case, segment, inf)
