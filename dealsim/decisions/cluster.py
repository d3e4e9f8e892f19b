"""Computing on a Dask cluster: an executor like any other, that notices where nobody answers."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any, ParamSpec, TypeVar

from dealsim.errors import DealsimError, UsageError
from dealsim.units import quoted

_ADDRESS = re.compile(r"([a-z]+://)?\S+:\d+")
Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")

PATIENCE = 10.0
"""Seconds to wait for a scheduler, for a first worker, and for either that went away."""


class ClusterExecutor(Executor):
    """Runs functions on a cluster's workers; `check` raises where there are none any more."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._inner = client.get_executor(pure=False)
        self._last_seen = time.monotonic()

    @property
    def places(self) -> int:
        """Cells that can be computed at a time, now."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        return max(1, sum(int(one["nthreads"]) for one in workers.values()))

    def submit(
        self, fn: Callable[Parameters, Returned], /,
        *args: Parameters.args, **kwargs: Parameters.kwargs,
    ) -> Future[Returned]:  # fmt: skip
        """As of any executor."""
        return self._inner.submit(fn, *args, **kwargs)

    def check(self) -> None:
        """Raise DealsimError where the scheduler, or every worker, has been gone for long."""
        is_there = self._client.status == "running" and bool(
            self._client.scheduler_info(n_workers=-1)["workers"]
        )
        if is_there:
            self._last_seen = time.monotonic()
        elif time.monotonic() - self._last_seen > PATIENCE:
            raise lost(self._address)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As of any executor."""
        self._inner.shutdown(wait=wait and not cancel_futures)


def killed(error: Exception) -> bool:
    """Whether a cell took several workers with it, one after the other, and was given up."""
    return type(error).__name__ == "KilledWorker"


def lost(address: str) -> DealsimError:
    """What is said where a cluster went away."""
    return DealsimError(f"the cluster at {address} went away before all cells were computed")


@contextmanager
def cluster(address: str) -> Iterator[ClusterExecutor]:
    """An executor on the workers of the Dask scheduler at an address such as `tcp://host:8786`.

    Raises UsageError where Dask is not installed here or that is no address, DealsimError where no
    scheduler answers, it has no workers, or these have no dealsim, or another.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise UsageError('a cluster needs Dask: pip install "dealsim[cluster]"') from None
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"{quoted(address)} is no scheduler's address, such as tcp://host:8786")
    _quieten()
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise DealsimError(
            f"no Dask scheduler answers at {address} ({_first_line(error)}): is it running, and "
            "the address that it printed when it started?"
        ) from None
    try:
        _check_workers(client, address)
        yield ClusterExecutor(client, address)
    finally:
        client.close(timeout=1)


def _quieten() -> None:
    """What is to be said of a cluster that is not there, we say, once."""
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _check_workers(client: Any, address: str) -> None:
    here = version_here()
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise DealsimError(f"the scheduler at {address} has no workers; start some") from None
    try:
        versions = set(client.run(version_here).values())
    except (ImportError, AttributeError):
        raise DealsimError(
            f"the workers of {address} cannot import dealsim {here}: install it where they run"
        ) from None
    if versions != {here}:
        other = ", ".join(sorted(versions - {here}))
        raise DealsimError(f"workers of {address} have dealsim {other}, not {here}")


def version_here() -> str:
    """The versions that numbers depend on, where this is run: `0.1.0 (numpy 2.4.6, scipy 1.17)`."""
    # ours stands at the top of the house, which imports its rooms: asked for when run, not imported
    ours = str(import_module("dealsim").__version__)
    others = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy"))
    return f"{ours} ({others})"


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
