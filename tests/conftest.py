"""Fixtures of all tests: scenarios from text, identities around every simulation, the seed."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dealsim import load
from dealsim.engine import Context, Draws, History, Records, World, run_chunk, run_paired
from dealsim.engine.clock import Step
from dealsim.engine.draws import Tape
from dealsim.registry import METRIC_NAMES, SERIES
from dealsim.results import Result
from dealsim.scenario import Scenario
from dealsim.streams import CHUNK
from tests.engine.library import PLAIN
from tests.invariants import check_invariants

MakeScenario = Callable[..., Scenario]
MakeResult = Callable[..., Result]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vary-seed",
        action="store_true",
        help="draw a new seed: every statistical test must pass with any seed at its stated rate",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--vary-seed") and not hasattr(config, "workerinput"):
        config.dealsim_seed = secrets.randbelow(2**31)  # type: ignore[attr-defined]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give pytest-xdist's workers the one seed of the run."""
    node.workerinput["dealsim_seed"] = getattr(node.config, "dealsim_seed", None)


def _varied(config: pytest.Config) -> int | None:
    worker = getattr(config, "workerinput", None)
    found = worker["dealsim_seed"] if worker else getattr(config, "dealsim_seed", None)
    return None if found is None else int(found)


def pytest_report_header(config: pytest.Config) -> str | None:
    seed = _varied(config)
    return None if seed is None else f"dealsim seed: {seed}"


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of statistical tests: fixed, or new with --vary-seed."""
    varied = _varied(request.config)
    return 20110301 if varied is None else varied


@pytest.fixture(autouse=True)
def identities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check the model's identities around every chunk that a test simulates."""

    def checked(
        context: Context, draws: Draws, marks: Sequence[int], history: History | None = None
    ) -> Records:
        records = run_chunk(context, draws, marks, history)
        check_invariants(records, context)
        return records

    def checked_pairs(
        worlds: Sequence[World], steps: Sequence[Sequence[Step]], tape: Tape
    ) -> list[Records]:
        found = run_paired(worlds, steps, tape)
        for world, records in zip(worlds, found, strict=True):
            check_invariants(records, world.context)
        return found

    monkeypatch.setattr("dealsim.simulation.jobs.run_chunk", checked)
    monkeypatch.setattr("dealsim.simulation.jobs.run_paired", checked_pairs)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of 200 trials: for tests of many scenarios that look at no distribution."""
    import_module("dealsim.decisions")
    for name, module in list(sys.modules.items()):
        if name.startswith("dealsim.") and getattr(module, "CHUNK", None) == CHUNK:
            monkeypatch.setattr(module, "CHUNK", 200)


@pytest.fixture
def scenario(tmp_path: Path) -> MakeScenario:
    """Makes a scenario from YAML text: `scenario(text, {"deal.price": 12})`."""

    def make(text: str, overrides: Mapping[str, object] | None = None) -> Scenario:
        file = tmp_path / "scenario.yaml"
        file.write_text(text, encoding="utf-8")
        return load(file, overrides or {})

    return make


@pytest.fixture
def futures(scenario: MakeScenario) -> MakeResult:
    """Futures with the given metrics, a number a trial each; all others are nil, but
    that one voucher is sold."""

    def made(made_of: Scenario | None = None, **metrics: Sequence[float]) -> Result:
        trials = len(next(iter(metrics.values())))
        nil = {name: np.zeros(trials) for name in METRIC_NAMES}
        nil["vouchers_sold"] = np.ones(trials)
        given = {name: np.array(values, dtype=float) for name, values in metrics.items()}
        return Result(
            scenario=made_of or scenario(PLAIN),
            mode="sampled",
            trials=trials,
            seed=1,
            inputs={},
            metrics=nil | given,
            month_ends=(),
            timeline={one.name: np.zeros((0, trials)) for one in SERIES},
            path_days=(),
            paths={},
            milestones={},
            lines=(),
        )

    return made
