"""`dealsim new` at a real terminal: keys pressed, what the screen shows, what is written."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dealsim.scenario import load


def at_terminal(folder: Path, columns: int, *keys: bytes) -> tuple[int, str]:
    """Exit code and screen of `new asked.yaml` at a terminal where these keys are pressed."""
    import fcntl
    import pty
    import signal
    import struct
    import termios

    def at_its_terminal() -> None:
        # whoever started these tests in the background had Ctrl-C ignored, by their children too
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    job = subprocess.Popen(
        [sys.executable, "-m", "dealsim", "new", "asked.yaml"],
        cwd=folder, stdin=follower, stdout=follower, stderr=follower, start_new_session=True,
        preexec_fn=at_its_terminal,
        env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
    )  # fmt: skip
    os.close(follower)
    said = b""
    for key in keys:
        while not said.rstrip(b" ").endswith(b">"):
            said += read_in_time(leader)
        said += b"\n"
        os.write(leader, key)
    while chunk := read_in_time(leader, again=keys[-1]):
        said += chunk
        assert len(said) < 100_000, said[-500:]
    os.close(leader)
    return job.wait(timeout=60), said.decode()


def read_in_time(leader: int, again: bytes = b"") -> bytes:
    """What the terminal shows next, nothing at its end; a key that came before the line was read
    is pressed `again`."""
    import select

    for _ in range(30):
        if select.select([leader], [], [], 2)[0]:
            try:
                return os.read(leader, 65536)
            except OSError:
                return b""  # Linux's end of a terminal
        os.write(leader, again)
    raise AssertionError("nothing happens")


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are a POSIX thing")
class TestTerminal:
    ANSWERS = (b"cafe", b"US-IL", b"", b"20", b"abc", b"40", b"200-600", b"50", b"$4", b"",
               b"", b"35% to 45%", b"", b"n")  # fmt: skip

    def test_questions_are_asked_until_understood(self, tmp_path: Path) -> None:
        code, said = at_terminal(tmp_path, 40, *(answer + b"\n" for answer in self.ANSWERS))
        assert code == 0, said
        assert "Taken as the kind restaurant." in said
        assert '"abc" is not an amount of money' in said
        flat = " ".join(said.split())
        assert "Is a ticket of 40 meant? Press Enter to keep $4, or answer again." in flat
        assert "An answer is needed here, such as 40%." in flat
        assert max(map(len, said.partition("wrote")[0].splitlines())) <= 40
        scenario = load(tmp_path / "asked.yaml")
        assert (scenario.kind, scenario.jurisdiction) == ("restaurant", "US-federal")
        assert scenario.starts >= date.today()

    @pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
    def test_nothing_is_written_by_who_stops(self, tmp_path: Path, key: bytes) -> None:
        code, said = at_terminal(tmp_path, 80, b"cafe\n", key)
        assert code == 130 and "interrupted" in said and "Traceback" not in said
        assert not list(tmp_path.iterdir())

    def test_stopping_at_the_offer_to_run_keeps_the_file(self, tmp_path: Path) -> None:
        answers = [answer + b"\n" for answer in self.ANSWERS[:-1]]
        code, said = at_terminal(tmp_path, 80, *answers, b"\x04")
        assert code == 0 and "Run it now?" in said
        assert (tmp_path / "asked.yaml").exists()
