"""How visits go in a crowd, who complains, who is kept, and who tells (docs/model.md, 12)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealsim.engine.both import WITH, WITHOUT, BothWorlds, allocate, both
from dealsim.engine.context import Context
from dealsim.engine.crowd import FEEDBACK_LIMIT, ServiceParameters, feedback
from dealsim.engine.draws import ALL, Array, Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import Flows, State


@dataclass(frozen=True)
class _Outcome:
    """What became of a step's failures, (1, 2, trial): `seen` complaints, customers `kept`."""

    failures: Array
    complaints: Array
    seen: Array
    kept: Array


class ServiceMechanism:
    """Visits go wrong the more often the fuller the place is, with the deal and without. Some
    complain, some of these are answered and kept; the others stay away, and some of them tell
    (eq. 12.2 to 12.11)."""

    def __init__(self, context: Context) -> None:
        self._context, parameters = context, context.parameters
        self._service = service = parameters.section("service", ServiceParameters)
        self._anyway = parameters.customers.would_have_come
        rate = [form == "rate" for form in parameters.returns.forms]
        self._rate = np.array(rate).reshape(1, -1, 1)
        self._trial = np.zeros((1, 1, context.trials))
        if service is not None:
            phi = np.maximum(feedback(parameters, service), 1e-300)
            self._visitors = service.visitors * np.minimum(1.0, FEEDBACK_LIMIT / phi)
            self._keep = service.keep

    def step(self, state: State, flows: Flows, draws: Draws, recorder: Recorder) -> None:
        service = self._service
        if service is None or flows.trade is None:
            return
        worlds = BothWorlds(draws)
        served = flows.served_in_time + flows.served_late
        crowded = service.per_overload * np.maximum(0.0, flows.load - service.from_load)
        chance = np.minimum(crowded, 1.0 - service.base) + self._pair(self._trial)
        own = worlds.binomial("own failures", flows.own_served, chance)
        holders = draws.binomial("voucher failures", served, chance[:, WITH])
        regulars = draws.binomial("regular failures", flows.regular_visits, chance[:, WITH])
        groups = own[:, WITH], _one(flows.holders_away), _one(holders), _one(regulars)
        visits = flows.own_served + self._pair(_one(served + flows.regular_visits), 0.0)
        usual = self._usual(
            worlds, visits, both(own[:, WITH] + groups[2] + groups[3], own[:, WITHOUT]), chance
        )
        crowd = both(groups[0] + groups[1] + groups[2] + groups[3], own[:, WITHOUT])
        outcome = self._answer(worlds, "crowd", crowd, service.complain)
        kept_own = self._who_is_kept(flows, draws, groups, holders, regulars, outcome)
        self._stay_away(state, flows, worlds, own - kept_own, kept_own, outcome)
        good = served - holders, flows.regular_visits - regulars
        self._praise(state, flows, draws, good)
        self._report(state, flows, draws, recorder, (outcome, usual))

    def _pair(self, with_deal: Array, without: Array | float = 0.0) -> Array:
        return both(with_deal, without + self._trial)

    def _usual(self, worlds: BothWorlds, visits: Array, failed: Array, chance: Array) -> _Outcome:
        """What goes wrong on a quiet day too: it costs, and changes nothing else (eq. 12.3)."""
        assert self._service is not None
        left = 1.0 - chance
        base = np.divide(self._service.base, left, out=np.zeros_like(left), where=left > 0)
        # only who complains matters, so that failures need no draw of their own
        chance = np.minimum(1.0, base) * self._service.complain
        return self._answer(worlds, "usual", visits - failed, chance)

    def _answer(self, worlds: BothWorlds, which: str, failures: Array, complain: Array) -> _Outcome:
        """Complaints, those seen, and customers kept (eq. 12.4)."""
        service = self._service
        assert service is not None
        complaints = worlds.binomial(f"{which} complaints", failures, complain)
        seen = worlds.binomial(f"{which} seen", complaints, service.listen)
        return _Outcome(
            failures, complaints, seen, worlds.binomial(f"{which} kept", seen, self._keep)
        )

    def _who_is_kept(
        self,
        flows: Flows,
        draws: Draws,
        groups: tuple[Array, Array, Array, Array],
        holders: Array,
        regulars: Array,
        outcome: _Outcome,
    ) -> Array:
        """Divide those kept at random among all who failed (eq. 12.5): voucher holders not kept do
        not come back, regulars not kept leave. Returns those of ordinary trade."""
        kept, rest = outcome.kept[:, WITH], outcome.failures[:, WITH]
        parts: list[Array] = []
        for name, group in zip(("own", "away", "vouchers"), groups[:3], strict=True):
            rest = rest - group
            part = draws.of(ALL).hypergeometric(f"kept {name}", group, rest, kept)
            parts.append(part)
            kept = kept - part
        names = self._context.parameters.segments
        flows.put_off = holders - allocate(draws, names, "kept voucher", holders, parts[2])
        leaving = regulars - allocate(draws, names, "kept regular", regulars, kept)
        flows.regulars_leaving = np.where(self._rate, leaving, 0.0)
        return both(parts[0], outcome.kept[:, WITHOUT])

    def _stay_away(
        self,
        state: State,
        flows: Flows,
        worlds: BothWorlds,
        lost_own: Array,
        kept_own: Array,
        outcome: _Outcome,
    ) -> None:
        """Visits that the disappointed, and those whom they tell, will not make (eq. 12.6 to
        12.8)."""
        service = self._service
        assert service is not None
        posts = worlds.binomial("bad posts", outcome.failures - outcome.kept, service.negative)
        flows.bad_reviews = worlds.binomial("bad reviews", posts, service.review_share)
        told = (posts - flows.bad_reviews) * self._visitors * service.bad_to_good
        unmade = worlds.poisson("own unmade", lost_own * service.own_visits)
        unmade = unmade + worlds.poisson("deterred", told)
        state.unmade = state.unmade - flows.unmade + unmade
        kept = worlds.poisson("visits of those kept", kept_own * service.own_visits)
        state.kept_visits = state.kept_visits - flows.kept_visits + kept
        weeks = np.where(service.viral_weeks > 0, service.viral_weeks, 1e-9)
        lasting = np.exp(-flows.step.days / 7.0 / weeks)
        state.viral = worlds.binomial("still viral", state.viral, lasting) + worlds.binomial(
            "goes viral", posts, service.viral_chance
        )

    def _praise(self, state: State, flows: Flows, draws: Draws, good: tuple[Array, Array]) -> None:
        """Posts of those whom the deal brought, and customers whom these bring (eq. 12.9)."""
        service = self._service
        assert service is not None
        together, (holders, regulars) = draws.of(ALL), good
        chance = service.positive * (1.0 - self._anyway)
        by_holders = _one(draws.binomial("voucher praise", holders, chance))
        others = _one(regulars) + flows.brought + flows.brought_again
        by_others = together.binomial("praise", others, service.positive)
        flows.voucher_reviews = together.binomial(
            "voucher reviews", by_holders, service.review_share
        )
        flows.other_reviews = together.binomial("other reviews", by_others, service.review_share)
        shared = by_holders + by_others - flows.voucher_reviews - flows.other_reviews
        coming = together.poisson("newcomers", shared * self._visitors)
        state.brought = state.brought - flows.brought + coming
        state.brought_again = state.brought_again - flows.brought_again + flows.more_again

    def _report(
        self,
        state: State,
        flows: Flows,
        draws: Draws,
        recorder: Recorder,
        outcomes: tuple[_Outcome, _Outcome],
    ) -> None:
        """Costs of both worlds (eq. 12.16), and counts of the world with the deal."""
        service, (crowd, usual) = self._service, outcomes
        assert service is not None
        seen, kept = crowd.seen + usual.seen, crowd.kept + usual.kept
        cost = seen * service.minutes / 60.0 * service.wage + kept * service.compensation
        recorder.add("service_cost", self._first(cost[:, WITH] - cost[:, WITHOUT]))
        days, mean = flows.step.days, np.maximum(service.within, 1e-9)
        old = draws.of(ALL).binomial("answered", state.unanswered, -np.expm1(-days / mean))
        soon = 1.0 + mean / days * np.expm1(-days / mean)
        new = draws.of(ALL).binomial("answered at once", seen[:, WITH], soon)
        state.unanswered = state.unanswered + seen[:, WITH] - old - new
        for name, number in (
            ("failures", crowd.failures[:, WITH]),
            ("failures_without_deal", crowd.failures[:, WITHOUT]),
            ("complaints", (crowd.complaints + usual.complaints)[:, WITH]),
            ("complaints_seen", seen[:, WITH]),
            ("complaints_answered", old + new),
            ("customers_kept", crowd.kept[:, WITH]),
            ("customers_lost", (crowd.failures - crowd.kept)[:, WITH]),
        ):
            recorder.add(name, self._first(number))

    def _first(self, amount: Array) -> Array:
        """Book what belongs to all campaigns together on the first one."""
        out = self._context.zeros_together()
        out[:1] = amount
        return out


def _one(amount: Array) -> Array:
    """The sum over campaigns and segments, axes kept."""
    return np.asarray(amount.sum(axis=(0, 1), keepdims=True))
