"""Speed and memory, as ratios measured in one run: `python -m tests.benchmarks.speed [NAME...]`.

Machines differ and are shared, so nothing here is a test and no second is a promise: each line
compares two things measured alternately in the same minute, and takes the best of several.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np

import dealsim
from dealsim.books import CohortBooks, consolidate
from dealsim.books.chart import chart_of_accounts
from dealsim.books.cohort import cohort_of
from dealsim.books.periods import ReportingPeriods
from dealsim.books.policies import accounting_policies
from dealsim.books.statement import statement
from dealsim.engine import Context, SampledDraws, Streams, build_clock, draw, run_chunk
from dealsim.engine.draws import Key
from dealsim.inference import observe, update_inputs
from dealsim.records import daily_counts, read_register
from dealsim.scenario import Scenario
from dealsim.simulation import make_context
from dealsim.streams import CHUNK
from tests.benchmarks.per_voucher import simulate_vouchers
from tests.records.registers import from_steps

SCENARIO = Path(__file__).with_name("two-years.yaml")
VOUCHERS = (1_000, 10_000, 1_000_000)
CROWDED = Path(__file__).with_name("crowd.yaml")
MANY = {"Ottawa": 6_000_000, "Toronto": 9_000_000}


def best(
    *jobs: Callable[[], object], rounds: int = 5, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Seconds of each job by a clock, the best of several alternating rounds."""
    found = [float("inf")] * len(jobs)
    for _ in range(rounds):
        for i, job in enumerate(jobs):
            start = clock()
            job()
            found[i] = min(found[i], clock() - start)
    return found


def load(vouchers: int = 10_000) -> Scenario:
    return dealsim.load(SCENARIO, [f"deal.demand={vouchers}"])


class _Recorder:
    """Stands in for a generator and writes down what is asked of it."""

    def __init__(self, calls: list[tuple[np.random.Generator, str, tuple[object, ...]]]) -> None:
        self._calls = calls
        self._own = np.random.Generator(np.random.SFC64(len(calls)))

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(*args: object) -> object:
            kept = tuple(a.copy() if isinstance(a, np.ndarray) else a for a in args)
            self._calls.append((self._own, name, kept))
            return getattr(self._own, name)(*args)

        return call


