"""Files of past values."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dealsim.uncertain import COUNT, parse, read_values
from dealsim.uncertain import datafile as module


@pytest.mark.parametrize(
    ("content", "values"),
    [
        (b"300\n420\n610\n", (300, 420, 610)),
        (b"vouchers\n300\n420\n", (300, 420)),
        (b"\xef\xbb\xbfvouchers\r\n300\r\n420\r\n", (300, 420)),
        (b"\xef\xbb\xbf300\r\n420", (300, 420)),
        (b"\n\n300\n\n420\n\n", (300, 420)),
        (b"300;\n420;\n", (300, 420)),
        (b"300,\n420,,\n", (300, 420)),
        (b"300\t\n420\t\n", (300, 420)),
        (b'"1,000"\n"2,500.5"\n', (1000, 2500.5)),
        (b"45%\n1/4\n.5\n", (0.45, 0.25, 0.5)),
        (b"-5\n1e3\n", (-5, 1000)),
        (b"7", (7,)),
    ],
)
def test_read_values(tmp_path: Path, content: bytes, values: tuple[float, ...]) -> None:
    file = tmp_path / "past.csv"
    file.write_bytes(content)
    assert read_values(file) == values


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "past.csv has no numbers in it"),
        (b"vouchers\n", "past.csv has no numbers in it"),
        (b"300\nabc\n420\n", 'past.csv, row 2: "abc" is not a number'),
        (b"a\nb\n3\n4\n", 'past.csv, row 2: "b" is not a number'),
        (b"3\nx\n4\n5\n", 'past.csv, row 2: "x" is not a number'),
        (b"root:x\na\nb\n", "row 2: there is text, where one number is expected (and 1 more row)"),
        (b"$12\n", 'past.csv, row 1: "$12" is not a number'),
        (b"300\nnan\n", 'past.csv, row 2: "nan" is not a number'),
        (b"300\n1e400\n", 'past.csv, row 2: "1e400" is too large'),
        (b"300\n1e-300\n", 'past.csv, row 2: "1e-300" is too close to zero'),
        (b"date,sold\n1,300\n", "past.csv, row 1: 2 cells, where one number is expected"),
        (b"300,420\n", "past.csv, row 1: 2 cells, where one number is expected"),
        (b"3,5;\n", 'past.csv, row 1: "3,5" can be read in more than one way'),
        (b"300\n\x00\n", "is not a text file: save it as CSV (UTF-8)"),
        (b"\xff\xfe3\x000\x00", "is not UTF-8 text: save it as CSV (UTF-8)"),
        (b"PK\x03\x04\xff\xfe", "is not UTF-8 text"),
        (b"3\n" + b"x" * 200_000 + b"\n", "field larger than field limit"),
    ],
    ids=range(17),
)
def test_read_values_refuses(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "past.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r".") as caught:
        read_values(file)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no file"):
        read_values(tmp_path / "none.csv")
    with pytest.raises(ValueError, match="is a folder"):
        read_values(tmp_path)
    with pytest.raises(ValueError, match="has a name that is too long") as caught:
        read_values(tmp_path / ("x" * 5000))
    assert len(str(caught.value)) < 400
    with pytest.raises(ValueError, match=r"cannot be read|there is no file"):
        read_values("a\0b.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ValueError, match="is a pipe, not a file"):
        read_values(tmp_path / "pipe.csv")


def test_limits_on_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "past.csv"
    file.write_text("1\n" * 100, encoding="utf-8")
    monkeypatch.setattr(module, "MOST_VALUES", 99)
    with pytest.raises(ValueError, match=r"past\.csv has 100 values; at most 99 are read"):
        read_values(file)
    monkeypatch.setattr(module, "LARGEST_FILE", 199)
    with pytest.raises(ValueError, match=r"is larger than"):
        read_values(file)


def test_a_file_as_a_value(tmp_path: Path) -> None:
    """The mean of the values, and each of them a third of the time."""
    file = tmp_path / "past.csv"
    file.write_text("vouchers\n610\n300\n420\n", encoding="utf-8")
    value = parse({"values": str(file)}, COUNT, read_values=read_values)
    assert value.mean() == pytest.approx((610 + 300 + 420) / 3)
    assert value.ppf([0.1, 0.4, 0.9]).tolist() == [300, 420, 610]
