"""The workbook of a run: live formulas agree with the simulation, and any scenario reads well."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import dealsim
from dealsim.output.run.workbook import run_workbook
from dealsim.results import Result
from dealsim.scenario import Scenario
from tests.test_cli import dealsim as dealsim_command
from tests.workbooks import (
    Cells,
    assert_worked_out,
    formulas,
    number,
    place,
    read,
    recalculated,
    with_number,
)

SCENARIOS = Path(__file__).parents[1] / "scenarios"
ONE = "one-coupon"
SHEET = "Unit economics"
TAXED = {"accounting.sales_tax.included": True, "accounting.sales_tax.rate": 0.2}
KINDS = 40
EACH = "so each voucher sold earns you (costs you: with a minus)"
IN_ALL = "so the deal earns you (costs you: with a minus)"
HEADS = ("Your own", "What the law says where you are", "Not yours: dealsim's defaults")
FORTY = (
    "name: Forty kinds\ncurrency: USD\nkind: retail\n"
    "deal: {price: 20, face_value: 40, demand: 200 to 500}\n"
    "platform: {commission: 50%}\nbusiness: {usual_ticket: 50, variable_cost: 40%}\ncustomers:\n"
) + "".join(
    f"  kind_{k:02}: {{share: 2.5%, redeem: {55 + k}%, returns: {{chance: {k}%, visits: 2, "
    f"after: 3 months}}}}\n"
    for k in range(KINDS)
)


def scenario(file: str = ONE, **changes: object) -> Scenario:
    return dealsim.load(SCENARIOS / f"{file}.yaml").with_(changes)


def expected(name: str = ONE, changes: dict[str, object] | None = None) -> Result:
    return dealsim.simulate(scenario(name, **(changes or {})), expected=True)


@cache
def forty(folder: Path) -> Result:
    (folder / "forty.yaml").write_text(f"dealsim: 1\n{FORTY}", encoding="utf-8")
    return dealsim.simulate(dealsim.load(folder / "forty.yaml"), trials=100)


def row_of(cells: Cells, words: str, column: int = 0) -> int:
    """The last row that begins with these words."""
    return max(row for (row, c), value in cells.items() if c == column and value == words)


def amounts(cells: Cells, words: str, *columns: int) -> list[Any]:
    row = row_of(cells, words)
    return [cells[row, column] for column in columns]


CLOSED: dict[str, tuple[str, dict[str, object]]] = {
    "one coupon": (ONE, {}),
    "refunds and a fee": (ONE, {"deal.refunds": 0.1, "platform.fixed_fee": 300}),
    "ends before expiry": (ONE, {"horizon": "4 months"}),
    "nothing survives": (ONE, {"deal.after_expiry": "nothing"}),
    "the face value survives": (ONE, {"deal.after_expiry": "face_value"}),
    "late bills are whole": (ONE, {"redemption.late.bill": "face_value"}),
    "paid on redemption": (ONE, {"platform.payout": {"on_redemption": {"lag": "8 days"}}}),
    "paid for late ones": (
        ONE,
        {"platform.payout": {"on_redemption": {"lag": "8 days", "late": "paid"}}},
    ),
    "cash": (ONE, {"accounting.cash_out.share": 0.3, "accounting.cash_out.up_to": 20}),
    "the state": (ONE, {"accounting.escheat.share": 0.6, "accounting.escheat.after": "24 months"}),
    "a pack": (
        ONE,
        {
            "deal.uses": 5,
            "deal.use_rest": 0.6,
            "deal.between": "10 days",
            "deal.price": 40,
            "deal.face_value": 100,
        },
    ),
    "worth": (
        ONE,
        {"customers.newcomers.returns": {"chance": 0.2, "worth": 80, "after": "3 months"}},
    ),
    "services": ("minimal", {}),
    "waffles": ("back-alley-waffles", {}),
    "beauty": ("beauty-clinic", {}),
    "classes": ("yoga-shelter", {}),
    "yen": ("minimal", {"currency": "JPY"}),
}


@pytest.mark.parametrize("title", CLOSED)
def test_the_formulas_are_the_expected_run_to_the_cent(title: str) -> None:
    name, changes = CLOSED[title]
    result = expected(name, changes)
    cells = read(run_workbook(result))[SHEET]
    profit = float(result.metrics["incremental_profit"][0])
    here, there, apart = amounts(cells, "in all", 1, 2, 3)
    assert there == pytest.approx(profit, rel=1e-12)
    assert here == pytest.approx(profit, abs=0.005)
    assert apart == pytest.approx(0, abs=0.005)
    assert amounts(cells, IN_ALL, 1) == [pytest.approx(profit, abs=1e-6)]


@pytest.mark.parametrize("point", ["issue", "redemption"])
@pytest.mark.parametrize("base", ["paid_plus_cash", "face_plus_cash", "merchant_receipts"])
@pytest.mark.parametrize("payout", ["before", "on redemption"])
def test_tax_in_prices_is_reckoned_as_the_run_does(point: str, base: str, payout: str) -> None:
    tax = {"point": point, "base": base, "on_lapse": base != "paid_plus_cash"}
    changes: dict[str, object] = TAXED | {f"accounting.sales_tax.{k}": v for k, v in tax.items()}
    changes |= {"accounting.sales_tax.on_fee": 0.2, "accounting.sales_tax.input_credit": 0.4}
    changes |= {"deal.after_expiry": "nothing", "platform.fixed_fee": 100}
    if payout == "on redemption":
        changes["platform.payout"] = {"on_redemption": {"lag": "8 days"}}
    result = expected(ONE, changes)
    cells = read(run_workbook(result))[SHEET]
    here, there = amounts(cells, "in all", 1, 2)
    assert here == pytest.approx(there, abs=0.005)
    assert amounts(cells, "tax in what customers pay", 3)[0] == pytest.approx(0, abs=0.005)


def test_one_simple_voucher_by_hand() -> None:
    """No effect but what is stated: $20 for $40, half of it the site's, 80 % come and take it."""
    changes: dict[str, object] = {
        "kind": "none",
        "deal.price": 20,
        "deal.face_value": 40,
        "deal.demand": 100,
        "platform.commission": 0.5,
        "business.usual_ticket": 50,
        "business.variable_cost": 0.4,
        "customers": {
            "new": {"share": 0.75, "redeem": 0.8},
            "own": {"share": 0.25, "redeem": 0.8, "would_have_come": 0.5},
        },
    }
    cells = read(run_workbook(expected("minimal", changes)))[SHEET]
    mix, new, own = amounts(cells, EACH, 1, 2, 3)
    assert new == pytest.approx(20 * 0.5 - 0.8 * 0.4 * 40)
    assert own == pytest.approx(new - 0.8 * 0.5 * 50 * 0.6)
    assert mix == pytest.approx(0.75 * new + 0.25 * own)
    broken_even = amounts(cells, "break-even: it earns nothing where the site takes", 1)[0]
    assert broken_even == pytest.approx(0.5 + mix / 20)


