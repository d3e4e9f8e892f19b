"""Where a business is, in the words people use: its jurisdiction and its currency."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dealsim.scenario.language.node import Source
from dealsim.scenario.language.yamlfile import parse_yaml
from dealsim.scenario.presets.jurisdictions import jurisdictions
from dealsim.units import CURRENCIES, currencies_of, did_you_mean


@dataclass(frozen=True)
class Locality:
    """A place: its code among the jurisdictions, None where its law was not read, and its
    currency. `name` is what was recognised (`Illinois`)."""

    code: str | None
    currency: str | None
    name: str


def locality(text: str) -> Locality | None:
    """The place that a text names, by code or name, in any case: `UK`, `gb`, `Ontario`, `US-IL`,
    `Chicago, Illinois`; None where it is not known, or where only a part of it would be enough
    (`Canada`)."""
    word = _plain(text)
    known = _known()
    if word in known:
        return known[word]
    parts = [part.strip() for part in reversed(word.split(","))]
    found = [known[part] for part in parts if part in known]
    # of California, United States it is the state that counts
    own = [place for place in found if place.code != "US-federal"]
    return next(iter(own or found), None)


def locality_hint(text: str) -> str | None:
    """What to write for a place that is no jurisdiction; None where nothing is near it."""
    found, word = locality(text), _plain(text)
    if found is not None and found.code is not None:
        own_row = found.code != "US-federal" or found.name in _table()["names"]["US-federal"]
        return f'did you mean "{found.code}"?' + (
            "" if own_row else f" ({found.name} has no row of its own)"
        )
    if found is not None:
        return f"not read for {found.name}: leave it out, and write  currency: {found.currency}"
    for country, region in _table()["regions"].items():
        if word in (country.lower(), _plain(region["name"])):
            codes = [code for code in jurisdictions() if code.startswith(country + "-")]
            return f"which part of {region['name']}? {', '.join(codes)}"
    near = did_you_mean(word, [name for name in _known() if len(name) > 4 and "-" not in name])
    code = _known()[near].code if near is not None else None
    return f'did you mean "{code}"?' if code is not None else None


_SIGNS = {"$": "USD", "\N{POUND SIGN}": "GBP", "\N{EURO SIGN}": "EUR", "\N{YEN SIGN}": "JPY"}
"""The currency that is meant first by a sign that several have."""

_NAMES = {"dollar": "USD", "us dollar": "USD", "pound": "GBP", "sterling": "GBP", "quid": "GBP"} | {
    "british pound": "GBP",
    "yen": "JPY",
    "yuan": "CNY",
    "swiss franc": "CHF",
    "franc": "CHF",
}


def currency_of(text: str) -> str | None:
    """The currency that a code, a sign or a name means: `gbp`, `C$`, `euros`, `Canadian dollars`;
    None where it is none."""
    word = " ".join(text.split())
    if word in _SIGNS:
        return _SIGNS[word]
    found = currencies_of(word)
    if len(found) == 1:
        return next(iter(found))
    name = _plain(word).removesuffix("s")
    names = {currency.name.lower(): code for code, currency in CURRENCIES.items()}
    return _NAMES.get(name) or names.get(name)


@cache
def _known() -> Mapping[str, Locality]:
    """Every word there is for a place; what was said first of a word holds."""
    found: dict[str, Locality] = {}
    for word, code, name in _words():
        found.setdefault(_plain(word), Locality(code, _currency(code), name))
    for currency, names in _table()["currencies"].items():
        for name in names:
            found.setdefault(_plain(name), Locality(None, currency, name))
    for word, code, name in _short_words():
        found.setdefault(_plain(word), Locality(code, _currency(code), name))
    return found


def _words() -> Iterator[tuple[str, str, str]]:
    """Codes and names of places whose law was read: the word, the jurisdiction, the name."""
    rows = jurisdictions()
    yield from ((word, code, row.name) for code, row in rows.items() for word in (code, row.name))
    for country, code, short, name in _regions():
        yield f"{country}-{short}", code, name
        yield name, code, name
    countries = [(code, row) for code, row in rows.items() if _currency(code) is not None]
    yield from ((row.name.split(",")[0], code, row.name) for code, row in countries)
    for code, words in _table()["names"].items():
        yield from ((word, code, word) for word in words if code in rows)


def _short_words() -> Iterator[tuple[str, str, str]]:
    """`IL` alone, where it is no country's; CA may be California or Canada."""
    yield from ((short, code, name) for _, code, short, name in _regions() if short != "CA")


def _regions() -> Iterator[tuple[str, str, str, str]]:
    """Country, jurisdiction, short code and name of every region that has a jurisdiction."""
    rows = jurisdictions()
    for country, region in _table()["regions"].items():
        for short, name in region["codes"].items():
            own = f"{country}-{short}"
            code = own if own in rows else region.get("rest")
            if code is not None:
                yield country, code, short, name


def _currency(code: str) -> str | None:
    currency = jurisdictions()[code].row.get("currency")
    return str(currency.value) if currency is not None else None


@cache
def _table() -> Mapping[str, Any]:
    path = Path(__file__).parent / "data" / "places.yaml"
    source = Source("default", "places.yaml", path.read_text(encoding="utf-8"), path.parent)
    plain = parse_yaml(source).plain()
    assert isinstance(plain, dict)
    return plain


def _plain(text: str) -> str:
    """Without case, accents, an underscore for a hyphen, or an article."""
    letters = unicodedata.normalize("NFKD", text.strip().lower().replace("_", "-"))
    word = " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())
    return word.removeprefix("the ")
