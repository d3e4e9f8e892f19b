"""The accountant's page: its figures are those of `liability.json`, it ties, and it is safe."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pytest

from dealsim import liability, simulate
from dealsim.books import LINES, STATES, Entry, Liability
from dealsim.output.books.document import document
from dealsim.output.books.page import books_page
from dealsim.output.books.page.checks import ties
from dealsim.output.labels import label
from dealsim.units import format_money
from tests.books_fakes import SETTINGS, Setting, books, make_books
from tests.conftest import MakeScenario
from tests.html_reader import ReadPage, amount
from tests.test_liability import PLAIN
from tests.test_liability_shown import register

OWN_SIGN = ("opening", "issued", "closing")
FIGURES = ["usual", "none", "remote by quarter", "by year", "escheat", "yen", "dinar", "register",
           "no vouchers", "on redemption", "one trial"]  # fmt: skip


@cache
def page_of(title: str) -> str:
    """The page of made-up books, drawn once."""
    return books_page(books(title))


def read(title: str) -> tuple[ReadPage, dict[str, Any]]:
    """The page of made-up books, and their document."""
    return ReadPage(page_of(title)), document(books(title))


def decimals(values: list[float]) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


def across(page: ReadPage, begins: str, name: str) -> list[Decimal]:
    """A line over all tables whose captions begin alike."""
    tables = [one for one in page.tables if one.caption.startswith(begins)]
    return [number for table in tables for number in table.numbers(name)]


@pytest.mark.parametrize("title", SETTINGS)
def test_the_page_is_whole(title: str) -> None:
    page = ReadPage(page_of(title))
    names = [one.caption for one in page.tables]
    assert all(names) and len(set(names)) == len(names)
    assert all(scope in ("col", "row") for one in page.tables for scope in one.scopes)
    assert all(len(row) == len(one.rows[0]) for one in page.tables for row in one.rows)
    assert [tag for tag, _ in page.elements].count("h1") == 1
    anchors = [a["href"] for tag, a in page.elements if tag == "a"]
    ids = {a["id"] for _, a in page.elements if a.get("id")}
    assert all(str(one).removeprefix("#") in ids for one in anchors)


@pytest.mark.parametrize("title", FIGURES)
def test_the_roll_forward_is_that_of_the_document(title: str) -> None:
    page, told = read(title)
    quarterly = told["period"] == "quarter"
    table = told["rollforward" if quarterly else "fiscal_years"]
    begins = f"Roll-forward by {'quarter' if quarterly else 'fiscal year'}"
    shown = {row[0] for one in page.tables if one.caption.startswith(begins) for row in one.rows}
    for name in LINES:
        mean = decimals(table[name]["mean"])
        signed = [one if name in OWN_SIGN else -one for one in mean]
        if label(name) in shown:
            assert across(page, begins, label(name)) == signed
        else:
            assert not any(mean)
    for percent in (5, 95) if told["trials"] > 1 and told["contract_liability"] else ():
        ends = decimals(table["closing"][f"p{percent}"])
        assert across(page, begins, f"closing, {percent} %") == ends


@pytest.mark.parametrize("title", FIGURES)
def test_months_fold_up_to_the_roll_forward(title: str) -> None:
    page, found = ReadPage(page_of(title)), books(title)
    months = page.table("Roll-forward by month")
    unit = Decimal(10) ** (-_digits(found))
    for name in LINES:
        if label(name) in months.rows[0]:
            sign = 1 if name in OWN_SIGN else -1
            mean = [sign * int(one) * unit for one in found.monthly.mean[name]]
            assert [amount(cell) for cell in months.column(label(name))] == mean


def _digits(found: Liability) -> int:
    return {"JPY": 0, "KWD": 3}.get(found.scenario.currency, 2)


@pytest.mark.parametrize("title", FIGURES)
def test_the_first_screen_is_the_position_of_the_document(title: str) -> None:
    page, told = read(title)
    position, currency = told["position"], books(title).scenario.currency
    for figure in (position["owed"]["mean"], position["likely"], position["recognised"],
                   position["held"]):  # fmt: skip
        assert format_money(figure, currency, cents=True) in page.text


@pytest.mark.parametrize("title", FIGURES)
def test_ageing_and_triangle_are_those_of_the_document(title: str) -> None:
    page, told = read(title)
    (shown,) = (t for t in page.tables if t.caption.startswith("Ageing on"))
    ends = [one["period_end"] for one in told["ageing"]]
    at = next(k for k, end in enumerate(ends) if end >= told["position"]["date"])
    totals = [sum(decimals(told["ageing"][at][state])) for state in STATES]
    assert shown.numbers("all") == [*totals, sum(totals)]
    for one in (t for t in page.tables if t.caption.startswith("Redeemed to date")):
        for row in one.rows[2:-1]:
            redeemed = told["triangle"]["redeemed_to_date"][0][int(row[0])]
            unit = Decimal(10) ** (-_digits(books(title)))
            exact = Decimal(f"{redeemed:.6f}")
            assert amount(row[1]) == exact.quantize(unit, rounding="ROUND_DOWN")


def test_policies_stand_side_by_side(scenario: MakeScenario) -> None:
    found = liability(scenario(PLAIN + "accounting: {breakage: proportional}\n"), trials=200)
    page, told = ReadPage(books_page(found)), document(found)
    ends = told["rollforward"]["period_end"]
    places = [ends.index(end) for end in told["fiscal_years"]["period_end"]]
    for caption, key in (("Breakage recognised to date, by policy", "breakage_to_date"),
                         ("Owed in the books, by policy", "liability")):  # fmt: skip
        table = page.table(caption)
        assert table.rows[0][1:] == ["none", "proportional (used)", "remote"]
        for name, head in zip(("none", "proportional", "remote"), table.rows[0][1:], strict=True):
            values = decimals(told["policies"][name][key])
            assert [amount(cell) for cell in table.column(head)] == [values[k] for k in places]


@pytest.mark.parametrize("title", ["usual", "escheat", "register", "yen"])
def test_entries_by_month_balance_and_add_up(title: str) -> None:
    page, found = ReadPage(page_of(title)), books(title)
    table = page.table("Entries by month")
    debits, credits = ([amount(c) for c in table.column(h)] for h in ("debits", "credits"))
    assert debits == credits
    assert sum(debits[:-1]) == debits[-1]
    whole = sum(one.debits for one in found.journal)
    assert debits[-1] == whole * Decimal(10) ** (-_digits(found))
    balance = page.table("Trial balance")
    for row in (balance.numbers("all accounts"),):
        assert row[0] == row[1] and not any(row[2:])


def test_checks_of_real_books_tie(scenario: MakeScenario) -> None:
    spring = scenario(PLAIN + "accounting: {breakage: proportional}\n")
    autumn = scenario(PLAIN + "accounting: {breakage: remote}\n", {"deal.price": 17})
    state = scenario(PLAIN + "accounting: {breakage: proportional, escheat: {after: 9 months}}\n")
    lapsing = spring.with_({"deal.after_expiry": "nothing"})
    known = register(spring.starts)
    for found in (
        liability(spring, trials=200, actuals=known),
        liability([spring, autumn], trials=200, period="quarter", names=["spring", "autumn"]),
        liability(state, trials=200, period="year", fiscal_year_end=6),
        liability(lapsing, trials=200),
    ):
        assert [tie.claim for tie in ties(found) if not tie.holds] == []
        page = ReadPage(books_page(found))
        assert set(page.table("Checks").column("ties")) == {"✓\N{NO-BREAK SPACE}yes"}


def test_a_check_that_fails_says_so() -> None:
    found = books("usual")
    broken = replace(found, journal=found.journal[:-1])
    page = ReadPage(books_page(broken))
    assert "do NOT tie" in page.text
    assert "✗\N{NO-BREAK SPACE}NO" in page.table("Checks").column("ties")


def test_campaigns_add_up(scenario: MakeScenario) -> None:
    both = [scenario(PLAIN), scenario(PLAIN, {"deal.price": 17})]
    found = liability(both, trials=200, names=["one & only", "<b>two</b>"])
    table = ReadPage(books_page(found)).table("Owed in the books, by campaign")
    each = [table.numbers(name) for name in ("one & only", "<b>two</b>")]
    assert [sum(pair) for pair in zip(*each, strict=True)] == table.numbers("all")


def test_what_others_wrote_is_text() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}=cmd|' /C calc'!A0"
    setting = Setting(name=evil, source=f'"><style>*{{display:none}}</style>{evil}',
                      accounts=(("voucher_liability", f"2100 {evil}"),))  # fmt: skip
    html = books_page(make_books(setting), command=f"dealsim liability '{evil}'")
    page = ReadPage(html)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "img", "iframe", "object", "form", "link"}
    assert [tag for tag, _ in page.elements].count("style") == 1
    assert not any(
        key.startswith("on") or key in ("style", "src") for _, a in page.elements for key in a
    )
    assert evil in page.text and "49=cmd" not in page.text


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = ReadPage(page_of("usual"))
    (policy,) = (str(a["content"]) for tag, a in page.elements if a.get("http-equiv") is not None)
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';") and f"'sha256-{digest}'" in policy
    assert "url(" not in page.style.replace("url(#", "") and "@import" not in page.style
    for _, attributes in page.elements:
        for name in ("href", "xlink:href"):
            assert str(attributes.get(name) or "#").startswith("#")


def test_the_same_books_are_the_same_bytes() -> None:
    assert books_page(books("usual"), command="x") == books_page(books("usual"), command="x")


def test_the_assumptions_name_each_source_once(scenario: MakeScenario) -> None:
    found = liability(scenario(PLAIN, {"jurisdiction": "US-NY"}), trials=50)
    text = books_page(found)
    assert text.count("www.osc.state.ny.us") == 1
    assert "jurisdiction US-NY [" in ReadPage(text).text


def test_likely_claims_are_those_of_the_run(scenario: MakeScenario) -> None:
    """Where a fiscal year ends with the promotion, both speak of the same vouchers and day."""
    made = scenario(PLAIN, {"starts": "2025-01-11"})
    found = liability(made, trials=300, fiscal_year_end=5)
    metrics = simulate(made, trials=300).summary()["metrics"]
    told = found.position
    assert (told.day, made.promo_expiry) == (date(2025, 5, 31), date(2025, 6, 1))
    assert told.likely / 100 == pytest.approx(metrics["likely_claims"]["mean"], abs=0.01)
    assert told.held / 100 == pytest.approx(metrics["liability_at_expiry"]["mean"], abs=0.01)


def test_the_position_is_that_of_the_register(scenario: MakeScenario) -> None:
    made = scenario(PLAIN + "accounting: {breakage: proportional}\n")
    found = liability(made, trials=200, actuals=register(made.starts, 100))
    known, told = found.actuals, found.position
    assert known is not None and told.day == known.as_of
    owed = {one.name: one.actual for one in known.owed}
    assert (told.owed, told.held) == (owed["liability"], owed["outstanding"])
    assert 0 < told.likely < told.held
    past: list[Entry] = [one for one in found.journal if one.day <= told.day]
    earned = sum(p.amount for e in past for p in e.postings if p.account == "breakage_revenue")
    assert told.recognised == -earned
    assert np.all(np.array(told.owed_bands) == told.owed)
