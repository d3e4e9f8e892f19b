"""Sections on what will happen: two worlds, a voucher, cash, visits, who stays, what is owed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from dealsim.decisions.briefing import Briefing
from dealsim.decisions.unit_economics import VoucherEconomics, lines_of
from dealsim.output.drawing.wording import amount, count, day, is_nil
from dealsim.output.html.blocks import Block, Chapter, Table
from dealsim.output.html.pictures import Album
from dealsim.output.labels import SUMMARY, label, plain, unit_of
from dealsim.output.run.plots import draw, plots_of
from dealsim.output.run.plots.phrases import milestone_days
from dealsim.output.run.plots.waterfall import bars
from dealsim.output.run.summary_table import survey_line
from dealsim.registry import SERIES
from dealsim.results import Result
from dealsim.units import format_money, format_share

BAND = "in nine futures of ten"
PAIRS = (
    ("ordinary_visits", "ordinary_visits_without_deal"),
    ("own_turned_away", "own_turned_away_without_deal"),
    ("failures", "failures_without_deal"),
    ("rating_at_horizon", "rating_without_deal_at_horizon"),
)
"""What is counted in both worlds: with the deal, and without."""


def outcome(found: Briefing, album: Album) -> Iterator[Chapter]:
    """The sections in their order, those that the scenario has; none where nothing is ever sold."""
    result = found.result
    if not result.metrics["vouchers_sold"].any():
        return
    yield _worlds(result, album)
    if found.economics:
        yield _voucher(found.economics, result.scenario.currency)
    yield _cash(result, album)
    yield _visits(result, album)
    yield _people(result)
    yield _owed(result, album)
    if "reputation" in plots_of(result):
        yield _crowd(result, album)
    if "campaigns" in plots_of(result):
        yield _campaigns(result, album)


def _worlds(result: Result, album: Album) -> Chapter:
    """The deal beside the world without it."""
    blocks = [Block(_picture(result, album, "waterfall"), _lines(result))]
    if both := _both_worlds(result):
        blocks.append(Block(table=both, open=True))
    blocks.append(Block(table=_results(result)))
    read = (
        "Every future is lived twice on the same luck: once with the deal, once without. What "
        "counts is the difference, so visits you would have had anyway are no gain."
    )
    return Chapter("worlds", "The deal beside doing nothing", read, blocks)


def _lines(result: Result) -> Table:
    currency, rows = result.scenario.currency, bars(result)
    cells = [
        (
            plain(row.name),
            amount(row.change, currency),
            f"{amount(row.p5, currency)} to {amount(row.p95, currency)}",
        )
        for row in rows
    ]
    totals = [place for place, row in enumerate(rows) if row.total]
    heads = ("what", "in a typical future", BAND)
    return Table("Where the money comes from and goes", heads, cells, totals=totals)


def _both_worlds(result: Result) -> Table | None:
    metrics, timeline = result.summary()["metrics"], result.summary()["timeline"]
    rows = []
    for name, without in PAIRS:
        if name in metrics:
            there, apart = metrics[name]["mean"], metrics[without]["mean"]
        elif name in timeline:
            there, apart = (sum(timeline[one]["mean"]) for one in (name, without))
        else:
            continue
        if there is None or apart is None or not (there or apart):
            continue
        stars = name in metrics and unit_of(name) == "stars"
        written = _stars if stars else count
        change = there - apart
        rows.append((plain(name), written(there), written(apart), _signed(change, written)))
    if not rows:
        return None
    heads = ("what", "with the deal", "without it", "difference")
    return Table("Your own trade in both worlds, on average", heads, rows)


def _stars(value: float) -> str:
    return f"{value:.2f}"


def _signed(value: float, written: Any) -> str:
    text = written(abs(value))
    return text if text.strip("0.,") == "" else f"{'+' if value > 0 else '-'}{text}"


def _results(result: Result) -> Table:
    summary, currency = result.summary(), result.scenario.currency
    rows = []
    for name in SUMMARY:
        metric = summary["metrics"].get(name)
        if metric is None or not metric["mean"]:
            continue
        values = (_value(metric.get(key), name, currency) for key in ("p50", "mean", "p5", "p95"))
        typical, mean, low, high = values
        if name == "cost_per_new_regular":  # a ratio of means: single futures may win nobody
            typical = low = high = ""
        rows.append((plain(name), typical, mean, f"{low} to {high}" if low else ""))
    return Table("All results", ("what", "typical", "on average", BAND), rows)


def _value(value: float | None, name: str, currency: str) -> str:
    if value is None:
        return "never" if unit_of(name) == "days" else "none"
    unit = unit_of(name)
    if unit == "money":
        return amount(value, currency)
    return f"{count(value)} days" if unit == "days" else count(value)


def _voucher(found: Sequence[VoucherEconomics], currency: str) -> Chapter:
    """One voucher sold to each kind of customer."""

    def money(value: float) -> str:
        return format_money(value, currency, cents=True)

    heads = ("for each voucher sold", *(label(one.segment) for one in found))
    rows = [("share of those sold", *(format_share(one.share) for one in found))]
    rows += [
        (plain(line), *(money(one.lines.get(line, 0.0)) for one in found))
        for line in lines_of(tuple(found))
    ]
    rows.append(("what it comes to", *(money(one.profit) for one in found)))
    best = max(found, key=lambda one: one.profit)
    worst = min(found, key=lambda one: one.profit)
    read = (
        f"On average a voucher sold to {label(best.segment)} comes to {money(best.profit)}, one "
        f"sold to {label(worst.segment)} to {money(worst.profit)}."
    )
    if len(found) == 1:
        read = f"On average a voucher comes to {money(best.profit)}."
    how = (
        "What a voucher comes to when every number is at its mean, vouchers that are never used "
        "counted in. Each kind by itself, so that a full place and the crowd change nothing here."
    )
    table = Table("One voucher, by kind of customer", heads, rows, totals=(len(rows) - 1,))
    blocks = [Block(table=table, open=True)]
    return Chapter("voucher", "What one voucher comes to", read, blocks, how)


def _cash(result: Result, album: Album) -> Chapter:
    payouts = [day(one) for one in milestone_days(result, "payouts")]
    read = "Money in and out because of the deal, added up from the first day."
    if payouts:
        read += f" The site pays on {', '.join(payouts[:6])}" + (
            "." if len(payouts) <= 6 else " and later."
        )
    table = _by_month(result, ("cumulative_cash",), "Cash to date, at month ends")
    block = Block(_picture(result, album, "cash"), table)
    return Chapter("cash", "When the money comes", read, [block])


def _visits(result: Result, album: Album) -> Chapter:
    names = ("redeemed_in_time", "presented_late", "turned_away")
    table = _by_month(result, names, "Vouchers by month, on average", mean=True)
    block = Block(_picture(result, album, "redemption"), table)
    read = "When voucher customers come, and beside it the places you have where you gave them."
    return Chapter("visits", "Who comes, and when", read, [block])


def _people(result: Result) -> Chapter:
    summary, currency = result.summary(), result.scenario.currency
    metrics = summary["metrics"]
    won, cost = metrics["new_regulars"], metrics["cost_per_new_regular"]["mean"]
    rows = [
        ("people who come back", count(won["mean"]), f"{count(won['p5'])} to {count(won['p95'])}")
    ]
    if won["mean"]:
        worth = metrics["returning_margin"]["mean"] / won["mean"]
        rows.append(("what each leaves you in all", amount(worth, currency), ""))
    if cost is not None:
        free = cost <= 0
        rows.append(("what each costs you", "nothing" if free else amount(cost, currency), ""))
    table = Table("People who come back at full price", ("what", "on average", BAND), rows)
    read = (
        "People who come back a few times at full price and would not have come without the deal; "
        "what they leave is after the cost of serving them."
    )
    paragraphs = [text] if (text := survey_line(summary)) else []
    blocks = [Block(table=table, open=True), Block(paragraphs=paragraphs)]
    return Chapter("return", "Who stays, and what they are worth", read, blocks)


def _owed(result: Result, album: Album) -> Chapter:
    table = _by_month(result, ("outstanding_value", "liability"), "Owed at month ends, on average",
                      mean=True)  # fmt: skip
    metrics, currency = result.summary()["metrics"], result.scenario.currency
    owed, likely = metrics["liability_at_expiry"]["mean"], metrics["likely_claims"]["mean"]
    when = "When the deal has expired"
    if owed is None:  # it outlasts the time looked at
        when = "At the end, before the deal expires,"
        owed = result.summary()["timeline"]["liability"]["mean"][-1]
    read = f"{when} {amount(owed, currency)} is still owed on unused vouchers, on average"
    if is_nil(owed, currency):
        read = f"{when} nothing is owed any more."
    elif likely is None:
        read += "."
    else:
        read += f"; about {amount(likely, currency)} of it is likely to be asked for."
    block = Block(_picture(result, album, "liability"), table)
    return Chapter("owed", "What stays owed", read, [block])


def _crowd(result: Result, album: Album) -> Chapter:
    names = ("failures", "complaints", "visits_won", "visits_lost", "rating")
    table = _by_month(result, names, "The crowd by month, on average", mean=True)
    crowd = result.summary()["metrics"]["reputation_margin"]["mean"]
    read = (
        "What a fuller place does to service and to what is said of you comes to "
        f"{amount(crowd, result.scenario.currency)} on average."
    )
    block = Block(_picture(result, album, "reputation"), table)
    return Chapter("crowd", "What the crowd does", read, [block])


def _campaigns(result: Result, album: Album) -> Chapter:
    found, currency = result.summary()["campaigns"], result.scenario.currency
    rows = []
    for one in found["deals"]:
        own = one["incremental_profit"]
        span = f"{amount(own['p5'], currency)} to {amount(own['p95'], currency)}"
        loss = format_share(one["probability_of_loss"])
        rows.append((one["name"], amount(own["mean"], currency), span, loss))
    heads = ("deal", "on average", BAND, "loses money in")
    table = Table("What each deal adds to those before it", heads, rows)
    read = "Each deal is told by what it adds: the world with it, less the world with those before."
    return Chapter(
        "campaigns", "Deal by deal", read, [Block(_picture(result, album, "campaigns"), table)]
    )


def _picture(result: Result, album: Album, name: str) -> Any:
    return album.picture(name, draw(result, name))


def _by_month(result: Result, names: Sequence[str], caption: str, *, mean: bool = False) -> Table:
    """Month ends and the series there are; of one series its middle and band too."""
    timeline, currency = result.summary()["timeline"], result.scenario.currency
    units = {one.name: one.unit for one in SERIES}
    there = [name for name in names if name in timeline and any(timeline[name]["mean"])]
    days = [day(date.fromisoformat(text)) for text in timeline["month_end"]]
    heads, columns = ["month to"], [days]
    for name in there:
        for band, word in _BANDS[mean]:
            heads.append(f"{plain(name)}{word}")
            columns.append([_in_unit(v, units[name], currency) for v in timeline[name][band]])
    return Table(caption, heads, list(zip(*columns, strict=True)))


_BANDS = {
    True: (("mean", ""),),
    False: (("p50", ", typical"), ("mean", ", on average"), ("p5", ", 5 %"), ("p95", ", 95 %")),
}


def _in_unit(value: float, unit: str, currency: str) -> str:
    if unit == "money":
        return amount(value, currency)
    return _stars(value) if unit == "stars" else count(value)
