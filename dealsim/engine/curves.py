"""The curves of redemption: when vouchers come back, in time and late (docs/model.md, 5)."""

from __future__ import annotations

import numpy as np

from dealsim.engine.clock import REFUND_DAYS, Clock
from dealsim.engine.draws import Array
from dealsim.engine.parameters import VoucherParameters


class RedemptionCurves:
    """The distribution functions of redemption times, per campaign, segment and trial.

    Segments that time nothing of their own share one row. `redeem` is the chance of those who did
    not come before sale close (all, without a register), `not_early` that of being one of them.
    """

    def __init__(self, parameters: VoucherParameters, clock: Clock) -> None:
        terms, self._deal = parameters.redemption, parameters.deal
        self._shares = parameters.customers.share
        self._opens, self._close = clock.days("opens"), clock.days("close")
        self._expiry, self.lapse = clock.days("expiry"), clock.days("lapse")
        self._half_life = terms.half_life
        self.redeem, self.not_early = _since_close(parameters.customers.redeem, terms.early)
        self._window = self._expiry - self._close
        rush = np.minimum(terms.rush_last, self._window)
        self._rush_days = np.where(rush > 0, rush, 1.0)
        self._rush = np.where(rush > 0, terms.rush_share, 0.0)
        self._wave_end = 1.0 - np.exp2(-self._window / self._half_life)
        self.late = np.where(self._deal.survives, terms.late_share, 0.0)
        self._late_half_life = terms.late_half_life
        self._cash = (1.0 - self.late) * terms.cash_out
        self._cash_later = (1.0 - self.late) * terms.cash_out_later
        self.has_cash_outs = bool(self._cash.any() or self._cash_later.any())
        change = clock.days("new_limit")
        self.until_change = self.late_by(change) if np.isfinite(change).any() else None
        """L on the day on which the limit of cash-outs changes; None where it never does."""

    def in_time(self, day: float | Array) -> Array:
        """G: share of in-time redemptions (first attempts) made by a day (eq. 5.2)."""
        t = np.clip(day - self._close, 0.0, self._window)
        wave = (1.0 - np.exp2(-t / self._half_life)) / self._wave_end
        rush = np.maximum(0.0, t - (self._window - self._rush_days)) / self._rush_days
        return np.asarray((1.0 - self._rush) * wave + self._rush * rush * rush)

    def late_by(self, day: float | Array) -> Array:
        """L: share of late presentations made by a day, nil before expiry (eq. 5.5)."""
        after = np.maximum(0.0, np.minimum(day, self.lapse) - self._expiry)
        return np.asarray(1.0 - np.exp2(-after / self._late_half_life))

    def cash_at(self, reached: Array) -> Array:
        """Share of those held at expiry who took cash, when L has reached so much (eq. 5.8): those
        who asked before the limit changed by the one limit, the others by the other."""
        return cash_by(reached, self.until_change, self._cash, self._cash_later)

    def gone_at(self, reached: Array) -> Array:
        """Share of those held at expiry who came late or took cash, when L has reached so much."""
        return np.asarray(self.late * reached + self.cash_at(reached))

    def unused(self, day: float) -> Array:
        """Chance that a voucher kept has not been presented, nor taken in cash, by a day."""
        in_time = 1.0 - self.redeem * self.in_time(day)
        return np.asarray(in_time * (1.0 - self.gone_at(self.late_by(day))))

    def open_shares(self, day: int, refunded_early: bool) -> Array:
        """What a voucher sold may be by a day if it is still held, (2, campaign, segment, trial).

        Chances of being held for good by a buyer of each segment, and of being held until its
        refund (eq. 15.1). Refunds fall in the week after sale close, or in sale and week together
        where some were `refunded_early`, before sale close.
        """
        refunds = self._deal.refunds
        first = self._opens if refunded_early else self._close
        elapsed = np.clip((day - first) / (self._close + REFUND_DAYS - first), 0.0, 1.0)
        kept = self._shares * (1.0 - refunds) * self.not_early * self.unused(day)
        waiting = self._shares * refunds * (1.0 - elapsed)
        return np.stack(np.broadcast_arrays(kept, waiting))


def _since_close(redeem: Array, early: Array | None) -> tuple[Array, Array]:
    """Chance to redeem in time after sale close, and of not having done so before it (eq. 15.5)."""
    if early is None:
        return redeem, np.ones((1, 1, 1))
    left, later = 1.0 - redeem * early, redeem * (1.0 - early)
    chance = np.divide(later, left, out=np.zeros_like(left), where=left > 0)
    return chance, np.asarray(left)


def cash_by(reached: Array, until: Array | None, first: Array, later: Array) -> Array:
    """Share who took cash when L has reached so much: by `first` until it was `until`, by `later`
    from then on (eq. 5.8)."""
    if until is None:
        return np.asarray(first * reached)
    before = np.minimum(reached, until)
    return np.asarray(first * before + later * (reached - before))


def conditional(share: Array, before: Array, after: Array) -> Array:
    """Chance of an event between two times, given that it has not happened before (eq. 5.3).

    `share` of all ever do it, `before` and `after` are the distribution function at both times.
    """
    return hazard(share * (after - before), 1.0 - share * before)


def hazard(gained: Array, left: Array) -> Array:
    """gained / left, clipped to [0, 1], 0/0 = 0: the share of those left who go (eq. 5.6)."""
    out = np.zeros(np.broadcast(gained, left).shape)
    return np.clip(np.divide(gained, left, out=out, where=left > 0), 0.0, 1.0)


def part_before(before: Array, middle: Array, after: Array) -> Array:
    """Share of what a curve adds between two days that it adds by a day in between; 0/0 = 0."""
    whole, part = after - before, middle - before
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)
