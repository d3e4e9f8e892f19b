"""Registers made up by the machine: what is written is read, and anything else is explained."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealsim import ScenarioError
from dealsim.records import EVENTS, read_register
from dealsim.scenario import Scenario
from tests.conftest import MakeScenario
from tests.records.cases import AS_OF, FULL, HEAD, SCENARIO, SOLD

STARTS = date(2011, 3, 1)


@pytest.fixture
def deal(scenario: MakeScenario) -> Scenario:
    return scenario(SCENARIO)


@st.composite
def registers(draw: st.DrawFn) -> tuple[dict[date, list[int]], str]:
    """Counts by day, of no more than was sold, and a register that says them."""
    offsets = draw(st.lists(st.integers(0, 300), min_size=1, max_size=8, unique=True))
    counts: dict[date, list[int]] = {}
    held = 0
    for offset in sorted(offsets):
        sold = draw(st.integers(0 if held else 1, 5000))
        held += sold
        gone = []
        for _ in EVENTS[1:]:
            gone.append(draw(st.integers(0, held)))
            held -= gone[-1]
        if sold or any(gone):
            counts[STARTS + timedelta(days=offset)] = [sold, *gone]
    return counts, _written(draw, counts)


def _written(draw: st.DrawFn, counts: dict[date, list[int]]) -> str:
    names = draw(st.permutations(FULL.strip().split(",")))
    mark = draw(st.sampled_from([",", ";", "\t"]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [mark.join(names)]
    for day, tally in counts.items():
        rows = [part for event in range(4) for part in _parts(draw, event, tally[event])]
        for event, vouchers in draw(st.permutations(rows)):
            cells = {
                "date": str(day),
                "event": draw(st.sampled_from([EVENTS[event], EVENTS[event].upper()])),
                "vouchers": str(vouchers),
                "amount": draw(st.sampled_from(["", f"{vouchers * 10}.00", f'"${vouchers}0"'])),
                "currency": draw(st.sampled_from(["", "CAD"])),
                "campaign": draw(st.sampled_from(["", '"May, deal"'])),
            }
            lines.append(mark.join(cells[name] for name in names))
    return end.join(lines) + end


def _parts(draw: st.DrawFn, event: int, count: int) -> list[tuple[int, int]]:
    """A count as rows of different sizes, and single vouchers."""
    rows, left = [], count
    for size in draw(st.sets(st.integers(2, 2000), max_size=3)):
        if size <= left:
            rows.append((event, size))
            left -= size
    if left > 3 and all(size != left for _, size in rows):
        return [*rows, (event, left)]
    if left > 3:
        return [(event, count)]
    return rows + [(event, 1)] * left


@given(made=registers())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_written_is_read(
    made: tuple[dict[date, list[int]], str], deal: Scenario, tmp_path: Path
) -> None:
    counts, text = made
    file = tmp_path / "register.csv"
    file.write_bytes(text.encode())
    found = read_register(file, AS_OF, deal)
    assert found.days == tuple(counts)
    for event, name in enumerate(EVENTS):
        assert found.counts[name].tolist() == [tally[event] for tally in counts.values()]


PIECES = [
    *("2011-03-01", "2011-03-02", "03/04/2011", "9999-12-31", "sold", "redeemed", "cash-out", "4"),
    *("1,000", "0", "-1", "1e9", "99999999999999999999", "$40.00", "1/0", "nan", "%", "CAD", "¥"),
    *(",", ",", ",", ";", "\t", '"', '""', "\n", "\r\n", "\r", " ", "\ufeff", "\u2028", "\x1b[2J"),
    *(b"\xff", b"\x81", b"\xe2\x82", b"\x00"),
]


@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=60),
    head=st.sampled_from(["", HEAD, FULL, SOLD, HEAD.replace(",", ";")]),
    price=st.sampled_from([0, 1]),
)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_but_problems_comes_of_any_bytes(
    pieces: list[str | bytes], head: str, price: int, deals: tuple[Scenario, ...], tmp_path: Path
) -> None:
    data = b"".join(one if isinstance(one, bytes) else one.encode() for one in pieces)
    file = tmp_path / "register.csv"
    file.write_bytes(head.encode() + data)
    try:
        found = read_register(file, AS_OF, deals[price])
    except ScenarioError as error:
        for problem in error.problems:
            assert problem.hint
            said = problem.text().removeprefix(f"error: {file}").replace("\n", "")
            assert said.isprintable()
    else:
        assert found.counts["sold"].sum() >= sum(found.counts[name].sum() for name in EVENTS[1:])


@pytest.fixture
def deals(scenario: MakeScenario) -> tuple[Scenario, ...]:
    return scenario(SCENARIO), scenario(SCENARIO, {"deal.price": "8 to 12"})
