"""What it takes to add a mechanism: its own file, and two files that learn of it.

In a copy of the package: a section `parking` of the scenario, a money line, a count that is a
metric and a month-end series, and the mechanism itself. It must then be in the summary, in cash,
in the waterfall and in `explain`, and nowhere where the scenario has no such section.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dealsim
from tests.engine.library import MIXED

PACKAGE = Path(dealsim.__file__).parent

MECHANISM = '''
"""Voucher customers park at the owner's cost."""

from dataclasses import dataclass

from dealsim.engine.draws import Array


@dataclass(frozen=True)
class ParkingNumbers:
    share: Array
    fee: Array


class ParkingMechanism:
    def __init__(self, context):
        self._numbers = context.parameters.section("parking", ParkingNumbers)

    def step(self, state, flows, draws, recorder):
        if self._numbers is None:
            return
        served = flows.served_in_time + flows.served_late
        parked = draws.binomial("parking", served, self._numbers.share)
        recorder.add("cars_parked", parked)
        recorder.add("parking_fees", parked * self._numbers.fee)
'''

EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "registry.py": (
        ('    "visit",\n', '    "visit",\n    "parking",\n'),
        (
            '    Line("tail_reserve"',
            '    Line("parking_fees", -1, "what voucher customers park for", section="parking"),\n'
            '    Line("tail_reserve"',
        ),
        (
            '    Count("new_regulars"',
            '    Count("cars_parked", "cars of voucher customers", "visits", section="parking"),\n'
            '    Count("new_regulars"',
        ),
        (
            '    Series("held"',
            '    Series("cars_parked", "cars", "visits", "flow", section="parking"),\n'
            '    Series("held"',
        ),
    ),
    "scenario/model/scenario.py": (
        (
            "class Scenario(Section):",
            "class Parking(Section):\n"
            '    """Parking at the owner\'s cost."""\n\n'
            "    share: Share\n"
            '    """Share of voucher customers who park."""\n\n'
            "    fee: Money\n"
            '    """Cost of a car."""\n\n\n'
            "class Scenario(Section):",
        ),
        (
            "    alternatives:",
            "    parking: Parking | None = None\n"
            '    """Parking at the owner\'s cost. Default: none."""\n\n'
            "    alternatives:",
        ),
        (
            "import Length, Section, Share",
            "import Length, Money, Section, Share",
        ),
    ),
}
"""The files that learn of it, and what is put into them."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as it would be."""
    root = tmp_path_factory.mktemp("house")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, root / "dealsim", ignore=ignored)
    (root / "dealsim/engine/mechanisms/parking.py").write_text(MECHANISM, encoding="utf-8")
    for name, edits in EDITS.items():
        file = root / "dealsim" / name
        text = file.read_text(encoding="utf-8")
        for before, after in edits:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        file.write_text(text, encoding="utf-8")
    return root


def told(house: Path, *args: str) -> Any:
    """What a command of that package prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "dealsim", *args, "--json"],
        cwd=house,
        env=os.environ | {"PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def write(house: Path, name: str, more: str) -> str:
    (house / name).write_text(MIXED + more, encoding="utf-8")
    return name


def test_a_mechanism_touches_two_files(house: Path) -> None:
    with_it = write(house, "with.yaml", "parking: {share: 50%, fee: 2 to 4}\n")
    without = write(house, "without.yaml", "")
    found = told(house, "run", with_it, "--trials", "2000", "-o", "out")
    plain = told(house, "run", without, "--trials", "2000", "-o", "plain")
    metrics, before = found["metrics"], plain["metrics"]
    cars, fees = metrics["cars_parked"]["mean"], metrics["parking_fees"]["mean"]
    served = metrics["redeemed_in_time"]["mean"] + metrics["presented_late"]["mean"]
    assert cars == pytest.approx(served / 2, rel=0.02)
    assert fees == pytest.approx(2.95 * cars, rel=0.05)  # a lognormal 2 to 4 has the mean 2.895
    assert {bar["name"]: bar["mean"] for bar in found["waterfall"]}["parking_fees"] == -fees
    cash = sum(found["timeline"]["cash"]["mean"])
    wanted = metrics["incremental_profit"]["mean"] + metrics["tail_reserve"]["mean"]
    assert cash == pytest.approx(wanted, abs=1e-6)
    assert sum(found["timeline"]["cars_parked"]["mean"]) == pytest.approx(cars)
    # it moves no customer, and is nowhere where the scenario has no parking
    assert metrics["redeemed_in_time"] == before["redeemed_in_time"]
    lost = before["incremental_profit"]["mean"] - metrics["incremental_profit"]["mean"]
    assert lost == pytest.approx(fees, abs=1e-6)
    assert "cars_parked" not in before and "parking_fees" not in before
    assert "cars_parked" not in plain["timeline"]
    assert all(bar["name"] != "parking_fees" for bar in plain["waterfall"])


def test_it_is_explained_checked_and_drawn(house: Path) -> None:
    with_it = write(house, "with.yaml", "parking: {share: 50%, fee: 2 to 4}\n")
    rows = {row["path"]: row for row in told(house, "explain", with_it)}
    assert rows["parking.fee"]["written"] == "2 to 4"
    wrong = write(house, "wrong.yaml", "parking: {share: 50, fee: 2}\n")
    done = subprocess.run(
        [sys.executable, "-m", "dealsim", "check", wrong],
        cwd=house,
        env=os.environ | {"PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3 and "50% or 0.5" in done.stderr
    expected = told(house, "run", with_it, "--expected", "-o", "expected", "--force")
    assert expected["metrics"]["cars_parked"]["mean"] > 0
