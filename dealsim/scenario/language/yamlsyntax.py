"""What ruamel.yaml complains of, in the words of somebody who never read the YAML standard."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from dealsim.errors import Problem
from dealsim.scenario.language.node import Place, Source

_BEGINNING = re.compile(r"while (scanning an? (block scalar|anchor|alias|directive)|.* a tag)")
"""Contexts in which a sign at the beginning of a value was taken for a mark of YAML's own."""


_UNSPACED = re.compile(r"(?P<indent>\s*(?:- +)?)(?P<key>[A-Za-z_]\w*):(?P<value>[^\s/:].*)")
"""A line whose colon is part of a word, for want of a space: `price:15`."""

_QUOTED = re.compile(r"""[:,{\[-]\s+(?P<mark>['"])(?P<text>[^'"]*)(?P=mark)(?=[^\s,}\]#:'"])""")
"""A quoted text with something right behind it: `'Joe's deal'`."""


def unspaced_colon(text: str) -> tuple[str, str] | None:
    """Message and hint for `price:15`; None for a text that is no such thing."""
    found = _UNSPACED.fullmatch(text)
    if found is None:
        return None
    key, value = found["key"], re.split(r"\s+[A-Za-z_]\w*:", found["value"])[0][:40]
    shown = f"{value[0]}..." if value[0] in "{[" else value
    return f"a space is missing after the colon of {key}", f"write  {key}: {shown}"


def _in_words(source: Source, index: int) -> Problem | None:
    """What is really wrong where the parser stumbled at `index`, if the text shows it."""
    line = source.position(index)[0]
    quote = source.quote(line) or ""
    start = index - source.position(index)[1] + 1
    cut = _QUOTED.search(quote)
    if cut is not None:
        before = cut["text"].strip()[-20:]
        whole = quote[cut.start("text") :].rstrip().rstrip(cut["mark"])
        other = "'" if cut["mark"] == '"' else '"'
        return Place(source, start + cut.end()).problem(
            f"the {cut['mark']} after {before} ends the text, and more follows it",
            f"put the whole in the other quotation marks: {other}{whole}{other}",
        )
    if not _UNSPACED.fullmatch(quote):
        line -= 1
    # lines without a value are one text to YAML: the first of them is at fault
    while line > 1 and _UNSPACED.fullmatch(source.quote(line - 1) or ""):
        line -= 1
    found = _UNSPACED.fullmatch(source.quote(line) or "")
    unspaced = unspaced_colon(found[0]) if found is not None else None
    if found is None or unspaced is None:
        return None
    return Place(source, source.start(line) + found.start("key")).problem(*unspaced)


def syntax_problem(error: MarkedYAMLError, source: Source) -> Problem:
    """The problem that the parser's complaint comes to, where it stands."""
    mark = error.problem_mark or error.context_mark
    if mark is not None and (found := _in_words(source, mark.index)) is not None:
        return found
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
