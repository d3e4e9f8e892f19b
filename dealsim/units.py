"""Money, shares, numbers and durations: how they are written, read and rounded.

What this module is for: the small conversions every other module needs, each in one place.
`to_minor` is the only place where money is rounded. It is not for uncertain values, which are
read in `dealsim.uncertain`.
"""

from __future__ import annotations

import calendar
import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from numbers import Real
from types import MappingProxyType
from typing import Literal, SupportsFloat, TypeVar, cast, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealsim.parts import PART_DIGITS, PARTS, format_part
from dealsim.text import LONGEST_SHOWN, shortened

DAYS_PER_MONTH = 30.4375
"""Days in the month of a rate or a mean: 365.25 / 12. Calendar months are `Span.after`."""

LARGEST_NUMBER = 1e15
"""Largest magnitude read: in minor units it still fits an int64 with room for sums."""

SMALLEST_NUMBER = 1e-100
"""Smallest magnitude, other than 0, that is read."""

LONGEST_TEXT = 200
"""Longest text read as a number or a duration, in characters."""

LONGEST_SPAN_DAYS = 200 * 12 * DAYS_PER_MONTH
"""Longest duration read: 200 years, in days."""


# --- words ---------------------------------------------------------------------------------


def quoted(text: str, limit: int = LONGEST_SHOWN) -> str:
    """`text` in double quotes for a message: at most `limit` characters, no control characters."""
    return f'"{shortened(text, limit)}"'


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The word of `known` most like `word`, or None where none is alike."""
    candidates = list(known)
    lower = {candidate.lower(): candidate for candidate in reversed(candidates)}
    close = difflib.get_close_matches(word.lower()[:LONGEST_TEXT], lower, n=1, cutoff=0.6)
    return lower[close[0]] if close else None


# --- numbers -------------------------------------------------------------------------------

_Number = TypeVar("_Number", float, Fraction)
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]+))?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")

_MARKED = re.compile(r"[+-]?[0-9]{1,3}(?:[ .'\u2019][0-9]{3})+(?:[.,][0-9]+)?")
"""Thousands marked otherwise than by commas; 1.500 alone has been read as one and a half."""


def exact_number(text: str) -> Fraction:
    """The number that `text` says, exactly: `2.5`, `1e3`, `1/3` or `1,000`.

    Raises ValueError, with a sentence for the user, for anything else and for magnitudes above
    `LARGEST_NUMBER` or, other than 0, below `SMALLEST_NUMBER`.
    """
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"{quoted(text)} is too long for a number ({len(text):,} characters)")
    # The typographic minus is what word processors write.
    above, slash, below = text.replace("\N{MINUS SIGN}", "-").strip().partition("/")
    number = _exact_decimal(above, text)
    if slash:
        divisor = _exact_decimal(below, text)
        if divisor == 0:
            raise ValueError(f"{quoted(text)} divides by zero")
        number /= divisor
    return _sized(number, quoted(text))


def _exact_decimal(part: str, text: str) -> Fraction:
    """One number of `text` without a fraction bar."""
    part = part.strip()
    if plain := _PLAIN.fullmatch(part):
        # Fraction("1e999999999") would fill the memory: look at the exponent first.
        if abs(int(plain["exponent"] or 0)) > 400:
            raise ValueError(f"{quoted(text)} has an absurd exponent")
        return Fraction(part)
    if _GROUPED.fullmatch(part):
        return Fraction(part.replace(",", ""))
    if ("," in part and re.fullmatch(r"[0-9.,+-]+", part)) or _MARKED.fullmatch(part):
        raise ValueError(
            f"{quoted(text)} can be read in more than one way: "
            "write decimals with a point (12.5) and thousands without a mark (1200)"
        )
    raise ValueError(f"{quoted(text)} is not a number")


def finite_number(raw: SupportsFloat) -> float:
    """`raw` as a float; ValueError for NaN, infinity and magnitudes outside those read."""
    if isinstance(raw, int) and raw.bit_length() > 1000:
        raise ValueError(f"a whole number of {raw.bit_length():,} bits is too large")
    number = float(raw)
    if math.isnan(number):
        raise ValueError("NaN is not a number")
    if math.isinf(number):
        raise ValueError("infinity (or a number too large to hold) is not a usable number")
    return float(_sized(number, plain_number(number)))


def _sized(number: _Number, shown: str) -> _Number:
    """`number`, if its magnitude is one that is read."""
    if abs(number) > LARGEST_NUMBER:
        raise ValueError(f"{shown} is too large: numbers up to {LARGEST_NUMBER:g} are understood")
    if 0 < abs(number) < SMALLEST_NUMBER:
        raise ValueError(f"{shown} is too close to zero: write 0")
    return number


def plain_number(number: float) -> str:
    """`number` in the shortest form that reads back the same: `6`, `0.45`, `1e+20`."""
    if math.isfinite(number) and number == int(number) and abs(number) < 1e16:
        return str(int(number))
    return repr(float(number))


# --- money ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Currency:
    """A currency of ISO 4217; `sign` is the code itself where no sign is in common use."""

    code: str
    sign: str
    minor_digits: int
    name: str


# Codes and minor units from ISO 4217 (list one, 2025), with ANG, BGN and HRK, withdrawn of late,
# for older scenarios. A line is: minor digits, sign (- for none), then code and name pairs.
_TABLE = """
2 $ USD US dollar, CAD Canadian dollar, AUD Australian dollar, NZD New Zealand dollar
2 $ SGD Singapore dollar, HKD Hong Kong dollar, TWD New Taiwan dollar, MXN Mexican peso
2 $ ARS Argentine peso, COP Colombian peso, UYU Peso uruguayo, DOP Dominican peso, CUP Cuban peso
2 $ BBD Barbados dollar, BMD Bermudian dollar, BND Brunei dollar, BSD Bahamian dollar
2 $ BZD Belize dollar, FJD Fiji dollar, GYD Guyana dollar, JMD Jamaican dollar
2 $ KYD Cayman Islands dollar, LRD Liberian dollar, NAD Namibia dollar, SRD Surinam dollar
2 $ SBD Solomon Islands dollar, TTD Trinidad and Tobago dollar, XCD East Caribbean dollar
0 $ CLP Chilean peso
2 \u00a3 GBP Pound sterling, FKP Falkland Islands pound, GIP Gibraltar pound, SHP Saint Helena pound
2 \u20ac EUR Euro
0 \u00a5 JPY Yen
2 \u00a5 CNY Yuan renminbi
2 \u20b9 INR Indian rupee
0 \u20a9 KRW Won
2 \u20aa ILS New Israeli sheqel
2 \u20ba TRY Turkish lira
2 \u20b4 UAH Hryvnia
2 \u20bd RUB Russian ruble
2 \u20b1 PHP Philippine peso
2 \u20a6 NGN Naira
0 \u20ab VND Dong
2 R$ BRL Brazilian real
2 - AED UAE dirham, AFN Afghani, ALL Lek, AMD Armenian dram, ANG Netherlands Antillean guilder
2 - AOA Kwanza, AWG Aruban florin, AZN Azerbaijan manat, BAM Convertible mark, BDT Taka
2 - BGN Bulgarian lev, BOB Boliviano, BTN Ngultrum, BWP Pula, BYN Belarusian ruble
2 - CDF Congolese franc, CHF Swiss franc, CRC Costa Rican colon, CVE Cabo Verde escudo
2 - CZK Czech koruna, DKK Danish krone, DZD Algerian dinar, EGP Egyptian pound, ERN Nakfa
2 - ETB Ethiopian birr, GEL Lari, GHS Ghana cedi, GMD Dalasi, GTQ Quetzal, HNL Lempira, HRK Kuna
2 - HTG Gourde, HUF Forint, IDR Rupiah, IRR Iranian rial, KES Kenyan shilling, KGS Som, KHR Riel
2 - KPW North Korean won, KZT Tenge, LAK Lao kip, LBP Lebanese pound, LKR Sri Lanka rupee, LSL Loti
2 - MAD Moroccan dirham, MDL Moldovan leu, MGA Malagasy ariary, MKD Denar, MMK Kyat, MNT Tugrik
2 - MOP Pataca, MRU Ouguiya, MUR Mauritius rupee, MVR Rufiyaa, MWK Malawi kwacha
2 - MYR Malaysian ringgit, MZN Mozambique metical, NIO Cordoba oro, NOK Norwegian krone
2 - NPR Nepalese rupee, PAB Balboa, PEN Sol, PGK Kina, PKR Pakistan rupee, PLN Zloty
2 - QAR Qatari rial, RON Romanian leu, RSD Serbian dinar, SAR Saudi riyal, SCR Seychelles rupee
2 - SDG Sudanese pound, SEK Swedish krona, SLE Leone, SOS Somali shilling, SSP South Sudanese pound
2 - STN Dobra, SVC El Salvador colon, SYP Syrian pound, SZL Lilangeni, THB Baht, TJS Somoni
2 - TMT Turkmenistan manat, TOP Pa'anga, TZS Tanzanian shilling, UZS Uzbekistan sum
2 - VES Bolivar soberano, WST Tala, XCG Caribbean guilder, YER Yemeni rial, ZAR Rand
2 - ZMW Zambian kwacha, ZWG Zimbabwe gold
0 - BIF Burundi franc, DJF Djibouti franc, GNF Guinean franc, ISK Iceland krona, KMF Comorian franc
0 - PYG Guarani, RWF Rwanda franc, UGX Uganda shilling, VUV Vatu, XAF CFA franc BEAC
0 - XOF CFA franc BCEAO, XPF CFP franc
3 - BHD Bahraini dinar, IQD Iraqi dinar, JOD Jordanian dinar, KWD Kuwaiti dinar, LYD Libyan dinar
3 - OMR Rial Omani, TND Tunisian dinar
"""


def _currencies() -> Mapping[str, Currency]:
    """The table above, by code."""
    found: dict[str, Currency] = {}
    for line in _TABLE.strip().splitlines():
        digits, sign, pairs = line.split(" ", 2)
        for pair in pairs.split(", "):
            code, name = pair.split(" ", 1)
            found[code] = Currency(code, code if sign == "-" else sign, int(digits), name)
    return MappingProxyType(dict(sorted(found.items())))


CURRENCIES: Mapping[str, Currency] = _currencies()
"""Every currency of ISO 4217 in circulation, by its code."""

_LONG_SIGNS: Mapping[str, str] = MappingProxyType(
    {"US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD"}
    | {"S$": "SGD", "HK$": "HKD", "NT$": "TWD", "MX$": "MXN"}
)


def currencies_of(sign: str) -> frozenset[str]:
    """Codes of the currencies that `sign` (`$`, `C$`, `CAD`) may stand for; empty if unknown."""
    if sign.upper() in CURRENCIES:
        return frozenset({sign.upper()})
    if sign.upper() in _LONG_SIGNS:
        return frozenset({_LONG_SIGNS[sign.upper()]})
    return frozenset(code for code, currency in CURRENCIES.items() if currency.sign == sign)


def minor_digits(currency: str) -> int:
    """Decimal digits of a currency's minor unit (USD 2, JPY 0, KWD 3); 2 for an unknown code."""
    usual = PART_DIGITS if currency in PARTS else 2
    return CURRENCIES[currency].minor_digits if currency in CURRENCIES else usual


