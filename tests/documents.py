"""README and docs as tests read them: fenced blocks, commands with their output, links."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from dealsim.cli import asking, main

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
FOR_MAINTAINERS = (ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md")

_FENCE = re.compile(r"^```(\w*)$")
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the comment in the line before it.

    `line` is that of the opening fence, from 1.
    """

    document: Path
    line: int
    language: str
    text: str
    marker: str

    @property
    def name(self) -> str:
        return f"{self.document.name}:{self.line}"

    @property
    def file(self) -> str | None:
        """The file that a marker `<!-- file: NAME -->` makes of the block."""
        found = re.fullmatch(r"<!-- file: (\S+).*-->", self.marker)
        return found[1] if found else None

    @property
    def typed(self) -> tuple[str, ...]:
        """What a marker `<!-- typed: ANSWER; ANSWER -->` says is typed at a terminal."""
        found = re.fullmatch(r"<!-- typed: (.*) -->", self.marker)
        return tuple(answer.strip() for answer in found[1].split(";")) if found else ()

    @property
    def is_mistaken(self) -> bool:
        """Whether the text is an example of what is wrong."""
        return "with mistakes" in self.marker


@dataclass(frozen=True)
class Command:
    """A line `$ dealsim ...`, the output quoted below it, and what is typed meanwhile."""

    text: str
    quoted: tuple[str, ...]
    typed: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """What the quoted output says that the command ends with."""
        if any(line.startswith("error:") for line in self.quoted):
            return 3
        return 4 if any("is not met" in line or "--fail-if" in line for line in self.quoted) else 0


def blocks(document: Path) -> list[Block]:
    """The fenced blocks of a document, in order."""
    lines = document.read_text(encoding="utf-8").splitlines()
    found: list[Block] = []
    opened: int | None = None
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence and opened is None:
            opened = number
        elif fence and opened is not None:
            language = lines[opened].removeprefix("```")
            before = lines[opened - 1] if opened else ""
            marker = before if before.startswith("<!--") else ""
            text = "\n".join(lines[opened + 1 : number]) + "\n"
            found.append(Block(document, opened + 1, language, text, marker))
            opened = None
    assert opened is None, f"{document.name}: a block is not closed"
    return found


def commands(block: Block) -> Iterator[Command]:
    """The commands of a `console` block with what is quoted of their output."""
    parts = re.split(r"^\$ (.*)\n", block.text, flags=re.MULTILINE)
    assert not parts[0], f"{block.name}: output before a command"
    for text, quoted in zip(parts[1::2], parts[2::2], strict=True):
        yield Command(
            text, tuple(quoted.splitlines()), block.typed if text.startswith("dealsim new") else ()
        )


@contextlib.contextmanager
def typing(answers: tuple[str, ...]) -> Iterator[None]:
    """With these answers typed at a terminal, if there are any; each is shown behind its prompt."""
    left = iter(answers)

    def line() -> str:
        answer = next(left)
        print(f"> {answer}")
        return answer

    with contextlib.ExitStack() as patches:
        if answers:
            patches.enter_context(patch.object(asking, "is_at_terminal", lambda: True))
            patches.enter_context(patch.object(asking, "_line", line))
        yield
    assert not list(left), "more is typed than asked"


def run(command: str, typed: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    """Exit code and lines of a `dealsim ...` command, as a pipe shows them, run in this process."""
    program, *arguments = shlex.split(command)
    assert program == "dealsim", command
    said = io.StringIO()
    shown = contextlib.redirect_stdout(said), contextlib.redirect_stderr(said)
    with shown[0], shown[1], typing(typed):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return code, [line.rstrip() for line in said.getvalue().splitlines()]


def agrees(quoted: tuple[str, ...], said: list[str]) -> bool:
    """Whether what was said is what is quoted; a line `...` stands for any lines, or none."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line.rstrip()) + r"\n" for line in quoted
    )
    text = "".join(line.replace("\\", "/") + "\n" for line in said)
    return re.fullmatch(pattern, text) is not None


def links(document: Path) -> Iterator[tuple[bool, str, str]]:
    """Links outside of code: whether it is a picture, its text, its target."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.M | re.S)
    for found in _LINK.finditer(re.sub(r"`[^`\n]*`", "", text)):
        yield found[1] == "!", found[2], found[3]


def anchors(document: Path) -> set[str]:
    """The headings of a document, as links to them are written."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {
        "".join("-" if a == " " else a for a in heading.lower() if a.isalnum() or a in " -_")
        for heading in headings
    }
