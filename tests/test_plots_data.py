"""The data behind each plot, its title and its marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from dealsim.output.drawing import axes as ax
from dealsim.output.drawing import sheet, style
from dealsim.output.labels import label, plain
from dealsim.output.run import plots
from dealsim.output.run.plots import cash, liability, profit, redemption, waterfall
from dealsim.results import typical_weights
from tests.output_fakes import around, case, make_result, texts, with_metrics

# --- profit --------------------------------------------------------------------------------


def test_histogram_holds_every_future_and_has_an_edge_at_zero() -> None:
    values = np.random.default_rng(1).normal(100, 1000, 5000)
    bins = profit.histogram(values, "CAD")
    assert bins.shares.sum() / 100 + bins.below + bins.above == pytest.approx(1)
    assert np.min(np.abs(bins.edges)) < 1e-9
    loss = bins.shares[bins.edges[:-1] < -1e-9].sum() / 100 + bins.below
    assert loss == pytest.approx(np.mean(values < 0))


def test_histogram_of_far_outliers_keeps_the_bulk_in_sight() -> None:
    values = np.concatenate([np.random.default_rng(1).normal(0, 100, 9999), [1e9]])
    bins = profit.histogram(values, "CAD")
    assert bins.edges[-1] < 1000
    assert 1e-4 <= bins.above < 1e-3


def test_far_tails_leave_the_bulk_its_bars() -> None:
    values = np.random.default_rng(2).lognormal(6, 1.2, 10_000)
    bins = profit.histogram(values, "CAD")
    assert bins.shares.max() < 100 / 3
    assert len(bins.shares) <= 101


def test_what_lies_beyond_the_picture_is_told_at_its_edge() -> None:
    values = np.concatenate(
        [np.random.default_rng(1).normal(0, 100, 9970), [-5e4] * 20, [9e6] * 10]
    )
    result = with_metrics(
        replace(make_result(trials=100), trials=10_000), incremental_profit=values
    )
    words = " ".join(text.get_text() for text in texts(plots.draw(result, "profit")))
    assert "0.2 % further,\n\N{LEFTWARDS ARROW} to -$50,000" in words
    assert "0.1 % further,\nto $9,000,000 \N{RIGHTWARDS ARROW}" in words


def test_amounts_on_an_edge_stay_above_it() -> None:
    values = np.repeat([-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3], 10)
    bins = profit.histogram(values, "CAD")
    assert bins.shares[bins.edges[:-1] < -1e-9].sum() == pytest.approx(100 * 3 / 7)


def test_bins_are_never_finer_than_the_currency() -> None:
    bins = profit.histogram(np.array([0.0, 1.0, 2.0]), "JPY")
    assert np.diff(bins.edges).min() >= 1


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ([-2000, -1200, -1200, 500, 700], "Loses money in 60 % of futures; typically costs $1,200"),
        ([-900, 1200, 1300], "Loses money in 33 % of futures; typically earns $1,200"),
        ([10, 1200, 1300], "Loses money in none of 3 futures; typically earns $1,200"),
        ([-3, -1200, -1300], "Loses money in every future; typically costs $1,200"),
        ([-40, 0, 40], "Loses money in 33 % of futures; typically breaks even"),
        ([7, 7, 7], "In every future, the deal earns $7"),
        ([0.25, 0.25], "In every future, the deal earns $0.25"),
        ([-1200], "In the one future simulated, the deal costs $1,200"),
    ],
)
def test_profit_title(values: list[float], title: str) -> None:
    result = make_result(trials=len(values))
    assert profit.title(with_metrics(result, incremental_profit=np.array(values, float))) == title


def test_profit_marks_median_and_range_and_the_campaign_alone() -> None:
    result = case("usual")
    figure = plots.draw(result, "profit")
    words = [text.get_text() for text in texts(figure)]
    p5, p50, p95 = np.quantile(result.metrics["incremental_profit"], (0.05, 0.5, 0.95))
    assert f"median: {'-' if p50 < 0 else ''}${abs(p50):,.0f}" in words
    spans = [line.get_xdata() for line in figure.axes[0].lines]
    assert any(np.allclose(span, [p5, p95]) for span in spans if np.size(span) == 2)
    share = np.mean(result.metrics["campaign_profit"] < 0)
    note = around(figure)
    assert "(campaign profit) loses money" in note
    assert f"{share * 100:.0f} %" in note
    loss = np.mean(result.metrics["incremental_profit"] < 0)
    assert f"loss: {loss * 100:.0f} %" in words


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        (25, {"loss: 0.3 %", "gain: 99.7 %"}),
        (3755, {"loss: 38 %", "gain: 62 %"}),
        (1, {"loss: <0.1 %", "gain: >99.9 %"}),
        (9999, {"loss: >99.9 %", "gain: <0.1 %"}),
    ],
)
def test_the_shares_of_loss_and_no_loss_make_a_hundred(losses: int, words: set[str]) -> None:
    values = np.where(np.arange(10_000) < losses, -100.0, 100.0)
    result = replace(make_result(trials=100), trials=10_000)
    result = with_metrics(result, incremental_profit=values)
    assert words <= {text.get_text() for text in texts(plots.draw(result, "profit"))}


# --- cash ----------------------------------------------------------------------------------


def test_cash_fan_is_of_the_quantiles() -> None:
    result = case("usual")
    axes = plots.draw(result, "cash").axes[0]
    paths = result.paths["cumulative_cash"]
    days = [day.toordinal() for day in result.path_days]
    median = next(line for line in axes.lines if np.size(line.get_xdata()) == len(days))
    assert np.allclose(median.get_ydata(), np.median(paths, axis=1))
    bands = [c for c in axes.collections if isinstance(c, PolyCollection)]
    wide = np.asarray(bands[0].get_paths()[0].vertices)
    assert wide[:, 1].max() == pytest.approx(np.quantile(paths, 0.95, axis=1).max())
    assert wide[:, 1].min() == pytest.approx(np.quantile(paths, 0.05, axis=1).min())


def test_cash_marks_payouts_and_the_lowest_point_of_the_median() -> None:
    result = case("losses only")
    axes = plots.draw(result, "cash").axes[0]
    wedges = next(line for line in axes.lines if line.get_gid() == "payouts")
    payouts = result.milestones["payouts"]
    assert isinstance(payouts, tuple)
    assert np.asarray(wedges.get_xdata()).tolist() == [day.toordinal() for day in payouts]
    median = np.median(result.paths["cumulative_cash"], axis=1)
    words = [text.get_text() for text in texts(axes.figure)]  # type: ignore[arg-type]
    assert any(f"lowest: -${-median.min():,.0f} on" in text for text in words)


def test_cash_without_payouts_marks_none() -> None:
    axes = plots.draw(case("no payouts"), "cash").axes[0]
    assert not [line for line in axes.lines if line.get_gid() == "payouts"]


@pytest.mark.parametrize(
    ("median", "title"),
    [
        ([0, 10, 20], "Cash typically never falls below zero and ends at $20"),
        ([0, -10, -40], "Cash typically falls to -$40 and does not recover"),
        ([0, -40, 15], "Cash typically falls to -$40 in Apr 2011 and ends at $15"),
    ],
)
def test_cash_title(median: list[float], title: str) -> None:
    result = make_result(trials=2)
    days = (date(2011, 3, 1), date(2011, 4, 1), date(2011, 5, 1))
    paths = {"cumulative_cash": np.repeat(np.array(median, float)[:, None], 2, axis=1)}
    assert (
        cash.title(replace(result, path_days=days, step_ends=frozenset(days), paths=paths)) == title
    )


def test_years_stay_where_months_are_left_out() -> None:
    with style.settings():
        axes = sheet.new_sheet()[1]
        ax.date_axis(axes, date(2011, 3, 1), date(2014, 3, 1))
        axes.set_position((0.3, 0.2, 0.4, 0.6))
        ax.thin_ticks(axes)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert 3 <= len(labels) < 8
    years = [text.partition("\n")[2] for text in labels if "\n" in text]
    assert years == ["2011", "2012", "2013", "2014"][: len(years)] and len(years) >= 3


# --- waterfall -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["usual", "no vouchers", "losses only", "expected"])
def test_waterfall_bars_follow_one_another_to_the_profit(name: str) -> None:
    result = case(name)
    rows = waterfall.bars(result)
    assert rows[-1].name == "incremental_profit"
    running = 0.0
    for row in rows:
        if row.total:
            assert row.start == 0
            assert row.end == pytest.approx(running, abs=1e-6)
        else:
            assert row.start == pytest.approx(running, abs=1e-6)
        running = row.end
    # the typical future is that of the verdict
    assert running == pytest.approx(np.median(result.metrics["incremental_profit"]))
    assert [row.name for row in rows].count("campaign_profit") == 1


def test_waterfall_bars_are_of_the_futures_in_the_middle() -> None:
    """Costs that go with the profit: the mean over all futures would be another amount."""
    result = make_result(trials=2000)
    profit = np.sort(np.random.default_rng(3).lognormal(5, 1, 2000))
    result = with_metrics(
        result,
        **{line.name: np.zeros(2000) for line in result.lines}
        | {"remittance": 3 * profit, "voucher_visit_cost": 2 * profit}
        | {"campaign_profit": profit, "incremental_profit": profit},
    )
    rows = {row.name: row for row in waterfall.bars(result)}
    middle = float(np.median(profit))
    assert rows["incremental_profit"].change == pytest.approx(middle)
    assert rows["remittance"].change == pytest.approx(3 * middle)
    assert rows["voucher_visit_cost"].change == pytest.approx(-2 * middle)
    assert middle < 0.8 * profit.mean()


@pytest.mark.parametrize("values", [[4.0], [0.0, 10.0], [0.0, 0.0, 9.0, 10.0], [1.0] * 7])
def test_the_typical_future_of_a_few_is_at_their_median(values: list[float]) -> None:
    weights = typical_weights(np.array(values))
    assert weights.sum() == pytest.approx(1)
    assert weights @ np.array(values) == pytest.approx(np.median(values))


def test_waterfall_ranges_are_quantiles_of_the_line_and_stand_beside_it() -> None:
    result = case("usual")
    row = next(row for row in waterfall.bars(result) if row.name == "voucher_visit_cost")
    costs = result.metrics["voucher_visit_cost"]
    low, high = -np.quantile(costs, 0.95), -np.quantile(costs, 0.05)
    assert row.p5 == pytest.approx(low)
    assert row.p95 == pytest.approx(high)
    figure = plots.draw(result, "waterfall")
    words = [text.get_text() for text in texts(figure)]
    assert f"-${-low:,.0f} to -${-high:,.0f}" in words
    ends = [np.ptp(np.asarray(line.get_xdata(), float)) for line in figure.axes[0].lines]
    assert not any(ends), "no whiskers: only uprights"


def test_waterfall_names_the_lines_it_leaves_out() -> None:
    result = case("usual")
    assert waterfall.nil_lines(result) == ["fixed_fee", "displaced_margin"]
    note = around(plots.draw(result, "waterfall"))
    assert "Nil in every future: fixed fee, displaced margin." in note
    assert waterfall.nil_lines(case("no vouchers")) == []


def test_waterfall_says_each_line_in_everyday_words_and_by_its_term() -> None:
    words = {text.get_text() for text in texts(plots.draw(case("usual"), "waterfall"))}
    for row in waterfall.bars(case("usual")):
        assert {label(row.name), plain(row.name)} <= words


# --- liability -----------------------------------------------------------------------------


def test_liability_is_live_until_expiry_and_then_not() -> None:
    result = case("usual")
    live, after = liability.parts(result)
    expiry = result.milestones["promo_expiry"]
    assert after is not None
    assert live.days[0] == result.scenario.starts
    assert live.days[-1] == after.days[0] == expiry
    assert after.days[-1] == result.month_ends[-1]
    assert live.fan.p50[0] == 0
    assert live.fan.p50[-1] == after.fan.p50[0]
    sold = np.median(result.metrics["vouchers_sold"]) * 10
    assert live.fan.p50[1] == pytest.approx(sold)
    total = result.timeline["outstanding_after_expiry"]
    assert after.fan.p95[-1] == pytest.approx(np.quantile(total[-1], 0.95))


def test_what_lapses_on_a_day_falls_on_that_day() -> None:
    """Not from there to the next month end: no one can come with it in between."""
    live, after = liability.parts(case("nothing after expiry"))
    assert after is None
    expiry = date(2011, 9, 4)
    at = [place for place, when in enumerate(live.days) if when == expiry]
    assert len(at) == 2
    assert live.fan.p50[at[0]] > 100 and live.fan.p50[at[1]] == 0
    assert not live.fan.p95[at[1] :].any()


def test_liability_ends_some_time_after_all_is_gone() -> None:
    result = case("nothing after expiry")
    last = liability.shown_until(result)
    assert date(2011, 9, 4) < last < date(2011, 12, 31)
    assert "nothing is left" in around(plots.draw(result, "liability"))
    assert liability.shown_until(case("usual")) == case("usual").month_ends[-1]


def test_liability_with_the_horizon_before_expiry_is_all_live() -> None:
    live, after = liability.parts(case("one month"))
    assert after is None
    assert live.days[-1] == date(2011, 4, 1)


def test_liability_that_ends_at_expiry_falls_to_nothing() -> None:
    live, after = liability.parts(case("nothing after expiry"))
    assert after is None
    assert live.fan.p95[-1] == 0
    title = liability.title(case("nothing after expiry"))
    assert title.startswith("Nothing of the $")


def test_liability_marks_expiry() -> None:
    words = [text.get_text() for text in texts(plots.draw(case("usual"), "liability"))]
    assert "promotion expires 4 Sep 2011" in words


# --- redemption ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["usual", "one month", "twenty years", "horizon at expiry"])
def test_weekly_rates_add_up_to_the_vouchers_served(name: str) -> None:
    result = case(name)
    weeks = redemption.weekly(result)
    lengths = np.diff([day.toordinal() for day in weeks.days])
    assert weeks.days[0] == result.path_days[0]
    assert weeks.days[-1] == result.path_days[-1]
    assert lengths.min() >= 7
    served = (weeks.rates * lengths[:, None] / 7).sum(axis=0)
    assert np.allclose(served, result.paths["served"][-1])


def test_stretches_are_weeks_as_long_as_the_simulation_steps_by_weeks() -> None:
    lengths = np.diff([day.toordinal() for day in redemption.weekly(case("usual")).days])
    assert set(lengths[:30]) == {7}


def test_the_tail_is_left_out_and_told() -> None:
    result = case("twenty years")
    assert redemption.shown(result).days[-1] < date(2013, 1, 1)
    note = around(plots.draw(result, "redemption"))
    assert "come later, until 1 Mar 2031" in note


def test_capacity_is_drawn_whole_and_beside_ordinary_trade() -> None:
    figure = plots.draw(case("capacity"), "redemption")
    words = [text.get_text() for text in texts(figure)]
    assert "capacity a week: 90" in words
    assert "capacity beside ordinary trade: 40" in words
    note = around(plots.draw(case("capacity out of sight"), "redemption"))
    assert "There is room for far more (capacity a week: 100,000, " in note


def test_redemption_ends_where_vouchers_do() -> None:
    """At most two weeks after the last busy one or the expiry, whichever is later."""
    weeks = redemption.shown(case("usual"))
    assert date(2011, 9, 4) < weeks.days[-1] <= date(2011, 9, 4) + timedelta(days=60)
