"""The plot of a register beside its forecast: its data, words and marks."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from dealsim.books.actual_versus_forecast import RegisterComparison
from dealsim.output.books.plots import actuals as actuals_plot
from dealsim.output.books.plots import draw, draw_all, plots_of
from tests.books_fakes import books
from tests.output_fakes import around, texts

REGISTERS = [
    "register",
    "register before expiry",
    "register of a year",
    "register far off",
    "small register",
    "register to the end",
    "register, on redemption",
]


def line(axes: Axes, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Data of the line of that label, or of that stroke where the key names it alone."""
    (found,) = [one for one in axes.lines if one.get_label() == label]
    return np.asarray(found.get_xdata()), np.asarray(found.get_ydata())


def test_only_books_with_a_register_have_the_plot() -> None:
    assert "actuals" not in plots_of(books())
    names = [name for name, _ in draw_all(books("register"), formats=("svg",))]
    assert names == ["outstanding.svg", "rollforward.svg", "breakage.svg", "actuals.svg"]
    with pytest.raises(ValueError, match="no register"):
        draw(books(), "actuals")


@pytest.mark.parametrize("title", REGISTERS)
def test_what_happened_is_drawn_up_to_the_registers_end(title: str) -> None:
    found = books(title).actuals
    assert found is not None
    axes = draw(books(title), "actuals").axes[0]
    x, y = line(axes, "what happened")
    known = ~np.isnan(found.course.actual)
    assert x[-1] == found.as_of.toordinal()
    np.testing.assert_array_equal(y, found.course.actual[known])
    low, high = axes.get_ylim()
    assert low == 0 and high > y.max()


@pytest.mark.parametrize("title", REGISTERS)
def test_bands_are_those_of_the_two_forecasts(title: str) -> None:
    found = books(title).actuals
    assert found is not None
    seen = actuals_plot.shown(books(title), found)
    assert seen.now_days[0] == found.as_of.toordinal()
    np.testing.assert_array_equal(seen.earlier, found.course.earlier[:, : len(seen.days)])
    assert seen.high >= max(seen.earlier.max(), seen.happened.max(), seen.now.max())
    axes = draw(books(title), "actuals").axes[0]
    bands = [c for c in axes.collections if isinstance(c, PolyCollection)]
    # the earlier forecast has a band and its hatching, the present one a band where any is left
    assert len(bands) == (2 if title == "register to the end" else 3)
    reached = max(
        np.asarray(path.vertices)[:, 1].max() for band in bands for path in band.get_paths()
    )
    assert reached == pytest.approx(max(seen.earlier[2].max(), seen.now[2].max()))


def test_the_title_states_what_came_and_what_had_been_forecast() -> None:
    made = books("register")
    found = made.actuals
    assert found is not None
    place = found.course.days.index(found.as_of)
    low, middle, high = found.course.earlier[:, place]
    said = actuals_plot.title(made, found)
    assert said == (
        f"{found.course.actual[place]:.0f} presented by 30 Sep 2011 where {middle:.0f}"
        f" ({low:.0f} to {high:.0f}) were forecast; 73 % are now expected to be used in the end,"
        " not 81 %"
    )
    assert "None presented" in actuals_plot.title(books("nothing sold"), found_of("nothing sold"))
    assert "(" not in actuals_plot.title(
        books("register, one trial"), found_of("register, one trial")
    )


def found_of(title: str) -> RegisterComparison:
    found = books(title).actuals
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["outstanding", "breakage", "actuals"])
def test_register_and_expiry_are_marked(name: str) -> None:
    words = [text.get_text() for text in texts(draw(books("register"), name))]
    assert "register to 30 Sep 2011" in words
    assert "promotion expires 4 Sep 2011" in words
    axes = draw(books("register"), name).axes[0]
    marked = {float(np.asarray(one.get_xdata())[0]) for one in axes.lines}
    assert {date(2011, 9, 30).toordinal(), date(2011, 9, 4).toordinal()} <= marked


def test_the_other_plots_tell_what_happened_from_what_is_forecast() -> None:
    for name in ("outstanding", "rollforward", "breakage"):
        words = around(draw(books("register"), name))
        assert "Up to 30 Sep 2011 what the register says, then forecast." in words
        words = around(draw(books(), name))
        assert "register to" not in words and "the register says" not in words


def test_the_two_forecasts_differ_without_colour() -> None:
    """Strokes and hatching set them apart on grey paper."""
    assert actuals_plot.EARLIER.stroke != actuals_plot.NOW.stroke
    assert actuals_plot.EARLIER.hatch and not actuals_plot.NOW.hatch
