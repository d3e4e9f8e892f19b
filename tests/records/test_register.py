"""Registers as they come: every way to write one that is understood, and what is no register."""

from __future__ import annotations

import hashlib
import os
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from dealsim import ScenarioError
from dealsim.records import EVENTS, Actuals, read_register
from dealsim.records import file as module
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.records.cases import AS_OF, FULL, HEAD, SCENARIO, SOLD

Read = Callable[..., Actuals]
STARTS = date(2011, 3, 1)


@pytest.fixture
def deal(scenario: MakeScenario) -> Scenario:
    return scenario(SCENARIO)


@pytest.fixture
def read(scenario: MakeScenario, tmp_path: Path) -> Read:
    """Reads a register given as text or bytes, with overrides of the scenario."""

    def reading(content: str | bytes, **overrides: object) -> Actuals:
        data = content if isinstance(content, bytes) else content.encode()
        file = tmp_path / "register.csv"
        file.write_bytes(data)
        changed = {name.replace("__", "."): value for name, value in overrides.items()}
        return read_register(file, AS_OF, scenario(SCENARIO, changed))

    return reading


def by_day(found: Actuals) -> dict[str, dict[str, int]]:
    """Counts above 0 by event and day."""
    return {
        event: {
            str(day): int(count)
            for day, count in zip(found.days, found.counts[event], strict=True)
            if count
        }
        for event in EVENTS
    }


PLAIN = HEAD + "2011-03-01,sold,4\n2011-03-02,sold,1000\n2011-03-02,redeemed,3\n"
EXPECTED = {
    "sold": {"2011-03-01": 4, "2011-03-02": 1000},
    "redeemed": {"2011-03-02": 3},
    "refunded": {},
    "cashed_out": {},
}


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.rstrip("\n"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", " , "),
        PLAIN.replace("\n", "\n\n"),
        PLAIN.replace("\n", ",,\n"),
        PLAIN.replace("\n", "\n,,\n  \n"),
        "\n\n" + PLAIN,
        PLAIN.replace("1000", '"1,000"'),
        PLAIN.replace("1000", ' "1,000"'),
        PLAIN.replace("1000", "1 000"),
        PLAIN.replace("1000", "1\N{NO-BREAK SPACE}000"),
        PLAIN.replace("1000", "1\N{NARROW NO-BREAK SPACE}000.0"),
        PLAIN.replace("1000", "+1000"),
        PLAIN.replace(",", ";").replace("1000", "1,000"),
        PLAIN.replace("sold", "SOLD").replace("redeemed", " Redeemed"),
        PLAIN.replace("sold", '"sold"'),
        PLAIN.replace("date,event,vouchers", ' Date ,EVENT,"Vouchers"'),
        PLAIN.replace("\n2011-03-02,sold,1000", "\n2011-03-02,sold,999\n2011-03-02,sold,1"),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("cp1252"),
    ],
    ids=range(24),
)
def test_ways_to_write_one(read: Read, content: str | bytes) -> None:
    found = read(content)
    assert by_day(found) == EXPECTED
    assert found.days == (date(2011, 3, 1), date(2011, 3, 2))
    assert found.price is None and found.as_of == AS_OF and found.warnings == ()


def test_what_is_told_of_the_file(read: Read, tmp_path: Path) -> None:
    found = read(PLAIN + "\n")
    assert found.rows == 3
    assert found.file == str(tmp_path / "register.csv")
    assert found.sha256 == hashlib.sha256(PLAIN.encode() + b"\n").hexdigest()
    assert all(counts.dtype == np.int64 for counts in found.counts.values())


@pytest.mark.parametrize("word", ["cashed_out", "Cashed out", "cash-out", "CASH OUT", "cashout"])
def test_cash_outs_by_other_names(read: Read, word: str) -> None:
    assert read(SOLD + f"2011-05-01,{word},3\n").counts["cashed_out"].tolist() == [0, 3]


@pytest.mark.parametrize(
    "amount", ["4000", "4000.00", "$4000", "C$4,000.00", "CAD 4000", "4000 CAD", "4 000.00", ""]
)
def test_amounts_as_scenarios_write_money(read: Read, amount: str) -> None:
    found = read(FULL + f'2011-03-01,sold,400,"{amount}",,\n2011-03-02,sold,1,10,C$,\n')
    assert found.price == 1000


@pytest.mark.parametrize(
    ("currency", "amount", "price"), [("JPY", "4000", 10), ("KWD", "4000.000", 10_000)]
)
def test_amounts_in_minor_units(read: Read, currency: str, amount: str, price: int) -> None:
    found = read(FULL + f"2011-03-01,sold,400,{amount},{currency.lower()},\n", currency=currency)
    assert found.price == price


def test_amounts_say_an_uncertain_price(read: Read) -> None:
    rows = "2011-03-01,sold,400,,,\n2011-03-02,sold,3,28.50,,\n2011-03-02,redeemed,2,19.00,,\n"
    assert read(FULL + rows, deal__price="8 to 12").price == 950


