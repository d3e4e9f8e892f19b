"""dealsim: what a daily deal will really do to a small business, simulated before signing.

scenario = dealsim.load("scenarios/blend-creations.yaml")
result = dealsim.simulate(scenario, trials=10_000)
result.metrics["incremental_profit"]  # one value a trial
result.summary()  # what summary.json holds
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from dealsim.books import Liability, liability
    from dealsim.decisions.breakeven import breakeven
    from dealsim.decisions.compare import compare
    from dealsim.decisions.counter_offer import counter_offer
    from dealsim.decisions.frontier import frontier
    from dealsim.decisions.optimize import optimize
    from dealsim.decisions.sensitivity import sensitivity
    from dealsim.decisions.sweep import sweep
    from dealsim.errors import DealsimError, Problem, ScenarioError, UsageError
    from dealsim.output.report.page import report
    from dealsim.records import Actuals, read_register
    from dealsim.results import Result
    from dealsim.scenario import Scenario, check, dump, load
    from dealsim.simulation import simulate, simulate_paired

_HOME = {
    "Actuals": "dealsim.records",
    "DealsimError": "dealsim.errors",
    "Liability": "dealsim.books",
    "Problem": "dealsim.errors",
    "Result": "dealsim.results",
    "Scenario": "dealsim.scenario",
    "ScenarioError": "dealsim.errors",
    "UsageError": "dealsim.errors",
    "breakeven": "dealsim.decisions",
    "check": "dealsim.scenario",
    "compare": "dealsim.decisions",
    "counter_offer": "dealsim.decisions",
    "dump": "dealsim.scenario",
    "frontier": "dealsim.decisions",
    "liability": "dealsim.books",
    "load": "dealsim.scenario",
    "optimize": "dealsim.decisions",
    "read_register": "dealsim.records",
    "report": "dealsim.output.report.page",
    "sensitivity": "dealsim.decisions",
    "simulate": "dealsim.simulation",
    "simulate_paired": "dealsim.simulation",
    "sweep": "dealsim.decisions",
}

__all__ = [
    "Actuals",
    "DealsimError",
    "Liability",
    "Problem",
    "Result",
    "Scenario",
    "ScenarioError",
    "UsageError",
    "__version__",
    "breakeven",
    "check",
    "compare",
    "counter_offer",
    "dump",
    "frontier",
    "liability",
    "load",
    "optimize",
    "read_register",
    "report",
    "sensitivity",
    "simulate",
    "simulate_paired",
    "sweep",
]


def __getattr__(name: str) -> Any:
    """Resolve public names when first used, so that `import dealsim` stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module 'dealsim' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
