"""Registers with a fault each, by name: what is said of them stands in `tests/data`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dealsim.records import CampaignNames, campaign_names

SCENARIO = """\
dealsim: 1
currency: CAD
kind: none
starts: 2011-03-01
horizon: 24 months
deal: {price: 10, face_value: 20, demand: 500, sale_window: 3 days, promo_expires: 6 months}
platform: {commission: 50%}
business: {usual_ticket: 60, variable_cost: 40%}
customers: {all: {share: 100%, redeem: 80%}}
"""

AS_OF = date(2011, 12, 31)
HEAD = "date,event,vouchers\n"
FULL = "date,event,vouchers,amount,currency,campaign\n"
SALE = "2011-03-01,sold,400\n"
SOLD = HEAD + SALE
DEAL = SALE.strip() + ",4000.00,CAD,May deal\n"
PAID = FULL + DEAL
UNCERTAIN = ("deal.price=8 to 12",)


@dataclass(frozen=True)
class Case:
    """A register, the overrides of the scenario it is of, and the day it is as of."""

    content: str | bytes
    overrides: Sequence[str] = ()
    as_of: date = AS_OF
    campaign: CampaignNames | None = None

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.content if isinstance(self.content, bytes) else self.content.encode()


def sold(rows: str, *overrides: str, as_of: date = AS_OF) -> Case:
    """400 sold, and more rows below, without amounts."""
    return Case(SOLD + rows, overrides, as_of)


def paid(rows: str, *overrides: str) -> Case:
    """400 sold at 10.00, and more rows below, with every column."""
    return Case(PAID + rows, overrides)


MAY, _ = campaign_names([("may", "May deal"), ("july",)])


def of_may(content: str) -> Case:
    """A register of two campaigns, read for that of May."""
    return Case(content, campaign=MAY)


CASES: Mapping[str, Case] = {
    # the file
    "empty": Case(""),
    "blank": Case("\n  \n;;\n"),
    "a spreadsheet": Case(b"PK\x03\x04\x14\x00\x06\x00"),
    "an old spreadsheet": Case(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "UTF-16": Case(HEAD.encode("utf-16")),
    "zero bytes": Case(HEAD + "2011-03-01,sold,\0\n"),
    "no line ends": Case(b"date,event,vouchers" * 60_000),
    "header only": Case(FULL + "\n,,\n"),
    # the header
    "no header": Case(SALE),
    "another file": Case("name,telephone\nAnn,555 0101\n"),
    "an unknown column": Case("date,evnt,vouchers\n" + SALE),
    "a column too many": Case("date,event,vouchers,telephone\n" + SALE),
    "a column without a name": Case("date,,event,vouchers\n" + SALE),
    "a column that may be meant": Case("date,event,vouchers,amont,code\n" + SALE),
    "many columns too many": Case("date,event,vouchers,a,b,c,d,e,f,g\n" + SALE),
    "a missing column": Case("date,event,amount\n" + SALE),
    "two missing columns": Case("date,currency\n2011-03-01,CAD\n"),
    "a column twice": Case("date,event,vouchers,Date\n" + SALE),
    "a header in quotation marks that do not pair": Case('date,event,"vouchers\n' + SALE),
    # rows
    "a row too short": sold("2011-03-02,sold\n"),
    "a row too long": sold("2011-03-02,sold,1,000\n2011-03-03,sold,1,000\n"),
    "a quotation mark not closed": sold('2011-03-02,sold,"1\n2011-03-02,sold,2\n'),
    "a quotation mark within": sold('2011-03-02,"sold" out,2\n'),
    "a cell of a megabyte": sold(f'2011-03-02,"{"sold" * 100_000}",2\n'),
    # dates
    "day and month may be swapped": sold("03/04/2011,redeemed,4\n"),
    "day first": sold("25.4.11,redeemed,4\n"),
    "month first": sold("04/25/2011,redeemed,4\n"),
    "the order of rows tells": sold(
        "03/04/2011,redeemed,4\n12/04/2011,redeemed,4\n01/05/2011,sold,4\n"
    ),
    "day first and month first": sold("25/04/2011,redeemed,4\n04/26/2011,redeemed,4\n"),
    "no such day either way": sold("41/44/2011,redeemed,4\n"),
    "slashes": sold("2011/4/31,redeemed,4\n"),
    "a time": sold("2011-03-04 12:30,redeemed,4\n"),
    "a number for a day": sold("40637,redeemed,4\n"),
    "no such day": sold("2011-02-30,redeemed,4\n"),
    "no date": sold(",redeemed,4\n"),
    "words for a date": sold("3 April 2011,redeemed,4\n"),
    "before the start": sold("2011-02-28,redeemed,4\n"),
    "after the day of the register": sold("2012-01-01,redeemed,4\n2012-01-02,redeemed,4\n"),
    "out of order": sold("2011-05-04,redeemed,4\n2011-05-03,redeemed,4\n2011-05-05,redeemed,4\n"),
    "pasted twice": Case(HEAD + 2 * (SALE + "2011-05-04,redeemed,4\n2011-06-04,redeemed,4\n")),
    "after the paid value lapsed": sold(
        "2011-09-05,redeemed,1\n", "deal.paid_value_expires=6 months"
    ),
    "worth nothing any more": sold(
        "2011-09-04,redeemed,1\n2011-09-05,refunded,1\n2011-09-05,redeemed,1\n2011-09-06,redeemed,1\n",
        "deal.after_expiry=nothing",
    ),
    # events and vouchers
    "an unknown event": sold("2011-03-02,redeemd,4\n"),
    "an event like none": sold("2011-03-02,burnt,4\n"),
    "an event that follows": sold("2011-03-02,Expired,4\n"),
    "no event": sold("2011-03-02, ,4\n"),
    "a formula": sold("2011-03-02,\"=cmd|' /C calc'!A0\",4\n"),
    "control characters": sold("2011-03-02,\x1b[31mred\x1b[0m\x07,4\n"),
    "no vouchers": sold("2011-03-02,redeemed,\n"),
    "0 vouchers": sold("2011-03-02,redeemed,0\n"),
    "fewer than none": sold("2011-03-02,refunded,-4\n"),
    "half a voucher": sold("2011-03-02,redeemed,4.5\n"),
    "thousands with a point": Case(HEAD.replace(",", ";") + "2011-03-01;sold;1.000\n"),
    "words for vouchers": sold("2011-03-02,redeemed,four\n"),
    "too many vouchers": sold("2011-03-02,redeemed,2000000000\n"),
    # amounts, currency, campaign
    "another amount": paid("2011-03-02,redeemed,4,41.00,,\n"),
    "another amount for one": paid("2011-03-02,redeemed,1,9.99,,\n"),
    "a negative amount": paid("2011-03-02,refunded,4,-40.00,,\n"),
    "a part of a cent": paid("2011-03-02,refunded,4,40.001,,\n"),
    "an amount in words": paid("2011-03-02,refunded,4,forty,,\n"),
    "an amount in powers of ten": paid("2011-03-02,refunded,4,4E+01,,\n"),
    "an amount in another currency": paid("2011-03-02,refunded,4,€40.00,,\n"),
    "a comma for a point": paid('2011-03-02,refunded,4,"40,00",,\n'),
    "amounts at two prices": paid(
        "2011-03-02,sold,4,44.00,,\n2011-03-03,redeemed,4,44.00,,\n", *UNCERTAIN
    ),
    "amounts at no price": Case(FULL + "2011-03-01,sold,300,4000.00,,\n", UNCERTAIN),
    "a price nobody knows": Case(SOLD, UNCERTAIN),
    "another currency": paid("2011-03-02,sold,4,,USD,\n"),
    "a second campaign": paid("2011-03-02,sold,4,,,June deal\n2011-03-02,sold,5,,,July deal\n"),
    # one of several campaigns
    "no column of campaigns": of_may(SOLD),
    "no row of the campaign": of_may(FULL + "2011-03-01,sold,400,,,july\n"),
    "a campaign that is none": of_may(PAID + "2011-03-02,sold,4,,,jly\n2011-03-02,sold,5,,,x1\n"),
    "a campaign far from any": of_may(PAID + "2011-03-02,sold,4,,,Christmas\n"),
    "no campaign": of_may(PAID + "2011-03-02,sold,4,,,\n"),
    # totals
    "more used than sold": sold(
        "2011-05-03,redeemed,390\n2011-05-04,sold,10\n2011-05-04,refunded,12\n"
        "2011-05-04,redeemed,10\n2011-05-04,sold,1\n2011-05-04,cashed_out,3\n2011-05-05,sold,90\n"
    ),
    "more used than sold, at another price": paid("2011-03-02,redeemed,500,5500.00,,\n"),
    "a row twice": paid(
        "2011-03-04,redeemed,4,40.00,CAD,May deal\n\n2011-03-04,redeemed,4,$40,C$,may  Deal\n"
        "2011-03-05,redeemed,1,,,\n2011-03-05,redeemed,1,,,\n2011-03-06,redeemed,4,,,\n"
    ),
    "nothing sold": Case(HEAD + "2011-03-02,redeemed,4\n"),
    # the day of the register
    "as of a day before the start": sold("", as_of=date(2011, 2, 28)),
    "as of the end of the horizon": sold("", as_of=date(2013, 3, 1)),
    # many at once
    "a fault of each kind": paid(
        "2011-03-02,sold,4,41.00,,\n2011-03-03,sold,0,,,\n,sold,2,,,\n2011-03-04,sol,2,,EUR,\n"
        "2011-03-03,sold,2,,,July deal\n2011-03-04,sold\n"
    ),
    "a cell on two lines": paid('2011-03-02,sold,4,,,"May\ndeal"\n2011-03-03,sold,x,,,\n'),
    "a line too long to show": sold(f"2011-03-02,{' ' * 300}sold,x\n"),
    # doubts
    "sold after the close": sold("2011-03-05,sold,7\n"),
    "one sold after the close": sold("2011-03-05,sold,1\n"),
    "sold more than the cap": sold("", "deal.cap=399"),
    "cash-outs that are not expected": sold("2011-05-05,cashed_out,4\n"),
    "cash-outs of too high a price": sold(
        "2011-05-05,cashed_out,4\n", "accounting.cash_out.below=10", "accounting.cash_out.share=5%"
    ),
}
