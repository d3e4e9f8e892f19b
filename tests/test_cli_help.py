"""The help of the command line: complete, with units and defaults, and narrow enough to read."""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import dealsim.cli
from dealsim.cli import main
from dealsim.cli.app import COMMANDS, cli

WIDEST = 100


def help_text(*command: str) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    return said.getvalue()


def command_named(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def options() -> Iterator[tuple[str, click.Option]]:
    for name in COMMANDS:
        for parameter in command_named(name).params:
            if isinstance(parameter, click.Option):
                yield name, parameter


OPTIONS = list(options())
IDS = [f"{command} {option.opts[0]}" for command, option in OPTIONS]


def test_help_lists_what_exists() -> None:
    """The group's list is of the modules that define a command of their own name."""
    folder = Path(dealsim.cli.__file__).parent
    defined = {
        file.stem
        for file in folder.glob("*.py")
        if f"\ndef {file.stem}(" in file.read_text(encoding="utf-8")
    }
    assert set(COMMANDS) == defined
    listed = help_text().partition("Commands:\n")[2]
    for name, text in COMMANDS.items():
        assert f"  {name} " in listed
        assert text in " ".join(listed.split())


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=str)
def test_help_fits(command: tuple[str, ...], width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert shutil.get_terminal_size().columns == width
    lines = help_text(*command).splitlines()
    assert max(len(line) for line in lines) <= WIDEST
    assert not any(line != line.rstrip() for line in lines)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_begins_with_what_the_command_does(name: str) -> None:
    usage, _, rest = help_text(name).partition("\n\n")
    assert usage.startswith("Usage: ") and f" {name} " in f"{usage} "
    first = rest.strip().partition(".")[0]
    assert first[0].isupper() and len(first.split()) > 3


def test_there_are_options() -> None:
    assert len(OPTIONS) > 20


@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=IDS)
def test_option_is_explained(command: str, option: click.Option) -> None:
    shown = " ".join(help_text(command).split())
    assert option.opts[0] in shown
    assert option.help and option.help.endswith(".")
    assert option.help[0].isupper()


@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=IDS)
def test_option_tells_unit_and_default(command: str, option: click.Option) -> None:
    """What takes a value says of what (its metavar or choices), and its default or an example."""
    if option.is_flag:
        return
    assert option.metavar or isinstance(option.type, click.Choice), (command, option.name)
    assert option.help is not None
    text = option.help
    assert "default: " in text or "e.g. " in text, (command, option.name)
    if option.multiple:
        assert "repeatable" in text


@pytest.mark.parametrize("name", ["check", "explain", "run", "schema", "new"])
def test_help_does_not_load_what_it_does_not_need(name: str) -> None:
    """Looking at help is not a run: no scipy and no matplotlib at the commands' import."""
    import subprocess
    import sys

    code = (
        "import sys\n"
        "from dealsim.cli import main\n"
        f"try:\n    main(['{name}', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "print([m for m in ('matplotlib', 'scipy.stats', 'pandas') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
