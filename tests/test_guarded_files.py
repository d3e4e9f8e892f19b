"""What a path may name, and what text may hold: nothing hangs, nothing is obeyed, no traceback."""

from __future__ import annotations

import copy
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dealsim
from dealsim.errors import DealsimError, Problem, ScenarioError
from dealsim.files import FileRefused, identity, opened, read_bytes
from dealsim.records import read_register
from dealsim.scenario import check
from dealsim.text import plain_text, shown_path, visible

SCENARIO = """dealsim: 1
currency: USD
kind: none
deal: {price: 20, face_value: 40, demand: 200 to 300, promo_expires: 6 months}
platform: {commission: 50%}
business: {usual_ticket: 60, variable_cost: 40%}
"""


def pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe")
    return str(folder / "pipe")


def link_loop(folder: Path) -> str:
    (folder / "loop").symlink_to("loop")
    return str(folder / "loop")


def dangling(folder: Path) -> str:
    (folder / "dangling").symlink_to("nowhere")
    return str(folder / "dangling")


def unix_socket(folder: Path) -> str:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "s"))
    return str(folder / "s")


REFUSED: dict[str, Callable[[Path], str]] = {
    "is a pipe": pipe,
    "is a link that leads in a circle": link_loop,
    "no such file": dangling,
    "is a device": lambda folder: "/dev/zero",
    "is a device, not": unix_socket,
    "is a folder": str,
    "has a name that no file can have": lambda folder: f"{folder}/a\0b",
    "has a name that is too long": lambda folder: f"{folder}/{'x' * 300}",
}


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices are POSIX things")
@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_no_file_is_refused_at_once_by_every_way_in(reason: str, tmp_path: Path) -> None:
    path = REFUSED[reason](tmp_path)
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    deal = dealsim.load(scenario)
    said: list[str] = []

    def look() -> None:
        for way_in in (read_bytes, lambda path, _: identity(path)):
            try:
                way_in(path, 100)
            except FileRefused as error:
                said.append(error.reason)
        said.append(check(path)[1][0].text())
        for override in ({"deal.demand": {"values": path}}, {"deal.cap": {"values": path}}):
            said.append(check(scenario, override)[1][0].text())
        try:
            read_register(path, deal.starts, deal)
        except ScenarioError as error:
            said.append(str(error))
        quoted = path.replace("\0", "\\0")
        (tmp_path / "over.yaml").write_text(f'dealsim: 1\nextends: "{quoted}"\n', encoding="utf-8")
        said.append(check(tmp_path / "over.yaml")[1][0].text())

    watched = threading.Thread(target=look, daemon=True)
    watched.start()
    watched.join(20)
    assert not watched.is_alive(), "it waits for somebody to write"
    # a folder and a socket have an identity
    assert len(said) >= 6
    reasons = (reason, "there is no file")
    assert all(any(words in one for words in reasons) for one in said), said


def test_a_file_that_is_one_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"content")
    (tmp_path / "b").symlink_to("a")
    assert read_bytes(tmp_path / "b", 7) == b"content"
    assert identity(file) == identity(tmp_path / "b")
    with pytest.raises(FileRefused, match="larger than"):
        read_bytes(file, 6)


