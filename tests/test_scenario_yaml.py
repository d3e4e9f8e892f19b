"""Reading YAML: the core schema, positions, and texts that are not what they claim to be."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from dealsim.errors import ScenarioError
from dealsim.scenario import check
from dealsim.scenario.language.node import Node, Source, from_plain
from dealsim.scenario.language.yamlfile import MAX_BYTES, MAX_NODES, parse_yaml
from dealsim.scenario.language.yamlsyntax import explained
from tests.scenario_texts import SHORT


def parsed(text: str) -> Node:
    return parse_yaml(Source("file", "s.yaml", text))


def refused(text: str) -> str:
    with pytest.raises(ScenarioError) as error:
        parsed(text)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000", "1,000"),
        ("1_000", "1_000"),
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("No", "No"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("2011-03-01", "2011-03-01"),
        ("12:30", "12:30"),
        ("1/3", "1/3"),
        ("45%", "45%"),
        ("$10", "$10"),
        ("300 to 900", "300 to 900"),
        ("0o17", 15),
        ("017", 17),
        ("0x1F", 31),
        ("+3", 3),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("'45'", "45"),
        ('"a: b"', "a: b"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    assert parsed(f"key: {text}").plain() == {"key": value}


def test_numbers_beyond_all_reason_are_not_read_digit_by_digit() -> None:
    assert parsed("a: " + "9" * 5000).plain() == {"a": float("inf")}
    assert parsed("a: 0x" + "f" * 5000).plain() == {"a": "0x" + "f" * 5000}


def test_positions_of_keys_and_values() -> None:
    tree = parsed("a: 1\nbé: {c: [x, 2]}\n")
    node = tree.get("bé", "c", 1)
    assert node is not None
    assert node.place.problem("m").where() == "s.yaml:2:13"
    inner = tree.get("bé", "c")
    assert inner is not None and inner.key is not None
    assert inner.key.problem("m").where() == "s.yaml:2:6"
    assert tree.nearest("bé", "d", 3).place.problem("m").where() == "s.yaml:2:5"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines(end: str) -> None:
    tree = parsed(end.join(["a: 1", "b:", "  c: 2", ""]))
    node = tree.get("b", "c")
    assert node is not None
    problem = node.place.problem("m")
    assert (problem.line, problem.column, problem.quote) == (3, 6, "  c: 2")


def test_characters_that_some_call_line_ends_are_not() -> None:
    problem = parsed("a: x\u2028y\nb: 2\n").nearest("b").place.problem("m")
    assert (problem.line, problem.quote) == (2, "b: 2")


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    text = SHORT + "kind: services\n"
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    scenario, errors, warnings = check(file)
    assert (errors, warnings) == ((), ())
    assert scenario is not None and scenario.provenance["deal.price"].column == 8


def test_anchors_and_merges() -> None:
    tree = parsed("a: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, c: 3}\nf: {<<: [{b: 5}, *x]}\n")
    assert tree.plain() == {
        "a": {"b": 1, "c": 2},
        "d": {"b": 1, "c": 2},
        "e": {"b": 1, "c": 3},
        "f": {"b": 5, "c": 2},
    }


def test_a_quoted_merge_key_is_a_key() -> None:
    assert parsed('{"<<": 1}').plain() == {"<<": 1}


def test_billion_laughs_are_refused_at_once() -> None:
    lines = ["a: &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]"]
    for last, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{','.join(['*' + last] * 9)}]")
    started = time.process_time()
    assert f"more than {MAX_NODES:,} values: too many for a scenario" in refused("\n".join(lines))
    assert time.process_time() - started < 10


def test_deep_nesting_is_refused_at_once() -> None:
    started = time.process_time()
    assert "nested more than" in refused("[" * 20_000)
    assert "nested more than" in refused("".join(" " * i + "a:\n" for i in range(200)))
    assert time.process_time() - started < 10


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as stream:
        stream.truncate(100 * MAX_BYTES)
    started = time.process_time()
    _, errors, _ = check(file)
    assert time.process_time() - started < 10
    assert "2 MB, which is too large for a scenario" in errors[0].message
    assert errors[0].hint == "long lists of numbers belong in a data file: {values: f.csv}"
    assert refused("a" * (MAX_BYTES + 1)).endswith("the text is too long")


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"\x00\x01\x02", "is not a text file", "a scenario is a YAML file"),
        ("name: x".encode("utf-16"), "is UTF-16 text", "save it as UTF-8"),
        (
            b"dealsim: 1\nname: Caf\xe9\n",
            "not UTF-8 text: byte 0xe9 cannot be read",
            "save the file as UTF-8",
        ),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, data: bytes, message: str, hint: str) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(data)
    scenario, (problem,), _ = check(file)
    assert scenario is None
    assert (problem.message, problem.hint, problem.file) == (message, hint, str(file))
    if problem.line is not None:
        assert (problem.line, problem.column, problem.quote) == (2, 10, "name: Caf\u00e9")


def test_no_file_and_no_file_but_a_folder(tmp_path: Path) -> None:
    assert check(tmp_path / "none.yaml")[1][0].message == "no such file"
    assert check(tmp_path)[1][0].message == "is a folder, not a scenario file"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "s.yaml").write_text("dealsim: 1", encoding="utf-8")
    monkeypatch.setattr(os, "open", refuse)
    said = check(tmp_path / "s.yaml")[1][0].message
    assert said == "cannot be read: you have no permission to"


def test_quotes_hold_nothing_a_terminal_would_obey() -> None:
    text = "name: \x1b[31mred\n"
    assert "U+001B" in refused(text)
    assert "\x1b" not in refused(text)


def test_what_ruamel_says_otherwise_is_passed_on() -> None:
    assert explained("found something new") == ("not YAML: found something new", None)


def test_trees_without_a_file() -> None:
    tree = from_plain({"a": [1, {"b": None}], "c": 2.5}, Source("default"))
    assert tree.plain() == {"a": [1, {"b": None}], "c": 2.5}
    problem = tree.nearest("a", 1, "b").place.problem("m", path="a.1.b")
    assert (problem.file, problem.line, problem.path) == (None, None, "a.1.b")
