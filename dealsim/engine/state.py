"""The state of a world between two steps, and the flows of one step.

Each stock has one owner, the mechanism that writes it; all others read. Arrays have the axes
(campaign, segment, trial), or (campaign, 1, trial) where all segments share a stock. Counts are
whole when sampled. Flows of a step are written by one mechanism each, in the order of
`registry.MECHANISMS`, and are nil where nothing moved.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dealsim.engine.clock import Step
from dealsim.engine.context import Context
from dealsim.engine.draws import Array


def _nil() -> Array:
    """Nothing, in every trial."""
    return np.zeros((1, 1, 1))


def _nil_in_both() -> Array:
    """Nothing, in the world with the deal and in the one without."""
    return np.zeros((1, 2, 1))


@dataclass
class State:
    """Stocks by their owners.

    sell: `sold`, all vouchers that the campaign sells; `to_issue`, those of them not issued yet;
    `placed`, those whose buyers are known by segment (all at sale close); `bought`, buyers by
    segment as an audience has them from the opening; `newcomers_left`, those of each market who
    have not bought yet, (1, market, trial);
    `refunders`, all who will want their money back, known from sale close; `refunded` to date.

    hold: `holding`, vouchers of customers who never tried; `holding_again`, uses of those who were
    turned away in time and came under the late rule; `ended`, all uses whose fate is known.

    packs: holders of packs begun, by the number of uses made (`Packs.rows`): `going_on`, those who
    will use it again, and `left_off`, those who will not before it expires.

    serve: `waiting_in_time` and `waiting_late`, uses turned away, which wait for a place.

    returns: `regulars` (rate form); `won`, returners to date (other forms); `visits_due` and
    `worth_due`, visits and lifetime margins of
    returners still to come (count and worth forms).

    pay: `due` and `paid`, remittance in instalments to date; `payable`, what falls due under
    pay-on-redemption, by day.

    service: what people will do because of what they saw or were told. Of both worlds, (1, 2,
    trial): `unmade`, visits that will not be made, and `kept_visits`, those that would not, but for
    an answer; `viral` posts remembered. Of the world with the deal, (1, 1, trial): `brought`,
    newcomers who will come, and `brought_again`, their later visits; `unanswered` complaints.

    rating: `reviews`, and the `stars` they add up to, of both worlds.

    unclaimed: `handed_over`, vouchers for which the state has been paid, less those claimed back.
    """

    # (campaign, 1, trial)
    sold: Array
    to_issue: Array
    placed: Array
    refunders: Array
    refunded: Array
    due: Array
    paid: Array
    handed_over: Array
    ended: Array
    # (campaign, segment, trial)
    holding: Array
    holding_again: Array
    waiting_in_time: Array
    waiting_late: Array
    regulars: Array
    visits_due: Array
    worth_due: Array
    bought: Array
    won: Array
    # (1, market, trial)
    newcomers_left: Array
    # (campaign, segment x uses made, trial)
    going_on: Array
    left_off: Array
    payable: dict[int, Array] = field(init=False, default_factory=dict)
    # optional sections
    unmade: Array = field(init=False, default_factory=_nil_in_both)
    kept_visits: Array = field(init=False, default_factory=_nil_in_both)
    viral: Array = field(init=False, default_factory=_nil_in_both)
    brought: Array = field(init=False, default_factory=_nil)
    brought_again: Array = field(init=False, default_factory=_nil)
    unanswered: Array = field(init=False, default_factory=_nil)
    reviews: Array = field(init=False, default_factory=_nil_in_both)
    stars: Array = field(init=False, default_factory=_nil_in_both)

    @classmethod
    def empty(cls, context: Context) -> State:
        """The state before anything was sold."""
        together, apart = context.zeros_together(), context.zeros()
        audience = context.parameters.audience
        left = np.zeros((1, 1, 1)) if audience is None else whole_people(context, "newcomers")
        rows = len(context.parameters.segments) * (int(context.parameters.deal.uses.max()) - 1)
        begun = np.zeros((len(apart), rows, context.trials))
        return cls(*[together] * 9, *[apart] * 9, *[left], *[begun] * 2)

    def held(self, uses: Array) -> Array:
        """Uses of the vouchers issued whose fate was open when the step began, or after the last
        one, (campaign, 1, trial); `uses` are those of one voucher."""
        return (self.sold - self.to_issue) * uses - self.ended


def whole_people(context: Context, kind: str) -> Array:
    """Subscribers of a kind by market, (1, market, trial): whole people where counts are whole
    (eq. 13.1)."""
    audience = context.parameters.audience
    assert audience is not None
    people = audience.reached[kind]
    shape = (1, people.shape[1], context.trials)
    return np.broadcast_to(np.floor(people + 0.5) if context.whole else people, shape)


@dataclass
class Flows:
    """What one step moves.

    sell: `issued`, `refunded` (campaign, 1, trial); `new_holders`, buyers who keep their vouchers,
    at sale close.
    redeem: first attempts of holders, `again_late` of uses that were turned away in time.
    packs: `tries_*`, all uses tried for the first time: those of holders who begin, and of packs
    begun; `rest_cashed` and `rest_lapsed`, uses left of packs begun.
    regulars: `staying`; `visits_happening` and `worth_happening` of those due; `regular_visits`,
    visits of those who were there when the step began, before and, after serve, behind the door;
    `visits_mean`, their mean where joiners' visits are drawn with them.
    word_of_mouth: `trade`, visits that ordinary trade wants in both worlds, (1, 2, trial), None
    where it draws none; of what waited, what falls due: `unmade`, `kept_visits`, `brought`,
    `brought_again`; `more_again`, later visits of those brought.
    serve: `own_served`, visits of ordinary trade served, and `load`, demand by places, of both
    worlds; `holders_away`, turned away; `anyway`, uses tried first that replace a full-price visit;
    `served_*`;
    `expired_waiting`, who waited in vain until expiry.
    service: `put_off`, of those served who do not come back, and `regulars_leaving`; reviews:
    `bad_reviews` of both worlds, `voucher_reviews` and `other_reviews`.
    returns: `returning_spent`.
    unclaimed: `cashing`, holders who never tried and take cash; `cashed_out`, all uses so ended.
    hold: `lapsed`.

    Fates are told in uses, issues and refunds in vouchers; `uses` is how many one has.
    """

    step: Step
    uses: Array
    issued: Array
    refunded: Array
    new_holders: Array
    first_in_time: Array
    first_late: Array
    again_late: Array
    tries_in_time: Array
    tries_late: Array
    rest_cashed: Array
    rest_lapsed: Array
    staying: Array
    visits_happening: Array
    worth_happening: Array
    regular_visits: Array
    visits_mean: Array
    anyway: Array
    served_in_time: Array
    served_late: Array
    expired_waiting: Array
    cashing: Array
    cashed_out: Array
    lapsed: Array
    trade: Array | None = None
    unmade: Array = field(init=False, default_factory=_nil_in_both)
    kept_visits: Array = field(init=False, default_factory=_nil_in_both)
    brought: Array = field(init=False, default_factory=_nil)
    brought_again: Array = field(init=False, default_factory=_nil)
    more_again: Array = field(init=False, default_factory=_nil)
    own_served: Array = field(init=False, default_factory=_nil_in_both)
    load: Array = field(init=False, default_factory=_nil_in_both)
    holders_away: Array = field(init=False, default_factory=_nil)
    put_off: Array = field(init=False, default_factory=_nil)
    regulars_leaving: Array = field(init=False, default_factory=_nil)
    bad_reviews: Array = field(init=False, default_factory=_nil_in_both)
    voucher_reviews: Array = field(init=False, default_factory=_nil)
    other_reviews: Array = field(init=False, default_factory=_nil)
    returning_spent: Array = field(init=False, default_factory=_nil)

    @classmethod
    def begin(cls, context: Context, step: Step) -> Flows:
        together, apart = context.zeros_together(), context.zeros()
        uses = context.parameters.deal.uses
        return cls(step, uses, together, together, *[apart] * 20)

    @property
    def ended(self) -> Array:
        """Uses whose fate fell in this step, but for lapses, (campaign, 1, trial)."""
        fates = self.served_in_time + self.served_late + self.cashed_out
        return fates.sum(axis=1, keepdims=True) + self.refunded * self.uses
