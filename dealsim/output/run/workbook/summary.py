"""What to do and what to expect: the verdict, three figures, and every result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from dealsim import __version__
from dealsim.output.drawing.wording import day
from dealsim.output.labels import CHANCES, SUMMARY, label, plain, unit_of
from dealsim.output.run.workbook.page import RunPage
from dealsim.output.spreadsheet.live import Live
from dealsim.output.spreadsheet.sheet import cells
from dealsim.results import Result

WIDTHS = (46.0, 12.0, 12.0, 12.0, 12.0, 13.0, 29.0)
COLUMNS = ("mean", "p50", "p5", "p95")
FORMS = {"money": "money", "stars": "few", "days": "count"}
CHANCE, NAME = 5, 6
ALWAYS = ("incremental_profit", "campaign_profit", "vouchers_sold")
"""Results that are told even where nothing happens."""
NEVER = {"mean": 0.0, "p50": 0.5, "p5": 0.95, "p95": 0.05}
"""Of futures in which the money never comes back, the share from which a statistic is never."""


def write_summary(page: RunPage) -> None:
    """The sheet that an owner opens first."""
    document = page.result.summary()
    page.head("What this deal will do")
    for column, width in enumerate(WIDTHS):
        page.sheet.set_column(column, column, width)
    first, *others = document["verdict_sentences"]
    page.sentence(first, WIDTHS, "lead")
    for text in others:
        page.sentence(f"\N{BULLET} {text}", WIDTHS)
    page.row += 1
    _write_key_figures(page, document)
    _write_metrics(page, document)
    _write_lines(page, document)
    if "campaigns" in document:
        _write_campaigns(page, document["campaigns"])
    for text in (*document["warnings"], _made(page.result)):
        page.sentence(text, WIDTHS, "note_wrap")
    page.print_on(portrait=True)


def _made(result: Result) -> str:
    """What makes the same figures again."""
    return (
        f"Made by dealsim {__version__}, seed {result.seed}, from the scenario whose fingerprint"
        f" (sha256) is {result.scenario.sha256}. A simulation, not a promise; not legal, tax or"
        " accounting advice."
    )


def _write_key_figures(page: RunPage, document: Mapping[str, Any]) -> None:
    """How often it loses, what it typically comes to, and how deep cash falls, and when."""
    result, metrics = page.result, document["metrics"]
    currency = result.scenario.currency
    page.section("In three figures", columns=len(WIDTHS))
    risk, middle = document["risk"], "p50" if document["mode"] == "sampled" else "mean"
    how = ", typically" if middle == "p50" else ""
    if risk is not None and result.trials > 1:
        page.text(page.row, 0, "chance that it loses money")
        page.number(page.row, 1, risk["probability_of_loss"], "key_share")
        page.row += 1
    page.text(page.row, 0, f"what it leaves you{how} ({currency})")
    page.number(page.row, 1, metrics["incremental_profit"][middle], "key_money")
    page.row += 1
    page.text(page.row, 0, f"deepest out of pocket{how} ({currency})")
    lowest = metrics["lowest_cash"][middle]
    page.number(page.row, 1, lowest, "key_money")
    when = lowest_day(result)
    if lowest < 0 and when is not None:
        page.text(page.row, 2, f"about {day(when)}", "key_text")
    page.row += 2


def lowest_day(result: Result) -> date | None:
    """The day on which cash, in the middle of the futures, is lowest; None where it is never
    below nothing."""
    if "cumulative_cash" not in result.paths:
        return None
    middle = np.median(result.paths["cumulative_cash"], axis=1)
    place = int(np.argmin(middle))
    return result.path_days[place] if middle[place] < 0 else None


def _write_metrics(page: RunPage, document: Mapping[str, Any]) -> None:
    """Every result: those of the terminal's table first, then all others."""
    metrics = document["metrics"]
    sampled = document["mode"] == "sampled"
    heads = ("average", "typical", "5 %", "95 %", "chance of", "called in files")
    if not sampled:
        heads = ("expected", "", "", "", "", "called in files")
    told = [name for name, found in metrics.items() if name in ALWAYS or _happens(found)]
    main = [name for name in SUMMARY if name in told]
    others = [name for name in told if name not in main]
    for title, names in (("What happens", main), ("Everything else that was counted", others)):
        if not names:
            continue
        page.section(title, heads)
        page.text(page.row - 1, NAME, heads[-1], "section_indented")
        for name in names:
            _write_metric(page, document, name, sampled)
        page.row += 1
    if sampled and page.result.trials > 1:
        text = (
            "Average: over all futures. Typical: half of the futures are below, half above. 5 % and"
            " 95 %: one future in twenty is below the first, one in twenty above the second."
        )
        page.sentence(text, WIDTHS, "note_wrap")
        page.row += 1


