"""The plots: the data and words on them, and that nothing is clipped or runs into another.

Pixels are not compared; whoever changes a plot looks at it.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

import dealsim
from dealsim.output.drawing import style
from dealsim.output.labels import label, plain
from dealsim.output.run import plots
from dealsim.registry import LINES, METRIC_NAMES
from tests.output_fakes import CASES, around, case, make_result, texts

OF_ONE = tuple(name for name in plots.PLOTS if name not in ("campaigns", "reputation"))
"""The plots of every run."""


@pytest.mark.parametrize("name", OF_ONE)
@pytest.mark.parametrize("title", CASES)
def test_nothing_is_clipped_and_no_words_meet(title: str, name: str) -> None:
    check_layout(plots.draw(case(title), name))


@pytest.mark.parametrize("expected", [False, True])
def test_the_plot_of_several_deals(expected: bool) -> None:
    """Its layout, its footer and its type: those of every plot."""
    file = Path(__file__).parents[1] / "scenarios" / "blend-creations.yaml"
    result = dealsim.simulate(dealsim.load(file), trials=300, expected=expected)
    figure = plots.draw(result, "campaigns")
    check_layout(figure)
    assert f"sha256 {result.scenario.sha256[:12]}" in around(figure)
    assert figure.axes[0].get_xlabel().endswith("own incremental profit (CAD)")
    assert not any(text.get_parse_math() for text in texts(figure))
    pixels = 390 / (72 * figure.get_figwidth())
    assert min(float(text.get_fontsize()) * pixels for text in texts(figure)) >= 8
    assert str(figure.get_label()).startswith("Expected: ") == expected
    rows = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert len(rows) == 3 and all(row.endswith(" sold") for row in rows)


def check_layout(figure: Figure) -> None:
    """Nothing leaves the sheet, and no words meet others."""
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


@pytest.mark.parametrize("name", OF_ONE)
@pytest.mark.parametrize("title", ["usual", "expected", "capacity", "billions"])
def test_type_can_be_read_on_a_telephone(title: str, name: str) -> None:
    """Where the sheet is shown 390 pixels wide: 8 pixels in the footer, 9.5 and more elsewhere."""
    figure = plots.draw(case(title), name)
    pixels = 390 / (72 * figure.get_figwidth())
    sizes = {float(text.get_fontsize()) * pixels for text in texts(figure)}
    assert min(sizes) >= 8
    words = [text for text in texts(figure) if float(text.get_fontsize()) * pixels < 9.5]
    names = {*(line.name for line in LINES), *METRIC_NAMES}
    aside = {plain(one) for one in names} | {label(one) for one in names}
    assert all(text in figure.texts or text.get_text() in aside for text in words)


@pytest.mark.parametrize("name", OF_ONE)
def test_every_plot_says_what_it_is_of(name: str) -> None:
    result = case("usual")
    footer = around(plots.draw(result, name))
    for words in (
        "Blend Creations, $10 for $20 of jewelry",
        "1 Mar 2011 to 1 Mar 2014",
        "seed 20110301",
        "300 trials",
        f"sha256 {result.scenario.sha256[:12]}",
    ):
        assert words in footer


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("profit", "incremental profit (CAD)"),
        ("cash", "cumulative incremental cash (CAD)"),
        ("waterfall", "amount (CAD)"),
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


@pytest.mark.parametrize("name", OF_ONE)
def test_expected_plots_say_so_and_have_no_bands(name: str) -> None:
    figure = plots.draw(case("expected"), name)
    assert str(figure.get_label()).startswith("Expected: ")
    assert not [c for c in figure.axes[0].collections if isinstance(c, PolyCollection)]
    assert "typically" not in around(figure)


@pytest.mark.parametrize("name", OF_ONE)
def test_dollar_signs_are_money_not_mathematics(name: str) -> None:
    assert not any(text.get_parse_math() for text in texts(plots.draw(case("usual"), name)))


def test_pictures_are_the_same_bytes_every_time_and_well_formed() -> None:
    result = case("odd name")
    pictures = dict(plots.draw_all(result))
    assert list(pictures) == [f"{name}.{kind}" for name in OF_ONE for kind in ("png", "svg")]
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
        "from dealsim.output.run import plots\n"
        "assert 'matplotlib.figure' not in sys.modules, 'matplotlib is imported too early'\n"
        "from tests.output_fakes import CASES, around, case, make_result, texts\n"
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


# --- type ----------------------------------------------------------------------------------


def test_characters_without_a_font_become_squares() -> None:
    assert style.drawable("Caf\u00e9 \u20b9 10\n\t$ \u0000") == "Caf\u00e9 \u20b9 10 $"
    private = "\ue123\U0010fffd"
    assert style.drawable(f"a{private}b") in ("a\u25a1\u25a1b", f"a{private}b", "a b")
