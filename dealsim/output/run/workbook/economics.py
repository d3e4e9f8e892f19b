"""One voucher by kind of customer, live: change a yellow cell and see what it does."""

from __future__ import annotations

from dealsim.decisions.voucher_means import voucher_means
from dealsim.output.labels import plain
from dealsim.output.run.workbook.givens import (
    MIX,
    VoucherSheet,
    write_deal,
    write_kinds,
    write_returns,
)
from dealsim.output.run.workbook.money import write_money
from dealsim.output.run.workbook.page import RunPage
from dealsim.output.run.workbook.reconciliation import mean_profit, write_reconciliation
from dealsim.output.run.workbook.voucher import write_fates, write_spending, write_visit
from dealsim.output.spreadsheet.live import PRODUCT, Live, ratio

NOTES = (
    "Yellow cells are the averages that were simulated with. Change one, and all below follows.",
    "Amounts are averages of one voucher; costs have a minus in the lines that are added up.",
)
WORDS_WIDE, MIX_WIDE, KIND_WIDE = 50.0, 15.0, 15.0
PORTRAIT = 5
"""Kinds of customers on an upright page, at most."""
SIDE_BY_SIDE = 8
"""Kinds of customers on a page, at most."""


def write_economics(page: RunPage, place: int = 0, deal: str | None = None) -> None:
    """The sheet on one voucher of a deal: of `place` in a series, called `deal`."""
    result = page.result
    means = voucher_means(result, place)
    sheet = VoucherSheet(page, means)
    title = "Unit economics: what one voucher leaves you"
    page.head(title if deal is None else f"{title} ({deal})", NOTES)
    page.sheet.set_column(0, 0, WORDS_WIDE)
    page.sheet.set_column(MIX, MIX, MIX_WIDE)
    page.sheet.set_column(MIX + 1, sheet.columns, KIND_WIDE)
    metrics = result.by_campaign[place] if result.by_campaign else result.metrics
    write_deal(sheet, float(metrics["vouchers_sold"].mean()))
    write_kinds(sheet)
    write_spending(sheet)
    write_returns(sheet)
    page.row += 1
    write_fates(sheet)
    write_visit(sheet)
    write_money(sheet)
    _write_total(sheet, place)
    if not result.by_campaign:  # whose comparison is one line
        page.sheet.set_h_pagebreaks([page.row])
    write_reconciliation(sheet, place)
    page.sheet.freeze_panes(0, MIX)
    page.sheet.repeat_columns(0)
    page.sheet.repeat_rows(0, 1)
    wide = -(-len(sheet.kinds) // SIDE_BY_SIDE)
    page.print_on(portrait=len(sheet.kinds) <= PORTRAIT, pages_wide=max(1, wide))


def _write_total(sheet: VoucherSheet, place: int) -> None:
    """All vouchers together, what the simulation adds to them, and what the site may take."""
    page, one = sheet.page, sheet.one
    page.section("All vouchers together", columns=MIX + 1)
    vouchers, profit = one["vouchers"], sheet.mix["profit"]
    sheet.derive("before_fee", "vouchers sold, times what each earns you", vouchers * profit)
    fee = one["fixed_fee"]
    if "fee_tax" in one:
        fee = fee * (1 + one["fee_tax"] * (1 - one["fee_back"]))
    value = -fee.value if vouchers.value > 0 else 0.0
    charged = Live(f"IF({vouchers.text}>0,-{fee.within(PRODUCT)},0)", value)
    sheet.derive("fee_charged", plain("fixed_fee"), charged)
    sheet.derive("alone", "so the vouchers by themselves", one["before_fee"] + one["fee_charged"])
    page.text(page.row, 0, "what else the simulation knows of (see below)")
    beyond = mean_profit(page.result, place) - one["alone"].value
    added = page.put(page.row, MIX, beyond, "given_money")
    page.row += 1
    page.text(page.row, 0, "so the deal earns you (costs you: with a minus)", "total_text")
    total = page.live(page.row, MIX, one["alone"] + added, "total")
    page.row += 1
    _write_breakeven(sheet, total)
    page.row += 1


def _write_breakeven(sheet: VoucherSheet, total: Live) -> None:
    """The commission at which the deal comes to nothing: each point costs the same."""
    page, one = sheet.page, sheet.one
    all_points = one["vouchers"] * sheet.mix["point"]
    found = one["commission"] + 0.01 * ratio(total, all_points)
    page.text(page.row, 0, "break-even: it earns nothing where the site takes")
    most = 1 - one["card_fee"]
    none = f"{one['vouchers'].text}*{sheet.mix['point'].text}"
    text = (
        f'IF({none}=0,"no answer",IF({found.text}<0,"never, it loses",'
        f'IF({found.text}>{most.text},"never, it earns",{found.text})))'
    )
    value: float | str = found.value
    if all_points.value == 0:
        value = "no answer"
    elif found.value < 0:
        value = "never, it loses"
    elif found.value > most.value:
        value = "never, it earns"
    page.formula(page.row, MIX, f"={text}", value, "answer")
    page.row += 1
