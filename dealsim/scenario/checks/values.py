"""What only shows when values are looked at together: semantic checks of a scenario.

Each check looks at one thing and adds what it finds; none stops the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from dealsim.scenario.checks.audience import check_audience
from dealsim.scenario.checks.checking import Checking
from dealsim.scenario.checks.correlations import check_correlations
from dealsim.scenario.checks.crowd import check_crowd
from dealsim.scenario.checks.doubts import check_doubts
from dealsim.scenario.checks.law import check_law
from dealsim.scenario.checks.packs import check_packs
from dealsim.scenario.checks.returns import check_alternatives, check_returns, percent_of
from dealsim.scenario.checks.sales_tax import check_sales_tax, has_tax_in_prices
from dealsim.scenario.checks.sizes import check_sizes
from dealsim.scenario.language.suggest import did_you_mean
from dealsim.scenario.model.customers import Segment
from dealsim.scenario.model.expectations import METRICS, parse_measured
from dealsim.scenario.model.fields import control_character
from dealsim.scenario.model.staffing import Staffed
from dealsim.scenario.model.terms import Instalments
from dealsim.uncertain import Uncertain
from dealsim.units import DAYS_PER_MONTH, format_share, quoted

LONGEST_HORIZON_YEARS = 50

_SEGMENT_NAME = re.compile(r"[^\s.=,]([^.=,]{0,58}[^\s.=,])?")
"""Names that can stand in a dotted path, in `--set path=value` and in a CSV heading."""


def check_values(checking: Checking) -> None:
    """Note every error and warning that the values give together."""
    for check in _CHECKS:
        check(checking)


def _prices(c: Checking) -> None:
    deal, platform = c.scenario.deal, c.scenario.platform
    if c.sound("deal.price", "deal.face_value") and deal.price.mean() > deal.face_value.mean():
        c.warn(
            "deal.price",
            f"the price ({deal.price.mean():g}) is above the face value "
            f"({deal.face_value.mean():g})",
            "price is what the customer pays, face_value what the voucher buys",
        )
    if c.sound("platform.commission", "platform.card_fee"):
        kept = platform.commission.mean() + platform.card_fee.mean()
        if kept > 1:
            c.error(
                "platform.commission",
                f"commission and card_fee come to {format_share(kept)} of the price: "
                "more than there is",
                "both are shares of the price, such as 50% and 2.5%",
            )


def _quantities(c: Checking) -> None:
    deal = c.scenario.deal
    minimum, sound = deal.minimum.mean(), c.sound("deal.minimum")
    if sound and deal.cap is not None and c.sound("deal.cap") and minimum > deal.cap.mean():
        c.error(
            "deal.minimum",
            f"the minimum ({minimum:g}) is above the cap ({deal.cap.mean():g}): "
            "the deal could never happen",
        )
    elif sound and c.sound("deal.demand") and minimum > deal.demand.quantile(0.95):
        c.warn(
            "deal.minimum",
            f"demand hardly ever reaches the minimum of {minimum:g}",
            "below the minimum nothing is sold",
        )


def _payout(c: Checking) -> None:
    payout = c.scenario.platform.payout
    if not c.sound("platform.payout") or not isinstance(payout, Instalments):
        return
    total = float(sum(part.share for part in payout.parts))
    if not payout.parts:
        c.error("platform.payout", "there are no instalments", "write {after: 0 days, share: 100%}")
    elif abs(total - 1) > 1e-9:
        c.error(
            "platform.payout",
            f"the instalments sum to {100 * total:.10g} %, not 100 %",
            "write thirds as 1/3",
        )


def _capacity(c: Checking) -> None:
    business = c.scenario.business
    if not c.sound("business.visits_per_week", "business.capacity_per_week"):
        return
    if business.capacity_per_week is None:
        return
    if business.visits_per_week is None:
        c.error(
            "business.capacity_per_week",
            "a capacity needs business.visits_per_week, the ordinary visits it has to serve too",
            "under business: write  visits_per_week: 40 to 60",
        )
        return
    _staffing(c)
    if business.visits_per_week.mean() > business.capacity_per_week.mean():
        c.warn(
            "business.capacity_per_week",
            f"ordinary trade ({business.visits_per_week.mean():g} visits a week) is above the "
            f"capacity ({business.capacity_per_week.mean():g}) even without the deal",
        )


def _staffing(c: Checking) -> None:
    """Extra hours that begin on a day that is simulated."""
    staffed, starts = c.scenario.business.capacity_per_week, c.scenario.starts
    if not isinstance(staffed, Staffed) or not c.sound("starts", "horizon"):
        return
    for change in staffed.changes:
        if change.day <= starts:
            c.error(
                "business.capacity_per_week",
                f"{change.day} is not after the start on {starts}, which the first value holds for",
                "write the places without the deal first, and later days for what changes",
            )
        elif change.day >= c.scenario.horizon_end:
            c.warn(
                "business.capacity_per_week",
                f"{change.day} is not simulated: the horizon ends on {c.scenario.horizon_end}",
                "a longer horizon reaches it",
            )
        elif change.visits <= staffed.mean() and change.cost_per_week:
            c.warn(
                "business.capacity_per_week",
                f"from {change.day} on there are no more places than at first: their cost counts "
                "for nothing",
                "cost_per_week is that of places above the first value",
            )


def _dates(c: Checking) -> None:
    if not c.sound("starts", "deal.sale_window"):
        return
    deal, close, expiry = c.scenario.deal, c.scenario.sale_close, None
    if close <= c.scenario.starts:
        c.error("deal.sale_window", "the sale must last at least a day", "such as 1 day")
        return
    if c.sound("deal.promo_expires"):
        expiry = c.scenario.promo_expiry
        if expiry <= close:
            message = f"the vouchers expire on {expiry}, not after the sale closes on {close}"
            c.error("deal.promo_expires", message, "write a time after sale close, or a later date")
            expiry = None
    lapse = c.scenario.paid_value_lapse if deal.after_expiry != "nothing" else None
    sound = c.sound("deal.paid_value_expires", "deal.after_expiry")
    if sound and lapse is not None and expiry is not None and lapse < expiry:
        message = f"what survives would lapse on {lapse}, before the vouchers expire on {expiry}"
        c.error("deal.paid_value_expires", message, "write a longer time, a date or never")
    _horizon(c, close, expiry)


def _horizon(c: Checking, close: date, expiry: date | None) -> None:
    if not c.sound("horizon"):
        return
    years = c.scenario.horizon.days() / (12 * DAYS_PER_MONTH)
    if years > LONGEST_HORIZON_YEARS:
        message = f"a horizon of {c.scenario.horizon} is too long"
        c.error("horizon", message, f"at most {LONGEST_HORIZON_YEARS} years are simulated")
        return
    end = c.scenario.horizon_end
    if end <= close:
        message = f"the horizon ends on {end}, but the sale closes only on {close}"
        c.error("horizon", message, "simulate at least until the vouchers expire")
    elif expiry is not None and end < expiry:
        c.warn(
            "horizon",
            f"the horizon ends on {end}, before the vouchers expire on {expiry}: "
            "what comes later is only reserved for, in tail_reserve",
            "a longer horizon shows it",
        )


def _segments(c: Checking) -> None:
    if not c.sound("customers"):
        return
    segments = c.scenario.customers
    if not segments:
        c.error("customers", "there are no segments", "write  everybody: {share: 100%}")
        return
    for name in segments:
        if not _SEGMENT_NAME.fullmatch(name) or control_character(name):
            c.error(
                ("customers", name),
                f"{quoted(name)} is not a name for a segment",
                "use up to 60 letters, digits, spaces, hyphens and underscores",
            )
    if c.scenario.audience is None:
        _shares(c, segments)


def _shares(c: Checking, segments: dict[str, Segment]) -> None:
    given = [s.share for s in segments.values() if isinstance(s.share, Uncertain)]
    rest = [name for name, segment in segments.items() if segment.share == "rest"]
    total = sum(share.mean() for share in given)
    if len(rest) > 1:
        names = " and ".join(rest)
        message = f"only one segment can take the rest, not both {names}"
        c.error(f"customers.{rest[1]}.share", message, "give the others shares")
    elif not rest and abs(total - 1) > 1e-6:
        c.error(
            "customers",
            f"the shares sum to {percent_of(total)}, not 100 %",
            "write  share: rest  for one of the segments",
        )
    elif rest and total > 1 + 1e-6:
        c.error(
            "customers",
            f"the shares of the others already sum to {percent_of(total)}, "
            f"which leaves nothing for {rest[0]}",
        )


def _uses(c: Checking) -> None:
    law = c.completed.jurisdiction
    for name, segment in c.scenario.customers.items():
        path = f"customers.{name}.use"
        if not c.sound(path, "jurisdiction") or segment.use.mean() >= 1:
            continue
        if law is not None and law.forfeit is False:
            c.warn(
                path,
                f"what a bill leaves of a voucher is taken to be forfeited, which {law.name} "
                "does not allow",
                "write  use: 100%  unless the rest is really never used",
            )


def _spending(c: Checking) -> None:
    for name, segment in c.scenario.customers.items():
        path, over = f"customers.{name}", segment.overspend
        if over is None or not c.sound(f"{path}.overspend", f"{path}.bill"):
            continue
        missing = [key for key in ("chance", "amount") if getattr(over, key) is None]
        if segment.bill is None and missing:
            c.error(
                f"{path}.overspend",
                f"overspend needs {' and '.join(missing)} as well",
                "the form is {chance, amount, cv}, or say what they spend with bill",
            )
        elif segment.bill is not None and not missing:
            c.error(
                f"{path}.bill",
                "bill and overspend both say what is spent beyond the voucher",
                "keep overspend where you know it, else bill",
            )


def _expect(c: Checking) -> None:
    for key, limits in c.scenario.expect.items():
        path = ("expect", key)
        if not c.sound(f"expect.{key}"):
            continue
        try:
            measured = parse_measured(key)
        except ValueError as error:
            hint = did_you_mean(key, [*METRICS, "P(loss)"])
            c.error(path, str(error), hint or "such as incremental_profit or P(loss)")
            continue
        if measured.of_campaign is not None and measured.of_campaign[0] >= _deals(c):
            known = f"the last of them is {_deals(c) - 1}: the first is 0" if _deals(c) else None
            message = f"there is no deal {measured.of_campaign[0]} in campaigns"
            c.error(path, message, known or "the file has no list of deals")
            continue
        low, high = limits.at_least, limits.at_most
        if low is None and high is None:
            c.error(path, f"{key} has no limit", "write at_least: or at_most:")
        elif low is not None and high is not None and low > high:
            c.error(path, f"at_least ({low:g}) is above at_most ({high:g})")
        elif measured.is_probability:
            for name, limit in (("at_least", low), ("at_most", high)):
                if limit is not None and not 0 <= limit <= 1:
                    message = f"{limit:g} is not a probability"
                    c.error(("expect", key, name), message, "write it as 95% or 0.95")


def _deals(c: Checking) -> int:
    """How many deals the file lists."""
    listed = c.stated.tree.get("campaigns")
    return len(listed.items or ()) if listed is not None else 0


def _books(c: Checking) -> None:
    books = c.scenario.accounting
    if books is None or not c.sound("accounting.revenue", "accounting.commission"):
        return
    if books.revenue == "net" and books.commission in ("expense", "expense_at_sale"):
        c.error(
            "accounting.commission",
            "net revenue leaves no commission to expense at sale",
            "write commission: defer, or revenue: gross",
        )


_MOVING = ("accounting", "deal", "platform.payout", "starts")
"""What decides whether anything is taken in cash, or due to the state."""


def _unused(c: Checking) -> None:
    sound = c.sound(*_MOVING)
    terms = (c.scenario.cash_out, c.scenario.escheat, c.scenario.sales_tax) if sound else ()
    taxed = c.sound("accounting") and has_tax_in_prices(c.scenario)
    moves = taxed or any(one is not None for one in terms)
    if "accounting" in c.stated.sections and not moves:
        c.warn(
            "accounting",
            "accounting changes no result of a run",
            "it is used by `dealsim liability`",
        )
    if "alternatives" in c.stated.sections:
        c.warn(
            "alternatives",
            "alternatives change no result of a run",
            "they are used by `dealsim compare` and `dealsim sensitivity`",
        )


_CHECKS: tuple[Callable[[Checking], None], ...] = (
    _prices,
    check_packs,
    _quantities,
    _payout,
    _capacity,
    _dates,
    _segments,
    _uses,
    _spending,
    check_returns,
    check_alternatives,
    check_correlations,
    check_law,
    _expect,
    _books,
    check_sales_tax,
    check_crowd,
    check_audience,
    _unused,
    check_sizes,
    check_doubts,
)
