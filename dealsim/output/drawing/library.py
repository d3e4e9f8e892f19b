"""matplotlib, brought in whatever the reader's settings of it say.

On import it reads the environment and a settings file, and fails over either: an MPLBACKEND that
this installation does not know, as notebooks set it for all they start, or a matplotlibrc that is
not UTF-8. Nothing of either is used here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from dealsim.errors import DealsimError


def ensure_matplotlib() -> None:
    """Import matplotlib; raises DealsimError where even its own settings do not help.

    The reader's settings are passed over only where they make it fail: in a notebook that draws
    by itself, they stay.
    """
    if "matplotlib" in sys.modules:
        return
    try:
        import_module("matplotlib.style")
    except Exception:
        _forget()
        with _environment({"MPLBACKEND": "agg", "MATPLOTLIBRC": _own_settings()}):
            _import_again()


def _import_again() -> None:
    try:
        import_module("matplotlib.style")
    except Exception as error:
        _forget()
        here = Path("matplotlibrc")
        if here.exists():  # the one settings file that goes before all others
            message = f"matplotlib cannot read {here.absolute()}: save it as UTF-8, or rename it"
        else:
            message = f"matplotlib, which draws the plots, does not start: {error}"
        raise DealsimError(message) from error


def _own_settings() -> str:
    """The settings file that comes with matplotlib."""
    found = find_spec("matplotlib")
    folder = Path(found.origin or "").parent if found is not None else Path()
    return str(folder / "mpl-data" / "matplotlibrc")


def _forget() -> None:
    """Take out what a failed import leaves behind."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        del sys.modules[name]


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    """The environment with some variables changed, and afterwards as it was."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
