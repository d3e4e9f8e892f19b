"""What the terminal shows, at a terminal, in a pipe, and where letters are few."""

from __future__ import annotations

import io
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import pytest

import dealsim
from dealsim.errors import Problem
from dealsim.output.labels import SUMMARY, plain
from dealsim.output.run.summary_table import print_run
from dealsim.output.terminal import progress
from dealsim.output.terminal.console import EncodableStream, Printer, make_console
from dealsim.output.terminal.explanation import print_explanation
from dealsim.output.terminal.problems import print_problems
from dealsim.registry import LINES
from dealsim.scenario import explain

SCENARIOS = Path(__file__).parent.parent / "scenarios"
FILES = ("summary.json", "manifest.json", "profit.png", "profit.svg", "cash.png", "cash.svg")


class Screen(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


def pipe(encoding: str) -> TextIO:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")


def written(stream: TextIO) -> str:
    stream.flush()
    data: bytes = stream.buffer.getvalue()  # type: ignore[attr-defined]
    return data.decode(stream.encoding)


def summary_of(name: str, **options: Any) -> dict[str, Any]:
    scenario = dealsim.load(SCENARIOS / f"{name}.yaml")
    return dealsim.simulate(scenario, **{"trials": 50} | options).summary()


def shown(summary: dict[str, Any], encoding: str = "utf-8") -> str:
    stream = pipe(encoding)
    print_run(summary, Path("out/pizza"), FILES, stream)
    return written(stream)


def test_a_run_opens_with_its_verdict_and_ends_with_its_files() -> None:
    summary = summary_of("one-coupon")
    text = shown(summary)
    first, *others = summary["verdict_sentences"]
    flat = " ".join(text.split())
    assert flat.startswith(f"{first} - {others[0]} - ")
    assert all(f"- {sentence} " in flat for sentence in others)
    assert summary["scenario"]["name"] in text
    assert text.splitlines()[-1] == (
        "Files in out/pizza: summary.json, manifest.json; plots (png, svg): profit, cash"
    )


def test_nothing_is_said_of_files_that_were_not_written() -> None:
    stream = pipe("utf-8")
    print_run(summary_of("one-coupon"), stream=stream)
    assert "Files" not in written(stream)


def test_the_table_says_typical_range_and_chance() -> None:
    summary = summary_of("one-coupon")
    lines = shown(summary).splitlines()
    place = lines.index(next(line for line in lines if line.startswith("  incremental profit")))
    row = lines[place - 1]
    assert row.startswith("what the deal changes in all ")
    profit = summary["metrics"]["incremental_profit"]
    for value in (profit["p5"], profit["p50"], profit["p95"]):
        assert f"{'-' if value < 0 else ''}${abs(value):,.0f}" in row
    assert "loss" in row


def test_everyday_words_leave_room_for_the_figures() -> None:
    assert max(len(plain(name)) for name in SUMMARY) <= 30
    assert max(len(line.label) for line in LINES) <= 36


def test_payback_says_never_where_it_never_comes() -> None:
    row = next(
        line for line in shown(summary_of("posies-cafe")).splitlines() if "until your" in line
    )
    assert row.split()[-5:] == ["never", "never", "never", "100", "%"]


def test_the_expected_mode_has_one_column_and_no_chances() -> None:
    text = shown(summary_of("one-coupon", expected=True))
    assert "expected" in text
    assert "typical" not in text
    assert "chance" not in text


@pytest.mark.parametrize("name", ["one-coupon", "need-a-cake", "posies-cafe"])
def test_a_pipe_gets_80_columns_and_no_colour(name: str) -> None:
    text = shown(summary_of(name))
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()[:-1]) <= 80


@pytest.mark.parametrize("name", ["one-coupon", "need-a-cake"])
@pytest.mark.parametrize("options", [{}, {"trials": 1}, {"expected": True, "trials": None}])
def test_a_pipe_gets_no_blanks_at_the_ends_of_lines(name: str, options: dict[str, Any]) -> None:
    assert not [
        line for line in shown(summary_of(name, **options)).splitlines() if line != line.rstrip()
    ]


def test_large_amounts_still_fit_80_columns() -> None:
    summary = summary_of("one-coupon")
    for metric in summary["metrics"].values():
        for key in ("mean", "p5", "p50", "p95"):
            metric[key] = -1234567890123.0
    assert max(len(line) for line in shown(summary).splitlines()[:-1]) <= 80


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "cp437"])
def test_a_pipe_of_few_letters_gets_words_it_can_take(encoding: str) -> None:
    summary = summary_of("need-a-cake")
    summary["scenario"]["name"] = "日本 → ≤ 5"
    text = shown(summary, encoding)
    assert "?? -> <= 5" in text or encoding == "cp437"
    assert "\u2500" not in text, "boxes are ASCII"
    assert "---" in text