def test_a_yellow_cell_does_what_set_does(tmp_path: Path) -> None:
    """Typed into the sheet, recalculated: what a run with --set gives."""
    content = run_workbook(expected())
    cells = read(content)[SHEET]
    changed = content
    for words, value in (
        ("what the customer pays", 12.0),
        ("the site's share of the price", 0.4),
        ("what a visit costs you, of the list price", 0.25),
    ):
        changed = with_number(changed, SHEET, f"B{row_of(cells, words) + 1}", value)
    worked_out = recalculated(changed, tmp_path)[SHEET]
    terms: dict[str, object] = {
        "deal.price": 12,
        "platform.commission": 0.4,
        "business.variable_cost": 0.25,
    }
    wanted = float(expected(ONE, terms).metrics["incremental_profit"][0])
    row = row_of(cells, IN_ALL)
    assert number(worked_out[row][1]) == pytest.approx(wanted, abs=0.005)


SAMPLED: dict[str, tuple[str, dict[str, object]]] = {
    "one coupon": (ONE, {}),
    "a series": ("blend-creations", {}),
    "a crowd": ("restaurant-rush", {}),
    "tax in prices": ("salon-recovery", {"jurisdiction": "UK", **TAXED}),
    "yen": ("minimal", {"currency": "JPY"}),
    "no sale": (ONE, {"deal.demand": 0}),
    "loss": (ONE, {"business.variable_cost": 0.95, "platform.commission": 0.9}),
}


def sampled(title: str, folder: Path) -> Result:
    if title == "forty kinds":
        return forty(folder)
    name, changes = SAMPLED[title]
    return dealsim.simulate(scenario(name, **changes), trials=150)


RECALCULATED = ["one coupon", "a series", "a crowd", "tax in prices", "yen", "no sale"]
RECALCULATED += ["forty kinds"]


@pytest.mark.parametrize("title", RECALCULATED)
def test_libreoffice_works_out_the_values_that_are_stored(title: str, tmp_path: Path) -> None:
    assert_worked_out(run_workbook(sampled(title, tmp_path)), tmp_path, 80)


