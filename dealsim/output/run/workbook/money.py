"""What one voucher leaves, line by line, in formulas (docs/model.md, 8 and 9)."""

from __future__ import annotations

from dealsim.output.labels import plain
from dealsim.output.run.workbook.givens import NIL, VoucherSheet
from dealsim.output.run.workbook.voucher import each_use, late_worth
from dealsim.output.spreadsheet.live import Live, rounded
from dealsim.output.spreadsheet.sheet import cells


def write_money(sheet: VoucherSheet) -> None:
    """Every line a voucher has, costs negative, and their sum."""
    sheet.section("What it leaves you, for each voucher sold")
    first = sheet.page.row
    kinds = range(len(sheet.kinds))
    lines = {
        "remittance": [_remittance(sheet, k) for k in kinds],
        "till_receipts": [_visits(sheet, k, "till") for k in kinds],
        "voucher_visit_cost": [-_visits(sheet, k, "cost") for k in kinds],
    }
    if sheet.tax is not None:
        lines["sales_tax"] = [-_tax(sheet, k) for k in kinds]
    margin = sheet.one["margin"]
    lines["cannibalised_margin"] = [
        -(_used(sheet, k) * _of(sheet, "anyway", k) * margin) for k in kinds
    ]
    lines["returning_margin"] = [_returning(sheet, k) for k in kinds]
    if "cash" in sheet.each:
        price = each_use(sheet, sheet.one["price"])
        lines["cash_outs"] = [-(_of(sheet, "cash_uses", k) * price) for k in kinds]
    if sheet.means.scenario.escheat is not None:
        lines["escheat_paid"] = [-_escheat(sheet, k) for k in kinds]
    for name, found in lines.items():
        sheet.work_out(name, plain(name), found)
        sheet.lines.append(name)
    _write_profit(sheet, first)
    sheet.page.row += 1


def _write_profit(sheet: VoucherSheet, first: int) -> None:
    """The sum of the lines above, of each kind and of all vouchers together."""
    page = sheet.page
    row, page.row = page.row, page.row + 1
    page.text(row, 0, "so each voucher sold earns you (costs you: with a minus)", "total_text")
    for column in range(1, sheet.columns):
        found = [
            sheet.mix[name] if column == 1 else sheet.each[name][column - 2] for name in sheet.lines
        ]
        value = sum(one.value for one in found)
        total = Live(f"SUM({cells((first, column), (row - 1, column))})", value)
        cell = page.live(row, column, total, "total")
        if column == 1:
            sheet.mix["profit"] = cell
    points = [_point(sheet, k) for k in range(len(sheet.kinds))]
    sheet.work_out("point", "one point more for the site costs you", points)


def _of(sheet: VoucherSheet, name: str, kind: int) -> Live:
    """A number of a kind; nil where there is none."""
    return sheet.each[name][kind] if name in sheet.each else NIL


def _used(sheet: VoucherSheet, kind: int) -> Live:
    """Uses of a voucher sold, in time and late."""
    in_time = _of(sheet, "in_time", kind)
    return in_time + _of(sheet, "late_uses", kind) if "late_uses" in sheet.each else in_time


def _visits(sheet: VoucherSheet, kind: int, what: str) -> Live:
    """What the visits of a voucher sold come to: at the till, or in cost."""
    found = _of(sheet, "in_time", kind) * _of(sheet, what, kind)
    if "late_uses" not in sheet.each:
        return found
    return found + _of(sheet, "late_uses", kind) * _of(sheet, f"late_{what}", kind)


def _paid(sheet: VoucherSheet, kind: int) -> Live:
    """Of a voucher sold, the part that the site pays for."""
    if sheet.means.taxed.prepaid:
        return 1 - sheet.one["refunds"]
    used = _used(sheet, kind) if sheet.means.taxed.late_paid else _of(sheet, "in_time", kind)
    return each_use(sheet, used)


def _remittance(sheet: VoucherSheet, kind: int) -> Live:
    """What the site pays (eq. 9.1, 9.17)."""
    one = sheet.one
    taken = one["commission"]
    if "fee_tax" in one:
        taken = taken * (1 + one["fee_tax"])
    return one["price"] * (1 - taken - one["card_fee"]) * _paid(sheet, kind)


