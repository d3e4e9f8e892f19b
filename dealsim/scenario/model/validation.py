"""Reading plain values into the sections, with everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from dealsim.scenario.model.fields import Reading
from dealsim.scenario.model.scenario import Scenario
from dealsim.uncertain import ValueProblem

IssueKind = Literal["value", "unknown key", "missing", "form"]
_KINDS: dict[str, IssueKind] = {
    "dealsim": "value",
    "extra_forbidden": "unknown key",
    "missing": "missing",
}


@dataclass(frozen=True)
class Issue:
    """Something that the sections refuse: the path of the key, what is the matter with it, and
    what is wrong with its value where that is the matter.

    `form` is a section where a value belongs, or the reverse.
    """

    steps: tuple[str | int, ...]
    kind: IssueKind
    findings: Sequence[ValueProblem] = ()
    text: str = ""


def read_scenario(plain: object, reading: Reading) -> tuple[Scenario | None, list[Issue]]:
    """The scenario of complete plain values, or what is wrong with them."""
    try:
        return Scenario.model_validate(plain, context=reading), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    return None, [
        Issue(
            # the tags of the two forms of payout are no steps
            tuple(step for step in found["loc"] if not str(step).startswith("#")),
            _KINDS.get(found["type"], "form"),
            found.get("ctx", {}).get("findings", ()),
            found["msg"],
        )
        for found in errors
    ]
