"""The language described for people, as a page of Markdown; nothing that reads or runs a scenario
needs it."""

from dealsim.scenario.reference.page import FORMS, reference

__all__ = ["FORMS", "reference"]
