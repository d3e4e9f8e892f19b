"""Two works at once: both are found, the progress of both is one, and a failure ends both."""

from __future__ import annotations

from threading import Event

import pytest

from dealsim.decisions.side_by_side import Told, side_by_side


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
