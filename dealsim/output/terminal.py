"""What the commands say: the verdict and its table, the values as understood, progress.

Results go to stdout, warnings and progress to stderr.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from dealsim.output.console import EncodableStream, Out, make_console
from dealsim.output.protocol import ExplainableLike, ExplainedLike, ProblemLike
from dealsim.units import format_count, format_money, format_share

if TYPE_CHECKING:
    from rich.progress import Progress

SHOWN = {
    "incremental_profit": "money",
    "campaign_profit": "money",
    "lowest_cash": "money",
    "payback_days": "days",
    "vouchers_sold": "count",
    "redeemed_in_time": "count",
    "presented_late": "count",
    "turned_away": "count",
    "outstanding_value": "money",
    "new_regulars": "count",
    "cost_per_new_regular": "money",
}
"""Metrics of the table, and how each is written; `summary.json` has the others."""

CHANCES = {
    "incremental_profit": ("loss", "probability_of_loss"),
    "campaign_profit": ("loss", "probability_of_campaign_loss"),
    "payback_days": ("never", "probability_no_payback"),
}

WHEN = {"outstanding_value": "at the end"}
"""Metrics that are a balance of a day, for the column that would hold a chance."""

PATIENCE = 1.0
"""Seconds of work before a progress bar is shown."""


def print_run(
    summary: Mapping[str, Any],
    folder: Path | None = None,
    files: Sequence[str] = (),
    stream: TextIO | None = None,
    overrides: Sequence[str] = (),
) -> None:
    """The verdict, a small table, and where the files are (`folder`, None: not written).

    `overrides` are the terms that were not the scenario file's own.
    """
    out = Out(stream, summary["currency"])
    out.paragraph(summary["verdict"], style="bold")
    out.paragraph("")
    changed = f", with {', '.join(overrides)}" if overrides else ""
    out.paragraph(summary["scenario"]["name"] + changed)
    out.table(*_metrics_table(summary))
    if comparison := survey_line(summary):
        out.paragraph("")
        out.paragraph(comparison)
    if folder is not None:
        out.paragraph("")
        out.line(whereabouts(folder, files))


def survey_line(summary: Mapping[str, Any]) -> str | None:
    """The campaign's chances beside what owners of the trade told a survey."""
    survey, risk = summary.get("survey"), summary["risk"]
    if survey is None or risk is None:
        return None
    chance = format_share(1.0 - risk["probability_of_campaign_loss"])
    asked = format_share(survey["profitable"])
    return (
        "Campaign profit is what an owner sees at the till; incremental profit also counts the "
        "visits the deal replaces and those it brings later. "
        f"The campaign alone makes money in {chance} of these futures; in surveys, {asked} of the "
        "owners of such businesses said that theirs had."
    )


