"""Optional sections together, as any owner may write them: each choice is refused at a line, or
runs in every interpreter with the identities of section 11 (checked around every chunk) and finite
results."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import dealsim
from dealsim.results import Result
from dealsim.scenario import Scenario, check, dump, explain, load
from dealsim.simulation import simulate_paired
from tests.combinations import SECTIONS, covering, text_with
from tests.conftest import MakeScenario

UNDEFINED = {"payback_days", "cost_per_new_regular", "liability_at_expiry"}
"""What may have no value (docs/model.md, 14)."""

pytestmark = pytest.mark.usefixtures("small_chunks")


def assert_finite(found: Result) -> None:
    for name, values in found.metrics.items():
        assert name in UNDEFINED or np.isfinite(values).all(), name
    for name, values in found.timeline.items():
        assert np.isfinite(values).all(), name
    json.dumps(found.summary(), allow_nan=False)


def assert_parts_sum(found: Result, several: bool) -> None:
    """Own profits of several campaigns add up to the whole (13.9)."""
    if several:
        total = sum(own["incremental_profit"] for own in found.by_campaign)
        np.testing.assert_allclose(total, found.metrics["incremental_profit"], atol=1e-6)


@pytest.mark.parametrize("sections", covering(3), ids="+".join)
def test_every_three_sections_together(sections: tuple[str, ...], scenario: MakeScenario) -> None:
    made = scenario(text_with(sections))
    expected = dealsim.simulate(made, expected=True)
    sampled = dealsim.simulate(made, trials=150, seed=3, workers=1)
    for found in (expected, sampled):
        assert_finite(found)
        assert_parts_sum(found, "campaigns" in sections)
        assert found.metrics["vouchers_sold"].max() > 0
    for name, section in (
        ("failures", "service"),
        ("reviews", "rating"),
        ("engagement_cost", "engagement"),
        ("sold_to_newcomers", "audience"),
    ):
        assert (name in sampled.metrics) == (section in sections)


@pytest.mark.parametrize("sections", covering(2), ids="+".join)
def test_every_two_sections_in_all_else(
    sections: tuple[str, ...], scenario: MakeScenario, tmp_path: Path
) -> None:
    """The file reads back the same, is explained, booked, and paired with itself and another."""
    made = scenario(text_with(sections))
    again = tmp_path / "again.yaml"
    again.write_text(dump(made), encoding="utf-8")
    assert load(again) == made
    assert {row.path for row in explain(made)} >= set(made.numbers())
    _assert_paired(made)
    books = dealsim.liability(made, trials=150, seed=2, workers=1)
    assert len(books.campaigns) == (3 if "campaigns" in sections else 1)
    for cohort in books.campaigns:
        for name, values in cohort.lines.items():
            assert np.isfinite(values).all(), name


def _assert_paired(made: Scenario) -> None:
    cheaper = made.with_({"platform.commission": "30%"})
    base, same, other = simulate_paired([made, made, cheaper], trials=150, seed=2, workers=1)
    for name, values in base.metrics.items():
        np.testing.assert_array_equal(values, same.metrics[name], err_msg=name)
        assert name in UNDEFINED or np.isfinite(other.metrics[name]).all(), name
    # what the platform keeps moves no customer
    for name in ("vouchers_sold", "redeemed_in_time", "new_regulars"):
        np.testing.assert_array_equal(base.metrics[name], other.metrics[name], err_msg=name)
    assert (other.metrics["remittance"] >= base.metrics["remittance"]).all()


@pytest.mark.parametrize(
    ("sections", "key"), [(("rating",), "rating:"), (("rating", "campaigns", "packs"), "rating:")]
)
def test_what_cannot_stand_together_is_refused_once_at_its_line(
    sections: tuple[str, ...], key: str, tmp_path: Path
) -> None:
    file = tmp_path / "refused.yaml"
    file.write_text(text_with(sections), encoding="utf-8")
    _, errors, _ = check(file)
    assert len(errors) == 1 and errors[0].hint
    assert errors[0].line is not None
    assert file.read_text().splitlines()[errors[0].line - 1].startswith(key)


def test_the_choices_cover_all_there_is() -> None:
    assert {name for row in covering(2) for name in row} == set(SECTIONS)
