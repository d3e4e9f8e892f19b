"""The curves of redemption at days whose values are worked out by hand (docs/model.md, 5)."""

from __future__ import annotations

from math import exp2, inf

import numpy as np
import pytest

from dealsim.engine import MeanDraws, build_clock
from dealsim.engine.curves import RedemptionCurves, conditional, hazard, part_before
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN, context_of

TERMS: dict[str, object] = {
    "redemption.half_life": "60 days",
    "redemption.rush": "{share: 30%, last: 2 weeks}",
    "redemption.late": "{share: 40%, half_life: 30 days}",
}
"""Sale close on day 3, expiry 120 days later, on day 123."""


def curves_of(scenario: MakeScenario, **overrides: object) -> RedemptionCurves:
    made = scenario(PLAIN, TERMS | {k.replace("__", "."): v for k, v in overrides.items()})
    return context_of(made, MeanDraws(), build_clock((made,))).curves


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (0, 0.0),
        (3, 0.0),
        # half of the two half-lives: (1 - 1/2) / (1 - 1/4) of the wave, nothing of the rush
        (63, 0.7 * 2 / 3),
        (109, 0.7 * (1 - exp2(-106 / 60)) / 0.75),
        # half of the last two weeks: a quarter of the rush
        (116, 0.7 * (1 - exp2(-113 / 60)) / 0.75 + 0.3 / 4),
        (123, 1.0),
        (500, 1.0),
    ],
)
def test_redemptions_in_time(day: int, share: float, scenario: MakeScenario) -> None:
    """A wave that falls off by half each 60 days, and a rush at the end (5.2)."""
    assert curves_of(scenario).in_time(day) == pytest.approx(share)


@pytest.mark.parametrize(
    ("day", "share"), [(0, 0.0), (123, 0.0), (153, 0.5), (183, 0.75), (213, 0.75), (inf, 0.75)]
)
def test_late_presentations_stand_still_at_the_lapse(
    day: float, share: float, scenario: MakeScenario
) -> None:
    """Half of them each 30 days from expiry on; the right lapses on day 183 (5.5)."""
    assert curves_of(scenario, deal__paid_value_expires="180 days").late_by(day) == share


def test_what_never_lapses_comes_in_the_end(scenario: MakeScenario) -> None:
    assert curves_of(scenario).late_by(inf) == 1.0
    assert not curves_of(scenario, deal__after_expiry="nothing").late.any()


def test_chances_between_two_days() -> None:
    """40 % ever come; of those left when a quarter of these have, the next half is 0.2 / 0.9; where
    another 10 % leave for something else at the same times, 0.2 / 0.875 (5.3, 5.6)."""
    share, before, after = (np.full((1, 1, 1), x) for x in (0.4, 0.25, 0.75))
    assert conditional(share, before, after) == pytest.approx(0.2 / 0.9)
    assert hazard(share * (after - before), 1 - (share + 0.1) * before) == pytest.approx(
        0.2 / 0.875
    )
    one, none = np.ones((1, 1, 1)), np.zeros((1, 1, 1))
    assert conditional(one, one, one) == 0.0, "nobody is left"
    assert conditional(one, before, one) == 1.0
    assert part_before(none, before, after) == pytest.approx(1 / 3)
    assert part_before(before, before, before) == 0.0
