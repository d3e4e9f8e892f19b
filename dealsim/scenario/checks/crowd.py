"""What is wrong or doubtful about the sections on a crowd: service, rating and engagement."""

from __future__ import annotations

import math

from dealsim.scenario.checks.checking import Checking
from dealsim.scenario.model.feedback import feedback
from dealsim.units import plain_number

BAND = 0.25
"""Stars are displayed in halves: the average is within a quarter of them."""


def check_crowd(c: Checking) -> None:
    """Note every error and warning about the sections on a crowd."""
    _service(c)
    _rating(c)
    _feedback(c)


def _service(c: Checking) -> None:
    service, business = c.scenario.service, c.scenario.business
    sound = c.sound("business.visits_per_week", "business.capacity_per_week")
    if service is None or not sound:
        return
    if business.visits_per_week is None:
        c.error(
            "service",
            "service needs business.visits_per_week, the ordinary visits that a crowd spoils",
            "under business: write  visits_per_week: 40 to 60",
        )
    elif business.capacity_per_week is None:
        c.warn(
            "service",
            "without business.capacity_per_week the place is never crowded, and no visit is spoilt",
            "under business: write  capacity_per_week: 90",
        )
    if c.sound("service.answer.fast", "service.answer.slow"):
        fast, slow = service.answer.fast.mean(), service.answer.slow.mean()
        if fast < slow:
            c.warn(
                "service.answer.fast",
                f"fewer stay who are answered at once ({100 * fast:.3g} %) than who are answered "
                f"late ({100 * slow:.3g} %)",
                "fast is the share kept by an answer at once, slow by a very late one",
            )


def _rating(c: Checking) -> None:
    rating = c.scenario.rating
    if rating is None:
        return
    if c.scenario.service is None:
        c.error(
            "rating",
            "rating needs the section service, which says who writes reviews",
            "write  service: {handling: {wage: 20}}  with what an hour costs you",
        )
    if not c.sound("rating.displayed"):
        return
    shown, stars = rating.displayed, rating.displayed.mean()
    if not shown.is_constant or 2 * stars != int(2 * stars):
        c.error(
            "rating.displayed",
            "stars are displayed in halves, such as 3.5 or 4",
            "write the average itself as  average:  where you know it",
        )
    elif c.sound("rating.average"):
        low, high = rating.average.quantile(0.05), rating.average.quantile(0.95)
        if low < stars - BAND or high > stars + BAND:
            c.error(
                "rating.average",
                f"an average of {plain_number(round(rating.average.mean(), 3))} is not displayed "
                f"as {plain_number(stars)} stars",
                f"it lies between {plain_number(stars - BAND)} and {plain_number(stars + BAND)}",
            )


def _feedback(c: Checking) -> None:
    """The mean number of newcomers whom a newcomer brings must be below 1 (docs/model.md, 12)."""
    if c.scenario.service is None or not c.sound("service", "customers"):
        return
    numbers = c.scenario.numbers()
    product = float(feedback(c.scenario, lambda path: numbers[path].mean()))
    if product >= 1.0:
        service = c.scenario.service
        factors = {
            "positive": service.posts.positive.mean(),
            "(1 - review_share)": 1.0 - service.posts.review_share.mean(),
            "reach": service.reach.mean(),
            "convert": service.convert.mean(),
        }
        each = product / max(math.prod(factors.values()), 1e-300)
        shown = " x ".join(f"{name} {number:.3g}" for name, number in factors.items())
        c.error(
            "service.posts.positive",
            f"word of mouth would feed on itself without end: {shown} x {each:.3g} visits of a "
            f"newcomer = {product:.3g} newcomers for each newcomer",
            "the product must stay below 1; lower positive, reach or convert",
        )
