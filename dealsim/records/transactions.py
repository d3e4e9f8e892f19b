"""What a row says besides its date: read once for all rows that say the same.

A register of single vouchers repeats a few contents a million times. What was found sound is
remembered, so that such a row costs one look-up.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from dealsim.records import cells
from dealsim.records.campaigns import CampaignNames
from dealsim.records.header import Columns
from dealsim.records.issues import IssueLog, Message
from dealsim.scenario import Scenario
from dealsim.units import currencies_of, minor_digits, quoted, to_minor

MOST_REMEMBERED = 20_000
"""Contents remembered at a time, some 10 MB."""

RowIdentity: TypeAlias = tuple[int, int, int | None, bool, bool]
"""Event, vouchers, amount, and whether currency and campaign are given: two rows of a day that
agree in it are the same row twice. Of currency and campaign there is one each."""


class Transaction(NamedTuple):
    """What a row says: the event's place in `EVENTS`, and how many vouchers.

    `identity` tells it from other rows of a day; None for a single voucher, of which there may be
    many alike.
    """

    event: int
    vouchers: int
    identity: RowIdentity | None


class TransactionReader:
    """Reads what rows say, notes their issues, and learns the price, currency and campaign."""

    def __init__(
        self,
        columns: Columns,
        scenario: Scenario,
        issues: IssueLog,
        names: CampaignNames | None = None,
    ) -> None:
        self._names = names
        self._columns, self._issues = columns, issues
        self._currency = scenario.currency
        self._digits = minor_digits(scenario.currency)
        self.cache: dict[tuple[str, ...], Transaction] = {}
        self.has_amounts = False
        price = scenario.deal.price
        self.is_fixed = price.is_constant
        self.price = int(to_minor(price.mean(), self._digits)) if price.is_constant else None
        self._price_line = 0
        self._campaign: tuple[str, int] | None = None

    def read(self, row: list[str], line: int, key: tuple[str, ...]) -> Transaction | None:
        """What a row says; None where event or vouchers are wrong. Faults are noted."""
        before = self._issues.rows
        event, vouchers = self._event(row, line), self._vouchers(row, line)
        amount = self._amount(row, line, vouchers)
        currency, campaign = self._in_currency(row, line), self._of_campaign(row, line)
        if event is None or vouchers is None:
            return None
        identity = (event, vouchers, amount, currency, campaign) if vouchers > 1 else None
        transaction = Transaction(event, vouchers, identity)
        if self._issues.rows == before:
            if len(self.cache) >= MOST_REMEMBERED:
                self.cache.clear()
            self.cache[key] = transaction
        return transaction

    def _event(self, row: list[str], line: int) -> int | None:
        at = self._columns.event
        event = cells.parse_event(row[at])
        if event is None:
            self._issues.add("event", line, at, cells.event_message, row[at])
        return event

    def _vouchers(self, row: list[str], line: int) -> int | None:
        at = self._columns.vouchers
        number = cells.parse_vouchers(row[at])
        if number is None:
            self._issues.add("vouchers", line, at, cells.vouchers_message, row[at])
        elif number < 1 or number > cells.MOST_VOUCHERS:
            kind = "vouchers 0" if number == 0 else "vouchers -" if number < 0 else "vouchers +"
            self._issues.add(kind, line, at, cells.count_message, number)
        else:
            return number
        return None

    def _amount(self, row: list[str], line: int, vouchers: int | None) -> int | None:
        """The amount in minor units; None where there is none, or none that can be used."""
        at = self._columns.amount
        text = "" if at is None else row[at]
        if at is None or not text.strip():
            return None
        self.has_amounts = True
        if self._columns.has_decimal_comma:
            text = cells.with_point(text)
        amount = cells.parse_amount(text, self._currency)
        if amount is None:
            self._issues.add("amount", line, at, cells.amount_message, text, self._currency)
        elif vouchers is not None:
            self._check_price(amount, vouchers, line, at)
        return amount

    def _check_price(self, amount: int, vouchers: int, line: int, at: int) -> None:
        """All amounts are at one price: the scenario's, or where that is uncertain the first."""
        if self.price is None and amount % vouchers == 0 and amount > 0:
            self.price, self._price_line = amount // vouchers, line
        if self.price is None or amount != vouchers * self.price:
            self._issues.add("price", line, at, self._price_message, amount, vouchers)

    def _price_message(self, amount: int, vouchers: int) -> Message:
        shown = cells.shown_amount(amount, self._digits)
        message = f"amount {shown} is not {vouchers:,} voucher{'s' if vouchers > 1 else ''} at "
        if self.price is None:
            return Message(message + "one price in whole minor units", "correct the row")
        message += cells.shown_amount(self.price, self._digits)
        if self.is_fixed:
            return Message(message, "correct the row, or deal.price")
        one = "a campaign has one price: correct the row, or take out the rows of the others"
        return Message(f"{message}, the price on line {self._price_line}", one)

    def _in_currency(self, row: list[str], line: int) -> bool:
        at = self._columns.currency
        text = "" if at is None else row[at].strip()
        if text and self._currency not in currencies_of(text):
            self._issues.add("currency", line, at, self._currency_message, text)
        return bool(text)

    def _currency_message(self, text: str) -> Message:
        message = f"{quoted(text)} is not the scenario's currency, {self._currency}"
        return Message(
            message, f"keep the rows in {self._currency}, or correct currency: in the scenario"
        )

    def _of_campaign(self, row: list[str], line: int) -> bool:
        at = self._columns.campaign
        text = "" if at is None else cells.spaced(row[at])
        if self._names is not None:
            if text.casefold() not in self._names.own:
                self._issues.add("campaign", line, at, self._names.message, text)
            return bool(text)
        if text and self._campaign is None:
            self._campaign = text, line
        if text and self._campaign and text.casefold() != self._campaign[0].casefold():
            self._issues.add("campaign", line, at, _campaign_message, text, *self._campaign)
        return bool(text)


def _campaign_message(text: str, first: str, line: int) -> Message:
    message = f"{quoted(text)} is a second campaign; line {line} is of {quoted(first)}"
    hint = "give the scenarios of all, or keep the rows of one"
    return Message(message, hint)
