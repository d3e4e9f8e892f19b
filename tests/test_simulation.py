"""A run from outside: chunks among workers, memory, days worth marking (dealsim/simulation)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dealsim
from dealsim import UsageError
from dealsim.engine import Array, build_clock
from dealsim.results import PATH_TRIALS, TIMELINE_TRIALS, Measured
from dealsim.simulation import KEPT, Conditioning, memory_needed, simulate_paired
from dealsim.simulation.chunked import run_chunks
from dealsim.simulation.limits import check_campaigns, check_memory, memory_there
from dealsim.streams import CHUNK
from tests.conftest import MakeScenario
from tests.engine.library import PLAIN

TRADE: dict[str, object] = {"business.visits_per_week": "40 to 60"}

# --- memory --------------------------------------------------------------------------------


@pytest.mark.parametrize("overrides", [{}, TRADE], ids=["plain", "trade"])
def test_what_is_kept_was_reckoned(overrides: dict[str, object], scenario: MakeScenario) -> None:
    """Each part of a result takes no more than what is reckoned for it, trial by trial."""
    made = scenario(PLAIN, {"deal.demand": "40 to 60", "horizon": "2 years", **overrides})
    clock, trials = build_clock((made,)), 1_000
    found = dealsim.simulate(made, trials=trials, seed=1, workers=1, keep=KEPT)

    def reckoned(*keep: str) -> int:
        return memory_needed(made, clock, trials, keep) - memory_needed(made, clock, 0, keep)

    def size(*parts: Mapping[str, Array]) -> int:
        return sum(values.nbytes for part in parts for values in part.values())

    always = size(found.inputs, found.metrics)
    assert 0 < always <= reckoned()
    assert always + size(found.timeline) <= reckoned("timeline")
    assert always + size(found.paths) <= reckoned("paths")
    assert always + size(*found.cohorts) <= reckoned("cohorts")


def test_memory_grows_as_what_is_kept(scenario: MakeScenario) -> None:
    """Metrics by every trial; series and paths up to their limits, from where they grow no more."""
    made = scenario(PLAIN)
    clock = build_clock((made,))

    def needed(trials: int, *keep: str) -> int:
        return memory_needed(made, clock, trials, keep)

    plain = needed(TIMELINE_TRIALS + 1) - needed(TIMELINE_TRIALS)
    assert plain >= 8 * len(dealsim.simulate(made, trials=1, workers=1).metrics)
    for name, limit in (("timeline", TIMELINE_TRIALS), ("paths", PATH_TRIALS)):
        assert needed(limit, name) - needed(limit - 1, name) > plain
        assert needed(limit + 1, name) - needed(limit, name) == plain
    assert needed(10, "cohorts") > needed(10, "timeline") > needed(10)


def test_a_run_that_just_fits(scenario: MakeScenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """As much as there is may be used, and not a byte more."""
    made = scenario(PLAIN)
    clock = build_clock((made,))
    needed = memory_needed(made, clock, 10_000, ())
    monkeypatch.setattr("dealsim.simulation.limits.memory_there", lambda: needed)
    check_memory(made, clock, 10_000, ())
    monkeypatch.setattr("dealsim.simulation.limits.memory_there", lambda: needed - 1)
    with pytest.raises(UsageError, match=r"10,000 trials would need about \S+ GB of memory"):
        check_memory(made, clock, 10_000, ())


Machine = Callable[..., int]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """`memory_there` of a machine of 1,000 pages of 4,096 bytes, whose files are the given ones."""
    monkeypatch.setattr("dealsim.simulation.limits.Path", lambda name: tmp_path / name.lstrip("/"))
    sizes = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1000}
    monkeypatch.setattr("os.sysconf", lambda name: sizes[name])

    def made(**files: str) -> int:
        for name, text in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="ascii")
        return memory_there()

    return made


OWN = {"proc/self/cgroup": "0::/user/app\n"}
ALL = 4096 * 1000


@pytest.mark.parametrize(
    ("files", "there"),
    [
        ({}, ALL),
        (OWN, ALL),
        ({**OWN, "sys/fs/cgroup/user/app/memory.max": "max\n"}, ALL),
        ({**OWN, "sys/fs/cgroup/user/app/memory.max": "5000\n"}, 5000),
        # whoever is above limits those below
        (
            {
                **OWN,
                "sys/fs/cgroup/user/app/memory.max": "5000\n",
                "sys/fs/cgroup/user/memory.max": "3000\n",
            },
            3000,
        ),
        ({**OWN, "sys/fs/cgroup/memory.max": "2000\n"}, 2000),
        # more than the machine has is no limit
        ({**OWN, "sys/fs/cgroup/memory.max": f"{ALL + 1}\n"}, ALL),
        # another group, and what is above the root, are not its own
        ({**OWN, "sys/fs/cgroup/user/other/memory.max": "7\n", "sys/fs/memory.max": "8\n"}, ALL),
        ({"proc/self/cgroup": ""}, ALL),
        # version 1 names its groups by number; the last line is version 2's
        (
            {
                "proc/self/cgroup": "3:memory:/old\n0::/\n",
                "sys/fs/cgroup/memory.max": "6000",
                "sys/fs/cgroup/old/memory.max": "9",
            },
            6000,
        ),
    ],
)
def test_memory_there(files: dict[str, str], there: int, machine: Machine) -> None:
    assert machine(**files) == there


def test_memory_where_the_system_does_not_say(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str) -> int:
        raise ValueError(name)

    monkeypatch.setattr("os.sysconf", unknown)
    assert machine() == 8 * 2**30


# --- workers -------------------------------------------------------------------------------


class Slow(Executor):
    """An executor of two workers that does a job when its result is asked for, and keeps count."""

    def __init__(self, breaks_at: int | None = None) -> None:
        self._max_workers = 2
        self.begun: list[int] = []
        self.open: dict[int, Future[Any]] = {}
        self.most = 0
        self._breaks_at = breaks_at

    def submit(self, job: Any, /, *args: Any, **_: Any) -> Future[Any]:
        (chunk,) = args
        future: Future[Any] = Future()
        self.begun.append(chunk)
        self.open[chunk] = future
        self.most = max(self.most, len(self.open))
        plain = future.result

        def result(timeout: float | None = None) -> Any:
            del self.open[chunk]
            if chunk == self._breaks_at:
                raise RuntimeError("broken")
            future.set_result(job(chunk))
            return plain(timeout)

        future.result = result  # type: ignore[method-assign]
        return future


def numbers(chunk: int) -> list[tuple[dict[str, Any], Measured]]:
    """A chunk's job: each trial's input and metric are its number, a series ten times that."""
    trial = chunk * CHUNK + np.arange(float(CHUNK))
    return [({"x": trial}, Measured({"m": trial}, {"s": 10.0 * trial[np.newaxis]}))]


@pytest.mark.parametrize("trials", [1, CHUNK, CHUNK + 1, 7 * CHUNK - 3])
def test_trials_in_order_and_few_ahead(trials: int) -> None:
    """Each trial where it belongs; at most twice as many chunks ahead as there are workers."""
    slow, done = Slow(), list[int]()
    (inputs,), (found,) = run_chunks(numbers, trials, None, slow, done.append)
    every = np.arange(float(trials))
    np.testing.assert_array_equal(inputs["x"], every)
    np.testing.assert_array_equal(found.metrics["m"], every)
    np.testing.assert_array_equal(found.timeline["s"], 10.0 * every[np.newaxis])
    chunks = -(-trials // CHUNK)
    assert slow.begun == list(range(chunks)) and not slow.open
    assert slow.most == min(chunks, 4), "as many as keep both workers busy, and no more"
    assert done == [min((k + 1) * CHUNK, trials) for k in range(chunks)]


def test_what_is_ahead_of_an_error_is_cancelled() -> None:
    slow = Slow(breaks_at=1)
    with pytest.raises(RuntimeError, match="broken"):
        run_chunks(numbers, 20 * CHUNK, None, slow, None)
    assert slow.begun == [0, 1, 2, 3, 4]
    assert slow.open and all(future.cancelled() for future in slow.open.values())


def test_series_keep_their_first_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit amid the second chunk cuts series there; metrics keep every trial."""
    monkeypatch.setattr("dealsim.results.measures.TIMELINE_TRIALS", CHUNK + 7)
    _, (found,) = run_chunks(numbers, 3 * CHUNK, None, Slow(), None)
    np.testing.assert_array_equal(found.timeline["s"][0], 10.0 * np.arange(CHUNK + 7.0))
    np.testing.assert_array_equal(found.metrics["m"], np.arange(3.0 * CHUNK))


