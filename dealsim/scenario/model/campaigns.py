"""The list of a business's deals: `campaigns:`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dealsim.scenario.language.suggest import did_you_mean
from dealsim.scenario.model.fields import CalendarDate, Reader, Reading, describe
from dealsim.uncertain.problems import Collector
from dealsim.units import quoted

OWN_TERMS = ("name", "starts", "deal", "platform", "redemption", "customers", "audience")
"""What a deal of the list may state for itself; all else is the business's."""

MOST = 24
"""Most deals of one scenario: each is simulated with all those before it."""


@dataclass(frozen=True)
class CampaignList(Reader):
    """A list of deals in the order of their dates, the first of them the scenario's own.

    Only its form is read here: each deal is read as a scenario of its own (`scenario.loading`).
    """

    def read(self, raw: object, reading: Reading) -> tuple[Mapping[str, object], ...]:
        found = Collector()
        if not isinstance(raw, list) or not raw:
            what = "there is no deal here" if not raw else f"{describe(raw)} is not a list of deals"
            found.add(what, "write one line a deal:  - {starts: 2011-03-01, deal: {price: 12}}")
            raise found.error()
        if len(raw) > MOST:
            found.add(f"{len(raw)} deals are more than the {MOST} that are simulated together")
        for place, entry in enumerate(raw):
            _read_entry(found, place, entry, reading)
        found.finish()
        return tuple(raw)


def _read_entry(found: Collector, place: int, entry: object, reading: Reading) -> None:
    if not isinstance(entry, Mapping):
        found.add(f"{describe(entry)} is not a deal", "write  {starts: 2011-03-01}", place)
        return
    for key in entry:
        if key not in OWN_TERMS:
            hint = did_you_mean(str(key), OWN_TERMS) or f"known here: {', '.join(OWN_TERMS)}"
            found.add(f"unknown key {quoted(str(key))} in a deal", hint, place, key)
        elif place == 0 and key not in ("name", "starts"):
            hint = f"write them under {key}: outside the list; further deals change them"
            found.add("the first deal has the scenario's own terms", hint, place, key)
    if "starts" in entry:
        found.attempt((place, "starts"), CalendarDate().read, entry["starts"], reading)
    elif place > 0 and all(key in OWN_TERMS for key in entry):  # else it may be misspelt
        found.add("starts is missing", "such as  starts: 2011-03-01", place)
