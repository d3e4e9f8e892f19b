"""The plots: the data and words on them, and that nothing is clipped or runs into another.

Pixels are not compared; whoever changes a plot looks at it.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import date
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

from dealsim.output import plots
from dealsim.output.plots import cash, liability, profit, redemption, style, waterfall
from tests.output_fakes import make_result

CASES: dict[str, dict[str, Any]] = {
    "usual": {},
    "no vouchers": {"vouchers": 0},
    "one trial": {"trials": 1},
    "two trials": {"trials": 2},
    "expected": {"trials": 1, "mode": "expected"},
    "billions": {"scale": 3e6},
    "trillions of won": {"scale": 1e10, "currency": "KRW"},
    "cents": {"scale": 0.0005, "vouchers": 30},
    "yen": {"scale": 100, "currency": "JPY"},
    "fils": {"scale": 0.1, "currency": "KWD"},
    "no sign": {"currency": "CHF"},
    "losses only": {"loss": -30},
    "gains only": {"loss": 30},
    "one month": {"months": 1, "payouts": (8,)},
    "horizon at expiry": {"months": 6, "starts": date(2011, 2, 26), "expiry_months": 6},
    "twenty years": {"months": 240},
    "no payouts": {"payouts": ()},
    "nothing after expiry": {"after_expiry": False},
    "capacity": {"capacity": 90},
    "capacity out of sight": {"capacity": 100_000},
    "long name": {"name": "A daily deal of $10 for $20 with a very long name " * 8},
    "odd name": {"name": "日本\tthé \u0000 é\n$x_1$ \\frac{1}{2} & <b> " + chr(0x1F600)},
}


def case(name: str) -> Any:
    return make_result(**{"trials": 300} | CASES[name])


def texts(figure: Figure) -> list[Text]:
    """The texts that are drawn, in whatever they stand."""
    figure.draw_without_rendering()  # places keys and annotations
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    drawn = [text for text in found if text.axes is None or _is_in_sight(text)]
    return [text for text in drawn if text.get_window_extent().width > 0]


def around(figure: Figure) -> str:
    """The words around the axes: title, note, footer."""
    return " ".join(text.get_text() for text in figure.texts).replace("\N{NO-BREAK SPACE}", " ")


def _is_in_sight(text: Text) -> bool:
    """Ticks beyond the limits are there, but not drawn."""
    assert text.axes is not None
    for axis, place in ((text.axes.xaxis, 0), (text.axes.yaxis, 1)):
        if text in axis.get_ticklabels():
            low, high = sorted(axis.get_view_interval())
            return bool(low <= text.get_position()[place] <= high)
    return True


@pytest.mark.parametrize("name", plots.PLOTS)
@pytest.mark.parametrize("title", CASES)
def test_nothing_is_clipped_and_no_words_meet(title: str, name: str) -> None:
    figure = plots.draw(case(title), name)
    words = texts(figure)
    assert len(words) > 4
    boxes = [text.get_window_extent() for text in words]
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in zip(words, boxes, strict=True):
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
        assert inside, f"{text.get_text()!r} leaves the sheet"
    for i, box in enumerate(boxes):
        for j in range(i):
            shrunk = box.padded(-1)
            meets = shrunk.overlaps(boxes[j].padded(-1))
            assert not meets, f"{words[i].get_text()!r} on {words[j].get_text()!r}"


@pytest.mark.parametrize("name", plots.PLOTS)
def test_every_plot_says_what_it_is_of(name: str) -> None:
    figure = plots.draw(case("usual"), name)
    footer = around(figure)
    for words in (
        "Blend Creations, $10 for $20 of jewelry",
        "1 Mar 2011 to 1 Mar 2014",
        "seed 20110301",
        "300 trials",
        "sha256 ab12cd34ef56",
    ):
        assert words in footer


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("profit", "incremental profit (CAD)"),
        ("cash", "cumulative incremental cash (CAD)"),
        ("waterfall", "mean amount (CAD)"),
        ("liability", "paid value outstanding (CAD)"),
        ("redemption", "vouchers redeemed a week"),
    ],
)
def test_axes_carry_units(name: str, label: str) -> None:
    axes = plots.draw(case("usual"), name).axes[0]
    assert label in (axes.get_xlabel(), axes.get_ylabel())


def test_large_amounts_are_shown_in_millions_and_billions() -> None:
    axes = plots.draw(case("billions"), "cash").axes[0]
    assert axes.get_ylabel() == "cumulative incremental cash (billion CAD)"
    assert "5" in [label.get_text() for label in axes.get_yticklabels()]


@pytest.mark.parametrize("name", plots.PLOTS)
def test_expected_plots_say_so_and_have_no_bands(name: str) -> None:
    figure = plots.draw(case("expected"), name)
    assert str(figure.get_label()).startswith("Expected: ")
    assert not [c for c in figure.axes[0].collections if isinstance(c, PolyCollection)]
    assert "typically" not in around(figure)


@pytest.mark.parametrize("name", plots.PLOTS)
def test_dollar_signs_are_money_not_mathematics(name: str) -> None:
    assert not any(text.get_parse_math() for text in texts(plots.draw(case("usual"), name)))


def test_pictures_are_the_same_bytes_every_time_and_well_formed() -> None:
    result = case("odd name")
    pictures = dict(plots.draw_all(result))
    assert list(pictures) == [f"{name}.{kind}" for name in plots.PLOTS for kind in ("png", "svg")]
    assert pictures == dict(plots.draw_all(result))
    for name, picture in pictures.items():
        if name.endswith("svg"):
            root = ElementTree.fromstring(picture)
            title = next(root.iter("{http://purl.org/dc/elements/1.1/}title"))
            assert title.text == plots.draw(result, name[:-4]).get_label()
            assert b"<dc:date>" not in picture
        else:
            assert picture.startswith(b"\x89PNG")


def test_some_plots_in_one_format() -> None:
    files = plots.draw_all(case("usual"), names=["cash"], formats=["png"])
    assert [name for name, _ in files] == ["cash.png"]


def test_drawing_neither_uses_pyplot_nor_the_readers_settings() -> None:
    code = (
        "import sys, hashlib, matplotlib\n"
        "from dealsim.output import plots\n"
        "assert 'matplotlib.figure' not in sys.modules, 'matplotlib is imported too early'\n"
        "from tests.output_fakes import make_result\n"
        "matplotlib.rcParams.update({'text.usetex': True, 'font.size': 30,"
        " 'axes.facecolor': 'red', 'timezone': 'Asia/Tokyo', 'axes.grid': True})\n"
        "def settings():\n"  # asking for the backend would import pyplot
        "    return {k: matplotlib.rcParams[k] for k in matplotlib.rcParams if k != 'backend'}\n"
        "before = settings()\n"
        "pictures = b''.join(p for _, p in plots.draw_all(make_result(trials=50), ['cash']))\n"
        "assert settings() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "print(hashlib.sha256(pictures).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    import hashlib

    here = b"".join(picture for _, picture in plots.draw_all(make_result(trials=50), ["cash"]))
    assert run.stdout.strip() == hashlib.sha256(here).hexdigest()


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
    assert profit.title(result.with_metrics(incremental_profit=np.array(values, float))) == title


def test_profit_marks_median_and_range_and_the_campaign_alone() -> None:
    result = case("usual")
    figure = plots.draw(result, "profit")
    words = [text.get_text() for text in texts(figure)]
    p5, p50, p95 = np.quantile(result.metrics["incremental_profit"], (0.05, 0.5, 0.95))
    assert any(f"median {'-' if p50 < 0 else ''}${abs(p50):,.0f}" in text for text in words)
    spans = [line.get_xdata() for line in figure.axes[0].lines]
    assert any(np.allclose(span, [p5, p95]) for span in spans if np.size(span) == 2)
    share = np.mean(result.metrics["campaign_profit"] < 0)
    note = around(figure)
    assert "(campaign profit) loses money" in note
    assert f"{share * 100:.0f} %" in note
    loss = np.mean(result.metrics["incremental_profit"] < 0)
    assert f"loss: {loss * 100:.0f} %" in words


# --- cash ----------------------------------------------------------------------------------


def test_cash_fan_is_of_the_quantiles() -> None:
    result = case("usual")
    axes = plots.draw(result, "cash").axes[0]
    paths = result.paths["cumulative_cash"]
    days = [day.toordinal() for day in result.cuts]
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
    from dataclasses import replace

    result = make_result(trials=2)
    days = (date(2011, 3, 1), date(2011, 4, 1), date(2011, 5, 1))
    paths = {"cumulative_cash": np.repeat(np.array(median, float)[:, None], 2, axis=1)}
    assert cash.title(replace(result, cuts=days, paths=paths)) == title


# --- waterfall -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["usual", "no vouchers", "losses only", "expected"])
def test_waterfall_bars_follow_one_another_to_the_profit(name: str) -> None:
    result = case(name)
    rows = waterfall.bars(result)
    assert rows[-1].label == "incremental profit"
    running = 0.0
    for row in rows:
        if row.total:
            assert row.start == 0
            assert row.end == pytest.approx(running, abs=1e-6)
        else:
            assert row.start == pytest.approx(running, abs=1e-6)
        running = row.end
    assert running == pytest.approx(result.metrics["incremental_profit"].mean())
    assert [row.label for row in rows].count("campaign profit") == 1


def test_waterfall_whiskers_are_quantiles_of_the_line() -> None:
    result = case("usual")
    row = next(row for row in waterfall.bars(result) if row.label == "voucher visit cost")
    costs = result.metrics["voucher_visit_cost"]
    assert row.change == pytest.approx(-costs.mean())
    assert row.p5 == pytest.approx(-np.quantile(costs, 0.95))
    assert row.p95 == pytest.approx(-np.quantile(costs, 0.05))


def test_waterfall_names_the_lines_it_leaves_out() -> None:
    result = case("usual")
    assert waterfall.nil_lines(result) == ["fixed fee", "displaced margin"]
    note = around(plots.draw(result, "waterfall"))
    assert "Nil in every future: fixed fee, displaced margin." in note
    assert waterfall.nil_lines(case("no vouchers")) == []


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
    assert weeks.days[0] == result.cuts[0]
    assert weeks.days[-1] == result.cuts[-1]
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
    assert "Far above the picture: capacity a week, 100,000." in note


# --- type ----------------------------------------------------------------------------------


def test_characters_without_a_font_become_squares() -> None:
    assert style.drawable("Caf\u00e9 \u20b9 10\n\t$ \u0000") == "Caf\u00e9 \u20b9 10 $"
    private = "\ue123\U0010fffd"
    assert style.drawable(f"a{private}b") in ("a\u25a1\u25a1b", f"a{private}b", "a b")
