"""What is wrong about coming back at full price: forms that are mixed, a chance that cannot be."""

from __future__ import annotations

from dealsim.scenario.checks.checking import Checking
from dealsim.scenario.model.customers import Returns, Segment
from dealsim.units import DAYS_PER_MONTH


def check_returns(c: Checking) -> None:
    """Note what segments say of coming back that has no form, or cannot be."""
    for name, segment in c.scenario.customers.items():
        path = f"customers.{name}.returns"
        if segment.returns is not None and _form_of_returns(c, path) == "rate":
            _chance_possible(c, path, segment)


def check_alternatives(c: Checking) -> None:
    """Note what alternatives say of coming back that has no form, and a discount that is none."""
    for name, one in (c.scenario.alternatives or {}).items():
        path = f"alternatives.{name}"
        if one.returns is not None:
            _form_of_returns(c, f"{path}.returns")
        if one.ordinary_visits is not None and one.discount is None:
            c.warn(
                f"{path}.ordinary_visits",
                "without a discount, ordinary_visits change nothing",
                "say how much is taken off, as in discount: 50%",
            )


def _form_of_returns(c: Checking, path: str) -> str | None:
    """Which form returns at a path are written in; None where that has been found fault with."""
    node = c.completed.tree.get(*path.split("."))
    if node is None or node.mapping is None or not c.sound(path):
        return None
    stated = {key for key, inner in node.mapping.items() if inner.origin != "default"}
    forms = Returns.FORMS.chosen(node.mapping)
    if not forms:
        c.error(path, *_no_form(stated))
        return None
    form = "worth" if "worth" in stated else "rate" if "rate" in forms else "count"
    missing = [key for key in _NEEDED[form] if key not in stated]
    extra = sorted(stated & {"spend", "cv"}) if form == "worth" else []
    if missing:
        keys = " and ".join(missing)
        c.error(path, f"returns needs {keys} as well", f"the form is {_FORMS[form]}")
        return None
    if extra:
        c.error(
            f"{path}.{extra[0]}",
            f"{extra[0]} has no place beside worth, which already holds all visits",
            f"the form is {_FORMS[form]}",
        )
        return None
    return form


_FORMS = {
    "rate": "{chance, visits_per_month, stay, spend}",
    "count": "{chance, visits, after, spend}",
    "worth": "{chance, worth, after}",
}
_NEEDED = {"rate": ("visits_per_month", "stay"), "count": ("visits",), "worth": ("worth",)}


def _no_form(stated: set[str]) -> tuple[str, str]:
    forms = ", ".join(_FORMS.values())
    telling = sorted(stated & {"visits_per_month", "stay", "visits", "worth", "after"})
    if not telling:
        return "returns says that they come back but not how often", f"write one of {forms}"
    mixed = " and ".join(telling)
    return f"returns mixes forms: {mixed} do not go together", f"write one of {forms}"


def _chance_possible(c: Checking, path: str, segment: Segment) -> None:
    """chance (1 + vM) / (vM), the share who become regulars, cannot exceed 1."""
    returns = segment.returns
    assert returns is not None
    if returns.visits_per_month is None or returns.stay is None:
        return
    visits = returns.visits_per_month.mean() * returns.stay.mean() / DAYS_PER_MONTH
    regulars = returns.chance.mean() * (1 + visits) / visits
    if regulars > 1:
        most = visits / (1 + visits)
        c.error(
            f"{path}.chance",
            f"a chance of {percent_of(returns.chance.mean())} cannot be: with {visits:.3g} visits "
            f"expected of a regular, {percent_of(regulars)} of all would have to become one",
            f"at most {percent_of(most)} can come back; lengthen stay, raise visits_per_month, "
            "or use {chance, visits, after}",
        )


def percent_of(share: float) -> str:
    return f"{100 * share:.4g} %"
