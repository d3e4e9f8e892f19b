"""Sliders of a what-if: which numbers, from where to where, and in what steps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from dealsim.decisions.curve import changed, restated
from dealsim.errors import ScenarioError
from dealsim.scenario import Scenario, in_words, number_field
from dealsim.units import minor_digits

MOST_SLIDERS = 6
"""Sliders of a page, at most."""
MOST_COORDINATES = 5
"""Numbers that the futures answer to, at most: demand and cap are one where both make sales."""
TAILS = 0.01
"""A number in doubt is varied over its range but for this share at either end."""
LEAST, MOST = 0.4, 1.6
"""A certain number is varied from and to this many times its value."""
HIGHEST_COMMISSION = 0.6
"""A site's share of the price is varied up to this at least."""
STEPS = 100
"""Steps of a slider, about."""
NARROWED = (1.0, 0.75, 0.5, 0.25)
"""Parts of a range that are tried where the whole of it makes no valid scenario."""

PRICE, COMMISSION, CAP, DEMAND = "deal.price", "platform.commission", "deal.cap", "deal.demand"
NEVER = ("deal.face_value", "deal.minimum", "discount_rate", "audience.reference_discount")
"""What only makes sense beside another number, or moves no profit."""
RETURNS = ("chance", "worth", "stay", "visits", "visits_per_month")


@dataclass(frozen=True)
class Slider:
    """A number that can be moved from `low` to `high` in steps, in its field's unit: a share of 1,
    money, days, or a count. `now` is its value where that is certain; `doubt` are its quantiles
    at 5 and 95 % where it is not. Neither stands for a cap there is none of. `kind` is the
    field's."""

    path: str
    label: str
    kind: str
    low: float
    high: float
    step: float
    now: float | None
    doubt: tuple[float, float] | None

    @property
    def start(self) -> float:
        """Where it stands until it is touched: today's value, or the middle of the doubt about it;
        the upper end, where there is no limit now."""
        if self.now is not None:
            return self.now
        return self.high if self.doubt is None else sum(self.doubt) / 2

    def on_grid(self, value: float) -> float:
        """The nearest value at which it can stand."""
        return round(self.low + round((value - self.low) / self.step) * self.step, 9)


def sales_are_one(scenario: Scenario) -> bool:
    """Whether demand and cap enter by min(demand, cap) and by nothing else."""
    minimum = scenario.deal.minimum
    alone = scenario.audience is None and not scenario.further
    return alone and minimum.is_constant and minimum.mean() == 0


def sliders(scenario: Scenario, ranked: Sequence[str]) -> tuple[Slider, ...]:
    """The terms of the deal, then the inputs that matter most, each where its ends are valid, with
    those of all before it too: some numbers cannot both be so great."""
    found: list[Slider] = []
    for path in dict.fromkeys((*_terms(scenario), *_first_of(scenario, ranked))):
        count = len(found) - (sales_are_one(scenario) and {DEMAND, CAP} <= {s.path for s in found})
        if len(found) == MOST_SLIDERS or count == MOST_COORDINATES:
            break
        slider = _slider(scenario, path, found)
        if slider is not None:
            found.append(slider)
    return tuple(found)


def _terms(scenario: Scenario) -> Iterator[str]:
    """What is bargained for, and how many want it."""
    yield PRICE
    yield COMMISSION
    if scenario.audience is None:
        yield DEMAND
    if scenario.deal.cap is not None or sales_are_one(scenario):
        yield CAP


def _first_of(scenario: Scenario, ranked: Sequence[str]) -> list[str]:
    """Ranked inputs that can be moved by themselves: first of all the share of those who were never
    there and what comes of them, then the rest, each in the order of the ranking; one share, since
    shares are of one whole."""
    numbers = scenario.numbers()
    can = [path for path in ranked if path in numbers and path not in NEVER]
    new = [p for p in can if _is_share(p) and _is_new(scenario, p)]
    returns = [p for p in can if ".returns." in p and p.rsplit(".", 1)[1] in RETURNS]
    rest = [path for path in can if not _is_share(path)]
    return [*new[:1], *returns[:1], *rest]


def _is_share(path: str) -> bool:
    return path.startswith("customers.") and path.endswith(".share") and path.count(".") == 2


