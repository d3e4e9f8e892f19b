"""The whole journal of one cohort: every period's entries, from its roll-forward and its cash.

What the platform charges and gives back follows from the vouchers sold and refunded alone, so cash
and receivable do not depend on how breakage is recognised. The deferred commission is brought to
the commission's share of the liability, rounded half up, whenever that falls: it is amortised with
revenue, leaves with refunds, and is 0 when the liability is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from dealsim.books import entries
from dealsim.books.cohort_flows import CohortFlows
from dealsim.books.entries import PresentationPolicy
from dealsim.books.journal import Entry
from dealsim.units import to_minor


def post(flows: CohortFlows, policy: PresentationPolicy) -> tuple[Entry, ...]:
    """All entries of a cohort in the order of their days; nothing is written where nothing was.

    Raises ValueError where a cohort paid on redemption has breakage, escheat or cash-outs: there
    is no liability.
    """
    of_a_liability = ("breakage", "breakage_reestimate", "escheated", "cashed_out")
    if policy.on_redemption and any(np.any(flows.lines[name]) for name in of_a_liability):
        raise ValueError(
            "paid on redemption there is no liability: no breakage, escheat or cash-outs"
        )
    ledger = _RunningBalances(flows, policy)
    found = [one for period in range(len(flows.days)) for one in ledger.entries(period)]
    kept = [one for one in found if one.postings or one.event in ("sale", "refunded")]
    return tuple(sorted(kept, key=lambda one: one.day))


@dataclass
class _RunningBalances:
    """Balances that run along while a cohort is booked."""

    flows: CohortFlows
    policy: PresentationPolicy
    liability: int = 0
    deferred: int = 0
    sold: int = 0
    charged: int = 0
    live: int = 0
    paid_for: int = 0
    cashed: int = 0
    promotion_over: bool = False

    def entries(self, t: int) -> Iterator[Entry]:
        """The entries of period `t`, in the order of a voucher's life."""
        yield from self._sold(t)
        yield from self._used(t)
        if not self.policy.on_redemption:
            yield from self._ended(t)
        yield from self._settled(t)

    def _sold(self, t: int) -> Iterator[Entry]:
        policy, day = self.policy, self._before_expiry(t)
        if paid := self._line("issued", t):
            tax, fee, extra = *self._charged(paid), self._promotional(paid)
            self.liability += paid
            self.deferred += fee
            yield entries.sale(
                policy,
                day,
                paid + tax,
                fee,
                issue_tax=tax,
                fee_tax=0 if policy.on_redemption else self._fee_tax(paid),
                promotional=extra,
            )
        yield entries.platform_fee(
            day, self._cash("fixed_fee", t), tax=self._cash("fixed_fee_tax", t)
        )
        back = 0 if self.flows.clawed_back is None else int(self.flows.clawed_back[t])
        for paid, clawed in ((self._line("refunded", t) - back, False), (back, True)):
            if not paid:
                continue
            tax, fee, extra = *self._charged(-paid), self._promotional(-paid)
            yield entries.refund(
                policy,
                day,
                paid - tax,
                self._amortised(paid),
                returned=-fee,
                issue_tax=-tax,
                fee_tax=0 if policy.on_redemption else -self._fee_tax(-paid),
                promotional=-extra,
                clawed_back=clawed,
            )

    def _used(self, t: int) -> Iterator[Entry]:
        # What went to the state is claimed back for those who come after all, who are then
        # served as anybody else.
        if (amount := self._line("escheated", t)) < 0:
            yield self._escheat(amount, t)
        # A customer whose voucher was taken to breakage as remote no longer lowers the
        # liability: the reversal comes with the visit.
        back = self._reversed(t)
        for late, name in enumerate(("redeemed_in_time", "presented_late")):
            paid = self._line(name, t)
            if late and self.policy.on_redemption and not self.flows.late_paid:
                paid = 0
            yield entries.redemption(
                self.policy,
                self.flows.days[t] if late else self._before_expiry(t),
                paid=paid,
                late=bool(late),
                commission=self._earned(paid, paid - back[late]),
                fee_tax=self._fee_tax(paid) if self.policy.on_redemption else 0,
                promotional=self._used_promotion(paid, bool(late)),
                derecognised=back[late],
                **self._till("late" if late else "in_time", t),
            )
        if paid := self._line("cashed_out", t):
            before, rate = self.cashed, self.flows.issue_tax
            self.cashed += paid
            yield entries.cash_out(
                self.policy,
                self.flows.days[t],
                paid,
                self._amortised(paid - back[2]),
                issue_tax=_whole(rate * self.cashed) - _whole(rate * before),
                derecognised=back[2],
            )

    def _ended(self, t: int) -> Iterator[Entry]:
        policy, day, remote = self.policy, self.flows.days[t], self.flows.remote
        if amount := self._line("breakage", t):
            fee = self._amortised(amount)
            if remote:
                yield entries.derecognition(policy, day, amount, commission=fee, remote=True)
            else:
                yield entries.breakage(policy, day, amount, fee)
        amount = self._line("breakage_reestimate", t) + sum(self._reversed(t))
        if amount and remote:
            fee = self._amortised(amount)
            yield entries.derecognition(policy, day, amount, commission=fee, remote=True)
        elif amount:
            yield entries.breakage(policy, day, amount, self._amortised(amount), reestimate=True)
        if (amount := self._line("escheated", t)) > 0:
            yield self._escheat(amount, t)
        amount, before = self._line("lapsed", t), 0 if remote else int(self.flows.released[t])
        yield entries.derecognition(
            policy, day, amount + before, recognised=before, commission=self._amortised(amount)
        )
        yield entries.tax_on_lapse(day, self._cash("tax_lapsed", t))
        yield self._promotion_ended(t)

    def _settled(self, t: int) -> Iterator[Entry]:
        day, paid, fee = self.flows.days[t], self._cash("payouts", t), self._cash("card_fees", t)
        yield entries.payout(day, paid, card_fee=fee)
        remitted, beyond = self._cash("escheat_remitted", t), self._cash("escheat_beyond", t)
        yield entries.escheat_remitted(day, remitted, beyond=beyond)

    def _escheat(self, amount: int, t: int) -> Entry:
        fee = self._amortised(amount)
        return entries.escheat(self.policy, self.flows.days[t], amount, commission=fee)

    def _used_promotion(self, paid: int, late: bool) -> int:
        """Promotional value used with vouchers redeemed for `paid`."""
        if late and not self.flows.promotion_survives:
            return 0
        return -self._promotional(-paid)

    def _promotion_ended(self, t: int) -> Entry:
        """Promotional value that goes unused: with a voucher, or all of it at its end."""
        ended = self._promotional(-self._line("cashed_out", t) - self._line("escheated", t))
        if t == self.flows.promotion_ends:
            ended += self._promotional(-self.live)
            self.promotion_over = True
        return entries.promotion_expires(self.policy, self._before_expiry(t), -ended)

    def _before_expiry(self, t: int) -> date:
        """The day of what happens while the promotion lasts: the end of the period, or of the
        promotion where that comes first."""
        day, last = self.flows.days[t], self.flows.promotion_day
        return min(day, last) if t == self.flows.promotion_ends and last is not None else day

    def _till(self, ending: str, t: int) -> dict[str, int]:
        """Cash, tax and cost of a period's visits; of contained tax, what is not in the cash is in
        the vouchers."""
        cash, tax = self._cash(f"cash_{ending}", t), self._cash(f"tax_{ending}", t)
        out = {"cash": cash, "cost": self._cash(f"cost_{ending}", t)}
        if self.flows.tax_in_cash is None:
            return out | {"tax": tax}
        in_cash = tax if self.flows.cash_only else _whole(self.flows.tax_in_cash * cash)
        return out | {"tax_in_cash": in_cash, "tax_in_paid": tax - in_cash}

    def _reversed(self, t: int) -> tuple[int, int, int]:
        """Remote breakage reversed for customers who came after all: in time, late, for cash."""
        back = -min(0, self._line("breakage_reestimate", t)) if self.flows.remote else 0
        late = min(back, self._line("presented_late", t))
        in_time = min(back - late, self._line("redeemed_in_time", t))
        return in_time, late, min(back - late - in_time, self._line("cashed_out", t))

    def _line(self, name: str, t: int) -> int:
        return int(self.flows.lines[name][t])

    def _cash(self, name: str, t: int) -> int:
        return int(self.flows.cash[name][t]) if name in self.flows.cash else 0

    def _charged(self, more: int) -> tuple[int, int]:
        """Tax on issue, and the platform's share of the price, when `more` is sold net."""
        tax = self.flows.issue_tax
        share = self.flows.commission * (1.0 + tax)
        before = _whole(tax * self.sold), _whole(share * self.sold)
        self.sold += more
        return _whole(tax * self.sold) - before[0], _whole(share * self.sold) - before[1]

    def _fee_tax(self, more: int) -> int:
        """Tax given back on the platform's share of `more`, sold or redeemed net of tax."""
        share, before = self.flows.fee_tax * (1.0 + self.flows.issue_tax), self.charged
        self.charged += more
        return _whole(share * self.charged) - _whole(share * before)

    def _earned(self, paid: int, less: int) -> int:
        """Commission of vouchers redeemed for `paid`, the liability falling by `less`."""
        if not self.policy.on_redemption:
            return self._amortised(less)
        before = _whole(self.flows.commission * self.paid_for)
        self.paid_for += paid
        return _whole(self.flows.commission * self.paid_for) - before

    def _amortised(self, less: int) -> int:
        """Deferred commission that goes when the liability falls by `less`."""
        self.liability -= less
        share = self.flows.commission * (1.0 + self.flows.issue_tax)
        before, self.deferred = self.deferred, _whole(share * self.liability)
        return before - self.deferred

    def _promotional(self, more: int) -> int:
        """Promotional value that goes with `more` paid value live, until the promotion ends."""
        if self.promotion_over:
            return 0
        before = _whole(self.flows.promotional * self.live)
        self.live += more
        return _whole(self.flows.promotional * self.live) - before


def _whole(amount: float) -> int:
    return int(to_minor(amount, 0))