def _tax(sheet: VoucherSheet, kind: int) -> Live:
    """Tax in what customers pay, less what is given back of that on the site's charges (eq. 9.14
    to 9.17)."""
    one, taxed = sheet.one, sheet.means.taxed
    found = NIL
    if "tax" in one:
        till = _visits(sheet, kind, "till")
        found = one["tax"] * till
        if sheet.means.scenario.taxed_at_issue:
            found = found + _tax_at_issue(sheet, kind)
        base, late = _taxed_in_time(sheet, kind), _taxed_late(sheet, kind)
        for uses, amount in (("in_time", base), ("late_uses", late)):
            if amount is not NIL and uses in sheet.each:
                found = found + one["tax"] * _of(sheet, uses, kind) * amount
        if taxed.lapsed and sheet.means.ends and base is not NIL:
            found = found + one["tax"] * _of(sheet, "never", kind) * base
    if "fee_tax" in one:
        back = one["price"] * one["commission"] * one["fee_tax"] * one["fee_back"]
        found = found - back * _paid(sheet, kind)
    return found


def _tax_at_issue(sheet: VoucherSheet, kind: int) -> Live:
    """Tax in the price, due when sold, in whole minor units; given back with the money."""
    digits = sheet.page.book.digits
    due = rounded(sheet.one["tax"] * rounded(sheet.one["price"], digits), digits)
    kept = due * (1 - sheet.one["refunds"])
    if "cash_uses" not in sheet.each:
        return kept
    return kept - each_use(sheet, due) * _of(sheet, "cash_uses", kind)


def _taxed_in_time(sheet: VoucherSheet, kind: int) -> Live:
    """What of a voucher used in time bears tax then (b of eq. 9.15)."""
    taxed, one = sheet.means.taxed, sheet.one
    if taxed.price:
        return each_use(sheet, one["price"])
    if taxed.receipts:
        return each_use(sheet, one["price"] * (1 - one["commission"] - one["card_fee"]))
    if taxed.stated:
        return each_use(sheet, one["face"])
    return _of(sheet, "bill", kind) - _of(sheet, "till", kind) if taxed.of_bill else NIL


def _taxed_late(sheet: VoucherSheet, kind: int) -> Live:
    """The same of one used late."""
    taxed = sheet.means.taxed
    if taxed.stated:
        return late_worth(sheet)
    if taxed.of_bill:
        return _of(sheet, "late_bill", kind) - _of(sheet, "late_till", kind)
    return _taxed_in_time(sheet, kind) if taxed.late_paid else NIL


def _returning(sheet: VoucherSheet, kind: int) -> Live:
    """What those leave who come back: won once, by the first use (eq. 8.7)."""
    one = sheet.one
    redeem = _of(sheet, "redeem", kind)
    came = redeem
    if "late" in sheet.each:
        came = redeem + (1 - redeem) * _of(sheet, "late", kind)
    kept = 1 - one["variable_cost"]
    kept = kept - one["tax"] if "tax" in one else kept
    margin = _of(sheet, "spend", kind) * kept - one["visit_cost"]
    brings = _of(sheet, "visits", kind) * margin
    if "worth" in sheet.each:
        brings = brings + _of(sheet, "worth", kind)
    return (1 - one["refunds"]) * came * _of(sheet, "back", kind) * brings


def _escheat(sheet: VoucherSheet, kind: int) -> Live:
    """What goes to the state of vouchers never used (eq. 9.11)."""
    terms = sheet.means.scenario.escheat
    basis = "face" if terms is not None and terms.basis == "face" else "price"
    due = sheet.one["escheat"] * each_use(sheet, sheet.one[basis])
    return _of(sheet, "never", kind) * due


def _point(sheet: VoucherSheet, kind: int) -> Live:
    """What one point more of commission costs, for each voucher sold."""
    one, taxed = sheet.one, sheet.means.taxed
    found = one["price"] * 0.01 * _paid(sheet, kind)
    if "fee_tax" in one:
        found = found * (1 + one["fee_tax"] * (1 - one["fee_back"]))
    if taxed.receipts and "tax" in one:
        uses = _used(sheet, kind) if taxed.late_paid else _of(sheet, "in_time", kind)
        if taxed.lapsed and sheet.means.ends:
            uses = uses + _of(sheet, "never", kind)
        found = found - one["tax"] * each_use(sheet, one["price"] * 0.01) * uses
    return found
