"""The yellow cells of the sheet on one voucher: a deal's numbers at their means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dealsim.decisions.voucher_means import DealMeans, KindMeans
from dealsim.output.drawing.wording import day
from dealsim.output.labels import label
from dealsim.output.run.workbook.page import RunPage
from dealsim.output.spreadsheet.live import Live, live, total, weighted
from dealsim.output.spreadsheet.sheet import cells
from dealsim.scenario import SalesTax
from dealsim.text import shortened

NIL = live(0.0)
MIX, FIRST = 1, 2
"""Columns: of all vouchers together, and of the first kind of customer."""

KIND_SHOWN = 24
"""Letters of a kind's name that fit two lines."""


@dataclass
class VoucherSheet:
    """The sheet being written: what it is about, and the cells there are by name."""

    page: RunPage
    means: DealMeans
    one: dict[str, Live] = field(default_factory=dict)
    """Numbers of the deal or the business."""
    each: dict[str, list[Live]] = field(default_factory=dict)
    """Numbers by kind of customer."""
    mix: dict[str, Live] = field(default_factory=dict)
    """What a voucher comes to in the mix of kinds."""
    rows: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    """Money lines of a voucher, in their order."""

    @property
    def columns(self) -> int:
        """Columns there are, that of the words included."""
        return FIRST + len(self.kinds)

    @property
    def kinds(self) -> tuple[KindMeans, ...]:
        return self.means.kinds

    @property
    def tax(self) -> SalesTax | None:
        """Tax that changes the money of the run."""
        return self.means.scenario.sales_tax

    @property
    def packs(self) -> bool:
        return self.means.scenario.deal.uses > 1

    def span(self, name: str) -> str:
        """The cells by kind of a row."""
        row = self.rows[name]
        return cells((row, FIRST), (row, FIRST + len(self.kinds) - 1))

    def section(self, title: str) -> None:
        """A section by kind of customer."""
        names = [shortened(label(kind.name), KIND_SHOWN) for kind in self.kinds]
        self.page.section(title, ["all", *names])

    def give(self, name: str, words: str, value: float, form: str) -> None:
        """A yellow cell of the deal."""
        page = self.page
        page.text(page.row, 0, words)
        self.one[name] = page.put(page.row, MIX, value, f"given_{form}")
        page.row += 1

    def derive(self, name: str, words: str, found: Live, form: str = "money") -> None:
        """A formula of the deal."""
        page = self.page
        page.text(page.row, 0, words)
        self.one[name] = page.live(page.row, MIX, found, form)
        page.row += 1

    def give_each(
        self, name: str, words: str, value: Callable[[KindMeans], float | None], form: str
    ) -> None:
        """A row of yellow cells by kind."""
        self.each_of(name, words, [value(kind) for kind in self.kinds], form)

    def each_of(
        self, name: str, words: str, values: Sequence[float | Live | None], form: str
    ) -> None:
        """A row by kind: yellow cells where there are numbers, a dash where there is nothing to
        say, formulas elsewhere."""
        page = self.page
        page.text(page.row, 0, words)
        self.rows[name], found = page.row, []
        for column, value in enumerate(values, start=FIRST):
            if value is None:
                page.text(page.row, column, "\N{EN DASH}", "right")
                found.append(NIL)
            elif isinstance(value, Live):
                found.append(page.live(page.row, column, value, form))
            else:
                found.append(page.put(page.row, column, value, f"given_{form}"))
        self.each[name] = found
        page.row += 1

    def work_out(self, name: str, words: str, found: Sequence[Live], form: str = "money") -> None:
        """A row of formulas by kind, with that of all vouchers together before it."""
        row = self.page.row
        self.each_of(name, words, found, form)
        cells_of, weights = self.span(name), self.span("share")
        mixed = weighted(cells_of, self.each[name], weights, self.each["share"])
        self.mix[name] = self.page.live(row, MIX, mixed, form)


