"""The scenario language as a page of Markdown, read off the models: `docs/scenario.md`.

Every section, key, what it takes, its default and its meaning come from the annotations and the
docstrings that reading, the JSON Schema and `explain` use as well, so the page cannot disagree
with the program. The sentences here are only those that no single key could carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from dealsim.scenario.language.node import Shape
from dealsim.scenario.model.expectations import METRICS
from dealsim.scenario.model.fields import (
    Bound,
    CalendarDate,
    CalendarTime,
    Portion,
    Quantity,
    Whole,
    Word,
    YesNo,
)
from dealsim.scenario.model.shape import scenario_shape
from dealsim.scenario.presets.jurisdictions import jurisdictions

FORMS: tuple[tuple[str, str], ...] = (
    ("40", "exactly 40"),
    ("45%", "a share, or any other number, in per cent: 0.45"),
    ("1/3", "a fraction, exactly"),
    ("$10", "money; also `£10`, `€10`, `CAD 10`: the sign must agree with `currency`"),
    ('"1,000"', "a thousand; without the quotes a comma ends the value inside { }"),
    ("300 to 900", "somewhere from 300 to 900 in nine cases out of ten; rarely beyond"),
    ("300-900", "the same; `300\u2013900` too"),
    ("0 to 50", "an end at the key's own limit (here 0): anywhere between, evenly, never beyond"),
    ("{low: 2, likely: 3, high: 8}", "from 2 to 8, most likely near 3 (PERT)"),
    ("{p10: 20, p90: 60}", "one in ten below 20, one in ten above 60; any two percentiles"),
    ("{mean: 40, sd: 10}", "a mean and a standard deviation, in the family that fits the key"),
    ("{dist: uniform, low: 2, high: 8}", "anywhere from 2 to 8, evenly"),
    ("{dist: triangular, low: 2, likely: 3, high: 8}", "triangular"),
    ("{dist: normal, mean: 400, sd: 20}", "normal; refused where it would pass the key's limits"),
    ("{dist: lognormal, mean: 40, sd: 10}", "lognormal: above 0, with a long right tail"),
    ("{dist: beta, a: 8, b: 2}", "beta, for shares: mean a / (a + b)"),
    ("{dist: gamma, mean: 40, cv: 0.5}", "gamma; cv is the standard deviation over the mean"),
    ("{choices: {200: 70%, 900: 30%}}", "one of these values, with these chances"),
    ("{values: past.csv}", "one of the values in a file beside the scenario, each as likely"),
    ('{value: 21.7%, source: "my till"}', "any of these with a note on where it comes from"),
)
"""A way to write a number, and what it means; the reader of numbers takes each of them."""

REQUIRED = "**required**"
DEFAULTS = {"dealsim": "1, with a warning"}
"""What no docstring says of a key that may be left out."""

OWN_TIMING_OF = "customers.NAME."
OWN_TIMING = OWN_TIMING_OF + "redemption"
"""The section of a segment whose keys, left out, are those of the section of the same name."""


@cache
def texts() -> Mapping[str, str]:
    """What no single key could carry, by the heading it stands under; the introduction under
    none."""
    page = Path(__file__).with_name("texts.md").read_text(encoding="utf-8")
    introduction, *parts = re.split(r"^## (.*)\n\n", page, flags=re.MULTILINE)
    return {"": introduction, **dict(zip(parts[::2], parts[1::2], strict=True))}


def reference() -> str:
    """The page, in Markdown with LF line ends."""
    parts = [texts()[""], *_numbers(), *_sections(), *_rest()]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _numbers() -> Iterator[str]:
    heading = "How a number may be written"
    yield f"## {heading}"
    yield texts()[heading]
    yield _table(("written", "means"), [(f"`{form}`", text) for form, text in FORMS])
    yield texts()["after the numbers"]


def _sections() -> Iterator[str]:
    for path, shape in _walk("", scenario_shape()):
        heading = path or "The file"
        yield f"## {heading}"
        if path == "alternatives.NAME.returns":
            yield "As [customers.NAME.returns](#customersnamereturns)."
            continue
        section = shape.model if path and not shape.whole else None
        if section is not None and section.__doc__:
            yield " ".join(section.__doc__.split("\n\n")[0].split())
        if heading in texts():
            yield texts()[heading]
        if shape.fields and not shape.whole:
            yield _keys(path, shape)
        if path == "platform.payout":
            yield _payout(path, shape)
        if path == "expect.RESULT":
            yield "Metrics: " + ", ".join(f"`{name}`" for name in METRICS) + "."


def _walk(path: str, shape: Shape) -> Iterator[tuple[str, Shape]]:
    """Every section, and what only a note describes, in the order of the file."""
    if shape.item is not None:
        name = "RESULT" if path == "expect" else "NAME"
        if not shape.item.is_value:
            yield from _walk(f"{path}.{name}", shape.item)
        return
    if not shape.is_value or path in texts():
        yield path, shape
    for key, child in shape.fields.items() if not shape.whole else ():
        yield from _walk(f"{path}.{key}" if path else key, child)


def _keys(path: str, shape: Shape) -> str:
    rows = []
    for key, child in shape.fields.items():
        whole = f"{path}.{key}" if path else key
        meaning, default = _split(child.description)
        takes, uncertain = _takes(child, whole)
        if whole in DEFAULTS:
            default = DEFAULTS[whole]
        elif not default and path.startswith(OWN_TIMING):
            default = f"as in `{path.removeprefix(OWN_TIMING_OF)}`"
        elif not default and child.required and not takes.startswith("["):
            default = REQUIRED
        rows.append((f"`{key}`", takes, uncertain, default, meaning))
    return _table(("key", "takes", "may be a range", "default", "what it is"), rows)


def _split(text: str) -> tuple[str, str]:
    """A description as what it says and the default it ends with."""
    meaning, _, default = text.partition("Default: ")
    meaning, required, _ = meaning.partition(" Required.")
    found = default.rstrip(".") or (REQUIRED if required else "")
    return meaning.strip(), found


def _takes(shape: Shape, path: str) -> tuple[str, str]:
    """What may stand at a key, and whether it may be uncertain."""
    if path == "platform.payout":
        return "[list or section](#platformpayout)", ""
    if path in ("correlations", "campaigns"):
        return f"[list](#{path})", ""
    if shape.item is not None and not shape.item.is_value:
        inner = f"{path}.{'RESULT' if path == 'expect' else 'NAME'}"
        return f"[names]({_anchor(inner)})", ""
    if shape.item is not None:
        return "names, each with a text", ""
    if path == "platform.payout.on_redemption":
        return "section", ""
    if shape.fields:
        return f"[section]({_anchor(path)})", ""
    return _value(shape.reader), "yes" if isinstance(shape.reader, Quantity) else ""


def _value(reader: object) -> str:
    if isinstance(reader, Quantity):
        kind, limits = reader.field.kind, reader.field.limits()
        names = {"share": "share", "money": "money", "duration": "mean time"}
        name = names.get(kind, reader.unit or "number")
        words = "".join(f", or `{word}`" for word in reader.words)
        return f"{name}, {limits}{words}" if limits else f"{name}{words}"
    if isinstance(reader, CalendarTime):
        extra = ", also `from year end`" if reader.year_end else ""
        extra += (", or a date" if reader.dates else "") + (", or `never`" if reader.never else "")
        return f"calendar time{extra}"
    if isinstance(reader, Word):
        *others, last = (f"`{word}`" for word in reader.words)
        return f"{', '.join(others)} or {last}"
    if isinstance(reader, Whole):
        return f"whole number, {reader.low} or more"
    plain = {
        CalendarDate: "date, `2011-03-01`",
        Portion: "exact share, `1/3`",
        Bound: "one number",
        YesNo: "`yes` or `no`",
    }
    return next((text for kind, text in plain.items() if isinstance(reader, kind)), "text")


def _payout(path: str, shape: Shape) -> str:
    assert shape.element is not None
    forms = (
        ("Each instalment:", path, shape.element),
        ("The other form:", path, shape),
        ("Under `on_redemption`:", f"{path}.on_redemption", shape.fields["on_redemption"]),
    )
    return "\n".join(f"{heading}\n\n{_keys(at, keys)}" for heading, at, keys in forms)


def _rest() -> Iterator[str]:
    for heading in ("extends", "Jurisdictions"):
        yield f"## {heading}"
        yield texts()[heading]
    rows = [(f"`{code}`", found.name) for code, found in jurisdictions().items()]
    yield _table(("code", "where"), rows)


def _anchor(heading: str) -> str:
    """The link to a heading, as web pages of Markdown make it."""
    return "#" + "".join(
        "-" if letter == " " else letter
        for letter in heading.lower()
        if letter.isalnum() or letter in " -_"
    )


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    used = [place for place in range(len(heading)) if any(row[place] for row in rows)]
    lines = [[heading[place] for place in used], ["---"] * len(used)]
    lines += [[row[place].replace("|", "\\|") for place in used] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
