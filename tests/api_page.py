"""docs/api.md: the public Python functions and classes, from their docstrings.

`python -m tests.api_page` writes it anew: read the difference before committing it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import dealsim
from tests.documents import ROOT

PAGE = ROOT / "docs" / "api.md"
WIDTH = 90
PRIVATE = re.compile("_|model_")
"""How names begin that are not for users: ours, and those that pydantic puts into a class."""

HEAD = """\
# Python

What `import dealsim` offers, and some names of `dealsim.simulation` and `dealsim.decisions`. This
page is made from the docstrings. The commands call these functions and nothing else. Names that
stand here are kept, or [the changelog](../CHANGELOG.md) says so.

```pycon
>>> import dealsim
>>> from dealsim import simulate_paired
>>> offer = dealsim.load("scenarios/one-coupon.yaml")
>>> counter = offer.with_({"platform.commission": 0.45})
>>> before, after = simulate_paired([offer, counter], trials=2000)
>>> gain = after.metrics["incremental_profit"] - before.metrics["incremental_profit"]
>>> bool((gain >= 0).all())  # in every future, for the same customers
True
```

`Array` is a numpy array of floats; `Progress` a function that is called with the number of trials
done; `Provider` gives the uniforms behind uncertain inputs (`Streams`, the default, or `Matrix`,
both of `dealsim.engine`); `Executor` is that of `concurrent.futures`; `Checked` a tuple of
scenario, errors and warnings; `Overrides` are {path: value} or texts `path=value`.
`dealsim.__version__` is the version.
"""

SECTIONS = {
    "Scenarios": ("dealsim.load", "dealsim.check", "dealsim.dump", "dealsim.Scenario"),
    "Simulation": (
        "dealsim.simulate",
        "dealsim.simulate_paired",
        "dealsim.simulation.Conditioning",
        "dealsim.simulation.Precision",
        "dealsim.results.PreciseMean",
        "dealsim.Result",
    ),
    "The page": ("dealsim.report",),
    "Decisions": (
        "dealsim.sweep",
        "dealsim.decisions.Axis",
        "dealsim.decisions.parse_axis",
        "dealsim.decisions.cluster",
        "dealsim.decisions.Sweep",
        "dealsim.decisions.Cell",
        "dealsim.optimize",
        "dealsim.decisions.Range",
        "dealsim.decisions.Optimum",
        "dealsim.decisions.Candidate",
        "dealsim.counter_offer",
        "dealsim.breakeven",
        "dealsim.frontier",
        "dealsim.compare",
        "dealsim.sensitivity",
        "dealsim.decisions.CounterOffer",
        "dealsim.decisions.Breakeven",
        "dealsim.decisions.Frontier",
        "dealsim.decisions.Comparison",
        "dealsim.decisions.Sensitivity",
        "dealsim.decisions.Reached",
    ),
    "The books": (
        "dealsim.read_register",
        "dealsim.liability",
        "dealsim.Actuals",
        "dealsim.Liability",
    ),
    "Problems": (
        "dealsim.Problem",
        "dealsim.DealsimError",
        "dealsim.UsageError",
        "dealsim.ScenarioError",
    ),
}


def api_page() -> str:
    """The page, in Markdown with LF line ends."""
    parts = [HEAD]
    for heading, names in SECTIONS.items():
        parts.append(f"## {heading}\n")
        for name in names:
            module, _, attribute = name.rpartition(".")
            member = getattr(import_module(module), attribute)
            parts.append(f"### {name}\n")
            parts += _class(member) if inspect.isclass(member) else _function(name, member)
    return "\n".join(parts)


def _function(name: str, function: Callable[..., Any]) -> Iterator[str]:
    yield _block(_signature(name, function))
    yield _text(function)


def _class(kind: type) -> Iterator[str]:
    yield _text(kind)
    for base in kind.__mro__[1:]:
        if base.__module__.startswith("dealsim.results") and base.__doc__:
            yield _text(base)
    if is_dataclass(kind):
        yield _block("\n".join(f"{field.name}: {field.type}" for field in fields(kind)))
    elif kind is dealsim.Scenario:
        names = ", ".join(f"`{name}`" for name in dealsim.Scenario.model_fields)
        text = "The keys of a file are its attributes, complete with presets and defaults"
        yield f"{text} ([reference](scenario.md)): {names}.\n"
    yield from _members(kind)


def _members(kind: type) -> Iterator[str]:
    """Public methods and properties of dealsim's own, those of base classes too."""
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("dealsim."):
            found |= {name: one for name, one in vars(base).items() if not PRIVATE.match(name)}
    methods = {name: one for name, one in found.items() if inspect.isfunction(one)}
    properties = {n: one for n, one in found.items() if isinstance(one, property | cached_property)}
    for name, method in methods.items():
        yield _block(_signature(name, method))
        yield _text(method)
    lines = [f"- `{name}`: {' '.join(_text(one).split())}\n" for name, one in properties.items()]
    if lines:
        yield "".join(lines)


def _signature(name: str, function: Callable[..., Any]) -> str:
    """The signature as it is written, over several lines where it is long."""
    signature = inspect.signature(function)
    given = [p for p in signature.parameters.values() if p.name != "self"]
    parts = [_parameter(p) for p in given]
    by_name = [p.kind is p.KEYWORD_ONLY for p in given]
    if any(by_name):
        parts.insert(by_name.index(True), "*")
    back = signature.return_annotation
    line = f"{name}({', '.join(parts)}) -> {back}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {part}," for part in parts), f") -> {back}"])


def _parameter(parameter: inspect.Parameter) -> str:
    text = f"{parameter.name}: {parameter.annotation}"
    has_default = parameter.default is not parameter.empty
    return f"{text} = {parameter.default!r}" if has_default else text


def _text(member: Any) -> str:
    return (inspect.getdoc(member) or "").strip() + "\n"


def _block(text: str) -> str:
    return f"```\n{text}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(api_page(), encoding="utf-8", newline="\n")