def _metrics_table(summary: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Headings and rows."""
    expected = summary["mode"] == "expected"
    headings = ("expected",) if expected else ("typical", "5\N{EN DASH}95 %", "chance")
    rows = []
    for name, kind in SHOWN.items():
        metric = summary["metrics"].get(name)
        if metric is not None and not _is_idle(name, metric):
            rows.append((name.replace("_", " "), *_row(summary, name, kind, expected)))
    return ("what happens", *headings), rows


def _is_idle(name: str, metric: Mapping[str, Any]) -> bool:
    """Whether a row would only say that there is no capacity to be turned away from."""
    return name == "turned_away" and not metric["mean"]


def _row(summary: Mapping[str, Any], name: str, kind: str, expected: bool) -> list[str]:
    metric, currency = summary["metrics"][name], summary["currency"]
    if expected:
        return [_written(metric["mean"], kind, currency, cents=True)]
    word, risk = CHANCES.get(name, ("", ""))
    share = (summary["risk"] or {}).get(risk)
    chance = "" if share is None else f"{word} {format_share(share)}"
    if name == "cost_per_new_regular":  # a ratio of means: single futures may win nobody
        return [_written(metric["mean"], kind, currency), "(mean)", ""]
    low, middle, high = (_written(metric.get(p), kind, currency) for p in ("p5", "p50", "p95"))
    if name == "payback_days" and share:
        # Percentiles are of the futures that pay back: with the others the high end is "never".
        high = "never" if share > 0.05 else high
        middle = "never" if share > 0.5 else middle
        low = "never" if share > 0.95 else low
    span = (
        low if low == high else f"{low if high == 'never' else low.removesuffix(' days')} to {high}"
    )
    return [middle, span, chance or WHEN.get(name, "")]


def _written(value: float | None, kind: str, currency: str, cents: bool = False) -> str:
    if value is None:
        return "undefined"
    if kind == "money":
        return format_money(value, currency, cents=cents)
    text = format_count(value) if not cents else f"{value:,.1f}".removesuffix(".0")
    return f"{text} {'day' if text == '1' else 'days'}" if kind == "days" else text


def whereabouts(folder: Path, files: Sequence[str]) -> str:
    """ "Files in out/pizza: summary.json, ..., and the plots profit, ... (png, svg)."""
    plots = [name for name in files if name.endswith((".png", ".svg"))]
    data = [name for name in files if name not in plots]
    text = f"Files in {folder}: {', '.join(data)}" if data else f"Files in {folder}"
    if plots:
        names = dict.fromkeys(name.rpartition(".")[0] for name in plots)
        suffixes = dict.fromkeys(name.rpartition(".")[2] for name in plots)
        text += f"; plots ({', '.join(suffixes)}): {', '.join(names)}"
    return text


def print_explanation(
    scenario: ExplainableLike, rows: Sequence[ExplainedLike], stream: TextIO | None = None
) -> None:
    """Every value as understood, section by section, where it comes from, and the sources."""
    out = Out(stream, scenario.currency)
    sources = dict.fromkeys(row.source for row in rows if row.source)
    numbers = {text: place for place, text in enumerate(sources, 1)}
    cells: list[Sequence[str]] = []
    for section, members in itertools.groupby(rows, lambda row: _section(row.path)):
        if section:
            cells.append((section, "", ""))
        for row in members:
            name = row.path.removeprefix(f"{section}.") if section else row.path
            indent = "  " if section else ""
            cells.append(
                (indent + name, _understood(row, scenario.currency), _origin(row, numbers))
            )
    out.table(("value", "mean, 5\N{EN DASH}95 %", "from [source]"), cells, left=(0, 1, 2))
    out.paragraph("")
    for text, place in numbers.items():
        out.paragraph(f"[{place}] {text}", indent="    ")
    out.paragraph("")
    defaults, total = len(scenario.defaults()), len(scenario.numbers())
    out.paragraph(f"{defaults} of the {total} numbers simulated with are dealsim's, not yours.")


def _section(path: str) -> str:
    """The heading a path stands under: its first part, and the segment of customers."""
    parts = path.split(".")
    return ".".join(parts[: 2 if parts[0] == "customers" else 1]) if len(parts) > 1 else ""


def _understood(row: ExplainedLike, currency: str) -> str:
    if row.mean is None:
        return f"{row.written} ({row.meaning})" if row.meaning else row.written
    mean = _quantity(row.mean, row.unit, currency)
    if row.p5 is None or row.p95 is None or row.p5 == row.p95:
        return mean if row.p5 is not None else f"{row.written}: {mean}"
    low, high = (_quantity(value, row.unit, currency) for value in (row.p5, row.p95))
    unit = f" {row.unit}"
    return f"{mean.removesuffix(unit)}, {low.removesuffix(unit)} to {high}"


def _quantity(value: float, unit: str, currency: str) -> str:
    if unit == "share":
        return format_share(value)
    if unit == currency:
        return format_money(value, currency, cents=abs(value - round(value)) > 1e-6)
    number = format_count(value) if abs(value) >= 100 else f"{float(f'{value:.3g}'):g}"
    return f"{number} {unit}".rstrip()


def _origin(row: ExplainedLike, numbers: Mapping[str, int]) -> str:
    origin = row.origin.replace("\\", "/").rpartition("/")[2]
    return f"{origin} [{numbers[row.source]}]" if row.source else origin


def print_warnings(problems: Iterable[ProblemLike], stream: TextIO | None = None) -> None:
    """Warnings, one after the other, on stderr."""
    out = EncodableStream(sys.stderr if stream is None else stream)
    for problem in problems:
        out.write(problem.text("warning") + "\n")


@contextmanager
def progress(
    label: str, total: int, stream: TextIO | None = None, quiet: bool = False
) -> Iterator[Callable[[int], None]]:
    """A bar on stderr with the time left, for work of more than a second, at a terminal only.

    Yields a function to be told how much of `total` is done so far. Nothing is shown, and no
    trace left, otherwise.
    """
    out = sys.stderr if stream is None else stream
    if quiet or not out.isatty():
        yield lambda done: None
        return
    bar = _Bar(label, total, out)
    try:
        yield bar.update
    finally:
        bar.stop()


class _Bar:
    """A progress bar that appears once the work has lasted for `PATIENCE`."""

    def __init__(self, label: str, total: int, stream: TextIO) -> None:
        self._label, self._total, self._stream = label, total, stream
        self._begun = time.monotonic()
        self._shown: Progress | None = None

    def update(self, done: int) -> None:
        if self._shown is None:
            if time.monotonic() - self._begun < PATIENCE or done >= self._total:
                return
            self._shown = self._show()
        self._shown.update(self._shown.task_ids[0], completed=done)

    def _show(self) -> Progress:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        shown = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(compact=True),
            console=make_console(self._stream),
            transient=True,
        )
        shown.add_task(self._label, total=self._total)
        shown.start()
        return shown

    def stop(self) -> None:
        if self._shown is not None:
            self._shown.stop()
