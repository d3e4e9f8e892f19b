"""The plots of the books: their words are the books' figures, and nothing runs into another."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle

from dealsim.books.liability_forecast import Fall
from dealsim.output.books.plots import (
    PLOTS,
    draw,
    draw_all,
    outstanding,
    plots_of,
    rollforward,
)
from dealsim.units import format_money
from tests.books_fakes import SETTINGS, books
from tests.output_fakes import around, texts

ALL = [(title, name) for title in SETTINGS for name in plots_of(books(title))]


@pytest.mark.parametrize(("title", "name"), ALL)
def test_nothing_is_clipped_and_no_words_meet(title: str, name: str) -> None:
    figure = draw(books(title), name)
    words = texts(figure)
    assert len(words) > 4
    boxes = [text.get_window_extent() for text in words]
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in zip(words, boxes, strict=True):
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
        assert inside, f"{text.get_text()!r} leaves the sheet"
    for i, box in enumerate(boxes):
        for j in range(i):
            meets = box.padded(-1).overlaps(boxes[j].padded(-1))
            assert not meets, f"{words[i].get_text()!r} on {words[j].get_text()!r}"


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_says_what_it_is_of(name: str) -> None:
    footer = around(draw(books("register"), name))
    sha = books().scenario.sha256[:12]
    for words in (
        "Blend Creations, $10 for $20 of jewelry",
        "1 Mar 2011 to 31 Mar 2014",
        "CAD",
        "seed 1",
        "400 trials",
        f"sha256 {sha}",
        "Not legal, tax or accounting advice",
    ):
        assert words in footer


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("outstanding", "liability (CAD)"),
        ("rollforward", "change of the liability in each month (CAD)"),
        ("breakage", "breakage recognised to date (CAD)"),
        ("actuals", "vouchers presented to date"),
    ],
)
def test_axes_carry_units(name: str, label: str) -> None:
    assert draw(books("register"), name).axes[0].get_ylabel() == label


@pytest.mark.parametrize("title", ["usual", "none", "remote by quarter", "escheat"])
def test_titles_state_the_figures_of_the_books(title: str) -> None:
    made = books(title)
    owed = made.table.mean["closing"][-1] / 100
    stated = "Nothing is owed" if owed < 0.5 else f"{format_money(owed, 'CAD')} is owed"
    held = format_money(made.ageing[made.period_ends[-1]].sum() / 100, "CAD")
    outstanding = str(draw(made, "outstanding").get_label())
    assert stated in outstanding
    assert (held in outstanding) or owed == pytest.approx(
        made.ageing[made.period_ends[-1]].sum() / 100
    )
    proportional = made.policies["proportional"][-1] / 100
    breakage = str(draw(made, "breakage").get_label())
    assert f"comes to {format_money(proportional, 'CAD')}; " in breakage


def test_bars_stand_for_the_printed_lines() -> None:
    made = books("escheat")
    axes = draw(made, "rollforward").axes[0]
    drawn = [bar.get_height() for bar in axes.patches if isinstance(bar, Rectangle)]
    for name in ("issued", "redeemed_in_time", "escheated"):
        for value in made.table.mean[name][: rollforward.shown(made)] / 100:
            assert any(np.isclose(abs(height), abs(value)) for height in drawn)


@pytest.mark.parametrize("title", SETTINGS)
def test_what_the_bars_leave_out_is_next_to_nothing(title: str) -> None:
    made = books(title)
    count = rollforward.shown(made)
    moves = np.sum([np.abs(made.table.mean[name]) for name in rollforward.LOOKS], axis=0)
    assert np.all(moves[count:] <= rollforward.STILL * moves.max())
    assert count == len(moves) or "next to nothing moves" in around(draw(made, "rollforward"))


def test_the_closing_balance_has_no_whiskers() -> None:
    axes = draw(books("usual"), "rollforward").axes[0]
    assert not axes.collections
    (line,) = [line for line in axes.lines if line.get_label() == "closing balance"]
    drawn = np.asarray(line.get_ydata())
    np.testing.assert_allclose(drawn, books().table.mean["closing"][: len(drawn)] / 100)


def test_what_falls_on_a_day_is_no_slope() -> None:
    """All that is left lapses on the first day of the eleventh period."""
    made = books("none")
    period = np.arange(len(made.closing))[:, np.newaxis]
    left = made.closing[10]
    changed = replace(
        made,
        closing=np.where(period < 10, made.closing, 0),
        falls=(Fall(made.period_ends[9] + timedelta(days=1), left, left),),
    )
    course = outstanding.course(changed, changed.closing, "owed")
    at = np.flatnonzero(course.x == changed.falls[0].day.toordinal())
    before, after = (course.fan.p50[place] for place in at)
    assert before == pytest.approx(left.mean() / 100)
    assert after == 0


def test_the_fan_has_bands_but_not_of_one_future() -> None:
    fan = draw(books("none"), "outstanding").axes[0]
    assert [c for c in fan.collections if isinstance(c, PolyCollection)]
    assert "in the one future simulated" in str(draw(books("one trial"), "outstanding").get_label())


def test_what_is_recognised_is_the_gap_between_register_and_liability() -> None:
    words = {
        title: [text.get_text() for text in texts(draw(books(title), "outstanding"))]
        for title in ("usual", "escheat", "none")
    }
    assert "of them recognised already" in words["usual"]
    assert "of them recognised or handed over" in words["escheat"]
    assert not [text for text in words["none"] if "recognised" in text]


def test_paid_on_redemption_nothing_is_owed() -> None:
    for name in plots_of(books("on redemption")):
        assert str(draw(books("on redemption"), name).get_label()).startswith(
            ("Nothing", "There is no breakage")
        )


def test_pictures_are_the_same_bytes_every_time_and_well_formed() -> None:
    pictures = dict(draw_all(books("odd name")))
    assert list(pictures) == [f"{name}.{kind}" for name in PLOTS for kind in ("png", "svg")]
    assert pictures == dict(draw_all(books("odd name")))
    for name, picture in pictures.items():
        if name.endswith("svg"):
            ElementTree.fromstring(picture)
