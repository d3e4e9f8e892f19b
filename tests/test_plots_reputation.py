"""The picture of what a crowd does: only where there is one, and its words are its figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dealsim
from dealsim.output.run import plots
from dealsim.output.run.plots import reputation
from dealsim.results import Result
from tests.conftest import MakeScenario
from tests.engine.library import MIXED
from tests.engine.test_against_per_customer import SHORT
from tests.engine.test_crowd import RATING, SERVICE
from tests.output_fakes import texts


def run(scenario: MakeScenario, terms: dict[str, Any], **how: Any) -> Result:
    return dealsim.simulate(scenario(MIXED, {**SHORT, **terms}), trials=300, seed=3, **how)


def test_only_where_there_is_a_crowd(scenario: MakeScenario) -> None:
    always = tuple(name for name in plots.PLOTS if name not in ("campaigns", "reputation"))
    assert plots.plots_of(run(scenario, {})) == always
    assert plots.plots_of(run(scenario, SERVICE)) == (*always, "reputation")


@pytest.mark.parametrize("expected", [False, True])
@pytest.mark.parametrize("rated", [False, True])
def test_its_words_are_its_figures(expected: bool, rated: bool, scenario: MakeScenario) -> None:
    found = run(scenario, {**SERVICE, **(RATING if rated else {})}, expected=expected)
    figure = plots.draw(found, "reputation")
    words = " ".join(text.get_text() for text in texts(figure)).replace("\n", " ")
    moved = float(np.median(found.timeline["trade_change"].sum(axis=0)))
    assert f"{round(abs(moved), 1):g} visit" in reputation.title(found)
    assert ("costs" if moved < 0 else "brings") in reputation.title(found)
    stars = f"{found.metrics['rating_at_horizon'].mean():.2f}" if rated else "kept by an answer"
    assert stars in words
    boxes = [text.get_window_extent() for text in texts(figure)]
    width, height = figure.get_size_inches() * figure.dpi
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= width and b.y1 <= height for b in boxes)


def test_nothing_happens_where_nothing_fails(scenario: MakeScenario) -> None:
    quiet = {
        **SERVICE,
        "business.capacity_per_week": 1000,
        "service.posts": "{negative: 60%, positive: 0%, review_share: 50%}",
    }
    found = run(scenario, quiet)
    assert "changes nothing" in reputation.title(found)
    plots.draw(found, "reputation")


@pytest.mark.parametrize(("days", "apart"), [("122 days", False), ("135 days", True)])
def test_a_few_days_are_shown_with_the_month_before(
    days: str, apart: bool, scenario: MakeScenario
) -> None:
    """Of two days' visits one more or less looks like a great change."""
    found = run(scenario, {**SERVICE, "horizon": days})
    ends, shown = found.month_ends, reputation.days_of(found)
    assert shown[-1] == ends[-1] and (ends[-2] in shown) == apart
    moved = reputation.change(found)
    assert len(moved) == len(shown) - 1
    usual = found.timeline["ordinary_visits_without_deal"].mean(axis=1)
    held = usual if apart else np.append(usual[:-2], usual[-2:].sum())
    total = (moved * held[:, np.newaxis]).sum(axis=0) / 100
    np.testing.assert_allclose(total, found.timeline["trade_change"].sum(axis=0), atol=1e-9)


def test_a_post_that_everybody_reads_is_told(scenario: MakeScenario) -> None:
    """With its chance and what it costs then, where there are futures enough to say so."""
    found = run(scenario, SERVICE)
    told = found.summary()["viral_post"]
    lost = found.metrics["viral_loss"]
    assert told["probability"] == np.mean(lost > 0) and told["futures"] > 10
    assert told["mean_loss"] == lost[lost > 0].mean()
    assert any("read by everybody" in one for one in found.summary()["verdict_sentences"])
    rare = run(scenario, {**SERVICE, "service.viral": "{chance: 0%, loss: 30%, weeks: 4}"})
    assert rare.summary()["viral_post"]["futures"] == 0
    assert not any("everybody" in one for one in rare.summary()["verdict_sentences"])
