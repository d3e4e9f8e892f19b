"""`report` and `run --report` on the command line: what they write, and what they refuse first."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dealsim.cli import main
from tests.report.pages import ROOT

QUICK = ("--trials", "5")
LONG = ("--trials", "1000000000")
"""So many that a refusal that waits for them never comes."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a scenario."""
    shutil.copy(ROOT / "scenarios" / "minimal.yaml", tmp_path / "minimal.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main(list(args))
    return int(left.value.code or 0)


REFUSED = {
    "no file": (("none.yaml",), 3, "no such file"),
    "a folder": (("kept",), 3, "is a folder"),
    "invalid": (("minimal.yaml", "--set", "deal.price=-1"), 3, "deal.price"),
    "foreign": (("minimal.yaml", "-o", "notes.html"), 1, "is not a page of dealsim's"),
    "the scenario": (("minimal.yaml", "-o", "minimal.yaml", "--force"), 1, "is the scenario"),
    "below a file": (("minimal.yaml", "-o", "notes.html/page.html"), 1, "a file, not a folder"),
    "nil": (("minimal.yaml", "--limit", "0"), 2, "between 0 % and 100 %"),
    "all": (("minimal.yaml", "--limit", "100%"), 2, "between 0 % and 100 %"),
    "words": (("minimal.yaml", "--limit", "few"), 2, "--limit"),
    "json": (("minimal.yaml", "--json", "--incognito"), 2, "give one of the two"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_before_anything_is_simulated(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args, code, said = REFUSED[name]
    (folder / "kept").mkdir()
    (folder / "notes.html").write_text("<p>my own</p>", encoding="utf-8")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert run("report", *args, *LONG) == code
    assert said in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--open",), "give both"),
        (("--incognito",), "give both"),
        (("--report", "--expected"), "leave out --expected"),
    ],
)
def test_run_refuses(
    args: tuple[str, ...], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("run", "minimal.yaml", *args, *LONG) == 2
    assert said in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_a_page_of_its_own_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what was changed in the name; a page is replaced, a foreign file only by force."""
    changed = ("report", "minimal.yaml", *QUICK, "--set", "deal.price=20")
    assert run(*changed, "--workers", "1") == 0
    assert "The page: minimal--deal.price=20.html" in capsys.readouterr().out
    target = folder / "minimal--deal.price=20.html"
    first = target.read_bytes()
    assert b"dealsim report minimal.yaml --set deal.price=20 --trials 5" in first
    assert run(*changed, "--workers", "2", "--quiet") == 0
    assert target.read_bytes() == first, "the same bytes whatever the workers"
    assert capsys.readouterr().out == ""
    (folder / "notes.html").write_text("<p>my own</p>", encoding="utf-8")
    assert run("report", "minimal.yaml", *QUICK, "-o", "notes.html", "--force", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["run"]["trials"] == 5
    assert document["counter_offer"] is None
    assert b"</html>" in (folder / "notes.html").read_bytes()


def test_incognito_names_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report", "minimal.yaml", *QUICK, "--set", "deal.price=20", "--incognito") == 0
    out = capsys.readouterr()
    assert "The page: the-deal.html" in out.out
    assert "$" not in out.out + (folder / "the-deal.html").read_text("utf-8").split("</style>")[1]


def test_a_full_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "page.html")

    monkeypatch.setattr("dealsim.cli.reporting.write_text", full)
    assert run("report", "minimal.yaml", *QUICK) == 1
    assert "page.html: No space left on device" in capsys.readouterr().err


def test_interrupted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dealsim.cli.reporting.briefing", interrupt)
    assert run("report", "minimal.yaml", *QUICK) == 130
    assert "interrupted" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["minimal.yaml"]


def test_with_a_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page is a file of the folder, which the manifest knows and the next run replaces."""
    opened: list[str] = []

    def launch(url: str) -> int:
        opened.append(url)
        return 0

    monkeypatch.setattr("dealsim.cli.pages.click.launch", launch)
    monkeypatch.setattr("dealsim.output.run.plots.draw_all", lambda found: ())
    made = folder / "out" / "minimal"
    assert run("run", "minimal.yaml", *QUICK, "--report", "--open", "--quiet") == 0
    first = (made / "report.html").read_bytes()
    assert [Path(url).resolve() for url in opened] == [(made / "report.html").resolve()]
    manifest = json.loads((made / "manifest.json").read_text("utf-8"))
    assert "report.html" in json.dumps(manifest)
    assert run("run", "minimal.yaml", *QUICK, "--report", "--incognito", "--quiet") == 0
    assert (made / "report.html").read_bytes() != first
    assert run("run", "minimal.yaml", *QUICK, "--quiet") == 0
    assert not (made / "report.html").exists(), "no page of figures that are no more"
    capsys.readouterr()