def _write_metric(page: RunPage, document: Mapping[str, Any], name: str, sampled: bool) -> None:
    found, row = document["metrics"][name], page.row
    page.text(row, 0, plain(name))
    form = FORMS.get(unit_of(name), "mean_count")
    share = _chance(page, document, name)
    single = name == "cost_per_new_regular"  # a ratio of averages: single futures may win nobody
    for column, statistic in enumerate(COLUMNS if sampled and not single else COLUMNS[:1], start=1):
        value = found.get(statistic)
        if name == "payback_days" and share is not None and share > NEVER[statistic]:
            page.text(row, column, "\N{EN DASH}" if statistic == "mean" else "never", "right")
        elif value is None or (single and value <= 0):  # at no cost: the deal pays for itself
            page.text(row, column, "none" if value is None else "nothing", "right")
        else:
            page.number(row, column, value, form)
    if share is not None:
        page.text(row, CHANCE, f"{CHANCES[name][0]} {_percent(share)}", "right")
    page.text(row, NAME, name, "note_indented")
    page.row += 1


def _chance(page: RunPage, document: Mapping[str, Any], name: str) -> float | None:
    """The chance that goes with a result; one future has none."""
    risk = CHANCES.get(name, ("", ""))[1]
    return (document["risk"] or {}).get(risk) if page.result.trials > 1 else None


def _happens(found: Mapping[str, Any]) -> bool:
    """Whether there is anything to tell of a result."""
    return bool(found["mean"]) or bool(found.get("max")) or found["mean"] is None


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _write_lines(page: RunPage, document: Mapping[str, Any]) -> None:
    """Where the average result comes from, added up live."""
    bars = [bar for bar in document["waterfall"] if bar["mean"]]
    if not bars:
        return
    sampled = document["mode"] == "sampled"
    page.section("Where it comes from", ["average" if sampled else "expected"], len(WIDTHS))
    first, values = page.row, []
    for bar in bars:
        page.text(page.row, 0, plain(bar["name"]))
        page.number(page.row, 1, bar["mean"], "money")
        page.text(page.row, NAME, bar["name"], "note_indented")
        values.append(float(bar["mean"]))
        page.row += 1
    page.text(page.row, 0, plain("incremental_profit"), "total_text")
    span = cells((first, 1), (page.row - 1, 1))
    page.live(page.row, 1, Live(f"SUM({span})", sum(values)), "total")
    page.row += 2


def _write_campaigns(page: RunPage, found: Mapping[str, Any]) -> None:
    """Each deal of a series by what it adds to those before it."""
    heads = ("average", "typical", "5 %", "95 %", "loses in")
    page.section("What each deal adds to those before it", heads, len(WIDTHS))
    deals: Sequence[Mapping[str, Any]] = found["deals"]
    for one in deals:
        page.text(page.row, 0, f"{label(one['name'])}, {one['starts']}")
        for column, statistic in enumerate(COLUMNS, start=1):
            value = one["incremental_profit"].get(statistic)
            if value is not None:
                page.number(page.row, column, value, "money")
        if "probability_of_loss" in one:
            page.text(page.row, CHANCE, _percent(one["probability_of_loss"]), "right")
        page.row += 1
    page.row += 1
