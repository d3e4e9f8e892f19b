"""The sheet on one voucher beside the simulation: how far they stand apart, and why."""

from __future__ import annotations

from collections.abc import Iterator

from dealsim.output.drawing.wording import day
from dealsim.output.labels import plain
from dealsim.output.run.workbook.givens import MIX, VoucherSheet
from dealsim.output.spreadsheet.live import Live, live
from dealsim.results import Result
from dealsim.simulation import simulate

SIMULATED, APART = MIX + 1, MIX + 2
SENTENCE = (50.0, 15.0, 15.0, 15.0)
"""Widths of the columns that a sentence goes across."""
WHY = "Before you change a yellow cell, a difference is what one voucher's averages cannot know:"


def write_reconciliation(sheet: VoucherSheet, place: int) -> None:
    """Each line of the sheet, times the vouchers, beside the simulation's average."""
    page, result = sheet.page, sheet.page.result
    expected = result.mode == "expected"
    whose = "dealsim run --expected" if expected else "average of the futures"
    page.section("Beside the simulation", ["this sheet", whose, "difference"])
    if not result.by_campaign:
        for line in result.lines:
            if line.sign:
                mean = line.sign * float(result.metrics[line.name].mean())
                _write_line(sheet, plain(line.name), _of_sheet(sheet, line.name), mean)
    _write_line(sheet, "in all", sheet.one["alone"], mean_profit(result, place), "total")
    page.row += 1
    if not expected and len(result.campaigns) < 2:
        _write_expected(sheet)
    page.sentence(WHY, SENTENCE, "note_wrap")
    for text in _why(sheet):
        page.sentence(f"\N{BULLET} {text}", SENTENCE, "note_wrap")


def mean_profit(result: Result, place: int) -> float:
    """What a deal changes in all on average; one of a series, beyond those before it."""
    metrics = result.by_campaign[place] if result.by_campaign else result.metrics
    return float(metrics["incremental_profit"].mean())


def _of_sheet(sheet: VoucherSheet, name: str) -> Live:
    """A line of all vouchers together; nil where one voucher has none."""
    if name == "fixed_fee":
        return sheet.one["fee_charged"]
    return sheet.one["vouchers"] * sheet.mix[name] if name in sheet.lines else live(0.0)


def _write_line(
    sheet: VoucherSheet, words: str, here: Live, there: float, form: str = "money"
) -> None:
    page = sheet.page
    page.text(page.row, 0, words, "total_text" if form == "total" else "text")
    own = page.live(page.row, MIX, here, form)
    simulated = page.put(page.row, SIMULATED, there, form)
    page.live(page.row, APART, own - simulated, form)
    page.row += 1


def _write_expected(sheet: VoucherSheet) -> None:
    """What a voucher earns with every input at its mean, by the simulation itself."""
    page, means = sheet.page, simulate(sheet.page.result.scenario, expected=True, keep=()).metrics
    sold = float(means["vouchers_sold"][0])
    if sold <= 0:
        return
    before_fee = float(means["incremental_profit"][0] + means["fixed_fee"][0])
    page.section("One voucher", ["this sheet", "dealsim run --expected", "difference"])
    _write_line(sheet, "earns you, before the fixed fee", sheet.mix["profit"], before_fee / sold)
    page.row += 1


def _why(sheet: VoucherSheet) -> Iterator[str]:
    """What the sheet does not reckon with, where the scenario has it."""
    result = sheet.page.result
    scenario = result.scenario
    if result.mode != "expected":
        yield (
            "In the futures, what sells, who buys and what people spend vary together; an average"
            " of what two of them make is not what their averages make. And futures are a sample."
        )
    if scenario.business.capacity_per_week is not None:
        yield "Places: who finds none, and whom it displaces, is simulated week by week."
    if scenario.service is not None or scenario.engagement is not None:
        yield "The crowd: service, complaints, stars and word of mouth are no one voucher's."
    if len(result.campaigns) > 1:
        yield (
            "A deal of a series is told by what it adds to those before it: buyers won before"
            " come again, and the sites' members have seen it."
        )
    if _sets_aside(result):
        end = day(result.path_days[-1])
        yield (
            f"Vouchers that come after {end} are in every line of this sheet; the simulation"
            f" sets their cost aside in one line: {plain('tail_reserve')}."
        )
    if sheet.packs and sheet.means.scenario.promo_expiry > result.path_days[-1]:
        yield "Uses of a pack after the last day simulated are not among those made in time here."


def _sets_aside(result: Result) -> bool:
    return bool(result.metrics["tail_reserve"].any())
