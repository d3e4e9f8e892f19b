"""Decisions about a business with several optional sections at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dealsim import decisions
from tests.combinations import SECTIONS, covering, text_with
from tests.conftest import MakeScenario

ALTERNATIVES = """\
alternatives:
  adverts:
    spend: 1500
    new_customers: 10 to 40
    returns: {chance: 40%, visits: 3, after: 4 months, spend: 55}
  sale:
    spend: 50
    new_customers: 20 to 30
    discount: 50%
    ordinary_visits: 20 to 40
    returns: {chance: 15% to 35%, visits: 3, after: 4 months, spend: 17}
"""
ALL = tuple(name for name in SECTIONS if name != "places")
SMALL: dict[str, Any] = {"trials": 150, "seed": 2, "workers": 1}

pytestmark = pytest.mark.usefixtures("small_chunks")


@pytest.mark.parametrize("sections", covering(2), ids="+".join)
def test_compared_and_swept(sections: tuple[str, ...], scenario: MakeScenario) -> None:
    made = scenario(text_with(sections) + ALTERNATIVES)
    found = decisions.compare({"as it is": made, "few": made.with_({"deal.cap": 30})}, **SMALL)
    names = {option.name for option in found.options}
    assert {"as it is", "few", "adverts", "sale"} <= names
    for difference in found.differences():
        assert np.isfinite(difference.values).all(), difference
    axes = [decisions.parse_axis("platform.commission=30%,50%")]
    swept = decisions.sweep({"it": made}, axes, trials=150, seed=2)
    cheap, dear = (row["incremental_profit_mean"] for row in swept.rows)
    assert isinstance(cheap, float) and isinstance(dear, float) and cheap > dear


@pytest.mark.parametrize(
    "sections",
    [ALL, ("campaigns",), ("audience", "campaigns", "unclaimed"), ("service", "places", "packs")],
    ids="+".join,
)
def test_sensitivity_tells_the_inputs_of_every_deal(
    sections: tuple[str, ...], scenario: MakeScenario
) -> None:
    made = scenario(text_with(sections))
    found = decisions.sensitivity(made, most=2, **SMALL)
    paths = {one.path for one in found.inputs}
    uncertain = {path for path, value in made.numbers().items() if not value.is_constant}
    assert uncertain <= paths
    own = {path for path in paths if path.startswith("campaigns.")}
    assert own == ({"campaigns.2.platform.commission"} if "campaigns" in sections else set())
    for one in found.inputs:
        assert np.isfinite(one.means).all() and one.values[0] < one.values[-1], one.path
    assert sum(len(one.means) > 0 for one in found.inputs) == 2


def test_terms_of_everything_at_once(scenario: MakeScenario) -> None:
    made = scenario(text_with(ALL))
    found = decisions.breakeven(made, "platform.commission", **SMALL)
    assert found.status in ("found", "none", "many")
    best = decisions.optimize(made, [decisions.parse_over("platform.commission=30%:50%")], **SMALL)
    assert best.best is None or best.best.values["platform.commission"] == pytest.approx(0.3)
