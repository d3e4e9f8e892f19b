"""Which rows of a register of several campaigns are of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dealsim.errors import Problem
from dealsim.records.cells import spaced
from dealsim.records.issues import Message
from dealsim.units import did_you_mean, quoted


@dataclass(frozen=True)
class CampaignNames:
    """What the column campaign calls one campaign, and what it calls the others beside it.

    Capitals do not matter. `name` is how messages call it, `own` and `others` all its names and
    those of the others.
    """

    name: str
    own: frozenset[str]
    others: frozenset[str]

    def is_another(self, text: str) -> bool:
        """Whether a row that says so is another campaign's."""
        return spaced(text).casefold() in self.others

    def message(self, text: str) -> Message:
        """What is wrong with a row that is of none of the campaigns."""
        known = sorted(self.own | self.others)
        if not spaced(text):
            return Message("there is no campaign here", f"write one of {', '.join(known)}")
        close = did_you_mean(spaced(text).casefold(), known)
        hint = f"did you mean {close}?" if close else f"write one of {', '.join(known)}"
        return Message(f"{quoted(spaced(text))} is none of the campaigns", hint)


def campaign_names(names: Sequence[Sequence[str]]) -> tuple[CampaignNames, ...]:
    """The names of campaigns side by side, each with one or more; a name that two share is none."""
    folded = [{spaced(name).casefold() for name in each} for each in names]
    found = []
    for k, each in enumerate(folded):
        rest = frozenset().union(*(folded[:k] + folded[k + 1 :]))
        found.append(CampaignNames(names[k][0], frozenset(each - rest), rest - frozenset(each)))
    return tuple(found)


def no_campaigns(file: str, campaign: CampaignNames) -> Problem:
    """What is wrong with a register of several campaigns that does not tell them apart."""
    known = ", ".join(sorted(campaign.own | campaign.others))
    hint = f"add a column campaign that says whose a row is: {known}"
    return Problem("several campaigns, and the register has no column campaign", hint, file=file)
