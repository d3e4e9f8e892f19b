"""The inputs given a register (docs/model.md, 15).

The scenario's ranges are the prior; the register's likelihood makes the posterior of it. Only
inputs that vouchers show are updated: shares of customers, how many redeem and when, refunds,
demand while the sale is on; and what the scenario correlates with them. An input that the
scenario states as certain stays as it is, whatever the register says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from dealsim.engine import EARLY, INSIDE, correlate
from dealsim.inference.likelihood import LEAST, ODD, Chain, Likelihood
from dealsim.inference.observations import Array, Observations
from dealsim.inference.smc import sample_posterior
from dealsim.scenario import Scenario, paths_of
from dealsim.streams import stream
from dealsim.uncertain import Uncertain
from dealsim.uncertain.distributions import Uniform

PARTICLES = 2_500
"""Draws of the inputs; further trials use them again, each with chance of its own."""
SHOWN = re.compile(
    r"deal\.refunds|accounting\.cash_out\.(changes\.)?(share|below|up_to)|redemption\..*"
    r"|customers\.[^.]*\.(share|redeem|redemption\..*)"
)
"""Inputs that a register shows something of."""
STRANGE = 1e-3
"""Chance, at the best of the inputs, below which a register is called unlike the scenario."""
FEW = 5.0
"""Vouchers expected in a cell below which cells are put together for the test of fit."""
SET_ASIDE = 0.25
"""Share of the cells that may be odd ones among others that fit; more are no exception."""
SOFT = 0.02
"""Width, in normals, to which an input that is known by now is held."""
_REACH, _PER_NORMAL = 8.25, 400
_TABLE = np.linspace(-_REACH, _REACH, 2 * int(_REACH * _PER_NORMAL) + 1)
"""Normals at which inverse distribution functions are tabulated, evenly."""


@dataclass(frozen=True)
class GoodnessOfFit:
    """How well the scenario, at its best, fits the register: Pearson's chi-square over cells, each
    seen from the vouchers left before it.

    `odd` are cells, in words, that no value of the inputs explains beside the others: they count
    for little, and `square`, `cells`, `probability` and `factor` are of the rest. `probability`
    is that of a misfit as large by chance alone; `factor` (from 1) the misfit for each degree of
    freedom where it is no chance: the rest then counts for that much less. `worst` says in words
    where register and scenario differ most.
    """

    square: float
    cells: int
    probability: float
    factor: float
    worst: str
    odd: tuple[str, ...] = ()


@dataclass(frozen=True)
class InputUpdate:
    """Draws of the inputs before and after the register, (particles,) by path."""

    prior: Mapping[str, Array]
    posterior: Mapping[str, Array]
    fit: GoodnessOfFit


def update_inputs(
    scenario: Scenario,
    observed: Observations,
    seed: int,
    particles: int = PARTICLES,
    given: Mapping[str, Array] | None = None,
) -> InputUpdate:
    """The inputs given what a register shows; the same for the same seed.

    `given` are inputs that are known by now, (1,) each: the price, where the register tells it.
    The posterior has `dealsim.engine.EARLY` as well where vouchers were redeemed before sale
    close. A cell that no value of the inputs explains counts for less (eq. 15.6), and where the
    others fit none either, all do (eq. 15.7).
    """
    model = _Model(scenario, observed, particles, given or {})
    rng = stream(seed, "actuals", "before")
    prior = model.values(rng.standard_normal((len(model.paths), particles)))
    posterior = model.posterior(seed)
    fit = _fit(model, posterior)
    if fit.factor > 1.0:
        posterior = model.posterior(seed, fit.factor)
    return InputUpdate({path: v for path, v in prior.items() if path != EARLY}, posterior, fit)


class _Model:
    """Inputs as functions of independent standard normals, and the register's likelihood."""

    def __init__(
        self,
        scenario: Scenario,
        observed: Observations,
        particles: int,
        given: Mapping[str, Array],
    ) -> None:
        self.scenario, self.observed, self.particles = scenario, observed, particles
        self.likelihood = Likelihood(scenario, observed)
        numbers = scenario.numbers()
        self.paths = updated_paths(scenario, observed.selling)
        self._uncertain = {path: numbers[path] for path in self.paths}
        self._bounds = self._settled(given)
        if observed.early:
            self.paths = [*self.paths, EARLY]
            self._uncertain[EARLY] = Uncertain(Uniform(0.0, 1.0))
        self._tables = {
            path: value.ppf(_uniform(_TABLE))
            for path, value in self._uncertain.items()
            if not value.values
        }
        self._constant = {
            path: np.array([value.mean()])
            for path, value in numbers.items()
            if path not in self._uncertain
        } | dict(given)
        named = set(paths_of(scenario.correlations))
        self._correlations = scenario.correlations if named & set(self.paths) else ()

    def values(self, normals: Array) -> dict[str, Array]:
        """Inputs at independent normals (inputs, particles)."""
        return {
            path: self._uncertain[path].ppf(np.clip(u, INSIDE, 1 - INSIDE))
            for path, u in self._uniforms(normals).items()
        }

    def posterior(self, seed: int, dispersion: float = 1.0) -> dict[str, Array]:
        """Inputs given the register, whose counts scatter by so much more than they should."""
        rng = stream(seed, "actuals", "after")

        def log_likelihood(normals: Array) -> Array:
            return self._log_likelihood(normals, dispersion)

        return self.values(sample_posterior(log_likelihood, len(self.paths), self.particles, rng))

    def _log_likelihood(self, normals: Array, dispersion: float) -> Array:
        from scipy.special import ndtri

        values, off = {}, np.zeros(normals.shape[1])
        for path, u in self._uniforms(normals).items():
            z = ndtri(np.clip(u, INSIDE, 1 - INSIDE))
            values[path] = self._interpolated(path, u, z)
            if path in self._bounds:
                low, high = self._bounds[path]
                off += np.maximum(0.0, np.maximum(low - z, z - high)) ** 2
        found = self.likelihood(self._constant | values, normals.shape[1], dispersion)
        return np.asarray(found - off / (2 * SOFT**2))

    def _settled(self, given: Mapping[str, Array]) -> dict[str, tuple[float, float]]:
        """Inputs that are known by now, which matter for those correlated with them: the normals
        between which they lie. Demand is known once all is sold, from the cap on only from below.
        """
        settled = {path: (value[0], value[0]) for path, value in given.items()}
        if not self.observed.selling:
            sold, cap = self.observed.sold, self.scenario.deal.cap
            full = cap is not None and sold >= cap.mean()
            settled["deal.demand"] = (sold - 0.5, np.inf if full else sold + 0.5)
        return {
            path: (
                float(np.interp(low, table, _TABLE)),
                9.0 if high == np.inf else float(np.interp(high, table, _TABLE)),
            )
            for path, (low, high) in settled.items()
            if path in self._uncertain
            for table in [self._uncertain[path].ppf(_uniform(_TABLE))]
        }

    def chances(self, values: Mapping[str, Array]) -> Array:
        """Mean chance of each cell over the particles, (cells,)."""
        found = self.likelihood.chances(self._constant | dict(values), self.particles)
        return np.asarray(found.mean(axis=1))

    def _uniforms(self, normals: Array) -> dict[str, Array]:
        from scipy.special import ndtr

        uniforms = dict(zip(self.paths, ndtr(normals), strict=True))
        correlate(uniforms, self._correlations)
        return uniforms

    def _interpolated(self, path: str, u: Array, z: Array) -> Array:
        """The value at a uniform, whose normal is z: from a table of the inverse distribution
        function, where the exact one would be evaluated a thousand times over."""
        if path not in self._tables:
            return self._uncertain[path].ppf(np.clip(u, INSIDE, 1 - INSIDE))
        return _looked_up(z, self._tables[path])


