"""Sweeps and optima as people see them: sentences, tables, pictures, of every shape of grid."""

from __future__ import annotations

import io
from itertools import product

import pytest

from dealsim.decisions import Axis, Candidate, Cell, Optimum, Range, Sweep
from dealsim.decisions.journal import Row
from dealsim.output.decisions import frontier_plot
from dealsim.output.decisions.optimum_text import print_optimum
from dealsim.output.decisions.sweep_plots import draw, draw_sweep
from dealsim.output.decisions.sweep_table import finding, print_sweep
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.decisions.test_breakeven import VOUCHER
from tests.output_fakes import texts

COMMISSIONS = Axis("platform.commission", ("30%", "40%", "50%"))
CAPS = Axis("deal.cap", ("300", "600", "none"))
SERVED = Axis("business.serve_first", ("first_come", "vouchers"))
MANY = (
    Axis("deal.price", tuple(str(k) for k in range(1, 31))),
    Axis("deal.demand", tuple(str(100 * k) for k in range(1, 31))),
)


def sweep_of(
    make: MakeScenario, axes: tuple[Axis, ...], scenarios: int = 1, least: float = -500
) -> Sweep:
    """A sweep whose cells rise evenly in profit, the second of which is no valid deal."""
    made = make(VOUCHER)
    names = [f"branch {k}" for k in range(scenarios)]
    cells = tuple(
        Cell(name, values) for name in names for values in product(*(a.values for a in axes))
    )
    rows: tuple[Row, ...] = tuple(
        {
            "incremental_profit_mean": least + 1_000 * k / len(cells),
            "incremental_profit_se": 5.0,
            "incremental_profit_p5": least + 1_000 * k / len(cells) - 300,
            "incremental_profit_p50": least + 1_000 * k / len(cells),
            "incremental_profit_p95": least + 1_000 * k / len(cells) + 300,
            "probability_of_loss": 1 - k / len(cells),
            "probability_of_loss_se": 0.01,
        }
        for k in range(len(cells))
    )
    blank = len(cells) > 2
    if blank:
        rows = (rows[0], {}, *rows[2:])
    refused = {1: "the minimum is above the cap"} if blank else {}
    return Sweep(dict.fromkeys(names, made), axes, cells, rows, refused, 1_000, 7)


SHAPES = {
    "one axis of numbers": ((COMMISSIONS,), 1),
    "one axis of words": ((SERVED,), 1),
    "two axes": ((COMMISSIONS, CAPS), 1),
    "three axes": ((COMMISSIONS, CAPS, SERVED), 1),
    "many cells": (MANY, 1),
    "branches": ((), 12),
    "a portfolio": ((), 120),
    "branches and an axis": ((COMMISSIONS,), 3),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["profit", "loss"])
def test_pictures_of_every_shape(shape: str, name: str, scenario: MakeScenario) -> None:
    """All words lie on the sheet, and none on another."""
    figure = draw(sweep_of(scenario, *SHAPES[shape]), name)
    words = texts(figure)
    assert len(words) > 5
    width, height = figure.get_size_inches() * figure.dpi
    boxes = [text.get_window_extent().padded(-1) for text in words]
    for place, box in enumerate(boxes):
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
        assert inside, f"{words[place].get_text()!r} leaves the sheet"
        for other in range(place):
            assert not box.overlaps(boxes[other]), words[place].get_text()


def test_one_cell_has_no_picture(scenario: MakeScenario) -> None:
    assert list(draw_sweep(sweep_of(scenario, (Axis("deal.cap", ("300",)),)))) == []


def test_the_best_is_named_and_an_end_called_one(scenario: MakeScenario) -> None:
    text = finding(sweep_of(scenario, (COMMISSIONS, CAPS)))
    assert text.startswith(
        "Best on average of 8 cells: platform.commission 50%, deal.cap none, which earns $389"
    )
    assert "at an end of the values tried for platform.commission:" in text
    losing = finding(sweep_of(scenario, (COMMISSIONS,), least=-5_000))
    assert losing.startswith("None earns on average; least bad of 2 cells")


@pytest.mark.parametrize("shape", SHAPES)
def test_tables_survive_a_pipe_of_few_letters(shape: str, scenario: MakeScenario) -> None:
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", newline="\n")
    found = sweep_of(scenario, *SHAPES[shape])
    print_sweep(found, stream=pipe)
    pipe.seek(0)
    text = pipe.read()
    assert max(map(len, text.splitlines())) <= 80
    assert ("These are the best" in text) == (len(found.cells) > 40)
    if found.refused:
        assert "no valid deal" in text and "the minimum is above the cap" in " ".join(text.split())


OVER = (Range("platform.commission", 0.3, 0.5), Range("deal.cap", 100, 900, 100))


def optimum_of(made: Scenario, points: list[tuple[float, float]], meets: bool) -> Optimum:
    """An optimum whose frontier has these chances of a loss and mean profits."""
    found = tuple(
        Candidate({"platform.commission": 0.4, "deal.cap": 100.0 + 100 * k}, mean, 5, chance, 0.01,
                  meets)
        for k, (chance, mean) in enumerate(points)
    )  # fmt: skip
    now = Candidate({}, -100, 5, 0.7, 0.01, False)
    best = found[-1] if meets else None
    return Optimum(best, found, now, (), "P(loss) <= 20%", OVER, 1_000, 7, made)


@pytest.mark.parametrize("meets", [True, False])
@pytest.mark.parametrize("points", [[(0.1, 500.0)], [(0.05, 10.0), (0.1, 500.0), (0.15, 900.0)]])
def test_optima_are_told_and_drawn(
    points: list[tuple[float, float]], meets: bool, scenario: MakeScenario
) -> None:
    found, out = optimum_of(scenario(VOUCHER), points, meets), io.StringIO()
    print_optimum(found, stream=out)
    said = " ".join(out.getvalue().split())
    figure = frontier_plot.draw(found)
    if meets:
        assert said.startswith("Best on average with P(loss) <= 20%: platform.commission 40 % and")
        assert str(figure.get_label()).startswith("platform.commission 40 %")
    else:
        assert said.startswith("Nothing found within these ranges meets P(loss) <= 20%.")
        assert "deal.cap (100) lies at an end of its range" in said
        assert "Nothing within these ranges" in str(figure.get_label())
