"""When something may be in a register at all: from the sale on, not after its day, not lapsed."""

from __future__ import annotations

from datetime import date

from dealsim.errors import Problem
from dealsim.records.cells import EVENTS, SOLD
from dealsim.records.issues import Message, Refusal
from dealsim.scenario import Scenario


class RegisterDates:
    """The days of a scenario, seen from the register's day `as_of`.

    A voucher is good on the last day of its term itself: the day after is the first too late.
    """

    def __init__(self, scenario: Scenario, as_of: date) -> None:
        self._starts, self._as_of = scenario.starts, as_of
        self._horizon_end = scenario.horizon_end
        self._lapse = scenario.paid_value_lapse
        nothing_left = scenario.deal.after_expiry == "nothing"
        self._worthless = scenario.promo_expiry if nothing_left else None

    def problems(self) -> list[Problem]:
        """What is wrong with the register's day itself."""
        if self._as_of < self._starts:
            message = f"the register cannot be as of {self._as_of}: the deal starts {self._starts}"
            return [Problem(message, "give a later --as-of, or correct starts: in the scenario")]
        if self._as_of >= self._horizon_end:
            message = f"the register cannot be as of {self._as_of}: "
            message += f"the horizon ends {self._horizon_end}"
            return [Problem(message, "give the scenario a longer horizon, such as 10 years")]
        return []

    def refusal(self, day: date) -> Refusal | None:
        """Why nothing can be of `day`, if so."""
        if day < self._starts:
            message = f"{day} is before the deal starts, {self._starts}"
            return "starts", Message(message, "correct the row, or starts: in the scenario")
        if day > self._as_of >= self._starts:
            message = f"{day} is after {self._as_of}, the day of the register"
            return "as of", Message(message, "take those rows out, or give a later --as-of")
        if self._lapse is not None and day > self._lapse:
            message = f"{day} is after the paid value lapsed, {self._lapse}"
            return "lapse", Message(message, "correct the row, or deal.paid_value_expires")
        return None

    def is_plain(self, day: date) -> bool:
        """Whether every event may be of a day that is not refused."""
        return self._worthless is None or day <= self._worthless

    def refuses(self, day: date, event: int) -> Refusal | None:
        """Why an event cannot be of a day that is not refused, if so."""
        if self.is_plain(day) or event == SOLD:
            return None
        message = f"{EVENTS[event]} on {day}, but a voucher is worth nothing after "
        message += f"{self._worthless}"
        return "worthless", Message(message, "correct the row, or deal.after_expiry")