def _looked_up(normals: Array, table: Array) -> Array:
    """Linear interpolation in a table over `_TABLE`, whose even steps need no search."""
    place = (np.clip(normals, -_REACH, _REACH) + _REACH) * _PER_NORMAL
    below = np.minimum(place.astype(np.int64), len(table) - 2)
    low = table[below]
    return np.asarray(low + (place - below) * (table[below + 1] - low))


def _uniform(normals: Array) -> Array:
    from scipy.special import ndtr

    return np.clip(ndtr(normals), INSIDE, 1 - INSIDE)


def updated_paths(scenario: Scenario, selling: bool) -> list[str]:
    """Uncertain inputs that a register updates, sorted, with all that is correlated with one;
    demand, cap and minimum by themselves only while the sale is on."""
    uncertain = {path: v for path, v in scenario.numbers().items() if not v.is_constant}
    shown = {path for path in uncertain if _shows(path, uncertain[path], selling)}
    together = set(paths_of(scenario.correlations))
    if shown & together:
        shown |= together
    return sorted(shown)


def _shows(path: str, value: Uncertain, selling: bool) -> bool:
    if path in ("deal.demand", "deal.cap", "deal.minimum"):
        return selling
    return SHOWN.fullmatch(path) is not None


def _fit(model: _Model, posterior: Mapping[str, Array]) -> GoodnessOfFit:
    """Pearson's chi-square of the register against its chances after the update."""
    from scipy.special import chdtrc

    if not model.likelihood.counts.any():
        return GoodnessOfFit(0.0, 0, 1.0, 1.0, "nothing was sold")
    chances, sold = model.chances(posterior), model.likelihood.counts.sum()
    pools = _pools(sold * chances)
    counts, shares = (
        np.array([v[pool].sum() for pool in pools]) for v in (model.likelihood.counts, chances)
    )
    chain = Chain(counts)
    means, variances = chain.means(shares)
    misses = (chain.counts - means) ** 2 / np.maximum(variances, LEAST)
    odd = _odd(chain.deviances(shares[:, np.newaxis])[:, 0])
    rest = np.setdiff1d(np.flatnonzero(chain.left), odd)
    freedom, square = max(len(rest), 1), float(misses[rest].sum())
    probability = float(chdtrc(freedom, square))
    factor = max(1.0, square / freedom) if probability < STRANGE else 1.0
    words = [
        f"{counts[k]:,.0f} vouchers {_in_words(model, pools[k])}, where {means[k]:,.1f} fit"
        for k in (int(np.argmax(misses)), *odd)
    ]
    return GoodnessOfFit(square, len(rest), probability, factor, words[0], tuple(words[1:]))


