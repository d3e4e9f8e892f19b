"""`dealsim liability` at the command line: its files, its options, and what it refuses."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from dealsim.books import LINES
from tests.test_cli import dealsim as command

FOUNDING = Path(__file__).parents[1] / "scenarios" / "one-coupon.yaml"


def run_liability(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return command("liability", str(FOUNDING), "--trials", "200", *args, cwd=cwd)


FILES = {
    "liability.json", "rollforward.csv", "cohorts.csv", "ageing.csv", "triangle.csv", "journal.csv",
    "journal.beancount", "journal.hledger", "manifest.json",
    "liability.xlsx", "outstanding.png", "rollforward.svg", "breakage.png",
}  # fmt: skip


def test_the_command_writes_its_files(tmp_path: Path) -> None:
    done = run_liability("-o", "books", "--period", "quarter", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Not legal, tax or accounting advice" in done.stdout
    names = {path.name for path in (tmp_path / "books").iterdir()}
    assert names >= FILES
    assert not any(name.startswith("journal-") for name in names)
    rows = list(csv.DictReader((tmp_path / "books/rollforward.csv").read_text().splitlines()))
    assert list(rows[0]) == ["period_end", "line", "mean", "p5", "p50", "p95"]
    assert [row["line"] for row in rows[:11]] == list(LINES)
    for program in (
        ["bean-check", "journal.beancount"],
        ["hledger", "-f", "journal.hledger", "check"],
    ):
        path = Path(sys.executable).parent / program[0]
        tool = str(path) if path.exists() else program[0]
        try:
            ran = subprocess.run([tool, *program[1:]], cwd=tmp_path / "books", check=False)
        except FileNotFoundError:
            continue
        assert ran.returncode == 0


def test_json_is_the_file_and_nothing_else(tmp_path: Path) -> None:
    done = run_liability("-o", "books", "--json", cwd=tmp_path)
    written = json.loads((tmp_path / "books/liability.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout) == written
    assert written["disclaimer"].startswith("Not legal")
    again = run_liability("-o", "books", "--quiet", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (0, "")


def test_the_page_is_a_file_of_the_folder(tmp_path: Path) -> None:
    for folder in ("books", "again"):
        done = run_liability("-o", folder, "--report", "--period", "quarter", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "report.html" in done.stdout
    page = (tmp_path / "books/report.html").read_bytes()
    assert page == (tmp_path / "again/report.html").read_bytes()
    manifest = json.loads((tmp_path / "books/manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"]["report.html"]["bytes"] == len(page) < 3_000_000
    made = "dealsim liability one-coupon.yaml --trials 200 --period quarter --report"
    assert made in page.decode("utf-8")
    assert str(FOUNDING.parent) not in page.decode("utf-8")
    done = run_liability("-o", "books", "--quiet", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "books/report.html").exists()) == (0, False)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--period", "week"),
        ("--fiscal-year-end", "13"),
        ("--actuals", "x"),
        ("--as-of", "2011-09-30"),
        ("--actuals", "x", "--as-of", "30.9.2011"),
        ("--booked-share", "80%"),
        ("--open",),
        ("--dates", "american"),
        ("--tax-name", "4010="),
        ("--tax-name", "No VAT", "--tax-name", "Exempt"),
        ("--tax-name", "4010=a", "--tax-name", "voucher_sales=b"),
        ("--actuals", "x", "--as-of", "2011-09-30", "--booked-share", "most"),
        ("--actuals", "x", "--as-of", "2011-09-30", "--booked-share", "120%"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    done = run_liability("-o", "books", *wrong, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "books").exists()


def test_cohorts_add_up_to_the_roll_forward(tmp_path: Path) -> None:
    """Sold over three months: every line of every month is shared out over the months of issue."""
    sold = ("--set", "deal.sale_window=70 days", "--set", "accounting.breakage=proportional")
    assert run_liability("-o", "books", *sold, cwd=tmp_path).returncode == 0
    rows: dict[tuple[str, str, str], Decimal] = {}
    for name in ("rollforward", "cohorts"):
        text = (tmp_path / f"books/{name}.csv").read_text()
        for row in csv.DictReader(text.splitlines()):
            key = (name, row["period_end"], row["line"])
            rows[key] = rows.get(key, Decimal(0)) + Decimal(row["mean"])
    assert len({row["issued_month"] for row in csv.DictReader(text.splitlines())}) == 3
    for (name, end, line), amount in rows.items():
        if name == "rollforward":
            assert rows["cohorts", end, line] == amount, (end, line)


REGISTER = "date,event,vouchers\n2011-03-01,sold,40\n2011-04-02,redeemed,12\n"


def test_the_command_goes_on_from_a_register(tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text(REGISTER)
    asked = ("-o", "books", "--actuals", "register.csv", "--as-of", "2011-05-31")
    done = run_liability(*asked, "--booked-share", "0.9", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "register" in done.stdout
    written = json.loads((tmp_path / "books/liability.json").read_text(encoding="utf-8"))
    assert written["actuals"]["rows"] == 2
    assert (written["actuals"]["taken_before"], written["actuals"]["taken_stated"]) == (1.0, True)
    assert {path.name for path in (tmp_path / "books").iterdir()} >= {"actuals.png", "inputs.csv"}
    again = run_liability(*asked, "--json", cwd=tmp_path)
    assert again.returncode == 0, again.stderr


def test_a_bad_register_is_refused_and_nothing_written(tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text(REGISTER + "2011-04-01,redeemed,2\n")
    asked = ("-o", "books", "--actuals", "register.csv", "--as-of", "2011-05-31")
    done = run_liability(*asked, cwd=tmp_path)
    assert done.returncode == 3
    assert "register.csv:4:1: 2011-04-01 comes after 2011-04-02" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "books").exists()


def test_import_files_are_written_as_asked(tmp_path: Path) -> None:
    asked = ("--import-forecast", "--dates", "ymd", "--tax-name", "No VAT")
    done = run_liability("-o", "books", *asked, "--tax-name", "4010=20% (VAT = 20)", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "books").glob("journal-xero*"))
    texts = [(tmp_path / "books" / name).read_text() for name in names]
    rows = [row for text in texts for row in csv.DictReader(text.splitlines())]
    assert rows[0]["*Date"] == "2011-03-31"
    assert {row["*TaxRate"] for row in rows if row["*AccountCode"] == "4010"} == {"20% (VAT = 20)"}
    assert {row["*TaxRate"] for row in rows if row["*AccountCode"] != "4010"} == {"No VAT"}
    assert "1010" not in {row["*AccountCode"] for row in rows}
    journals = {row["*Narration"] for row in rows}
    assert len(journals) == 36 and all(one.startswith("Forecast: ") for one in journals)
    manifest = json.loads((tmp_path / "books/manifest.json").read_text(encoding="utf-8"))
    assert manifest["imports"]["days"] == "ymd"
