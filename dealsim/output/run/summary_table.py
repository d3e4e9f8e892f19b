"""What `dealsim run` says: the verdict, a small table, and where the files are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from dealsim.output.drawing.precision import mean_in_words
from dealsim.output.labels import BALANCES, CHANCES, SUMMARY, label, plain, unit_of
from dealsim.output.terminal.console import Printer
from dealsim.output.terminal.file_list import file_list
from dealsim.text import shortened
from dealsim.units import format_count, format_money, format_share

NAMED_TWICE = ("incremental_profit", "campaign_profit")
"""Metrics that stand in the table by their name in files too; docs/glossary.md has the others'."""
APART = 0.15
"""Difference from the surveys, as a share of owners, from which it is said what would close it."""


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
    out = Printer(stream, summary["currency"])
    first, *others = summary["verdict_sentences"]
    out.paragraph(first, style="bold")
    out.paragraph("")
    for sentence in others:
        out.paragraph(f"- {sentence}", indent="  ")
    if others:
        out.paragraph("")
    changed = f", with {', '.join(map(shortened, overrides))}" if overrides else ""
    several = summary["mode"] != "expected" and summary["trials"] > 1
    middle = " (typical: the median future)" if several else ""
    out.paragraph(f"{summary['scenario']['name']}{changed}{middle}")
    out.table(*_metrics_table(summary))
    if "precision" in summary:
        out.paragraph("")
        out.paragraph(mean_in_words(summary["precision"], summary["currency"]))
    if comparison := survey_line(summary):
        out.paragraph("")
        out.paragraph(comparison)
    if folder is not None:
        out.paragraph("")
        out.line(file_list(folder, files))


def survey_line(summary: Mapping[str, Any]) -> str | None:
    """The campaign's chances beside what owners of the trade told a survey."""
    survey, risk = summary.get("survey"), summary["risk"]
    if survey is None or risk is None or summary["trials"] == 1:
        return None
    if not summary["metrics"]["vouchers_sold"]["max"]:
        return None
    made = 1.0 - risk["probability_of_campaign_loss"]
    chance, asked = format_share(made), format_share(survey["profitable"])
    text = (
        "Campaign profit is what an owner sees at the till; incremental profit also counts the "
        "visits the deal replaces and those it brings later. "
        f"The campaign alone makes money in {chance} of these futures; in surveys, {asked} of the "
        "owners of such businesses said that theirs had."
    )
    apart, currency = survey.get("cost_apart"), summary["currency"]
    more = made - survey["profitable"]
    # futures in which nobody came have no cost to change
    if apart is None or abs(more) < APART or more * apart <= 0:
        return text
    cost = format_money(abs(apart), currency, cents=abs(apart) < 10)
    if apart > 0:
        return (
            f"{text} It would be as often if each voucher visit cost you {cost} more. What is "
            "usually missing is labour: count the pay for the time that one more visit takes."
        )
    return (
        f"{text} It would be as often if each voucher visit cost you {cost} less: is there rent, "
        "or pay for hours you would pay for anyway, in your cost?"
    )


def _metrics_table(summary: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Headings and rows."""
    expected = summary["mode"] == "expected"
    headings = ("expected",) if expected else ("typical", "5\N{EN DASH}95 %", "chance")
    rows = []
    for name in SUMMARY:
        metric = summary["metrics"].get(name)
        # without capacity there is nothing to be turned away from, and no row that says so
        if metric is not None and (metric["mean"] or name != "turned_away"):
            # in everyday words; the two profits also by the names that text and plots tell apart
            words, term = plain(name), label(name)
            words = f"{words}\n  {term}" if name in NAMED_TWICE and words != term else words
            rows.append((words, *_row(summary, name, expected)))
    return ("what happens", *headings), rows


def _row(summary: Mapping[str, Any], name: str, expected: bool) -> list[str]:
    metric, currency, kind = summary["metrics"][name], summary["currency"], unit_of(name)
    if expected:
        return [_written(metric["mean"], kind, currency, cents=True)]
    word, risk = CHANCES.get(name, ("", ""))
    # one future has no chances
    share = (summary["risk"] or {}).get(risk) if summary["trials"] > 1 else None
    chance = "" if share is None else f"{word} {format_share(share)}"
    if name == "cost_per_new_regular":  # a ratio of means: single futures may win nobody
        cost = metric["mean"]
        free = cost is not None and cost <= 0
        return ["nothing" if free else _written(cost, kind, currency), "(mean)", ""]
    low, middle, high = (_written(metric.get(p), kind, currency) for p in ("p5", "p50", "p95"))
    if name == "payback_days" and share:
        # Percentiles are of the futures that pay back: with the others the high end is "never".
        high = "never" if share > 0.05 else high
        middle = "never" if share > 0.5 else middle
        low = "never" if share > 0.95 else low
    span = (
        low if low == high else f"{low if high == 'never' else low.removesuffix(' days')} to {high}"
    )
    return [middle, span, chance or BALANCES.get(name, "")]


def _written(value: float | None, kind: str, currency: str, cents: bool = False) -> str:
    if value is None:
        return "none"
    if kind == "money":
        return format_money(value, currency, cents=cents)
    text = format_count(value) if not cents else f"{value:,.1f}".removesuffix(".0")
    return f"{text} {'day' if text == '1' else 'days'}" if kind == "days" else text
