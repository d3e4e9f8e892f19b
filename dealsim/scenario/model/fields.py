"""The kinds of value a scenario field takes, for pydantic: how each is read and described.

A field is annotated with what it takes, `price: Annotated[Uncertain, Quantity(POSITIVE_MONEY)]`;
reading, the JSON Schema and `explain` all look at that one annotation.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import category

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from dealsim.scenario.language.suggest import did_you_mean
from dealsim.scenario.model.yearend import FROM_YEAR_END, parse_span_from
from dealsim.uncertain import NUMBER, Field, Uncertain, ValueProblems, parse
from dealsim.uncertain.problems import problem
from dealsim.units import Span, exact_number, parse_span, quoted

_ANY_MONEY = Field("money")


@dataclass(frozen=True)
class Reading:
    """What reading a value depends on besides the value: given to pydantic as its context."""

    currency: str | None
    read_values: Callable[[str], Sequence[float]]

    def parse(self, raw: object, field: Field) -> Uncertain:
        """The value that plain data means in a field; raises `ValueProblems`."""
        return parse(raw, field, currency=self.currency, read_values=self.read_values)


def unwrap(raw: object) -> object:
    """The inner value of `{value: , source: }`."""
    if isinstance(raw, Mapping) and "value" in raw and set(raw) <= {"value", "source"}:
        return raw["value"]
    return raw


class Reader(ABC):
    """A pydantic annotation whose `read` turns the plain value into ours."""

    @abstractmethod
    def read(self, raw: object, reading: Reading) -> object:
        """Our value; raises `ValueProblems` where the plain value is not one."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def validate(raw: object, info: core_schema.ValidationInfo) -> object:
            reading: Reading = info.context  # type: ignore[assignment]
            try:
                return self.read(raw, reading)
            except ValueProblems as error:
                # several problems of one key as the one error pydantic allows
                findings = {"findings": error.problems}
                raise PydanticCustomError("dealsim", "not valid", findings) from None

        return core_schema.with_info_plain_validator_function(validate)


@dataclass(frozen=True)
class Quantity(Reader):
    """An uncertain number; `unit` is what one of it is, for `explain` ("vouchers", "days").

    `words` are texts taken instead of a number: `rest` of a share, `none` of a capacity. The
    word `none` reads as None, any other as itself.
    """

    field: Field
    unit: str = ""
    words: tuple[str, ...] = ()

    def read(self, raw: object, reading: Reading) -> Uncertain | str | None:
        if isinstance(raw, str) and raw.strip() in self.words:
            return None if raw.strip() == "none" else raw.strip()
        try:
            return reading.parse(raw, self.field)
        except ValueProblems as error:
            hint = self._word_meant(raw)
            if hint is None:
                raise
            found = [problem._replace(hint=hint) for problem in error.problems]
            raise ValueProblems(found) from None

    def _word_meant(self, raw: object) -> str | None:
        """The hint that names the word that was meant, if one was."""
        if "none" in self.words and is_no_limit(raw):
            return "write none for no limit"
        return did_you_mean(raw, self.words) if isinstance(raw, str) else None


_NO_LIMIT = (
    *("no", "none", "no limit", "nolimit", "no cap", "no end", "without limit", "unlimited"),
    *("limitless", "never", "infinite", "infinity", "off", "n/a", "na", "nil", "-", "\N{INFINITY}"),
)
"""How people write that there is no limit, though the word for it here is another."""


def is_no_limit(raw: object) -> bool:
    """Whether a value that cannot be read says that there is no limit, or is left empty."""
    if isinstance(raw, float) and raw == float("inf"):
        return True
    return (
        raw is None or raw is False or (isinstance(raw, str) and raw.lower().strip() in _NO_LIMIT)
    )


@dataclass(frozen=True)
class InWords:
    """What an uncertain number is in an owner's words, for reports: "what one more visit costs
    you", and what it is a part of ("of the bill"); `{0}` is the kind of customer."""

    text: str
    part_of: str = ""