class AmountTooLarge(ValueError):
    """Money or counts beyond what is counted exactly."""


def to_minor(amount: ArrayLike, digits: int) -> NDArray[np.int64]:
    """Amounts of money, in whole minor units, rounded half up (towards plus infinity).

    `amount` is in currency units, any shape, kept; `digits` as `minor_digits` gives them. An
    amount meant as half a unit but held a hair below it (1.005 in cents) counts as half: up to
    1e-9 of a minor unit is forgiven. Raises AmountTooLarge for amounts not finite or beyond int64.
    """
    scaled = np.asarray(amount, dtype=np.float64) * 10.0**digits
    if not np.all(np.abs(scaled) < 2.0**63 - 1024):
        raise AmountTooLarge("an amount of money is not finite, or too large to count")
    return np.asarray(np.floor(scaled + 0.5 + 1e-9), dtype=np.int64)


def format_money(amount: float, currency: str, cents: bool = False) -> str:
    """`$1,200`, `-$1,200`, `CHF 1,200`; with `cents` to the minor unit: `$1,200.50`.

    `$` stands for every dollar: a document is in one currency and says once which.
    """
    if not math.isfinite(amount):
        return "n/a"
    if currency in PARTS:
        return format_part(amount)
    digits = minor_digits(currency) if cents else 0
    units = int(to_minor(amount, digits))
    whole, part = divmod(abs(units), 10**digits)
    number = f"{whole:,}" + (f".{part:0{digits}d}" if digits else "")
    sign = CURRENCIES[currency].sign if currency in CURRENCIES else currency
    return ("-" if units < 0 else "") + sign + (" " if sign.isalpha() else "") + number


