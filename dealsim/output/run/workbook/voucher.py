"""What becomes of one voucher, by kind of customer, in formulas (docs/model.md, 5 and 7)."""

from __future__ import annotations

from dealsim.decisions.voucher_means import KindMeans
from dealsim.output.run.workbook.givens import NIL, VoucherSheet
from dealsim.output.spreadsheet.live import (
    PRODUCT,
    Live,
    at_least_zero,
    chance_beyond,
    mean_beyond,
)


def each_use(sheet: VoucherSheet, amount: Live) -> Live:
    """The part of a voucher's amount that is one of its uses."""
    if not sheet.packs:
        return amount
    uses = sheet.one["uses"]
    value = amount.value / uses.value
    return Live(f"{amount.within(PRODUCT)}/{uses.text}", value, PRODUCT)


def late_worth(sheet: VoucherSheet) -> Live:
    """What a use is worth after expiry."""
    survives = sheet.means.scenario.deal.after_expiry
    if survives == "nothing":
        return NIL
    return each_use(sheet, sheet.one["price" if survives == "paid_value" else "face"])


def write_spending(sheet: VoucherSheet) -> None:
    """How many spend more than the voucher and by how much: as stated, or by their bills."""
    face = each_use(sheet, sheet.one["face"])
    sheet.each["base"] = [face] * len(sheet.kinds)
    _write_beyond(sheet, "", "spend more than the voucher", "by how much, of those who do")
    if "late" not in sheet.each:
        return
    worth = late_worth(sheet)
    sheet.each["late_base"] = [face if kind.late_whole else worth for kind in sheet.kinds]
    if any(base is not face and one.ticket_ratio for base, one in _late_bases(sheet)):
        words = ("used late: spend more than it is then worth", "used late: by how much")
        _write_beyond(sheet, "late_", *words)
    else:
        for name in ("chance", "amount"):
            sheet.each[f"late_{name}"] = sheet.each[name]


def _late_bases(sheet: VoucherSheet) -> list[tuple[Live, KindMeans]]:
    return list(zip(sheet.each["late_base"], sheet.kinds, strict=True))


def _write_beyond(sheet: VoucherSheet, when: str, how_many: str, how_much: str) -> None:
    bases, kinds = sheet.each[f"{when}base"], sheet.kinds
    bills = [_bill(sheet, place) for place in range(len(kinds))]
    by_bill = [chance_beyond(*bill, base) for bill, base in zip(bills, bases, strict=True)]
    chances = [
        _stated(sheet, when, "chance", place, kind.chance, by_bill[place])
        for place, kind in enumerate(kinds)
    ]
    sheet.each_of(f"{when}chance", how_many, chances, "share")
    amounts = []
    for place, kind in enumerate(kinds):
        own = sheet.each[f"{when}chance"][place] if kind.chance is None else by_bill[place]
        found = mean_beyond(*bills[place], bases[place], own) if kind.ticket_ratio else NIL
        amounts.append(_stated(sheet, when, "amount", place, kind.amount, found))
    sheet.each_of(f"{when}amount", how_much, amounts, "money")


def _stated(
    sheet: VoucherSheet, when: str, name: str, place: int, value: float | None, found: Live
) -> float | Live:
    """What the scenario states, a yellow cell (once, however late); else what a bill gives."""
    if value is None:
        return found
    return sheet.each[name][place] if when else value


def _bill(sheet: VoucherSheet, place: int) -> tuple[Live, Live]:
    """Mean bill of a kind were the voucher worth nothing, and its spread."""
    if "ratio" not in sheet.each:
        return NIL, NIL
    return sheet.one["ticket"] * sheet.each["ratio"][place], sheet.each["spread"][place]


def write_fates(sheet: VoucherSheet) -> None:
    """What becomes of each voucher sold: of a pack, how many uses."""
    each, one = sheet.each, sheet.one
    unit = "uses of each voucher sold" if sheet.packs else "share of the vouchers sold"
    sheet.section(f"What becomes of it, {unit}")
    form = "few" if sheet.packs else "share"
    kept = 1 - one["refunds"]
    in_time = [kept * redeem for redeem in each["redeem"]]
    if sheet.packs:
        in_time = [a * b for a, b in zip(in_time, each["uses_made"], strict=True)]
    sheet.work_out("in_time", "used in time", in_time, form)
    unused = [kept * (1 - redeem) for redeem in each["redeem"]]
    if sheet.packs:
        unused = [kept * one["uses"] - used for used in each["in_time"]]
    never = unused
    for name, words in (("late", "used after expiry"), ("cash", "taken in cash")):
        if name in each:
            part = [left * share for left, share in zip(unused, each[name], strict=True)]
            sheet.work_out(f"{name}_uses", words, part, form)
            rest = zip(never, each[f"{name}_uses"], strict=True)
            never = [left - gone for left, gone in rest]
    sheet.work_out("never", "never used", never, form)
    if sheet.means.number("deal.refunds") and not sheet.packs:
        sheet.work_out("given_back", "given back", [one["refunds"] + 0 for _ in sheet.kinds], form)
    sheet.page.row += 1


def write_visit(sheet: VoucherSheet) -> None:
    """The bill of a voucher visit, what is paid on top, and what it costs; late ones too where
    there are any."""
    sheet.section("One visit with a voucher")
    face = each_use(sheet, sheet.one["face"])
    _write_visit(sheet, "", "", face)
    if "late" in sheet.each:
        _write_visit(sheet, "late_", "used late: ", late_worth(sheet))
    sheet.page.row += 1


def _write_visit(sheet: VoucherSheet, when: str, said: str, worth: Live) -> None:
    each, one = sheet.each, sheet.one
    rows = list(
        zip(
            each[f"{when}chance"],
            each[f"{when}amount"],
            each[f"{when}base"],
            each["use"],
            strict=True,
        )
    )
    bills = [
        chance * (base + amount) + (1 - chance) * use * base for chance, amount, base, use in rows
    ]
    sheet.work_out(f"{when}bill", f"{said}what is served, at list price", bills)
    tills = [_till(*row, worth) for row in rows]
    sheet.work_out(f"{when}till", f"{said}what they pay on top", tills)
    costs = [one["variable_cost"] * bill + one["visit_cost"] for bill in each[f"{when}bill"]]
    sheet.work_out(f"{when}cost", f"{said}what it costs you", costs)


def _till(chance: Live, amount: Live, base: Live, use: Live, worth: Live) -> Live:
    """What is paid beyond a voucher's worth (eq. 7.5)."""
    if base is worth or base == worth:
        return chance * amount
    plain = at_least_zero(use * base - worth)
    return chance * (base - worth + amount) + (1 - chance) * plain