def test_columns_in_any_order_and_cells_left_out(read: Read) -> None:
    """Spreadsheets leave out the empty cells at the end of a row."""
    found = read(
        "Event,Date,Vouchers,Campaign,Amount\nsold,2011-03-01,4\nsold,2011-03-02,1,May,10\n"
    )
    assert by_day(found)["sold"] == {"2011-03-01": 4, "2011-03-02": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_campaigns_in_letters_of_any_encoding(read: Read, encoding: str) -> None:
    rows = "2011-03-01,sold,4,,,Café à moitié prix\n2011-03-02,sold,4,,, café à moitié  prix\n"
    assert read((FULL + rows).encode(encoding)).rows == 2


def test_bytes_in_no_encoding_at_all(read: Read) -> None:
    assert read((FULL + "2011-03-01,sold,4,,,May ").encode() + b"\x81\xff\n").rows == 1


def test_a_letter_on_the_edge_of_what_is_read_at_a_time(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 64)
    rows = "".join(f"2011-03-{k:02},sold,{k},,,déjà vu €é\n" for k in range(1, 29))
    assert read((FULL + rows).encode()).rows == 28
    with pytest.raises(ScenarioError, match=r"1 voucher|second campaign"):
        read((FULL + rows).encode() + "2011-03-29,sold,2,,,déjà vu €".encode()[:-1])


def test_single_vouchers_are_no_repetitions(read: Read) -> None:
    found = read(
        SOLD + "2011-05-01,redeemed,1\n" * 3 + "2011-05-02,redeemed,2\n2011-05-03,redeemed,2\n"
    )
    assert by_day(found)["redeemed"] == {"2011-05-01": 3, "2011-05-02": 2, "2011-05-03": 2}


def test_the_last_days_of_a_term_are_good(read: Read) -> None:
    rows = "2011-09-04,redeemed,1\n2011-09-04,refunded,1\n"
    assert read(SOLD + rows, deal__after_expiry="nothing").rows == 3
    assert read(SOLD + rows[:22], deal__paid_value_expires="6 months").rows == 2


def test_the_order_within_a_day_does_not_matter(read: Read) -> None:
    """Totals are compared at the end of a day."""
    found = read(HEAD + "2011-03-01,redeemed,4\n2011-03-01,sold,4\n")
    assert found.counts["redeemed"].tolist() == found.counts["sold"].tolist() == [4]


def test_no_doubts_about_an_ordinary_register(read: Read) -> None:
    stated = {"accounting__cash_out__below": 15, "accounting__cash_out__share": "10%"}
    rows = "2011-03-04,sold,20\n2011-03-04,redeemed,5\n2011-06-04,cashed_out,5\n"
    assert read(SOLD + rows, deal__cap=420, **stated).warnings == ()


# --- what is no register -------------------------------------------------------------------


def refusal(path: Path, scenario: Scenario) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_register(path, AS_OF, scenario)
    (problem,) = caught.value.problems
    assert problem.file == str(path) and problem.hint
    return f"{problem.message}; {problem.hint}"


def test_no_file(deal: Scenario, tmp_path: Path) -> None:
    expected = "no such file; give the path of the register, a CSV file"
    assert refusal(tmp_path / "none.csv", deal) == expected
    assert "a name that no file can have" in refusal(tmp_path / "no\0ne.csv", deal)


def test_a_folder_and_a_pipe(deal: Scenario, tmp_path: Path) -> None:
    assert refusal(tmp_path, deal) == "is a folder; give the path of the register, a CSV file"
    os.mkfifo(tmp_path / "pipe.csv")
    expected = "is a pipe, not a file; give the path of the register, a CSV file"
    assert refusal(tmp_path / "pipe.csv", deal) == expected


def test_a_file_that_may_not_be_read(
    deal: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: object) -> int:
        raise PermissionError(13, "Permission denied")

    file = tmp_path / "register.csv"
    file.write_text(SOLD, encoding="utf-8")
    monkeypatch.setattr(os, "open", refused)
    assert "you have no permission" in refusal(file, deal)


def test_a_file_of_200_megabytes_is_refused_unread(deal: Scenario, tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as stream:
        stream.truncate(200_000_000)
    begun = time.monotonic()
    assert refusal(file, deal) == (
        "larger than 100 MB, which is too large for a register; "
        "add up the vouchers of each day and event in one row"
    )
    assert time.monotonic() - begun < 0.5


def test_a_file_that_grows_while_it_is_read(
    deal: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "register.csv"
    file.write_text(SOLD + "\n" * 200, encoding="utf-8")
    sizes = iter((10, 300))
    original = module._check_size
    monkeypatch.setattr(module, "LARGEST_FILE", 100)
    monkeypatch.setattr(module, "_check_size", lambda size, name: original(next(sizes), name))
    assert refusal(file, deal).startswith("larger than 0 MB")


# --- large registers -----------------------------------------------------------------------


def test_a_large_register_in_little_memory(read: Read, tmp_path: Path) -> None:
    """Single vouchers in rows of their own; what is held does not grow with them."""
    days = [STARTS + timedelta(days=k) for k in range(200)]
    sale = f"{STARTS},sold,1,10.00,CAD,May\n" * 100_000
    used = "".join(f"{day},redeemed,1,10.00,CAD,May\n" * 400 for day in days)
    data = (FULL + sale + used).encode()
    read(SOLD)
    tracemalloc.start()
    found = read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.rows == 180_000
    assert found.counts["redeemed"].tolist() == [400] * 200
    assert peak < 6_000_000


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2011-03-02,burnt{n},1\n", 'unknown event "burnt0"'),
        ("03/04/{n},sold,1\n", '"03/04/0" is not a date as yyyy-mm-dd'),
        ("2011-03-02,sold,{n}.5\n", 'vouchers are counted in whole numbers, not "0.5"'),
        ("2011-03-02,sold,1,{n}\n", "this row has 4 cells, the header 3"),
    ],
)
def test_one_message_for_a_fault_of_many_rows(read: Read, row: str, message: str) -> None:
    rows = "".join(row.format(n=n) for n in range(50_000))
    with pytest.raises(ScenarioError) as caught:
        read(SOLD + rows)
    (problem,) = caught.value.problems
    assert problem.message.startswith(message)
    assert problem.message.endswith(" (and 49,999 more rows)")


def test_more_contents_than_are_remembered(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealsim.records.transactions.MOST_REMEMBERED", 7)
    rows = "".join(f"2011-03-02,sold,{k}\n" for k in range(1, 101))
    assert read(SOLD + rows).counts["sold"].tolist() == [400, 5050]


def test_columns_that_are_not_read_are_named(read: Read) -> None:
    found = read(
        "date,event,vouchers,voucher code\n2011-03-01,sold,2,A1\n2011-03-01,sold,2,A2\n"
        "2011-03-02,redeemed,1,A1\n"
    )
    assert by_day(found)["sold"] == {"2011-03-01": 4}  # not twice the same row: the codes differ
    (warning,) = found.warnings
    assert '"voucher code"' in warning.message
    with pytest.raises(ScenarioError, match="repeats line 2"):
        read("date,event,vouchers,code\n2011-03-01,sold,2,A1\n2011-03-01,sold,2,A1\n")


@pytest.mark.parametrize(
    "amount",
    [
        "5000,00",
        "5.000,00",
        "5 000,00",
        "5'000,00",
        "5.000",
        "5000.00",
        "5000",
        "$5.000,00",
        "5000,0",
    ],
)
@pytest.mark.parametrize("mark", [";", "\t"])
def test_decimal_commas_where_no_comma_parts_cells(amount: str, mark: str, read: Read) -> None:
    text = f"x;date;event;vouchers;amount\nA;2011-03-01;sold;500;{amount}\n".replace(";", mark)
    assert read(text).price == 1000


@pytest.mark.parametrize("amount", ["50,0.00", "5,00,00", "5000,000,0", "5.00,00", "5000,005"])
def test_amounts_that_are_none(amount: str, read: Read) -> None:
    with pytest.raises(ScenarioError):
        read(f"date;event;vouchers;amount\n2011-03-01;sold;500;{amount}\n")


@pytest.mark.parametrize(
    ("written", "days"),
    [
        (("01/03/2011", "25/04/2011"), ("2011-03-01", "2011-04-25")),
        (("03/01/2011", "04/25/2011"), ("2011-03-01", "2011-04-25")),
        (("1.3.2011", "25.4.2011"), ("2011-03-01", "2011-04-25")),
        (("1-3-11", "25-4-11"), ("2011-03-01", "2011-04-25")),
        (("2011/3/1", "2011.04.25"), ("2011-03-01", "2011-04-25")),
        (("2011-03-01", "04/25/2011"), ("2011-03-01", "2011-04-25")),
        (("03/03/2011", "04/04/2011"), ("2011-03-03", "2011-04-04")),
        # no day above 12: with the month first the rows would run backwards
        (("01/04/2011", "12/04/2011", "02/05/2011"), ("2011-04-01", "2011-04-12", "2011-05-02")),
    ],
)
def test_dates_that_the_file_makes_unambiguous(
    written: tuple[str, ...], days: tuple[str, ...], read: Read
) -> None:
    rows = "".join(f"{day},sold,{4 + k}\n" for k, day in enumerate(written))
    found = read(HEAD + rows, deal__sale_window="3 months")
    assert tuple(str(day) for day in found.days) == days
    told = [one.message for one in found.warnings if "dates are read" in one.message]
    same = written[0] == "03/03/2011"
    assert bool(told) == (not same and any(not day.startswith("2011") for day in written))


@pytest.mark.parametrize(
    "written",
    [
        ("04/03/2011", "05/04/2011"),  # either way, ascending
        ("25/03/2011", "03/26/2011"),  # both ways in one file
        ("03/05/2011", "05/03/2011", "04/04/2011"),  # backwards either way
    ],
)
def test_dates_that_may_be_two_days_are_asked_about(written: tuple[str, ...], read: Read) -> None:
    rows = "".join(f"{day},sold,{4 + k}\n" for k, day in enumerate(written))
    with pytest.raises(ScenarioError, match="day and month could be swapped"):
        read(HEAD + rows, deal__sale_window="3 months")