def _is_new(scenario: Scenario, path: str) -> bool:
    """Whether a segment is of people who would not have come, and may come back."""
    segment = scenario.customers[path.split(".")[1]]
    return segment.would_have_come.mean() == 0 and segment.returns is not None


def _slider(scenario: Scenario, path: str, before: Sequence[Slider]) -> Slider | None:
    """The slider of a number beside others; None where nothing but its value is valid."""
    field, value = number_field(path), scenario.numbers().get(path)
    if field is None or (value is None and path != CAP):
        return None
    ends = _valid(scenario, path, _wanted(scenario, path), before)
    if ends is None:
        return None
    step = _step(ends, field.kind, scenario.currency, path)
    low, high = math.ceil(ends[0] / step - 1e-9) * step, math.floor(ends[1] / step + 1e-9) * step
    if not low < high:
        return None
    certain = value is not None and value.is_constant
    doubt = None if value is None or certain else (value.quantile(0.05), value.quantile(0.95))
    now = value.mean() if value is not None and certain else None
    rounded = round(low, 9), round(high, 9), round(step, 9)
    return Slider(path, in_words(path), field.kind, *rounded, now, doubt)


def _middle(scenario: Scenario, path: str) -> float:
    value = scenario.numbers().get(path)
    return scenario.deal.demand.quantile(0.5) if value is None else value.quantile(0.5)


def _wanted(scenario: Scenario, path: str) -> tuple[float, float]:
    """From where to where an owner would move it, whether all of it is valid or not."""
    value, field = scenario.numbers().get(path), number_field(path)
    assert field is not None
    if path == CAP:
        demand = scenario.deal.demand
        most = max(demand.quantile(1 - TAILS), 1.0 if value is None else value.quantile(1 - TAILS))
        return max(1.0, LEAST * demand.quantile(0.05) / 2), most
    assert value is not None
    low, high = value.quantile(TAILS), value.quantile(1 - TAILS)
    if value.is_constant or path in (PRICE, COMMISSION, DEMAND):
        low, high = LEAST * low, MOST * high
    if path == COMMISSION:
        low, high = 0.0, max(HIGHEST_COMMISSION, high)
    if path == PRICE:  # nobody pays more than a voucher buys
        high = min(high * 2, scenario.deal.face_value.mean())
    if low == high:
        high = low + 1.0
    low = low if field.low is None else max(low, field.low)
    return low, high if field.high is None else min(high, field.high)


def _valid(
    scenario: Scenario, path: str, wanted: tuple[float, float], before: Sequence[Slider]
) -> tuple[float, float] | None:
    """The widest part of a range about its middle whose both ends are valid, whichever ends others
    are at; None for none."""
    middle = _middle(scenario, path)
    corners = [
        dict(zip([one.path for one in before], corner, strict=True))
        for corner in product(*((one.low, one.high) for one in before))
    ]
    for part in NARROWED:
        low, high = (middle + part * (end - middle) for end in wanted)
        if path in (CAP, DEMAND) or _is_whole(path):
            low, high = float(math.ceil(low)), float(math.floor(high))
        if low < high and all(
            _holds(scenario, {**corner, path: end}) for end in (low, high) for corner in corners
        ):
            return low, high
    return None


def _is_whole(path: str) -> bool:
    field = number_field(path)
    return field is not None and field.kind == "count" and field.whole


def _holds(scenario: Scenario, values: Mapping[str, float]) -> bool:
    try:
        changed(scenario, {path: restated(path, value) for path, value in values.items()})
    except ScenarioError:
        return False
    return True


def _step(ends: tuple[float, float], kind: str, currency: str, path: str) -> float:
    """1, 2 or 5 times a power of ten, about a hundredth of the range; no finer than the number."""
    size = (ends[1] - ends[0]) / STEPS
    power = 10.0 ** math.floor(math.log10(size) + 1e-9)
    step = min(power * times for times in (1, 2, 5, 10) if power * times >= size * 0.999)
    least = {"money": 10.0 ** -minor_digits(currency), "duration": 1.0}.get(kind, 0.0)
    if path in (CAP, DEMAND) or _is_whole(path):
        least = 1.0
    if kind == "share" and size > 0.002:
        step = 0.01
    return max(step, least)
