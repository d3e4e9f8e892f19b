"""The file that another one extends: which it is, and whether it is a scenario at all.

Nothing of a file that is no scenario is repeated in a message: it may be anyone's.
"""

from __future__ import annotations

import re
from pathlib import Path

from dealsim.errors import ScenarioError
from dealsim.files import FileRefused, identity
from dealsim.scenario.language.node import Node, Shape
from dealsim.scenario.language.yamlfile import FORMAT, read_text
from dealsim.text import shown_path
from dealsim.units import quoted

Identity = tuple[int, int]
"""What tells a file from every other, whatever it is called."""

_KEY = re.compile(r"""(?:^|[{,])\s*["']?([A-Za-z_]\w*)["']?\s*:(?=\s|$)""", re.MULTILINE)
_KEY_OF_BLOCK = re.compile(r"""^["']?([A-Za-z_]\w*)["']?\s*:(?=\s|$)""", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(#.*)?$", re.MULTILINE)


def identity_of(path: Path, target: Node) -> Identity:
    """Which file it is that the node `target` names; raises `ScenarioError` where there is none."""
    try:
        return identity(path)
    except FileRefused as error:
        message = f"extends: {shown_path(path)} {error.reason}"
        if error.is_missing:
            home = shown_path(target.place.source.name)
            name = quoted(str(target.value).strip())
            message = f"extends: there is no file {name} in the folder of {home}"
        hint = "the name is relative to the file it stands in"
        raise ScenarioError([target.place.problem(message, hint, "extends")]) from None


def extended_text(path: Path, target: Node, shape: Shape) -> str:
    """The text of the file that `target` names; raises `ScenarioError` where it is no scenario."""
    try:
        text = read_text(path, str(path))
    except ScenarioError as error:
        found = (f"extends: {shown_path(path)} {one.message}" for one in error.problems)
        raise ScenarioError(target.place.problem(text, None, "extends") for text in found) from None
    if not looks_like_scenario(text, shape):
        message = f"extends: {shown_path(path)} is not a scenario"
        hint = f"a scenario has the line  dealsim: {FORMAT}"
        raise ScenarioError([target.place.problem(message, hint, "extends")])
    return text


def looks_like_scenario(text: str, shape: Shape) -> bool:
    """Whether a text says that it is a scenario, or has mostly the keys of one, or nothing yet."""
    if not _COMMENT.sub("", text).strip():
        return True
    found = (_KEY if text.lstrip().startswith("{") else _KEY_OF_BLOCK).findall(text)
    known = {"dealsim", "extends", *shape.fields}
    return "dealsim" in found or 2 * sum(key in known for key in found) > len(found)
