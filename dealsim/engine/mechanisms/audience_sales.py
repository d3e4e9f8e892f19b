"""Who of an audience buys at a campaign's opening (docs/model.md, 13): a part of `sell`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dealsim.engine.context import Context
from dealsim.engine.draws import ALL, Array, Draws
from dealsim.engine.recorder import Recorder
from dealsim.engine.state import State, whole_people
from dealsim.scenario import ON_CREDIT, SEGMENT_OF

WON = "won"
"""Customers whom earlier campaigns won: existing ones, of no market."""


class AudienceSales:
    """Each person reached buys or does not; the cap takes buyers out at random, and below the
    minimum nothing is sold. Newcomers who bought are gone from the audience of later campaigns,
    and those who still come back count as existing customers."""

    def __init__(self, context: Context) -> None:
        self._context, self._terms = context, context.parameters.deal
        audience = context.parameters.audience
        assert audience is not None
        self._audience = audience
        self._people = {kind: whole_people(context, kind) for kind in ("hunters", "existing")}
        segments = context.parameters.segments
        self._place = {name: segments.index(name) for name in SEGMENT_OF.values()}
        self._credit = segments.index(ON_CREDIT) if ON_CREDIT in segments else None
        self._rate = [form == "rate" for form in context.parameters.returns.forms]

    def sell(
        self, state: State, opening: Array, draws: Draws, recorder: Recorder
    ) -> tuple[Array, Array]:
        """Vouchers sold by campaigns that open, and whether each tipped, (campaign, 1, trial)."""
        context = self._context
        sold, tipped = context.zeros_together(), np.zeros(context.shape_together, dtype=bool)
        for c in np.flatnonzero(opening[:, 0, 0]):
            wanting = self._wanting(state, int(c), draws)
            buyers = self._allowed(wanting, int(c), draws)
            total = _total(buyers)
            reached = total >= _of(self._terms.minimum, int(c))
            buyers = {kind: np.where(reached, number, 0.0) for kind, number in buyers.items()}
            sold[c], tipped[c] = total[0], reached[0]
            self._place_buyers(state, int(c), buyers, draws, recorder)
        return sold, tipped

    def _wanting(self, state: State, c: int, draws: Draws) -> dict[str, Array]:
        """Who wants to buy, by kind and market, and of the customers won (eq. 13.3, 13.5); only
        the campaign's own row is not nil."""
        people = {**self._people, "newcomers": state.newcomers_left}
        by_market = draws.of(self._audience.markets)
        found = {
            kind: by_market.binomial(f"{kind} buy", self._row(people[kind], c), chance)
            for kind, chance in self._audience.chance.items()
        }
        won = self._row(self._won(state, c), c)
        found[WON] = draws.of(ALL).binomial("won buy", won, self._audience.chance_won)
        return {kind: number[c : c + 1] for kind, number in found.items()}

    def _row(self, people: Array, c: int) -> Array:
        """People as an array of all campaigns in which those of one are counted."""
        out = np.zeros((self._context.shape[0], people.shape[1], self._context.trials))
        out[c] = people[0]
        return out

    def _won(self, state: State, c: int) -> Array:
        """Newcomers of earlier campaigns who still come back, (1, 1, trial)."""
        place = self._place[SEGMENT_OF["newcomers"]]
        stock = state.regulars if self._rate[place] else state.won
        return np.asarray(stock[:c, place].sum(axis=0).reshape(1, 1, -1))

    def _allowed(self, wanting: dict[str, Array], c: int, draws: Draws) -> dict[str, Array]:
        """Those of them whom the cap leaves: drawn from all without return (eq. 13.6)."""
        cap = _of(self._terms.cap, c)
        cap = np.floor(cap) if self._context.whole else cap
        left = _total(wanting)
        if (left <= cap).all():
            return wanting
        remaining, found = np.minimum(left, cap), {k: v.copy() for k, v in wanting.items()}
        for kind, place, name in self._cells(wanting):
            group = wanting[kind][:, place : place + 1]
            left = np.maximum(left - group, 0.0)
            taken = self._drawn(draws, f"{kind} within the cap", name, c, (group, left, remaining))
            found[kind][:, place : place + 1] = taken
            remaining = np.maximum(remaining - taken, 0.0)
        return found

    def _cells(self, wanting: dict[str, Array]) -> Iterator[tuple[str, int, str]]:
        """Kind, place on the axis of markets, and name of every group of buyers."""
        for kind in wanting:
            names = ALL if kind == WON else self._audience.markets
            yield from ((kind, place, name) for place, name in enumerate(names))

    def _drawn(
        self, draws: Draws, what: str, name: str, c: int, cells: tuple[Array, Array, Array]
    ) -> Array:
        """Good ones of (good, bad, taken), on the stream of the campaign."""
        good, bad, taken = (self._row(cell, c) for cell in cells)
        found = draws.of((name,)).hypergeometric(what, good, bad, taken)
        return found[c : c + 1] if found.shape[0] > 1 else found

    def _place_buyers(
        self,
        state: State,
        c: int,
        buyers: dict[str, Array],
        draws: Draws,
        recorder: Recorder,
    ) -> None:
        """Buyers by segment (eq. 13.7); newcomers who bought leave the audience (eq. 13.4)."""
        state.newcomers_left = state.newcomers_left - buyers["newcomers"]
        by_kind = {kind: number.sum(axis=1, keepdims=True) for kind, number in buyers.items()}
        by_kind["existing"] = by_kind["existing"] + by_kind.pop(WON)
        added = self._context.zeros()
        for kind, number in by_kind.items():
            added[c, self._place[SEGMENT_OF[kind]]] = number[0, 0]
        if self._credit is not None:
            hunters = self._row(by_kind["hunters"], c)
            credit = draws.of(ALL).binomial("on credit", hunters, self._audience.credit)
            added[c, self._credit] = credit[c if credit.shape[0] > 1 else 0, 0]
            added[c, self._place[SEGMENT_OF["hunters"]]] -= added[c, self._credit]
        state.bought = state.bought + added
        for name, place in (*self._place.items(), (ON_CREDIT, self._credit)):
            if place is not None:
                counted = np.zeros(self._context.shape_together)
                counted[c] = added[c, place]
                recorder.add(f"sold_to_{name}", counted)


def _total(groups: dict[str, Array]) -> Array:
    """All of them, (1, 1, trial)."""
    return np.asarray(sum(number.sum(axis=1, keepdims=True) for number in groups.values()))


def _of(terms: Array, c: int) -> Array:
    """A campaign's own row of what may be alike for all, (1, 1, trial)."""
    row = c if terms.shape[0] > 1 else 0
    return terms[row : row + 1]
