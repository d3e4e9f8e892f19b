"""Advice: sign, do not sign, or sign only if; by a rule, from the futures there are.

The rule (docs/limits.md, "The advice"): a deal is sound that earns on average and loses money in
`ACCEPTABLE` of the futures at most. Where it is not, a condition is looked for under which it would
be: a lower commission, reckoned on the same futures, or a value of an input that matters, up to or
from which it would, judged by the futures about that value. Nothing is simulated anew. Where there
is none, a deal that earns on average and in half of the futures or more may be signed by who can
bear the loss; any other may not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dealsim.engine import Array
from dealsim.results.influence import Influence
from dealsim.results.intervals import Z95
from dealsim.results.measures import Futures
from dealsim.scenario import Instalments, in_words, range_in_words
from dealsim.units import format_money, format_share

ACCEPTABLE = 0.2
"""Chance of a loss that a sound deal has, at most."""

HALF = 0.5
"""Chance of a loss that one may be asked to bear for an average gain, at most."""

ENOUGH = 100
"""Futures below which nothing is advised."""

WITHIN_REACH = 0.2
"""Share of the futures that must meet a condition on an input: what fewer meet is a hope."""

BARGAINED = 0.5
"""Part of its commission that a site is taken to leave a good bargainer at least."""

STEPS = 40
"""Values of an input tried as its limit: its quantiles, this many."""

ABOUT = 0.1
"""Share of the futures, those with an input nearest to a value, by which the value is judged."""

OWN = ("business.", "deal.", "platform.")
"""Sections whose inputs an owner can find out before signing."""

NOBODY_KNOWS = ("deal.demand",)
"""Inputs among them that nobody can."""

Decision = Literal["sign", "sign_only_if", "do_not_sign"]


@dataclass(frozen=True)
class Condition:
    """Something under which the deal would be sound: an input at most or at least so much."""

    path: str
    relation: Literal["<=", ">="]
    value: float
    text: str


def is_sound(profit: Array) -> bool:
    """Whether a deal with these profits by trial is worth signing, by the rule."""
    return bool(profit.mean() > 0 and np.mean(profit < 0) <= ACCEPTABLE)


def advice(result: Futures, found: Sequence[Influence]) -> dict[str, Any]:
    """The decision, the sentence that says it, and the conditions it names."""
    profit = result.metrics["incremental_profit"]
    decision: Decision | None = None
    conditions: list[Condition] = []
    if not np.any(result.metrics["vouchers_sold"]):
        text = "There is nothing to sign: not a voucher is sold in any of these futures."
    elif result.trials < ENOUGH:
        text = f"No advice on fewer than {ENOUGH} simulated futures (--trials)."
    elif is_sound(profit):
        decision, text = "sign", "Sign."
    else:
        conditions = [*_commission(result), *_inputs(result, found)]
        decision, text = _unsound(profit, conditions, result.scenario.currency)
    return {
        "decision": decision,
        "text": text,
        "conditions": [vars(one) for one in conditions],
    }


def _unsound(profit: Array, conditions: Sequence[Condition], currency: str) -> tuple[Decision, str]:
    if conditions:
        return "sign_only_if", f"Sign only if {', or if '.join(one.text for one in conditions)}."
    error = float(profit.std()) / math.sqrt(len(profit))
    if profit.mean() <= Z95 * error or np.mean(profit < 0) > HALF:
        return "do_not_sign", "Do not sign this as it is."
    worst = format_money(-float(np.quantile(profit, 0.05)), currency)
    return "sign_only_if", (
        "Sign only if you can bear to lose by it: it earns on average, but in one future of "
        f"twenty it costs you {worst} or more."
    )


def _commission(result: Futures) -> Iterator[Condition]:
    """The commission at which the deal would be sound, in whole per cents, if it is in reach.

    Each point of it is so much of the price of each voucher paid for, and nothing else depends on
    it, so that each future's profit is known at any commission (eq. 14.10).
    """
    commission, profit = result.scenario.platform.commission, result.metrics["incremental_profit"]
    paid = _paid_by_customers(result)
    if not commission.is_constant or not paid.any():
        return
    now = commission.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(profit >= 0, 0.0, -profit / paid)  # inf where nothing was sold
    loss = float(np.quantile(needed, 1.0 - ACCEPTABLE, method="higher"))
    less = max(loss, -float(profit.mean() / paid.mean()))
    if not math.isfinite(less):
        return
    value = math.floor(100 * (now - less) + 1e-9) / 100
    if not is_sound(profit + (now - value) * paid):  # to earn just nothing is not enough
        value = round(value - 0.01, 2)
    if value >= BARGAINED * now and is_sound(profit + (now - value) * paid):
        words = f"the site takes {format_share(value)} or less (now {format_share(now)})"
        yield Condition("platform.commission", "<=", value, words)


def _paid_by_customers(result: Futures) -> Array:
    """What customers paid for the vouchers that the site pays for, (trial,); nil where it is not
    known: where the tax depends on the commission as well, or several deals have several terms."""
    scenario, metrics = result.scenario, result.metrics
    payout, books = scenario.platform.payout, scenario.accounting
    tax = books.sales_tax if books is not None else None
    if tax is not None and tax.base == "merchant_receipts":
        return np.zeros(result.trials)
    if len(result.campaigns) > 1:
        return _paid_for_several(result)
    vouchers = metrics["vouchers_sold"] - metrics["vouchers_refunded"]
    if not isinstance(payout, Instalments):
        vouchers = metrics["redeemed_in_time"]
        vouchers = vouchers + (metrics["presented_late"] if payout.late == "paid" else 0.0)
        vouchers = vouchers / scenario.deal.uses
    price = scenario.deal.price
    return np.asarray(vouchers * result.inputs.get("deal.price", price.mean()))


def _paid_for_several(result: Futures) -> Array:
    """The same of several deals on the same terms: what the site passed on, over the part of the
    price that this is; nil where a deal has charges of its own, or they are uncertain."""
    shares = set[float]()
    for scenario in result.campaigns:
        commission, card_fee = scenario.platform.commission, scenario.platform.card_fee
        taxed = scenario.numbers().get("accounting.sales_tax.on_fee")
        if not (commission.is_constant and card_fee.is_constant) or taxed is not None:
            return np.zeros(result.trials)
        shares.add(1.0 - commission.mean() - card_fee.mean())
    if len(shares) > 1 or min(shares) <= 0:
        return np.zeros(result.trials)
    return result.metrics["remittance"] / shares.pop()


def _inputs(result: Futures, found: Sequence[Influence]) -> Iterator[Condition]:
    """The first input that would do by itself: of those that the owner can find out beforehand,
    else of the others."""
    for own in (True, False):
        for one in found:
            if _can_be_found_out(one.path) == own:
                condition = _limit(result, one, own)
                if condition is not None:
                    yield condition
                    return


def _can_be_found_out(path: str) -> bool:
    return path.startswith(OWN) and path not in NOBODY_KNOWS


def _limit(result: Futures, one: Influence, own: bool) -> Condition | None:
    """The value of an input up to which, or from which, the deal is sound: it is so at the value
    itself, not only on average of all beyond, and at all tried beyond it."""
    values, profit = result.inputs[one.path], result.metrics["incremental_profit"]
    falling = one.rank_correlation < 0
    order = np.argsort(values, kind="stable")
    size = max(ENOUGH, round(ABOUT * len(values)))
    limit: float | None = None
    for step in range(1, STEPS):
        level = step / STEPS if falling else 1.0 - step / STEPS
        first = int(np.clip(round(level * len(values)) - size // 2, 0, max(0, len(values) - size)))
        about = order[first : first + size]
        if not is_sound(profit[about]):
            break
        limit = float(np.median(values[about]))
    if limit is None:
        return None
    value = _rounded(limit, down=falling)
    within = values <= value if falling else values >= value
    if within.sum() < max(ENOUGH, WITHIN_REACH * len(values)):
        return None
    relation: Literal["<=", ">="] = "<=" if falling else ">="
    return Condition(one.path, relation, value, _words(result, one, value, own))


def _rounded(value: float, down: bool) -> float:
    """Two digits, on the safe side."""
    if value == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    steps = value / unit
    whole = math.floor(steps + 1e-9) if down else math.ceil(steps - 1e-9)
    return float(f"{whole * unit:.12g}")


def _words(result: Futures, one: Influence, value: float, own: bool) -> str:
    currency = result.scenario.currency
    relation = "or less" if one.rank_correlation < 0 else "or more"
    said = range_in_words(one.path, value, value, currency)
    if own:
        return f"you first find out {in_words(one.path)}, and it is {said} {relation}"
    return f"you have reason to expect this: {in_words(one.path)}, {said} {relation}"
