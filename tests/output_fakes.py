"""Made-up results for the tests of plots, files and tables.

What `dealsim.simulate` returns, with a seeded generator behind it, so that a test can
ask for what no sensible scenario gives: a billion dollars, one trial, no vouchers at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

import dealsim
from dealsim.registry import Line
from dealsim.results import Result
from dealsim.scenario import Scenario
from dealsim.uncertain import constant

SCENARIO = Path(__file__).parents[1] / "scenarios" / "one-coupon.yaml"
LINES: tuple[tuple[str, Literal[-1, 0, 1], bool], ...] = (
    ("remittance", 1, True),
    ("fixed_fee", -1, True),
    ("till_receipts", 1, True),
    ("voucher_visit_cost", -1, True),
    ("cannibalised_margin", -1, False),
    ("displaced_margin", -1, False),
    ("returning_margin", 1, False),
    ("tail_reserve", -1, False),
)


def with_metrics(result: Result, **changed: np.ndarray) -> Result:
    """The result with other values of some metrics."""
    return replace(result, metrics={**result.metrics, **changed})


@dataclass(frozen=True)
class Setting:
    """What a test may ask of a made-up result."""

    trials: int = 2000
    scale: float = 1.0
    currency: str = "CAD"
    name: str = "Blend Creations, $10 for $20 of jewelry"
    months: int = 36
    expiry_months: int = 6
    payouts: tuple[int, ...] = (8, 44, 86)
    vouchers: float = 600.0
    capacity: float | None = None
    after_expiry: bool = True
    loss: float = 0.0  # added to every profit, in units of the scale
    mode: Literal["sampled", "expected"] = "sampled"
    starts: date = date(2011, 3, 1)


def make_result(**wanted: Any) -> Result:
    """A result of the asked-for setting; the same for the same setting."""
    setting = Setting(**wanted)
    random = np.random.default_rng(20110301)
    digits = {"JPY": 0, "KWD": 3}.get(setting.currency, 2)
    horizon = _months_after(setting.starts, setting.months)
    expiry = _months_after(setting.starts + timedelta(days=3), setting.expiry_months)
    cuts = _cuts(setting, horizon, expiry)
    sold = np.floor(setting.vouchers * random.lognormal(0, 0.3, setting.trials))
    served = _served(setting, cuts, expiry, sold, random)
    metrics, lines = _money(setting, sold, served, digits, random)
    price = 10.0 * setting.scale
    held = np.round((sold - served) * price, digits)
    ends = [i for i, d in enumerate(cuts) if i and (d.day == 1 or d == horizon)]
    month_ends = tuple(cuts[i] for i in ends)
    is_live = np.array([d < expiry for d in month_ends])[:, np.newaxis]
    stays = 1.0 if setting.after_expiry else 0.0
    live, after = np.where(is_live, held[ends], 0), np.where(is_live, 0, held[ends] * stays)
    cash = _cash(setting, cuts, metrics, served, sold, digits)
    milestones: dict[str, date | tuple[date, ...]] = {
        "sale_close": setting.starts + timedelta(days=3),
        "refund_end": setting.starts + timedelta(days=10),
        "horizon": horizon,
        "payouts": tuple(setting.starts + timedelta(days=d) for d in setting.payouts),
    }
    if expiry <= horizon:
        milestones["promo_expiry"] = expiry
    timeline = {
        "cash": np.diff(cash[ends], axis=0, prepend=0),
        "outstanding_value": live + after,
        "liability": live + after,
        "outstanding_live": live,
        "outstanding_after_expiry": after,
    }
    turn_days, turns = _turns(setting, cuts, expiry, held)
    paths = {"cumulative_cash": cash, "served": served, "turned_away": served * 0.0}
    return Result(
        scenario=_scenario(setting, price),
        mode=setting.mode,
        trials=setting.trials,
        seed=20110301,
        inputs={"deal.demand": sold},
        metrics=metrics,
        month_ends=month_ends,
        timeline=timeline,
        path_days=cuts,
        step_ends=frozenset(cuts),
        turn_days=turn_days,
        turns=turns,
        paths=paths,
        milestones=milestones,
        lines=lines,
    )


def _scenario(setting: Setting, price: float) -> Scenario:
    """The scenario of the library, changed where a picture shows it."""
    loaded = dealsim.load(SCENARIO)
    places = {}
    if setting.capacity is not None:
        places = {
            "capacity_per_week": constant(setting.capacity),
            "visits_per_week": constant(50.0),
        }
    changes = {
        "name": setting.name,
        "currency": setting.currency,
        "starts": setting.starts,
        "deal": loaded.deal.model_copy(update={"price": constant(price)}),
        "business": loaded.business.model_copy(update=places),
    }
    return loaded.model_copy(update=changes)


def _months_after(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, 28))


def _cuts(setting: Setting, horizon: date, expiry: date) -> tuple[date, ...]:
    days = {setting.starts, horizon, setting.starts + timedelta(days=3)}
    days |= {setting.starts + timedelta(days=10)}
    weekly_until = min(horizon, expiry + timedelta(days=60))
    week = setting.starts
    while week <= weekly_until:
        days.add(week)
        week += timedelta(days=7)
    first = setting.starts.replace(day=1)
    days |= {_months_after(first, n) for n in range(1, setting.months + 1)}
    days |= {setting.starts + timedelta(days=d) for d in setting.payouts} | {expiry}
    return tuple(sorted(d for d in days if setting.starts <= d <= horizon))


def _served(
    setting: Setting, cuts: tuple[date, ...], expiry: date, sold: np.ndarray, random: Any
) -> np.ndarray:
    """Cumulative vouchers served at each cut: an opening wave, a rush, a late trickle."""
    since = np.array([max(0, (d - setting.starts).days - 3) for d in cuts], dtype=float)
    last = max((expiry - setting.starts).days - 3, 1)
    before = np.minimum(since, last)
    wave = 0.7 * (1 - 2 ** (-before / 84)) / (1 - 2 ** (-last / 84))
    rush = 0.3 * (np.maximum(0, before - last + 14) / 14) ** 2
    late = 0.4 * (1 - 2 ** (-np.maximum(0, since - last) / 270)) * setting.after_expiry
    share = random.uniform(0.7, 0.9, setting.trials)
    curve = (wave + rush)[:, np.newaxis] * share + late[:, np.newaxis] * (1 - share)
    noise = random.uniform(0, 1, setting.trials)
    if setting.mode == "expected":
        return curve * sold
    return np.floor(curve * sold + noise * (curve > 0) * (curve < 1) * 0.99)


def _turns(
    setting: Setting, cuts: tuple[date, ...], expiry: date, held: np.ndarray
) -> tuple[tuple[date, ...], dict[str, np.ndarray]]:
    """What is outstanding at sale close and at expiry, before and after what falls on the day."""
    days = tuple(d for d in (setting.starts + timedelta(days=3), expiry) if d <= cuts[-1])
    live = np.repeat(held[[cuts.index(d) for d in days], np.newaxis], 2, axis=1)
    after = np.zeros_like(live)
    if expiry in days:
        after[-1, 1] = live[-1, 1] * (1.0 if setting.after_expiry else 0.0)
        live[-1, 1] = 0
    stocks = {"outstanding_live": live, "outstanding_after_expiry": after}
    return days, stocks | {"liability": live + after}


def _money(
    setting: Setting, sold: np.ndarray, served: np.ndarray, digits: int, random: Any
) -> tuple[dict[str, np.ndarray], tuple[Line, ...]]:
    redeemed, n, scale = served[-1], setting.trials, setting.scale
    amounts = {
        "remittance": 4.75 * sold,
        "fixed_fee": 0.0 * sold,
        "till_receipts": redeemed * random.gamma(20, 0.3, n),
        "voucher_visit_cost": redeemed * random.normal(11, 0.6, n),
        "cannibalised_margin": redeemed * random.uniform(1, 8, n),
        "displaced_margin": 0.0 * sold,
        "returning_margin": redeemed * random.gamma(3, 1.3, n),
        "tail_reserve": 0.4 * (sold - redeemed),
    }
    if sold.any():
        amounts["cannibalised_margin"] = amounts["cannibalised_margin"] - setting.loss * sold.mean()
    metrics = {name: np.round(a * scale, digits) for name, a in amounts.items()}
    lines = tuple(Line(name, sign, name.replace("_", " "), own) for name, sign, own in LINES)
    for total, chosen in (
        ("campaign_profit", [line for line in lines if line.campaign]),
        ("incremental_profit", lines),
    ):
        metrics[total] = np.round(sum(line.sign * metrics[line.name] for line in chosen), digits)
    metrics |= {"vouchers_sold": sold, "vouchers_refunded": 0.0 * sold}
    return metrics, lines


def _cash(
    setting: Setting,
    cuts: tuple[date, ...],
    metrics: dict[str, np.ndarray],
    served: np.ndarray,
    sold: np.ndarray,
    digits: int,
) -> np.ndarray:
    """Cumulative cash at each cut: instalments, and the rest in step with redemption."""
    days = np.array([(d - setting.starts).days for d in cuts])
    paid = np.zeros(len(cuts)) if setting.payouts else (days > 0).astype(float)
    for payout in setting.payouts:
        paid = paid + (days >= payout) / len(setting.payouts)
    remittance = metrics["remittance"]
    rest = metrics["incremental_profit"] - remittance + metrics["tail_reserve"]
    share = served / np.maximum(served[-1], 1e-9)
    cash = paid[:, np.newaxis] * remittance + share * rest
    metrics["lowest_cash"] = np.minimum(0, cash.min(axis=0))
    return np.round(cash, digits)


# --- cases, and the words of a figure ------------------------------------------------------

CASES: dict[str, dict[str, Any]] = {
    "usual": {},
    "no vouchers": {"vouchers": 0},
    "one trial": {"trials": 1},
    "two trials": {"trials": 2},
    "expected": {"trials": 1, "mode": "expected"},
    "billions": {"scale": 3e6},
    "trillions of won": {"scale": 1e10, "currency": "KRW"},
    "cents": {"scale": 0.0005, "vouchers": 30},
    "yen": {"scale": 100, "currency": "JPY"},
    "fils": {"scale": 0.1, "currency": "KWD"},
    "no sign": {"currency": "CHF"},
    "losses only": {"loss": -30},
    "gains only": {"loss": 30},
    "one month": {"months": 1, "payouts": (8,)},
    "horizon at expiry": {"months": 6, "starts": date(2011, 2, 26), "expiry_months": 6},
    "twenty years": {"months": 240},
    "no payouts": {"payouts": ()},
    "nothing after expiry": {"after_expiry": False},
    "capacity": {"capacity": 90},
    "capacity out of sight": {"capacity": 100_000},
    "long name": {"name": "A daily deal of $10 for $20 with a very long name " * 8},
    "odd name": {"name": "日本\tthé \u0000 é\n$x_1$ \\frac{1}{2} & <b> " + chr(0x1F600)},
}


def case(name: str) -> Result:
    return make_result(**{"trials": 300} | CASES[name])


def texts(figure: Figure) -> list[Text]:
    """The texts that are drawn, in whatever they stand."""
    figure.draw_without_rendering()  # places keys and annotations
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    drawn = [text for text in found if text.axes is None or _is_in_sight(text)]
    return [text for text in drawn if text.get_window_extent().width > 0]


def around(figure: Figure) -> str:
    """The words around the axes: title, note, footer."""
    return " ".join(text.get_text() for text in figure.texts).replace("\N{NO-BREAK SPACE}", " ")


def _is_in_sight(text: Text) -> bool:
    """Ticks beyond the limits are there, but not drawn."""
    assert text.axes is not None
    for axis, place in ((text.axes.xaxis, 0), (text.axes.yaxis, 1)):
        if text in axis.get_ticklabels():
            low, high = sorted(axis.get_view_interval())
            return bool(low <= text.get_position()[place] <= high)
    return True
