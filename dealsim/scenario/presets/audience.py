"""What an audience says in place of demand and shares, at the means of its numbers.

The simulation draws sales from the audience itself; what stands here is for pages, checks and the
update by a register, which ask how many may buy and who.
"""

from __future__ import annotations

from dataclasses import replace

from dealsim.scenario.language.node import Node, Source, from_plain, merge, with_data_file
from dealsim.scenario.model.audience import ON_CREDIT, SEGMENT_OF
from dealsim.scenario.model.fields import Reading
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.defaults import default
from dealsim.scenario.presets.kinds import Kind
from dealsim.uncertain import COUNT, NONNEGATIVE, NUMBER, POSITIVE_MONEY, SHARE, ValueProblems
from dealsim.uncertain.field import Field
from dealsim.units import plain_number

_DEFAULTS = {
    "novelty": "100%",
    "competing_deals": {"count": 0, "effect": 0},
    "discount_elasticity": 0,
    "reference_discount": "50%",
    "referral_credit": 0,
}
_MARKET = {"existing": 0}
_SAID = "as many as the audience buys on average"


def with_audience(tree: Node, reading: Reading) -> Node:
    """The tree with what an audience leaves out, and with demand and shares as it makes them."""
    audience = tree.get("audience")
    if audience is None or audience.mapping is None:
        return tree
    shape, source = scenario_shape().fields["audience"], Source("default")
    filled = merge(from_plain(_DEFAULTS, source), audience, shape)
    filled = replace(filled, key=audience.key)
    markets = filled.get("markets")
    if markets is not None and markets.mapping is not None:
        item = shape.fields["markets"].item
        assert item is not None
        each = {
            name: replace(merge(from_plain(_MARKET, source), market, item), key=market.key)
            for name, market in markets.mapping.items()
        }
        filled = filled.put("markets", markets.with_entries(each))
    tree = tree.put("audience", filled)
    numbers = _Means(tree, reading)
    return _with_shares(_with_demand(tree, sum(numbers.buyers().values())), numbers.buyers())


def with_credit(tree: Node, kind: Kind) -> Node:
    """With the segment of those who pay with credit, where an audience has any: bargain hunters who
    spend nothing on top and do not come back, where the owner says nothing else of them."""
    stated, name = tree.get("audience", "referral_credit"), SEGMENT_OF["hunters"]
    customers, hunters = tree.get("customers"), tree.get("customers", name)
    if stated is None or customers is None or hunters is None:
        return tree
    preset, shape = kind.tree.get("customers", name), scenario_shape().at(("customers", name))
    if preset is not None:
        hunters = replace(merge(preset, hunters, shape), key=hunters.key)
    if hunters.mapping is None or ON_CREDIT in customers.entries:
        return tree
    nil = from_plain({"chance": 0, "amount": 0, "cv": 0}, Source("default"))
    kept = {k: v for k, v in hunters.entries.items() if k not in ("bill", "returns", "overspend")}
    segment = hunters.with_entries(kept | {"overspend": nil})
    return tree.put("customers", customers.put(ON_CREDIT, segment))


def _with_demand(tree: Node, demand: float) -> Node:
    deal, audience = tree.get("deal"), tree.get("audience")
    stated = tree.get("deal", "demand")
    assert audience is not None
    # an audience takes the place of the demand of a file that is extended
    idle = ("default",) if audience.origin == "extends" else ("default", "extends")
    if deal is None or deal.mapping is None or (stated is not None and stated.origin not in idle):
        return tree
    return tree.put("deal", deal.put("demand", _derived(demand, plain_number(round(demand, 1)))))


def _with_shares(tree: Node, buyers: dict[str, float]) -> Node:
    customers, total = tree.get("customers"), sum(buyers.values())
    if customers is None or customers.mapping is None:
        return tree
    filled = {}
    for name, segment in customers.mapping.items():
        share = buyers.get(name, 0.0) / total if total > 0 else 1.0 / len(customers.mapping)
        text = f"{100 * share:.3g}%"
        filled[name] = segment.put("share", _derived(share, text)) if segment.mapping else segment
    return tree.put("customers", customers.with_entries(filled))


def _derived(value: float, text: str) -> Node:
    return replace(default(value), text=f"{text} ({_SAID})")


class _Means:
    """The numbers of an audience at their means; what is missing or wrong counts as nil, and is
    reported where it stands."""

    def __init__(self, tree: Node, reading: Reading) -> None:
        self._tree, self._reading = tree, reading

    def buyers(self) -> dict[str, float]:
        """Buyers by segment on average in a first deal, before the cap (docs/model.md, 13.8)."""
        found = dict.fromkeys((*SEGMENT_OF.values(), ON_CREDIT), 0.0)
        count, effect = ("competing_deals.count", COUNT), ("competing_deals.effect", NONNEGATIVE)
        rivals = 1.0 + self._of(*count) * self._of(*effect)
        for market in self._offered():
            subscribers = self._of(f"markets.{market}.subscribers", COUNT)
            reached = {
                "hunters": subscribers * self._of(f"markets.{market}.hunters", SHARE),
                "newcomers": subscribers * self._of(f"markets.{market}.fit", SHARE),
                "existing": self._of(f"markets.{market}.existing", COUNT),
            }
            for kind, people in reached.items():
                chance = self._of(f"buy.{kind}", SHARE) * self._depth(kind) / rivals
                found[SEGMENT_OF[kind]] += people * min(1.0, chance)
        credit = self._of("referral_credit", SHARE)
        hunters = found[SEGMENT_OF["hunters"]]
        found[ON_CREDIT] = hunters * credit
        found[SEGMENT_OF["hunters"]] = hunters * (1.0 - credit)
        return found

    def _offered(self) -> list[str]:
        markets = self._tree.get("audience", "markets")
        known = list(markets.entries) if markets is not None else []
        listed = self._tree.get("audience", "offered_in")
        if listed is None:
            return known
        chosen = [one.value for one in listed.items] if listed.items else [listed.value]
        return [name for name in known if name in chosen]

    def _depth(self, kind: str) -> float:
        """The discount beside that of reference, to the power of the elasticity."""
        price = self._mean(self._tree.get("deal", "price"), POSITIVE_MONEY)
        face = self._mean(self._tree.get("deal", "face_value"), POSITIVE_MONEY)
        usual, power = (
            self._of("reference_discount", SHARE),
            self._of("discount_elasticity", NUMBER),
        )
        own = self._tree.get("audience", "hunters_elasticity")
        if kind == "hunters" and own is not None:
            power = self._mean(own, NUMBER)
        if not (price and face and usual and power):
            return 1.0
        return float((max(1.0 - price / face, 1e-3) / usual) ** power)

    def _of(self, path: str, field: Field) -> float:
        return self._mean(self._tree.get("audience", *path.split(".")), field)

    def _mean(self, node: Node | None, field: Field) -> float:
        if node is None:
            return 0.0
        try:
            return self._reading.parse(with_data_file(node, None).plain(), field).mean()
        except ValueProblems:
            return 0.0