@pytest.mark.parametrize("left", [1, 3, CHUNK, CHUNK + 1])
def test_updated_inputs_go_round(left: int) -> None:
    """Trial i takes the i-th of those left, from the first again after the last, in every chunk."""
    given = Conditioning(1, inputs={"x": np.arange(float(left))})
    for chunk in (0, 1, 2):
        expected = [float((chunk * CHUNK + i) % left) for i in range(CHUNK)]
        assert given.values(chunk)["x"].tolist() == expected


def test_paired_worlds_need_memory_for_each(
    scenario: MakeScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would do for one world is too little for two."""
    made, trials = scenario(PLAIN), 1_000_000
    clock = build_clock((made,))
    there = memory_needed(made, clock, trials, ())
    monkeypatch.setattr("dealsim.simulation.limits.memory_there", lambda: there)
    check_memory(made, clock, trials, ())
    with pytest.raises(UsageError, match="memory"):
        simulate_paired([made, made], trials=trials, seed=1)


# --- days worth marking --------------------------------------------------------------------


@pytest.mark.parametrize("horizon", [122, 123, 182, 183])
def test_milestones(horizon: int, scenario: MakeScenario) -> None:
    """Those up to the horizon, one on its very day too: from 1 January the sale closes on day 3,
    refunds end on 10, the promotion on 123, the paid value on 183; paid on days 4, 33 and 183."""
    parts = ", ".join(f"{{after: {days} days, share: 1/3}}" for days in (180, 1, 30))
    terms: dict[str, object] = {
        "horizon": f"{horizon} days",
        "deal.paid_value_expires": "180 days",
        "platform.payout": f"[{parts}]",
    }
    made = scenario(PLAIN, terms)
    found = dealsim.simulate(made, expected=True, keep=()).milestones
    days = {
        "sale_close": 3,
        "refund_end": 10,
        "promo_expiry": 123,
        "paid_value_lapse": 183,
        "horizon": horizon,
    }
    expected: dict[str, object] = {
        name: made.starts + timedelta(days=day) for name, day in days.items() if day <= horizon
    }
    payouts = [made.starts + timedelta(days=day) for day in (4, 33, 183) if day <= horizon]
    assert found == expected | {"payouts": tuple(payouts)}


# --- further campaigns ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        # from 1 January for 31 days: a sale of three days
        ({}, None),
        ({"starts": "2025-01-01", "deal.price": 9}, None),
        ({"starts": "2024-12-31"}, "first to start"),
        ({"starts": "2025-01-29"}, None),
        ({"starts": "2025-01-30"}, "close within the horizon"),
        ({"currency": "CAD"}, "same segments of customers and currency"),
    ],
)
def test_campaigns_that_fit(
    overrides: dict[str, object], words: str | None, scenario: MakeScenario
) -> None:
    """One may start on the day of the first, and close its sale on the horizon, 1 February."""
    first = scenario(PLAIN, {"horizon": "31 days"})
    second = scenario(PLAIN, {"horizon": "31 days", **overrides})
    if words is None:
        check_campaigns([first, second])
        return
    with pytest.raises(UsageError, match=words):
        check_campaigns([first, second])
