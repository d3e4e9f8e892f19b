"""What a register says beside the forecast that was made without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from dealsim.books.subledger import FloatArray
from dealsim.errors import Problem
from dealsim.inference import GoodnessOfFit


@dataclass(frozen=True)
class SummaryStatistics:
    """Mean, standard deviation and 5, 50 and 95 % points over trials."""

    mean: float
    sd: float
    p5: float
    p50: float
    p95: float

    @classmethod
    def of(cls, values: FloatArray) -> SummaryStatistics:
        """The spread of one value a trial; raises ValueError where there is none."""
        if not len(values):
            raise ValueError("there are no trials")
        low, middle, high = (float(mark) for mark in np.percentile(values, (5, 50, 95)))
        return cls(float(np.mean(values)), float(np.std(values)), low, middle, high)


@dataclass(frozen=True)
class ActualVersusForecast:
    """One figure at the end of the register: what is so, and what had been forecast.

    `rank` is the share of futures forecast below it, those equal counted half.
    """

    name: str
    actual: float
    forecast: SummaryStatistics
    rank: float

    @classmethod
    def of(cls, name: str, actual: float, futures: FloatArray) -> ActualVersusForecast:
        below = np.mean(futures < actual) + 0.5 * np.mean(futures == actual)
        return cls(name, actual, SummaryStatistics.of(futures), float(below))


@dataclass(frozen=True)
class InputRevision:
    """An input before and after the register, in the units of the scenario's number.

    `campaign` says whose it is where there are several.
    """

    path: str
    before: SummaryStatistics
    after: SummaryStatistics
    campaign: str = ""

    @property
    def place(self) -> str:
        """Its path, with the campaign before it where there are several."""
        return f"{self.campaign}: {self.path}" if self.campaign else self.path

    @property
    def shift(self) -> float:
        """How far its mean moved, in standard deviations of the input before."""
        spread = self.before.sd
        return (self.after.mean - self.before.mean) / spread if spread > 0 else 0.0

    @property
    def doubt_left(self) -> float:
        """Its standard deviation after, as a share of that before."""
        return self.after.sd / self.before.sd if self.before.sd > 0 else 0.0


@dataclass(frozen=True)
class ChainLadderCheck:
    """The chain-ladder estimate from the register alone: a cross-check, never an input.

    `ultimate` is the paid value redeemed in the end, whole minor units, as far as the oldest
    month of issue has been seen, with Mack's standard error; `share` the same of what was issued
    net of refunds. A register does not name the issue of what was used: uses are
    put down to the `months` of issue in proportion to what was still held of each.
    """

    months: int
    ultimate: float
    standard_error: float
    share: float


@dataclass(frozen=True)
class PresentedToDate:
    """Vouchers presented to date at the dates `days`: bands (3, days) of 5, 50 and 95 %.

    `earlier` is the forecast without the register, `now` with it; `actual` (days,) is what
    happened, NaN after the register ends.
    """

    days: tuple[date, ...]
    earlier: FloatArray
    now: FloatArray
    actual: FloatArray


@dataclass(frozen=True)
class RegisterComparison:
    """The register beside the earlier forecast, at the end of the day `as_of`.

    `vouchers` are counts to date and `owed` the paid value of vouchers held (`outstanding`) and
    the liability in the books (`liability`), whole minor units. `inputs` are those that the
    register updates. `used_before` and `used_after` are shares used in the end; `taken_before`
    and `taken_after` those the books take (best estimate or constraint, by the policy);
    `taken_stated` says that the one before was stated, not forecast.
    `catch_up` is the breakage of the month up to `as_of` that comes from the change of estimate,
    whole minor units. `ladder` is None where the register has one month of issue only, and of
    several campaigns. `shares` are campaigns with the shares that their books take, after and
    before; of several, the figures above are of all that have a register.
    """

    as_of: date
    file: str
    rows: int
    sha256: str
    vouchers: tuple[ActualVersusForecast, ...]
    owed: tuple[ActualVersusForecast, ...]
    inputs: tuple[InputRevision, ...]
    used_before: SummaryStatistics
    used_after: SummaryStatistics
    taken_before: float
    taken_stated: bool
    taken_after: float
    catch_up: int
    fit: GoodnessOfFit
    ladder: ChainLadderCheck | None
    course: PresentedToDate
    shares: tuple[tuple[str, float, float], ...] = ()


FAR = 0.001
"""Share of the futures forecast beyond a figure that makes it a surprise."""


def surprise_warnings(found: RegisterComparison) -> tuple[Problem, ...]:
    """A warning where figures of the register lie outside nearly all that was forecast."""
    far = [one for one in found.vouchers if not FAR <= one.rank <= 1 - FAR]
    if not far:
        return ()
    figures = ", ".join(f"{one.name.replace('_', ' ')} {one.actual:,.0f}" for one in far)
    message = f"the register is far from what was forecast without it: {figures}"
    hint = "see the plot `actuals`; if the register is right, the scenario's ranges were too narrow"
    return (Problem(message, hint),)


def input_revisions(
    before: Mapping[str, FloatArray], after: Mapping[str, FloatArray]
) -> tuple[InputRevision, ...]:
    """The inputs by how far they moved, the furthest first."""
    found = [
        InputRevision(path, SummaryStatistics.of(before[path]), SummaryStatistics.of(after[path]))
        for path in before
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.shift), one.path)))