@dataclass(frozen=True)
class CalendarTime(Reader):
    """A length of time counted on the calendar (`6 months`); a date or the word `never` too
    where allowed, and a length from the end of the year. `never` reads as None.
    """

    dates: bool = False
    never: bool = False
    year_end: bool = False

    def read(self, raw: object, reading: Reading) -> Span | dt.date | None:
        value = unwrap(raw)
        if value is None:
            raise problem("there is no value here", f"write {self.wanted()}")
        if self.never and value != "never" and is_no_limit(value):
            raise problem(f"{describe(value)} is not a length of time", "write never for no end")
        if self.never and isinstance(value, str) and value.strip().lower() == "never":
            return None
        if isinstance(value, str) and _looks_like_date(value):
            if not self.dates:
                raise problem(f"{describe(value)} is a date", f"write {self.wanted()}")
            return read_date(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = describe(value)
            hint = f"write the unit: {number} days, {number} weeks or {number} months"
            raise problem(f"{describe(value)} of what?", hint)
        if not isinstance(value, str):
            raise problem(f"{describe(value)} is not a length of time", f"write {self.wanted()}")
        try:
            return parse_span_from(value) if self.year_end else parse_span(value)
        except ValueError as error:
            raise problem(str(error), f"write {self.wanted()}") from None

    def wanted(self) -> str:
        """What could stand here, for a hint."""
        forms = ["a length of time such as 6 months"]
        forms += [f"3 years {FROM_YEAR_END}"] if self.year_end else []
        forms += ["a date such as 2011-09-30"] if self.dates else []
        forms += ["never"] if self.never else []
        return " or ".join([", ".join(forms[:-1]), forms[-1]] if len(forms) > 1 else forms)


def _looks_like_date(text: str) -> bool:
    parts = text.strip().split("-")
    return len(parts) == 3 and all(part.isdigit() for part in parts)


def read_date(text: str) -> dt.date:
    """A date written year-month-day; raises the finding where there is no such day."""
    year, month, day = (int(part) for part in text.strip().split("-"))
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise problem(
            f"there is no day {describe(text)}", "write year-month-day: 2011-03-01"
        ) from None


@dataclass(frozen=True)
class CalendarDate(Reader):
    """A calendar date, written `2011-03-01`."""

    def read(self, raw: object, reading: Reading) -> dt.date:
        value = unwrap(raw)
        if not isinstance(value, str) or not _looks_like_date(value):
            raise problem(f"{describe(value)} is not a date", "write year-month-day: 2011-03-01")
        day = read_date(value)
        if not 1900 <= day.year <= 2200:
            raise problem(f"{value}: the year must be between 1900 and 2200")
        return day


@dataclass(frozen=True)
class Portion(Reader):
    """An exact share, such as an instalment: `1/3` is a third and nothing near it."""

    def read(self, raw: object, reading: Reading) -> Fraction:
        value = unwrap(raw)
        share = _exact(value)
        if share is None:
            raise problem(f"{describe(value)} is not a share", "write 1/3, 33.5% or 0.335")
        if share > 1 and isinstance(value, int | float):
            raise problem(f"is {value} meant as {value}% or {value / 100:g}?", f"write {value}%")
        if not 0 < share <= 1:
            raise problem(f"{describe(value)} must be above 0 and at most 100%")
        return share


def _exact(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    try:
        number = exact_number(text.removesuffix("%"))
    except ValueError:
        return None
    return number / 100 if text.endswith("%") else number


@dataclass(frozen=True)
class Bound(Reader):
    """One certain number that a result is compared with: `5000`, `$5000`, `95%`."""

    def read(self, raw: object, reading: Reading) -> float:
        percent = isinstance(raw, str) and raw.strip().endswith("%")
        field = NUMBER if percent else _ANY_MONEY
        value = reading.parse(raw, field)
        if not value.is_constant:
            raise problem("a limit must be one certain number")
        return value.mean()


@dataclass(frozen=True)
class Whole(Reader):
    """A whole number from `low` to `high`; thousands may be set off by commas or `_`. `example` is
    what to write."""

    low: int
    high: int | None = None
    example: str = "write a number such as 10000"

    def read(self, raw: object, reading: Reading) -> int:
        number = _whole(raw)
        if number is None:
            raise problem(f"{describe(raw)} is not a whole number", self.example)
        if number < self.low or (self.high is not None and number > self.high):
            limits = f"at least {self.low:,}" + (f" and at most {self.high:,}" if self.high else "")
            raise problem(f"{number} must be {limits}", self.example)
        return number


def _whole(raw: object) -> int | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str):
        digits = raw.replace(",", "").replace("_", "")
        return int(digits) if digits.isdecimal() and len(digits) < 30 else None
    if isinstance(raw, float):
        return int(raw) if raw.is_integer() and abs(raw) < 1e30 else None
    return raw if isinstance(raw, int) else None


def control_character(text: str) -> str | None:
    """The first character of a text that would break a line or a terminal, such as `U+001B`."""
    for letter in text:
        if category(letter) in ("Cc", "Cs", "Zl", "Zp"):
            return f"U+{ord(letter):04X}"
    return None


@dataclass(frozen=True)
class Text(Reader):
    """One line of text."""

    limit: int = 200

    def read(self, raw: object, reading: Reading) -> str:
        if isinstance(raw, bool | int | float):
            raw = str(raw)
        if not isinstance(raw, str) or not raw.strip():
            empty = raw is None or raw == "" or isinstance(raw, str)
            raise problem("there is no text here" if empty else f"{describe(raw)} is not a text")
        if len(raw) > self.limit:
            raise problem(f"a text of more than {self.limit} characters")
        code = control_character(raw)
        if code is not None:
            raise problem(f"the control character {code} may not stand here", "delete it")
        return raw.strip()


@dataclass(frozen=True)
class Word(Reader):
    """One of a few words; `meant` is the hint on a text that is none of them."""

    words: tuple[str, ...]
    meant: Callable[[str], str | None] | None = None

    def read(self, raw: object, reading: Reading) -> str:
        raw = unwrap(raw)
        if isinstance(raw, str) and raw.strip() in self.words:
            return raw.strip()
        shown = describe(raw) if not isinstance(raw, str) else quoted(raw)
        hint = None
        if isinstance(raw, str):
            hint = self.meant(raw) if self.meant is not None else did_you_mean(raw, self.words)
        raise problem(f"{shown} must be one of {', '.join(self.words)}", hint)


@dataclass(frozen=True)
class YesNo(Reader):
    """`yes` or `no`; `true` and `false` are taken too."""

    def read(self, raw: object, reading: Reading) -> bool:
        value = unwrap(raw)
        if isinstance(value, bool):
            return value
        word = value.strip().lower() if isinstance(value, str) else ""
        if word in ("yes", "true", "no", "false"):
            return word in ("yes", "true")
        raise problem(f"{describe(value)} is neither yes nor no", "write yes or no")


def describe(value: object) -> str:
    """A value in a message: itself where short, else what it is."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."