def test_currency_signs_become_codes_where_they_cannot_be_written() -> None:
    summary = summary_of("need-a-cake") | {"currency": "INR"}
    summary["verdict_sentences"] = ["it costs you ₹1,200"]
    assert "it costs you INR 1,200" in shown(summary, "cp1252")
    assert "it costs you ₹1,200" in shown(summary, "utf-8")
    lines = [line for line in shown(summary, "cp1252").splitlines() if "|" in line]
    assert len({len(line.rstrip()) for line in lines if "%" in line}) == 1, "columns stay aligned"


def test_a_per_cent_sign_stays_with_its_number() -> None:
    for words in range(60, 80):
        stream = pipe("ascii")
        Printer(stream).paragraph(f"{'x' * words} 18 % to 43 % of them")
        assert not any(line.startswith("%") for line in written(stream).splitlines())
        assert "\N{NO-BREAK SPACE}" not in written(stream) and "?" not in written(stream)


def test_names_are_not_taken_for_markup() -> None:
    summary = summary_of("one-coupon")
    summary["scenario"]["name"] = "[bold]x[/bold] :smile: [/]"
    assert "[bold]x[/bold] :smile: [/]" in shown(summary)


def test_colour_at_a_terminal_only_and_not_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert make_console(Screen()).color_system is not None
    assert make_console(io.StringIO()).color_system is None
    monkeypatch.setenv("NO_COLOR", "1")
    assert make_console(Screen()).no_color
    monkeypatch.setenv("TERM", "dumb")
    assert not make_console(Screen()).is_terminal


def test_forcing_colour_does_not_colour_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    console = make_console(io.StringIO())
    assert console.color_system is None
    assert console.width == 80


def test_warnings_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_problems(warnings=[Problem("the cap never binds", "leave it out")])
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "warning: the cap never binds\n  leave it out\n"


def test_a_stream_writes_what_it_can() -> None:
    stream = pipe("cp1252")
    EncodableStream(stream).write("± – € £ … ≥ 日")
    assert written(stream) == "± – € £ … >= ?"


# --- explain -------------------------------------------------------------------------------


def test_every_value_is_explained_with_where_it_comes_from() -> None:
    scenario = dealsim.load(SCENARIOS / "one-coupon.yaml", ["deal.cap=500"])
    rows = explain(scenario)
    stream = pipe("utf-8")
    print_explanation(scenario, rows, stream)
    text = written(stream)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "cap 500 vouchers --set" in lines
    assert "price $10 one-coupon.yaml:22" in lines
    assert any(line.startswith("demand 402, 200 to 700 vouchers ") for line in lines)
    assert any(line.startswith("commission 50 % ") for line in lines)
    assert any(line.startswith("horizon 36 months (2014-03-01) default") for line in lines)
    flat = " ".join(text.split())
    for row in rows:
        assert row.path.rpartition(".")[2] in flat
        if row.source:
            assert " ".join(row.source.split()) in flat
    defaults, total = len(scenario.defaults()), len(scenario.numbers())
    assert lines[-1] == (
        f"{defaults} of the {total} numbers simulated with are dealsim's, not yours."
    )
    table = text[: text.index("[1] ", text.index("run\n") if "run\n" in text else 0)]
    assert max(len(line) for line in table.splitlines()) <= 80


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_explanations_survive_a_pipe_of_few_letters(encoding: str) -> None:
    for path in sorted(SCENARIOS.glob("*.yaml")):
        scenario = dealsim.load(path)
        stream = pipe(encoding)
        print_explanation(scenario, explain(scenario), stream)
        assert "\u2500" not in written(stream)


# --- progress ------------------------------------------------------------------------------


def test_no_bar_in_a_pipe_or_when_quiet() -> None:
    for stream, quiet in ((io.StringIO(), False), (Screen(), True)):
        with progress.progress("simulating", 3, stream, quiet=quiet) as tell:
            tell(3)
        assert stream.getvalue() == ""


def test_no_bar_for_a_short_run() -> None:
    screen = Screen()
    with progress.progress("simulating", 3, screen) as tell:
        tell(1)
        tell(3)
    assert screen.getvalue() == ""


def test_a_long_run_shows_its_progress_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    screen = Screen()
    with progress.progress("simulating", 4, screen) as tell:
        tell(1)
        time.sleep(0.15)
        tell(2)
        time.sleep(0.15)
    text = screen.getvalue()
    assert "simulating" in text
    assert "50 %" in text
    assert text.rstrip().endswith("\x1b[2K"), "the line is cleared"


def test_help_does_not_wait_for_plots_or_tables() -> None:
    code = (
        "import sys; import dealsim.output.run.files, dealsim.output.run.summary_table;"
        "import dealsim.output.books.files, dealsim.output.books.summary_table;"
        "import dealsim.output.terminal.explanation, dealsim.output.terminal.progress;"
        "assert not {'matplotlib', 'rich', 'scipy.stats'} & set(sys.modules)"
    )
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0
