"""Trades in the words people use, and the kind of business that has the defaults of each.

The one table of kinds: what `kind:` takes, what `dealsim new` understands and asks, and what a
message proposes to somebody who wrote `kind: hairdresser`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dealsim.units import did_you_mean


@dataclass(frozen=True)
class Trade:
    """How owners of a kind of business speak of it.

    `words` name the trade, `cost` is what one more visit costs them. `full` says what it is to be
    full, "tables taken"; it is empty where the trade has no places that a visit takes.
    """

    words: tuple[str, ...]
    cost: str
    full: str = ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(","))


TRADES: Mapping[str, Trade] = MappingProxyType(
    {
        "restaurant": Trade(
            _words(
                """cafe, café, coffee shop, coffee house, tea room, bar, wine bar, pub, bistro,
                brasserie, diner, pizzeria, pizza, takeaway, take-away, food truck, bakery,
                patisserie, ice cream parlour, ice cream, caterer, catering, steakhouse, grill,
                tavern, brewery, cupcakes"""
            ),
            "food and drink, and the extra hours in kitchen and service",
            "every table is taken",
        ),
        "salon": Trade(
            _words(
                """hairdresser, hair salon, hair, barber, barbershop, beauty, beauty salon,
                beautician, beauty clinic, nail salon, nails, nail bar, spa, day spa, massage,
                massage therapist, tanning, waxing, brows, lashes, cosmetics, skin care, facials,
                hair removal, medspa, tattoo"""
            ),
            "products, and the stylist's or therapist's time",
            "every chair is booked",
        ),
        "retail": Trade(
            _words(
                """shop, store, web shop, webshop, online shop, online store, e-commerce, boutique,
                jewelry, jewellery, jeweller, jeweler, florist, flowers, bookshop, bookstore, books,
                clothing, clothes, fashion, shoes, gifts, gift shop, grocer, grocery, butcher,
                delicatessen, wine shop, furniture, electronics, toys, optician, pharmacy, pet shop,
                garden centre, art gallery, photo prints"""
            ),
            "the goods, and packing, shipping or till time",
        ),
        "fitness": Trade(
            _words(
                """gym, fitness studio, health club, yoga, yoga studio, pilates, crossfit, boxing,
                martial arts, dance, dance studio, dance school, personal trainer, trainer,
                swimming, climbing gym, cycling studio, bootcamp, barre, spinning"""
            ),
            "the trainer's or teacher's time, towels, room",
            "every place in class is booked",
        ),
        "activity": Trade(
            _words(
                """activities, leisure, escape room, bowling, bowling alley, cinema, theatre,
                theater, museum, zoo, paintball, laser tag, karting, go-karts, golf, mini golf,
                tour, tours, sightseeing, boat trips, kayaking, surfing, diving, skydiving, rafting,
                balloon rides, trampoline park, amusement park, attraction, entertainment, concert,
                cooking class, cooking school, class, classes, course, courses, workshop, workshops,
                hotel, bed and breakfast, b&b, travel, photo shoot"""
            ),
            "staff, material, entry fees",
            "every place is booked",
        ),
        "services": Trade(
            _words(
                """service, cleaning, cleaner, house cleaning, maid service, carpet cleaning,
                window cleaning, laundry, dry cleaning, car wash, car valeting, garage, mechanic,
                auto repair, oil change, car repair, plumber, electrician, handyman, gardener,
                landscaping, lawn care, moving, photographer, photography, dentist, dental,
                doctor, clinic, chiropractor, physiotherapist, osteopath, acupuncture, vet,
                pet grooming, dog grooming, dog walking, pet care, tutor, tutoring, driving school,
                music lessons, accountant, printing, repair, repairs, tailor, web design"""
            ),
            "material, travel, and the hours of whoever does the work",
            "the diary is full",
        ),
        "none": Trade((), "goods, materials and the labour it takes"),
    }
)
"""Every kind of business, in the order in which they are shown. `none` has no defaults."""

KINDS = tuple(TRADES)
"""The presets of sourced defaults."""


def kind_of(trade: str) -> str | None:
    """The kind of business that a trade belongs to, in any of its words; None where unknown.

    Case, hyphens, an article, a plural and words around it make no difference: `Hair-dressers`,
    `an Italian restaurant`, `jewelry web shop`.
    """
    word, known = _plain(trade), _known()
    for candidate in (word, word.removesuffix("s"), word + "s"):
        if candidate in known:
            return known[candidate]
    # the last word says what it is: a pizza shop is a shop, a shoe repair a repair
    inside = [name for name in known if f" {name} " in f" {word} " and name != "none"]
    return known[max(inside, key=lambda name: (word.rindex(name), len(name)))] if inside else None


def near_trade(trade: str) -> str | None:
    """The trade that a misspelt one was probably meant as; None where there is none."""
    return did_you_mean(_plain(trade), _known())


def kind_hint(trade: str) -> str | None:
    """What to write for a kind that is none: `a hairdresser is of the kind "salon"`."""
    kind = kind_of(trade)
    if kind is not None and trade.strip().lower() != kind:
        return f'for this trade write "{kind}"'
    near = near_trade(trade)
    if near is None:
        return None
    kind = _known()[near]
    return f'did you mean "{kind}"?' + (f" ({near})" if near != kind else "")


def _known() -> Mapping[str, str]:
    """The kind of each word, kinds themselves among them."""
    words = {_plain(word): kind for kind, trade in TRADES.items() for word in trade.words}
    return words | {kind: kind for kind in TRADES}


def _plain(trade: str) -> str:
    text = trade.lower().replace("-", " ")
    words = re.sub("['\N{RIGHT SINGLE QUOTATION MARK}]", "", text).split()
    if words[:1] in (["a"], ["an"], ["the"], ["my"]):
        words = words[1:]
    return " ".join(words)
