"""What ruamel.yaml complains of, in the words of somebody who never read the YAML standard."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from dealsim.errors import Problem
from dealsim.scenario.language.node import Place, Source

_BEGINNING = re.compile(r"while (scanning an? (block scalar|anchor|alias|directive)|.* a tag)")
"""Contexts in which a sign at the beginning of a value was taken for a mark of YAML's own."""


def syntax_problem(error: MarkedYAMLError, source: Source) -> Problem:
    """The problem that the parser's complaint comes to, where it stands."""
    mark = error.problem_mark or error.context_mark
    text = str(error.problem or error.context or "not YAML")
    context, opened = str(error.context), error.context_mark
    message, hint = explained(text)
    if opened is not None and _BEGINNING.match(context):
        mark = opened
        message, hint = _not_at_the_beginning(source.text[opened.index : opened.index + 1])
    elif opened is not None and "found unexpected end" in text:
        mark, message, hint = opened, "this quotation mark is never closed", None
    elif opened is not None and "could not find expected ':'" in text:
        mark = opened
    elif "flow" in context and ("node content" not in text or "stream end" in text):
        message, hint = _unclosed(source, opened.index if opened is not None else len(source.text))
    if mark is None:
        return Problem(message, hint, file=source.name)
    index = min(mark.index, max(len(source.text.rstrip()) - 1, 0))
    return Place(source, index).problem(message, hint)


def _unclosed(source: Source, index: int) -> tuple[str, str]:
    """Message and hint for a bracket opened at `index`, or for the last one before it."""
    opened = max(source.text.rfind(bracket, 0, index + 1) for bracket in "[{")
    closing = "}" if source.text[opened : opened + 1] == "{" else "]"
    line = source.position(max(opened, 0))[0]
    message = f'expected "," or "{closing}" for the bracket opened on line {line}'
    return message, f'close the bracket with "{closing}"'


def _not_at_the_beginning(sign: str) -> tuple[str, str]:
    return f'a value may not begin with "{sign}"', f'put it in quotation marks: "{sign}..."'


def explained(text: str) -> tuple[str, str | None]:
    """Message and hint for the parser's words."""
    indentation = "check the indentation"
    if "\\t" in text:
        return "a tab stands where spaces should", "indent with spaces only"
    if "cannot start any token" in text:
        return _not_at_the_beginning(text.split("'")[1])
    if any(part in text for part in ("URI", "tag handle", "expected '!'")):
        return "tags (!) are not understood", 'put text with a ! in quotation marks: "!..."'
    if "node content" in text:
        sign = text.split("'")[-2] if "'" in text else text[-1]
        return f'"{sign}" stands where a value should', "put text in quotation marks"
    if "mapping values are not allowed" in text:
        hint = f"{indentation}; text that contains a colon needs quotation marks"
        return 'a ":" stands where none can', hint
    if "entries are not allowed" in text or "keys are not allowed" in text:
        sign = "-" if "entries" in text else "?"
        return f'a "{sign}" stands where none can', indentation
    if "could not find expected ':'" in text:
        return "this line has no value", "write it as  key: value"
    if "expected <block end>" in text or "<document start>" in text:
        return "this line does not belong to what is above it", indentation
    if "unknown escape" in text:
        return text.replace("found ", ""), "use 'single' quotation marks for a text with \\"
    return f"not YAML: {text}", None
