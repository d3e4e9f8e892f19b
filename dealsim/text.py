"""Text that others wrote, made safe to show: at a terminal, in a message, in a spreadsheet's cell.

File names, options, names in scenarios and cells of registers come from anywhere. A terminal obeys
control characters, a line break forges a message, a mark of writing direction turns a line round,
and a spreadsheet runs what begins like a formula.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_SHOWN = 60
"""Most characters of a value that a message repeats."""

LONGEST_PATH = 200
"""Most characters of a path that a message repeats: enough to open it from there."""

LONGEST_MESSAGE = 1_000
"""Most characters of a message in all."""

_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""Invisible, but part of how names are spelt in some scripts, and of some emoji."""

_FORMULA = "=+-@"
_SEPARATORS = re.compile(rf"([;|][\s\"'{_JOINERS}]*)(?=(\S))")
"""What may part cells where commas do not, up to the character that then begins a cell."""


def visible(text: str) -> str:
    """`text` on one line, with escapes (`\\x1b`) for all that is not shown as a character."""
    if text.isprintable():
        return text
    return "".join(c if _is_shown(c) else repr(c)[1:-1] for c in text)


def visible_lines(text: str) -> str:
    """The same for text of ours that has lines: they stay, nothing else that is not shown does."""
    return "\n".join(visible(line) for line in text.split("\n"))


def shortened(text: str, limit: int = LONGEST_SHOWN) -> str:
    """`text`, visible, of at most `limit` characters and three points."""
    shown = visible(text[: limit + 1])
    return shown if len(text) <= limit and len(shown) <= limit else shown[:limit] + "..."


def shown_path(path: object) -> str:
    """A path in a message: visible, the middle left out of one too long to be real."""
    text = visible(str(path))
    half = LONGEST_PATH // 2
    return text if len(text) <= LONGEST_PATH else f"{text[:half]}...{text[-half:]}"


def plain_text(text: str) -> str:
    """`text` for a cell of a CSV file: an apostrophe keeps a spreadsheet from reading it as a
    formula, also where it takes semicolons for the ends of cells.

    Full-width signs count as signs, as they do in a spreadsheet set to Japanese or Chinese.
    """
    line = " ".join("".join(c if _is_shown(c) else _blank(c) for c in text).split())
    line = line.lstrip(_JOINERS)
    line = _SEPARATORS.sub(lambda found: found[1] + _guard(found[2]), line)
    return _guard(line) + line


def _guard(text: str) -> str:
    """The apostrophe, where `text` begins like a formula."""
    first = unicodedata.normalize("NFKC", text[:1])
    return "'" if first and first in _FORMULA else ""


def _is_shown(letter: str) -> bool:
    return letter.isprintable() or letter in _JOINERS or unicodedata.category(letter) == "Zs"


def _blank(letter: str) -> str:
    """What stands for a character that is not shown: nothing for what has no width of its own."""
    return " " if letter.isspace() or unicodedata.category(letter) == "Cc" else ""
