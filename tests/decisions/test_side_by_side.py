"""Two works at once: both are found, the progress of both is one, and a failure ends both."""

from __future__ import annotations

import multiprocessing
import os
from threading import Event

import pytest

import dealsim
from dealsim import DealsimError, UsageError
from dealsim.decisions.briefing import briefing
from dealsim.decisions.side_by_side import Told, elsewhere, side_by_side
from tests.documents import ROOT


@pytest.mark.parametrize("workers", [1, 2, None])
def test_both_are_found(workers: int | None) -> None:
    heard: list[float] = []

    def work(answer: str) -> object:
        def found(told: Told) -> str:
            told(1.0)
            return answer

        return found

    assert side_by_side(work("a"), work("b"), heard.append, workers) == ("a", "b")  # type: ignore[arg-type]
    assert heard == [0.5, 1.0]


def test_a_failure_ends_the_other_work() -> None:
    """Which would otherwise go on for ever."""
    begun = Event()

    def fails(told: Told) -> None:
        begun.wait(60)
        raise ValueError("no")

    def goes_on(told: Told) -> None:
        begun.set()
        while True:
            told(0.1)

    with pytest.raises(ValueError, match="no"):
        side_by_side(fails, goes_on, lambda share: None, None)


def halved(job: float, told: Told) -> float:
    told(0.5)
    if job < 0:
        raise UsageError("nothing below nil")
    if job == 0:
        os._exit(1)
    return job / 2


def test_work_in_a_process_of_its_own_is_found() -> None:
    heard: list[float] = []
    assert elsewhere(halved, 3.0, heard.append) == 1.5
    assert 0.5 in heard


def test_a_process_that_fails_or_dies_is_told() -> None:
    with pytest.raises(UsageError, match="nothing below nil"):
        elsewhere(halved, -1.0, lambda share: None)
    with pytest.raises(DealsimError, match="a worker died"):
        elsewhere(halved, 0.0, lambda share: None)


def test_who_loses_interest_ends_it() -> None:
    def tired(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        elsewhere(halved, 3.0, tired)
    assert not multiprocessing.active_children()


def test_a_briefing_is_the_same_in_one_process_or_two() -> None:
    scenario = dealsim.load(ROOT / "scenarios" / "minimal.yaml")
    one, two = (briefing(scenario, trials=200, apart=apart) for apart in (False, True))
    assert one.document() == two.document()