def _odd(off: Array) -> list[int]:
    """The cells furthest from what fits, in the order of the cells: no more than may be set
    aside, or the register as a whole is unlike the scenario."""
    furthest = np.argsort(-off, kind="stable")[: int(SET_ASIDE * len(off))]
    return sorted(int(k) for k in furthest if off[k] > ODD)


def _in_words(model: _Model, pool: slice) -> str:
    """Cells in words: `redeemed in time from 2011-04-01 to 2011-04-07`."""
    cells, starts = model.likelihood.cells[pool], model.scenario.starts
    told = [cell.fate for cell in cells if cell.count or cell.fate != "cashed out"]
    fates = " or ".join(dict.fromkeys(told or ["cashed out"]))
    days = [day for cell in cells for day in cell.days or ()]
    if not all(cell.days for cell in cells):
        return fates
    first, last = (starts + timedelta(days=int(day)) for day in (min(days), max(days) - 1))
    return f"{fates} from {first} to {last}"


def _pools(expected: Array) -> list[slice]:
    """Neighbouring cells put together until each pool expects enough; the last, what is still
    held, by itself."""
    pools, start, total, last = [], 0, 0.0, len(expected) - 1
    for k, mean in enumerate(expected[:-1]):
        total += mean
        if total >= FEW:
            pools.append(slice(start, k + 1))
            start, total = k + 1, 0.0
    if start < last:
        before = pools.pop() if pools else slice(0, 0)
        pools.append(slice(before.start, last))
    return [*pools, slice(last, last + 1)]