def write_deal(sheet: VoucherSheet, vouchers: float) -> None:
    """What the offer and the business are, whoever comes."""
    means, number = sheet.means, sheet.means.number
    sheet.page.section("The offer", columns=MIX + 1)
    pack = " (the whole pack)" if sheet.packs else ""
    sheet.give("price", f"what the customer pays{pack}", number("deal.price"), "money")
    sheet.give("face", f"what the voucher buys{pack}", number("deal.face_value"), "money")
    if sheet.packs:
        sheet.give("uses", "uses of a voucher", float(means.scenario.deal.uses), "whole")
    sheet.give(
        "commission", "the site's share of the price", number("platform.commission"), "share"
    )
    sheet.give("card_fee", "card fee, of the price", number("platform.card_fee"), "share")
    sheet.give("fixed_fee", "the site's fixed fee", number("platform.fixed_fee"), "money")
    sheet.give("refunds", "vouchers given back", number("deal.refunds"), "share")
    sheet.give("vouchers", "vouchers sold (the simulation's average)", vouchers, "count")
    escheat = means.scenario.escheat
    if escheat is not None:
        share = number("accounting.escheat.share")
        sheet.give("escheat", "of what is never used, the state takes", share, "share")
    sheet.page.row += 1
    sheet.page.section("Your business", columns=MIX + 1)
    ticket = number("business.usual_ticket")
    sheet.give("ticket", "what an ordinary visitor spends", ticket, "money")
    words = "what a visit costs you, of the list price"
    sheet.give("variable_cost", words, number("business.variable_cost"), "share")
    words = "what a visit costs you whatever is bought"
    sheet.give("visit_cost", words, number("business.cost_per_visit"), "money")
    if sheet.tax is not None:
        _write_tax(sheet, sheet.tax)
    margin = sheet.one["ticket"] * _kept(sheet) - sheet.one["visit_cost"]
    sheet.derive("margin", "so an ordinary visit leaves you", margin)
    sheet.page.row += 1


def _kept(sheet: VoucherSheet) -> Live:
    """What a bill leaves of itself beside the cost of a visit."""
    kept = 1 - sheet.one["variable_cost"]
    return kept - sheet.one["tax"] if "tax" in sheet.one else kept


def _write_tax(sheet: VoucherSheet, terms: SalesTax) -> None:
    """Tax in prices, and tax on what the site charges."""
    number = sheet.means.number
    if terms.in_prices:
        rate = number("accounting.sales_tax.rate")
        sheet.give("tax_rate", "sales tax that your prices include", rate, "share")
        found = sheet.one["tax_rate"]
        part = Live(f"{found.text}/(1+{found.text})", found.value / (1 + found.value))
        sheet.derive("tax", "so of what customers pay, tax is", part, "share")
    if terms.on_fee is not None:
        rate = number("accounting.sales_tax.on_fee")
        sheet.give("fee_tax", "tax that the site adds to its charges", rate, "share")
        back = number("accounting.sales_tax.input_credit", 1.0)
        sheet.give("fee_back", "of that tax, you get back", back, "share")


def write_kinds(sheet: VoucherSheet) -> None:
    """Who buys and what each kind of customer does."""
    page, kinds = sheet.page, sheet.kinds
    sheet.section("Who buys, and what they do")
    sheet.give_each("share", "share of the buyers", lambda kind: kind.share, "share")
    whole = total(sheet.span("share"), sheet.each["share"])
    page.live(page.row - 1, MIX, whole, "share")
    words = "use it in time, or begin to" if sheet.packs else "use it in time"
    sheet.give_each("redeem", words, lambda kind: kind.redeem, "share")
    if sheet.packs:
        words = "uses made in time of a voucher begun"
        sheet.give_each("uses_made", words, lambda kind: kind.uses_made, "few")
    if any(kind.late for kind in kinds):
        words = "of what is not used in time, used after expiry"
        sheet.give_each("late", words, lambda kind: kind.late, "share")
    if any(kind.cash for kind in kinds):
        words = "of what is not used in time, taken in cash"
        sheet.give_each("cash", words, lambda kind: kind.cash, "share")
    words = "would have come anyway, at full price"
    sheet.give_each("anyway", words, lambda kind: kind.would_have_come, "share")
    sheet.give_each(
        "use", "of the voucher used by who spends no more", lambda kind: kind.use, "share"
    )
    if any(kind.ticket_ratio for kind in kinds):
        words = "their bill without a voucher, in ordinary visits"
        sheet.give_each("ratio", words, lambda kind: kind.ticket_ratio or None, "few")
        words = "how unlike their bills are (0: all alike)"
        sheet.give_each("spread", words, lambda k: k.bill_cv if k.ticket_ratio else None, "few")


def write_returns(sheet: VoucherSheet) -> None:
    """Who comes back, and what for."""
    kinds, end = sheet.kinds, sheet.means.scenario.horizon_end
    until = day(sheet.page.result.path_days[-1] if sheet.page.result.path_days else end)
    words = "come back at full price, of those who came"
    sheet.give_each("back", words, lambda kind: kind.comes_back, "share")
    words = f"visits of each of them, until {until}"
    sheet.give_each("visits", words, lambda kind: kind.visits, "few")
    words = "what they spend on each of these visits"
    sheet.give_each("spend", words, lambda kind: kind.spend, "money")
    if any(kind.worth for kind in kinds):
        words = f"or: what each leaves you in all, until {until}"
        sheet.give_each("worth", words, lambda kind: kind.worth, "money")