def format_share(share: float) -> str:
    """A share of 1 in per cent: `38 %`, `2.5 %`; never 0 % or 100 % unless it is exactly that."""
    if not math.isfinite(share):
        return "n/a"
    if 0 < share < 0.001:
        return "<0.1 %"
    if 0.999 < share < 1:
        return ">99.9 %"
    fine = 0 < abs(share) < 0.0995 or 0.9905 < share < 1
    percent = math.floor(share * (1000 if fine else 100) + 0.5 + 1e-9)
    return f"{plain_number(percent / 10 if fine else percent)} %"


def format_count(count: float) -> str:
    """A count, rounded half up, with thousands marked: `1,200`."""
    return f"{math.floor(count + 0.5 + 1e-9):,}" if math.isfinite(count) else "n/a"


# --- durations -----------------------------------------------------------------------------

SpanUnit = Literal["days", "business days", "weeks", "months", "years"]

DAYS_PER_UNIT: Mapping[str, float] = MappingProxyType(
    {
        "days": 1.0,
        "business days": 7 / 5,
        "weeks": 7.0,
        "months": DAYS_PER_MONTH,
        "years": 12 * DAYS_PER_MONTH,
    }
)
"""Mean length of each unit of a duration, in days."""


@dataclass(frozen=True)
class Span:
    """A duration as a calendar counts it: `Span(6, "months")`. `count` is finite and >= 0."""

    count: float
    unit: SpanUnit

    def __post_init__(self) -> None:
        if self.unit not in get_args(SpanUnit):
            raise ValueError(f"unknown unit of time {self.unit!r}")
        if not (math.isfinite(self.count) and self.count >= 0):
            raise ValueError(f"a duration cannot be {plain_number(self.count)} {self.unit}")

    def __str__(self) -> str:
        return f"{plain_number(self.count)} {self.unit[:-1] if self.count == 1 else self.unit}"

    def days(self) -> float:
        """Its length in days, for rates and means (a month is 30.4375 days)."""
        return self.count * DAYS_PER_UNIT[self.unit]

    def after(self, day: date) -> date:
        """The day this long after `day`.

        Months and years keep the day of the month, clamped at month end (31 January + 1 month is
        28 February); a part of a month is a part of 30.4375 days. Business days skip Saturdays
        and Sundays. Parts of a day round half up. Raises ValueError beyond the year 9999.
        """
        try:
            if self.unit == "business days":
                return _business_days_after(day, _half_up(self.count))
            months = self.count * {"months": 1, "years": 12}.get(self.unit, 0)
            if months and months == int(months):
                return _months_after(day, int(months))
            return day + timedelta(days=_half_up(self.days()))
        except OverflowError as error:
            raise ValueError(f"{self} after {day} is beyond the year 9999") from error