def test_what_fails_inside_the_door_is_not_taken_for_a_name(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(ValueError, match="mine"), opened(tmp_path / "a"):
        raise ValueError("mine")


# --- what others wrote -----------------------------------------------------------------------

SECRET = "hunter2"
FOREIGN = {
    "passwd": f"root:{SECRET}:0:0:root:/root:/bin/bash\n",
    "config": f"database: {{password: {SECRET}}}\nuser: web\n",
    "broken": f"{SECRET}: [\n",
    "binary": f"{SECRET} \xe9\n",
    "numbers": f"{SECRET}\n{SECRET}\n12\n",
    "list": f"- {SECRET}\n",
    "json": f'{{"password": "{SECRET}"}}',
}


@pytest.mark.parametrize("name", FOREIGN)
def test_nothing_of_a_file_of_someone_else_is_repeated(name: str, tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(FOREIGN[name].encode("latin-1"))
    over = tmp_path / "over.yaml"
    over.write_text("dealsim: 1\nextends: theirs\n", encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(SCENARIO.replace("200 to 300", "{values: theirs}"), encoding="utf-8")
    deal = dealsim.load(mine, {"deal.demand": 100})
    said = [problem.text() for file in (over, mine) for problem in check(file)[1]]
    with pytest.raises(ScenarioError) as caught:
        read_register(tmp_path / "theirs", deal.starts, deal)
    said.append(str(caught.value))
    assert all("theirs" in one for one in said)
    assert SECRET not in "".join(said)


def test_a_scenario_without_the_format_is_still_extended(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(SCENARIO.partition("\n")[2], encoding="utf-8")
    (tmp_path / "base.json").write_text('{"dealsim": 1, "name": "x"}', encoding="utf-8")
    over = tmp_path / "over.yaml"
    for base, errors in (("base.yaml", 0), ("base.json", 6)):
        over.write_text(f"dealsim: 1\nextends: {base}\n", encoding="utf-8")
        assert len(check(over)[1]) == errors


# --- text that others wrote ------------------------------------------------------------------

RAW = "\x1b[31m\r\n\x07\u202e\x9b\u2028\x00"


def test_nothing_raw_reaches_a_terminal() -> None:
    problem = Problem(f"m{RAW}", f"h{RAW}", f"p{RAW}", f"f{RAW}", 1, 1, f"q{RAW}")
    lines = problem.text().split("\n")
    assert len(lines) == 4 and all(line.isprintable() for line in lines)
    assert f"p{RAW}" not in Problem("m", path=f"p{RAW}").text()
    assert all(line.isprintable() for line in str(DealsimError(RAW)).split("\n"))
    assert str(ScenarioError([problem])) == problem.text()


@given(st.text())
def test_what_is_visible_stays_and_the_rest_is_escaped(text: str) -> None:
    shown = visible(text)
    assert not any(c in shown for c in "\n\r\t\x1b\u202e\u2028")
    assert visible(shown) == shown
    if text.isprintable():
        assert shown == text


def test_a_name_in_another_script_is_left_alone() -> None:
    for name in ("crème brûlée", "寿司屋", "می\u200cخواهم", "👩\u200d🍳", "10\u202f000\xa0€"):
        assert visible(name) == name


def test_a_long_path_keeps_its_ends() -> None:
    shown = shown_path("/home/" + "x" * 5000 + "/deal.yaml")
    assert len(shown) < 210 and shown.startswith("/home/") and shown.endswith("/deal.yaml")


WHOLE = {
    "dealsim": 1, "name": "x", "currency": "USD", "kind": "none", "starts": "2011-01-01",
    "jurisdiction": "CA-ON", "horizon": "24 months", "discount_rate": "8%",
    "deal": {"price": 20, "face_value": 40, "demand": "200 to 300", "promo_expires": "6 months"},
    "platform": {"commission": "50%", "payout": [{"after": "5 days", "share": "100%"}]},
    "business": {"usual_ticket": 60, "variable_cost": "40%"},
    "customers": {"all": {"share": "100%", "returns": {"chance": "2%", "visits": 2}}},
    "accounting": {"breakage": "none", "accounts": {"bank": "1000 Bank"}},
    "correlations": [["deal.demand", "deal.price", 0.2]],
    "expect": {"P(loss)": {"at_most": "95%"}},
    "run": {"trials": 100, "seed": 1},
}  # fmt: skip
"""A scenario with something of every kind, as plain data."""


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in plain data where something else could stand, keys to be added among them."""
    if path:
        yield path
    if isinstance(value, dict):
        yield (*path, "new key")
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


@pytest.mark.parametrize(
    "junk", ["x" * 5000, "9" * 5000, "a b, " * 999, "\u202e" * 999, "1.x" * 900]
)
def test_no_message_repeats_a_long_value_whole(junk: str, tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    for path in places(WHOLE):
        changed = copy.deepcopy(WHOLE)
        at: Any = changed
        for step in path[:-1]:
            at = at[step]
        at[junk if path[-1] == "new key" else path[-1]] = junk
        file.write_text(json.dumps(changed), encoding="utf-8")
        for problem in check(file)[1]:
            assert max(map(len, (problem.message, problem.hint or ""))) < 420, path
            assert all(line.isprintable() for line in problem.text().split("\n"))
            assert max(map(len, problem.text().split("\n"))) < 500


# --- cells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("\t\r\n =1", "'=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠SUM(1)", "'＠SUM(1)"),
        ("\N{SMALL EQUALS SIGN}1", "'\N{SMALL EQUALS SIGN}1"),
        ("\ufeff=1", "'=1"),
        ("\u200b\u202e=1", "'=1"),
        ("\u200d=1", "'=1"),
        ("a;=1", "a;'=1"),
        ('a;"=1', "a;\"'=1"),
        ("a; ; ＝1|@x", "a; ; '＝1|'@x"),
        ("a\n=1", "a =1"),
        ("a\t+1", "a +1"),
        ("cut, -50 %", "cut, -50 %"),
        ("Joe's = good", "Joe's = good"),
        ("寿司屋", "寿司屋"),
    ],
)
def test_a_cell_is_never_a_formula(text: str, cell: str) -> None:
    assert plain_text(text) == cell


@given(st.text(alphabet="=+-@＝＋－＠;|,\t\n\r \"'\ufeff\u200b\u200da"))
def test_no_cell_begins_like_a_formula_whatever_parts_them(text: str) -> None:
    first, *others = plain_text(text).replace("|", ";").split(";")
    for part in (first, *(other.strip(' "\u200d\u200c') for other in others)):
        assert part[:1] not in set("=+-@＝＋－＠")
