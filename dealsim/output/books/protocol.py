"""What this layer needs of the books of a scenario's vouchers, and nothing more.

The workbook and the plots of the books read `dealsim.liabilities.Liability`, or anything else of
the same shape, through `BooksLike`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from dealsim.accounting import Chart, Entry, Table
from dealsim.accounting.register import FloatArray, IntArray
from dealsim.output.protocol import ScenarioLike

if TYPE_CHECKING:
    from dealsim.liabilities.comparison import Comparison

DISCLAIMER = "Not legal, tax or accounting advice."


class AssumptionLike(Protocol):
    """One choice behind the books, in words, and where it comes from."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def source(self) -> str: ...


class BooksLike(Protocol):
    """The liability as `dealsim.liabilities.Liability` describes it; whole minor units."""

    @property
    def scenario(self) -> ScenarioLike: ...
    @property
    def trials(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def period(self) -> str: ...
    @property
    def month_ends(self) -> tuple[date, ...]: ...
    @property
    def period_ends(self) -> tuple[date, ...]: ...
    @property
    def table(self) -> Table: ...
    @property
    def monthly(self) -> Table: ...
    @property
    def closing(self) -> IntArray: ...
    @property
    def outstanding(self) -> IntArray: ...
    @property
    def ageing(self) -> Mapping[date, IntArray]: ...
    @property
    def triangle(self) -> FloatArray: ...
    @property
    def triangle_months(self) -> tuple[date, ...]: ...
    @property
    def issued(self) -> IntArray: ...
    @property
    def journal(self) -> tuple[Entry, ...]: ...
    @property
    def chart(self) -> Chart: ...
    @property
    def policy(self) -> str: ...
    @property
    def policies(self) -> Mapping[str, IntArray]: ...
    @property
    def best_estimate(self) -> float: ...
    @property
    def constrained(self) -> float: ...
    @property
    def constraint(self) -> float: ...
    @property
    def ultimate_share(self) -> float: ...
    @property
    def expiry(self) -> date: ...
    @property
    def on_redemption(self) -> bool: ...
    @property
    def assumptions(self) -> Sequence[AssumptionLike]: ...
    @property
    def actuals(self) -> Comparison | None: ...


@dataclass(frozen=True)
class Printed:
    """The simulation behind the books, as the footer of a sheet names it."""

    scenario: ScenarioLike
    trials: int
    seed: int
    month_ends: tuple[date, ...]
    mode: str = "sampled"
    cuts: tuple[date, ...] = ()

    @classmethod
    def of(cls, books: BooksLike) -> Printed:
        return cls(books.scenario, books.trials, books.seed, books.month_ends)