def _half_up(number: float) -> int:
    return math.floor(number + 0.5)


def _business_days_after(day: date, count: int) -> date:
    if count == 0:
        return day
    # From a Saturday or Sunday the first business day is Monday: count from the Friday before.
    friday_or_before = day - timedelta(days=max(0, day.weekday() - 4))
    weeks, rest = divmod(friday_or_before.weekday() + count, 5)
    return friday_or_before + timedelta(days=7 * weeks + rest - friday_or_before.weekday())


def _months_after(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if year > 9999:
        raise OverflowError
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def span_unit(word: str) -> SpanUnit | None:
    """The unit of time that `word` names, singular or plural, or None."""
    name = " ".join(word.lower().split())
    for unit in DAYS_PER_UNIT:
        if name in (unit, unit[:-1]):
            return cast(SpanUnit, unit)
    return None


def parse_span(raw: object) -> Span:
    """A duration as written: `6 months`, `5 business days`, `1 year`; a bare 0 is 0 days.

    Raises ValueError with a sentence for the user.
    """
    if isinstance(raw, Real) and not isinstance(raw, bool):
        raw = plain_number(finite_number(raw))
    text = " ".join(raw.split()) if isinstance(raw, str) else str(raw)[:LONGEST_TEXT]
    parts = re.fullmatch(r"(?P<number>.*[0-9.])\s*(?P<unit>[A-Za-z][A-Za-z ]*)?", text)
    if not isinstance(raw, str) or len(text) > LONGEST_TEXT or parts is None:
        raise ValueError(f"{quoted(text)} is not a duration, such as 6 months")
    return span_of(exact_number(parts["number"]), parts["unit"] or "", text)


def span_of(number: Fraction, unit_word: str, text: str) -> Span:
    """The duration of `number` times the unit named `unit_word`; `text` is quoted in errors."""
    unit = span_unit(unit_word)
    if not unit_word:
        if number != 0:
            raise ValueError(f"{quoted(text)} has no unit: say days, weeks, months or years")
        unit = "days"
    if unit is None:
        close = did_you_mean(unit_word, DAYS_PER_UNIT)
        asked = f"; did you mean {close}?" if close else ""
        known = "days, business days, weeks, months or years"
        raise ValueError(f"{quoted(text)}: unknown unit {quoted(unit_word)} ({known}){asked}")
    if number < 0:
        raise ValueError(f"{quoted(text)}: a duration cannot be negative")
    span = Span(float(number), unit)
    if span.days() > LONGEST_SPAN_DAYS:
        raise ValueError(f"{quoted(text)} is longer than 200 years")
    return span
