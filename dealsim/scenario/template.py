"""The scenario that `dealsim new` writes: short, commented, ready to be changed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dealsim.errors import Problem, ScenarioError
from dealsim.scenario.language.overrides import split_path
from dealsim.scenario.language.yamlfile import FORMAT
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.model.trades import KINDS, kind_hint
from dealsim.scenario.writer import yaml_text
from dealsim.text import LONGEST_PATH, visible

_EXAMPLES: Mapping[str, tuple[str, str]] = {
    "deal.price": ("20", "what the customer pays for one voucher"),
    "deal.face_value": ("40", "what one voucher buys"),
    "deal.demand": ("200 to 600", "vouchers customers want: your 90 % range"),
    "platform.commission": ("50%", "the platform's share of the price"),
    "business.usual_ticket": ("50", "what an ordinary visitor spends"),
    "business.variable_cost": ("40%", "goods and labour of one more visit, of its list price"),
}
"""A value and a comment for each required input, in the order of the file."""


_OPTIONAL: Mapping[str, tuple[tuple[str, str], ...]] = {
    "deal": (
        ("cap: 500", "most vouchers to be sold"),
        ("promo_expires: 6 months", "after the sale closes, or a date"),
    ),
    "platform": (("card_fee: 2.5%", "of the price"),),
    "business": (
        ("visits_per_week: 40 to 60", "ordinary visits, without the deal"),
        ("capacity_per_week: 90", "most visits a week that can be served"),
    ),
}
"""Lines that are written commented out, by section."""

_PLAIN = re.compile(r"\d+(\.\d+)?|\d{4}-\d{2}-\d{2}")
"""Numbers and dates stand without quotation marks."""

_TOP = ("jurisdiction", "currency", "starts")
_HINTS = {
    "jurisdiction": ("CA-ON", "what may expire where you are; dealsim explain shows it"),
    "currency": ("USD", "ISO 4217, such as CAD or GBP; from the jurisdiction if left out"),
    "starts": ("2025-01-01", "first day of the sale"),
}


def new_scenario(kind: str, answers: Mapping[str, object] | None = None, name: str = "") -> str:
    """A scenario file for a kind of business, as YAML text.

    `answers` are values by dotted path, written as given (`{"deal.price": "10"}`); the required
    ones that have no answer get an example. Raises `ScenarioError` for an unknown kind or path.
    """
    answers = dict(answers or {})
    refuse_unknown(kind, answers)
    title = "A deal" if kind == "none" else f"A {kind} deal"
    lines = [
        "# yaml-language-server: $schema=dealsim.schema.json",
        f"dealsim: {FORMAT}",
        f"name: {_scalar(answers.pop('name', None) or visible(name)[:LONGEST_PATH] or title)}",
        f"kind: {kind}  # presets: {', '.join(KINDS)}",
    ]
    lines += [_top(key, answers) for key in _TOP]
    for section in ("deal", "platform", "business"):
        lines += ["", f"{section}:", *_section(section, answers)]
    rest = nested(answers)
    return "\n".join(lines) + "\n" + (f"\n{yaml_text(rest)}" if rest else "")


def refuse_unknown(kind: str, answers: Mapping[str, object]) -> None:
    """Raise `ScenarioError` for an unknown kind, and for paths at which no value stands."""
    problems = []
    if kind not in KINDS:
        hint = kind_hint(kind) or f"known: {', '.join(KINDS)}"
        problems.append(Problem(f'unknown kind "{kind}"', hint, "kind"))
    for path in answers:
        shape = scenario_shape().at(split_path(path))
        if not shape.is_value or (shape.reader is None and path not in _READERLESS):
            problems.append(Problem("a scenario has no such value", None, path))
    if problems:
        raise ScenarioError(problems)


_READERLESS = ("platform.payout", "correlations")


def _top(key: str, answers: dict[str, object]) -> str:
    example, comment = _HINTS[key]
    if key in answers:
        return f"{key}: {_scalar(answers.pop(key))}"
    # a currency is stated, since amounts without one are doubtful
    mark = "" if key == "currency" and "jurisdiction" not in answers else "# "
    return f"{mark}{key}: {example}  # {comment}"


def _section(section: str, answers: dict[str, object]) -> list[str]:
    """The required values of a section, further answers, and what else it could say."""
    lines = []
    for path, (example, comment) in _EXAMPLES.items():
        if path.startswith(section + "."):
            value = _scalar(answers.pop(path)) if path in answers else example
            lines.append(_commented(f"  {path.split('.')[1]}: {value}", comment))
    comments = {text.split(":")[0]: comment for text, comment in _OPTIONAL[section]}
    for path in [path for path in answers if path.startswith(section + ".")]:
        if path.count(".") == 1:
            key = path.split(".")[1]
            line = f"  {key}: {_scalar(answers.pop(path))}"
            lines.append(_commented(line, comments[key]) if key in comments else line)
    stated = {line.split(":")[0].strip() for line in lines}
    for text, comment in _OPTIONAL[section]:
        if text.split(":")[0] not in stated:
            lines.append(_commented(f"  # {text}", comment))
    return lines


def _commented(line: str, comment: str) -> str:
    return f"{line:<32}  # {comment}"


def nested(answers: Mapping[str, object]) -> dict[str, object]:
    """Dotted paths as a mapping of mappings."""
    root: dict[str, object] = {}
    for path, value in answers.items():
        *above, last = split_path(path)
        section = root
        for step in above:
            section = section.setdefault(step, {})  # type: ignore[assignment]
        section[last] = value
    return root


def _scalar(value: object) -> str:
    """A value in one line of YAML; what a person typed as a number or a date stands as one."""
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    text = yaml_text({"v": value}, flow=True)
    return text.strip().removeprefix("{v:").removesuffix("}").strip()
