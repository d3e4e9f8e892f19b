"""What the sections refuse, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dealsim.uncertain import ValueProblem

IssueKind = Literal["value", "unknown key", "missing", "form"]
ISSUE_KINDS: dict[str, IssueKind] = {
    "dealsim": "value",
    "extra_forbidden": "unknown key",
    "missing": "missing",
}


@dataclass(frozen=True)
class ModelIssue:
    """Something that the sections refuse: the path of the key, what is the matter with it, and
    what is wrong with its value where that is the matter.

    `form` is a section where a value belongs, or the reverse.
    """

    steps: tuple[str | int, ...]
    kind: IssueKind
    findings: Sequence[ValueProblem] = ()
    text: str = ""