class _Recording(SampledDraws):
    """Draws that record their calls."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.calls: list[tuple[np.random.Generator, str, tuple[object, ...]]] = []

    def _stream(self, key: Key, *more: str) -> np.random.Generator:
        return _Recorder(self.calls)  # type: ignore[return-value]


def _chunk(scenario: Scenario) -> Context:
    """The surroundings of a chunk of trials."""
    values, clock = draw(scenario, Streams(1), 0), build_clock((scenario,))
    return make_context((scenario,), clock, [values], CHUNK, whole=True)


def replay() -> None:
    """Engine time against a replay of the same draw calls alone."""
    scenario = load()
    context = _chunk(scenario)
    key = 1, 0, ["deal"], context.parameters.segments
    marks = context.clock.month_ends
    recording = _Recording(*key)
    run_chunk(context, recording, marks)

    def engine() -> None:
        run_chunk(context, SampledDraws(*key), marks)

    def again() -> None:
        for generator, name, args in recording.calls:
            getattr(generator, name)(*args)

    whole, draws = best(engine, again)
    print(f"engine / replay of its {len(recording.calls)} draw calls: {whole / draws:.2f}")


def vouchers() -> None:
    """The same time whatever the number of vouchers sold."""
    jobs = [lambda n=n: dealsim.simulate(load(n), trials=10_000, workers=1) for n in VOUCHERS]
    times = best(*jobs, rounds=3)
    for n, seconds in zip(VOUCHERS, times, strict=True):
        print(f"{n:>9,} vouchers / 10,000 vouchers: {seconds / times[1]:.2f}")


def workers() -> None:
    """Two workers against one at 40,000 trials."""
    scenario = load()
    one, two = best(
        lambda: dealsim.simulate(scenario, trials=40_000, workers=1),
        lambda: dealsim.simulate(scenario, trials=40_000, workers=2),
        rounds=3,
    )
    print(f"one worker / two workers, 40,000 trials: {one / two:.2f}")


def naive() -> None:
    """A straightforward per-voucher numpy simulation against the engine, per trial."""
    scenario = load()
    few, many = 20, 10_000
    plain, engine = best(
        lambda: simulate_vouchers(scenario, few),
        lambda: dealsim.simulate(scenario, trials=many, workers=1),
        rounds=3,
    )
    print(
        f"per-voucher simulation / engine, 10,000 vouchers: {(plain / few) / (engine / many):.1f}"
    )


def memory() -> None:
    """Peak memory of a million trials."""
    code = (
        "import resource, dealsim; "
        f"s = dealsim.load({str(SCENARIO)!r}, ['deal.demand=10000']); "
        "r = dealsim.simulate(s, trials=1_000_000); r.summary(); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    print(f"1,000,000 trials: peak memory {float(done.stdout):.2f} GiB")


CROWD = ("service", "rating", "engagement", "audience")
"""Sections that the plain scenario is without."""


def crowd(vouchers: int = 1_200) -> None:
    """A run with every section on a crowd, three deals and a capacity, against the same without
    them; and the same with a hundred times as many people, deals and places."""
    text = CROWDED.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plain.yaml"
        blocks = re.split(r"^(?=[a-z]+:)", text, flags=re.MULTILINE)
        plain_text = "".join(one for one in blocks if one.split(":")[0] not in CROWD)
        file.write_text(plain_text, encoding="utf-8")
        plain = dealsim.load(file, [f"deal.demand={vouchers}"])
    many = dealsim.load(
        CROWDED,
        [
            *(f"audience.markets.{name}.subscribers={n}" for name, n in MANY.items()),
            "deal.cap=200000",
            "business.visits_per_week=13000 to 17000",
            "business.capacity_per_week=22000",
        ],
    )
    runs = (dealsim.load(CROWDED), plain, many)
    whole, without, hundredfold = best(
        *(partial(dealsim.simulate, one, trials=10_000, workers=1) for one in runs),
        rounds=3,
        clock=time.process_time,  # of one thread: others on the machine do not count
    )
    print(f"three deals with every section on a crowd / without: {whole / without:.2f}")
    print(f"the same, a hundred times as many vouchers and visits: {hundredfold / whole:.2f}")
    code = (
        "import resource, dealsim; "
        f"r = dealsim.simulate(dealsim.load({str(CROWDED)!r}), trials=10_000); r.summary(); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    print(f"the same, 10,000 trials: peak memory {float(done.stdout):.2f} GiB")


def _write_register(file: Path, rows: int) -> None:
    """A register of single vouchers: 60 in 100 sold at first, the rest redeemed in 170 days."""
    starts, sold = load().starts, rows * 60 // 100
    lines = ["date,event,vouchers,amount,currency,campaign"]
    lines += [f"{starts},sold,1,20.00,USD,Two years"] * sold
    for row in range(rows - sold):
        day = starts + timedelta(days=row * 170 // (rows - sold))
        lines.append(f"{day},redeemed,1,20.00,USD,Two years")
    file.write_text("\n".join(lines), encoding="utf-8")


def register() -> None:
    """A register of a million rows: reading it against a bare csv.reader, and its memory."""
    scenario = load()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.csv"
        _write_register(file, 1_000_000)

        def bare() -> None:
            with file.open(encoding="utf-8", newline="") as text:
                for _ in csv.reader(text):
                    pass

        def read() -> None:
            read_register(file, scenario.horizon_end - timedelta(days=1), scenario)

        ours, plain = best(read, bare)
        tracemalloc.start()
        read()
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
    print(
        f"reading a register / bare csv.reader, 1,000,000 rows: {ours / plain:.2f} ({ours:.1f} s)"
    )
    print(f"reading a register, 1,000,000 rows: peak memory {peak:.1f} MiB")


def books() -> None:
    """A roll-forward of 60 months with its bands, and a forecast with all books, against the
    simulation under them."""
    scenario = dealsim.load(SCENARIO, ["horizon=60 months", "accounting.breakage=proportional"])
    result = dealsim.simulate(scenario, keep=("cohorts",))
    policies, chart = accounting_policies(scenario), chart_of_accounts({})
    periods = ReportingPeriods(result.month_ends)
    found = CohortBooks(cohort_of(result, policies.tax), policies)

    def simulation() -> None:
        dealsim.simulate(scenario, keep=("cohorts",))

    def rolled() -> None:
        statement([found.roll_under("proportional")])

    def whole_books() -> None:
        books = CohortBooks(cohort_of(result, policies.tax), policies)
        consolidate([books], periods, chart, seed=1)

    simulated, roll, everything = best(simulation, rolled, whole_books, rounds=3)
    print(f"roll-forward with bands / simulation, 60 months: {roll / simulated:.2f}")
    print(f"all books but files / simulation, 60 months: {everything / simulated:.2f}")


def conditioning() -> None:
    """The update by a register of 20, 20,000 and 1,000,000 vouchers, against the simulation."""
    for count in (20, 20_000, 1_000_000):
        scenario = load(count)
        context = _chunk(scenario)
        days = [int(day) for day in context.clock.cuts if day <= 200]
        draws = SampledDraws(1, 0, ["deal"], context.parameters.segments)
        truth = run_chunk(context, draws, [*days, context.clock.horizon])
        flows = {name: values[0, 1 : len(days), 0] for name, values in truth.counts.items()}
        by_day = daily_counts(from_steps(scenario, days, flows), scenario)
        simulated, updated = best(
            partial(dealsim.simulate, scenario),
            partial(update_inputs, scenario, observe(by_day, scenario), 1),
            rounds=3,
        )
        ratio = updated / simulated
        print(f"update by {count:,} vouchers / simulation: {ratio:.2f} ({updated:.1f} s)")


def start() -> None:
    """`dealsim --help` against a bare `import click`, and what `check` imports."""

    def run(*args: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *args], capture_output=True, check=True)

    helped, bare = best(run("-m", "dealsim", "--help"), run("-c", "import click"), rounds=7)
    print(f"dealsim --help / import click: {helped / bare:.2f}")
    code = (
        "import sys, dealsim.cli.app as m\n"
        f"try: m.main(['check', {str(SCENARIO)!r}])\n"
        "except SystemExit: pass\n"
        "print([n for n in ('scipy.stats', 'matplotlib') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    print(f"of scipy.stats and matplotlib, check imports: {done.stdout.splitlines()[-1]}")


def whole() -> None:
    """A 10,000-trial run of two years with all plots and files, in seconds, for orientation."""
    with tempfile.TemporaryDirectory() as folder:
        args = ["-m", "dealsim", "run", str(SCENARIO), "-o", f"{folder}/out", "--quiet", "--force"]
        job = [sys.executable, *args]
        (seconds,) = best(lambda: subprocess.run(job, check=True), rounds=2)
    print(f"run with all plots and files, 10,000 trials: {seconds:.1f} s on this machine, today")


JOBS = (
    replay, vouchers, workers, naive, memory, crowd, register, books, conditioning, start, whole,
)  # fmt: skip
ALL = {job.__name__: job for job in JOBS}

if __name__ == "__main__":
    for name in sys.argv[1:] or ALL:
        ALL[name]()