@pytest.mark.parametrize("title", [*RECALCULATED, "loss"])
def test_the_bottom_line_is_the_simulations(title: str, tmp_path: Path) -> None:
    """A crowd, places or doubt: what one voucher cannot know is said in a line of its own."""
    result = sampled(title, tmp_path)
    sheets = read(run_workbook(result))
    own = [cells for name, cells in sheets.items() if name.startswith(SHEET)]
    assert len(own) == max(1, len(result.campaigns))
    total = sum(amounts(cells, IN_ALL, 1)[0] for cells in own)
    profit = float(result.metrics["incremental_profit"].mean())
    assert total == pytest.approx(profit, abs=0.01)
    summary = sheets["Summary"]
    found = amounts(summary, "what the deal changes in all", 1)[0]
    assert found == pytest.approx(profit, abs=1e-6)
    cash = sheets["Cash by month"]
    tied = amounts(cash, "what the deal changes in all, average", 5)[0]
    assert tied == pytest.approx(profit, abs=0.01)


def test_every_input_is_told_the_owners_first() -> None:
    result = dealsim.simulate(scenario(), trials=100)
    cells = read(run_workbook(result))["Inputs"]
    row = next(r for (r, c), v in cells.items() if v == "deal.demand")
    assert cells[row, 0] == "how great the demand is"
    assert cells[row, 1] == "200 to 700 vouchers"
    assert [cells[row, c] for c in (3, 4)] == [pytest.approx(200), pytest.approx(700)]
    assert str(cells[row, 6]).startswith("one-coupon.yaml:")
    own, law, ours = (row_of(cells, words) for words in HEADS)
    assert own < row < law < ours
    paths = {value for (_, column), value in cells.items() if column == 8}
    assert set(result.scenario.numbers()) <= paths


def test_text_that_looks_like_a_formula_is_text() -> None:
    name = '=HYPERLINK("http://x","y")'
    result = dealsim.simulate(scenario(name=name, **{"platform.name": "@SUM(1)"}), trials=20)
    content = run_workbook(result)
    cells = read(content)
    assert name in cells["Summary"].values() and "@SUM(1)" in cells["Inputs"].values()
    live = [text for own in formulas(content).values() for text in own.values()]
    assert not any("HYPERLINK" in text or "@" in text for text in live)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")


def test_yen_have_no_decimals_and_sheets_print(tmp_path: Path) -> None:
    content = run_workbook(sampled("yen", tmp_path))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = archive.read("xl/styles.xml").decode()
        assert "#,##0;" in styles and "#,##0.00;" not in styles
        for k in range(1, 5):
            sheet = archive.read(f"xl/worksheets/sheet{k}.xml").decode()
            assert "fitToHeight" in sheet and "page &amp;P of &amp;N" in sheet
        assert "xl/charts/chart1.xml" in archive.namelist()


def test_kinds_by_the_dozen_print_on_pages_side_by_side(tmp_path: Path) -> None:
    content = run_workbook(forty(tmp_path))
    cells = read(content)[SHEET]
    head = row_of(cells, "Who buys, and what they do")
    assert cells[head, 2] == "kind 00" and cells[head, KINDS + 1] == f"kind {KINDS - 1}"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert 'fitToWidth="5"' in archive.read("xl/worksheets/sheet4.xml").decode()


def test_the_same_result_makes_the_same_bytes() -> None:
    first, second = (dealsim.simulate(scenario(), trials=50, workers=n) for n in (1, 2))
    assert run_workbook(first) == run_workbook(second)


def test_yellow_cells_are_numbers_and_never_formulas() -> None:
    content = run_workbook(expected())
    live = formulas(content)[SHEET]
    assert place("B9") not in live and live[row_of(read(content)[SHEET], "in all"), 3]


def test_the_commands_write_it_and_replace_nobody_elses(tmp_path: Path) -> None:
    file = str(SCENARIOS / f"{ONE}.yaml")
    few = ("--trials", "120", "-q")
    done = dealsim_command("run", file, *few, "--xlsx", "--no-trials", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0
    manifest = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
    assert "run.xlsx" in manifest["files"]
    written = (tmp_path / "out/run.xlsx").read_bytes()
    assert written == run_workbook(dealsim.simulate(dealsim.load(file), trials=120))
    (tmp_path / "page.xlsx").write_bytes(run_workbook(expected()))
    (tmp_path / "theirs.xlsx").write_bytes(b"mine")
    for name, code in (("theirs", 1), ("page", 0)):
        page = f"{name}.html"
        done = dealsim_command("report", file, *few, "--xlsx", "-o", page, cwd=tmp_path)
        assert done.returncode == code, done.stderr
    assert (tmp_path / "page.xlsx").read_bytes() == written
    assert (tmp_path / "theirs.xlsx").read_bytes() == b"mine"
    assert not (tmp_path / "theirs.html").exists()
