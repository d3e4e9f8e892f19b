"""Reading YAML 1.2 into nodes that know their line and column.

ruamel.yaml scans and parses; the tree is composed here from its events. Its own composed nodes
would save the handling of anchors only: duplicate and merged keys, depth, the growth of aliases
and aliases of themselves would have to be looked for in a second walk, scalars resolved again
(`1_000`, `12:30` and dates are no text to it), and it takes a sixth longer before that walk.

Nothing is ever constructed from a tag. Scalars follow the core schema: `on`, `yes`, `1/3`,
`45%`, `1,000` and dates are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from dealsim.errors import Problem, ScenarioError
from dealsim.files import FileRefused, FileTooLarge, read_bytes
from dealsim.scenario.language.node import Node, Place, Scalar, Source
from dealsim.scenario.language.yamlsyntax import syntax_problem
from dealsim.text import shortened

FORMAT = 1
"""The scenario format this version reads and writes."""

Migration = Callable[[Node], Node]

MIGRATIONS: Mapping[int, Migration] = {}
"""From each older format to the next one: {1: from_1_to_2, ...}. None so far."""


MAX_BYTES = 2_000_000
MAX_NODES = 100_000
MAX_DEPTH = 40

_INT = re.compile(r"[-+]?[0-9]{1,300}")
_OCTAL = re.compile(r"0o[0-7]{1,300}")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    "true": True,
    "false": False,
    ".inf": float("inf"),
    "+.inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}


def read_text(path: Path, shown: str) -> str:
    """The text of a scenario file; raises `ScenarioError` where it cannot be one.

    The size is looked at before anything is read. A byte order mark is dropped.
    """
    try:
        data = read_bytes(path, MAX_BYTES)
    except FileTooLarge as error:
        size = f"{error.reason}, which is too large for a scenario"
        hint = "long lists of numbers belong in a data file: {values: f.csv}"
        raise _refused(shown, size, hint) from None
    except FileRefused as error:
        if error.reason == "is a folder":
            raise _refused(shown, "is a folder, not a scenario file") from None
        raise _refused(shown, error.reason, _REMEDIES.get(error.reason)) from None
    return _decode(data, shown)


_REMEDIES = {
    "is a pipe, not a file": "save what comes through it in a file first",
}


def _refused(shown: str, message: str, hint: str | None = None) -> ScenarioError:
    return ScenarioError([Problem(message, hint, file=shown)])


def _decode(data: bytes, shown: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _refused(shown, "is UTF-16 text", "save it as UTF-8")
    if b"\0" in data:
        raise _refused(shown, "is not a text file", "a scenario is a YAML file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        tail = data[error.start :].split(b"\n")[0].decode("cp1252", errors="replace")
        source = Source("file", shown, before + tail)
        byte = data[error.start]
        message = f"not UTF-8 text: byte 0x{byte:02x} cannot be read"
        raise ScenarioError(
            [Place(source, len(before)).problem(message, "save the file as UTF-8")]
        ) from None


def parse_yaml(source: Source) -> Node:
    """The tree of a YAML text; raises `ScenarioError` with the line where it is not one.

    An empty text is an empty mapping: what it lacks is then reported like any other lack.
    """
    if len(source.text) > MAX_BYTES:
        raise ScenarioError([Problem("the text is too long", file=source.name)])
    try:
        return _Composer(source).document()
    except ReaderError as error:
        code = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"the control character U+{code:04X} may not stand in a YAML file"
        problem = Place(source, error.position).problem(message, "delete it")
    except MarkedYAMLError as error:
        problem = syntax_problem(error, source)
    except YAMLError as error:
        problem = Problem(f"not YAML: {error}", file=source.name)
    raise ScenarioError([problem])


@dataclass
class _Composer:
    """Builds the tree from the parser's events, counting what aliases expand to."""

    source: Source
    nodes: int = 0
    anchors: dict[str, tuple[Node, int] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # One parser each: ruamel's YAML object keeps state between texts.
        self.events: Iterator[Any] = YAML(typ="safe", pure=True).parse(self.source.text)

    def document(self) -> Node:
        for event in self.events:
            if isinstance(event, StreamEndEvent):
                return Node({}, Place(self.source))
            if isinstance(event, DocumentStartEvent):
                break
        root = self.node(next(self.events), 0)
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                raise self.error(event, "a scenario file holds one document", "remove the ---")
        return Node({}, root.place) if root.value is None else root

    def error(self, event: Any, message: str, hint: str | None = None) -> ScenarioError:
        return ScenarioError([self.place(event).problem(message, hint)])

    def place(self, event: Any) -> Place:
        return Place(self.source, event.start_mark.index)

    def count(self, event: Any, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self.error(event, f"more than {MAX_NODES:,} values: too many for a scenario")

    def node(self, event: Any, depth: int) -> Node:
        if isinstance(event, AliasEvent):
            return self.alias(event)
        assert isinstance(event, NodeEvent)
        if getattr(event, "tag", None):
            raise self.error(event, "tags (!) are not understood", "remove the tag")
        if depth > MAX_DEPTH:
            raise self.error(event, f"nested more than {MAX_DEPTH} levels deep")
        before = self.nodes
        self.count(event, 1)
        if event.anchor:
            self.anchors[event.anchor] = None
        node = self.content(event, depth)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.nodes - before)
        return node

    def alias(self, event: AliasEvent) -> Node:
        name = str(event.anchor)
        if name not in self.anchors:
            hint = "it must be defined above with &" + name
            raise self.error(event, f"*{name} stands for nothing", hint)
        found = self.anchors[name]
        if found is None:
            raise self.error(event, f"*{name} contains itself")
        self.count(event, found[1])
        return found[0]

    def content(self, event: Any, depth: int) -> Node:
        place = self.place(event)
        if isinstance(event, ScalarEvent):
            plain, text = event.style in (None, ""), whole_characters(event.value)
            return Node(resolve_scalar(text) if plain else text, place, text=text)
        if isinstance(event, SequenceStartEvent):
            items = []
            while not isinstance(inner := next(self.events), SequenceEndEvent):
                items.append(self.node(inner, depth + 1))
            return Node(items, place)
        assert isinstance(event, MappingStartEvent)
        return Node(self.entries(depth), place)

    def entries(self, depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            if isinstance(event, AliasEvent) or not isinstance(event, ScalarEvent):
                raise self.error(event, "a key must be a plain word", "write it as  key: value")
            key, place = whole_characters(event.value), self.place(event)
            value = self.node(next(self.events), depth + 1)
            if value.value is None and not value.text:
                # Nothing is written: what can be pointed at is the key.
                value = replace(value, place=place)
            if key == "<<" and event.style in (None, ""):
                merged |= self.merged(event, value)
                continue
            if key in entries:
                raise self.twice(event, entries[key])
            entries[key] = replace(value, key=place)
        return merged | entries if merged else entries

    def twice(self, event: Any, first: Node) -> ScenarioError:
        key = event.value
        if is_comma_accident(key):
            return self.error(event, *comma_accident(key))
        line = self.source.position(first.key.index)[0] if first.key else 0
        message = f'"{key}" is given twice; it is already on line {line}'
        return self.error(event, message, "keep one of the two")

    def merged(self, event: Any, value: Node) -> dict[str, Node]:
        """The entries that `<<: *name` brings in; the mapping's own ones go before them."""
        entries: dict[str, Node] = {}
        for node in reversed(value.items if value.items is not None else [value]):
            if node.mapping is None:
                raise self.error(event, "<< takes a mapping", "<<: *name")
            entries |= node.mapping
        return entries


def whole_characters(text: str) -> str:
    r"""Text in which the two halves that JSON writes some characters in, \ud83d\ude00, are one."""
    if text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_comma_accident(key: str) -> bool:
    """Whether a key is what is left of a number such as 1,000 written inside { }."""
    return len(key) == 3 and key.isdecimal()


def comma_accident(key: str) -> tuple[str, str]:
    """Message and hint for such a key."""
    message = f"the comma in front of {key} ends a value: inside {{ }} it parts two keys"
    return message, "write thousands without a comma: 1000"


def resolve_scalar(text: str) -> Scalar:
    """The value of an unquoted scalar by the YAML 1.2 core schema."""
    lowered = text.lower()
    if lowered in _WORDS and text in (lowered, lowered.capitalize(), lowered.upper()):
        return _WORDS[lowered]
    if text in ("null", "Null", "NULL"):
        return None
    if _INT.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8)
    if _HEXADECIMAL.fullmatch(text):
        return int(text[2:], 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def migrate(
    tree: Node, current: int = FORMAT, migrations: Mapping[int, Migration] = MIGRATIONS
) -> tuple[Node, list[Problem]]:
    """The tree in the current format, and a warning where its `dealsim:` line is missing.

    Raises `ScenarioError` where the format is newer than this version, or none at all.
    """
    stated = tree.get("dealsim")
    if stated is None:
        problem = Problem(
            "the format version is missing",
            f"add the line  dealsim: {current}",
            "dealsim",
            tree.place.source.name,
        )
        return tree, [problem]
    version = stated.value
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        message = f"{shortened(stated.text or 'nothing')} is not a format version"
        raise ScenarioError([stated.place.problem(message, f"write {current}", "dealsim")])
    if version > current:
        message = f"format {version} needs a newer dealsim (this one reads format {current})"
        hint = "update it:  pip install --upgrade dealsim"
        raise ScenarioError([stated.place.problem(message, hint, "dealsim")])
    for older in range(version, current):
        tree = migrations[older](tree)
    return tree, []
