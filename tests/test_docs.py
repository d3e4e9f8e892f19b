"""Everything that README and docs show is true: commands, output, scenarios, pictures, links.

Pages, pictures and quoted output that are made by the program are written anew with
`python -m tests.test_docs`: read the difference before committing it. README's two commands to set
up are run by `.ci/run`.
"""

from __future__ import annotations

import doctest
import re
import subprocess
from pathlib import Path

import pytest

from dealsim.output.drawing import style
from dealsim.scenario import check
from dealsim.scenario.language.node import Source
from dealsim.scenario.language.yamlfile import parse_yaml
from dealsim.scenario.reference import FORMS, reference
from tests.defaults_page import defaults_page
from tests.document_pages import (
    BOOKS_IMAGES,
    DECISION_IMAGES,
    IMAGES,
    PAGE_IMAGES,
    accept,
    picture_text,
    workplace,
    write_file,
)
from tests.documents import (
    DOCUMENTS,
    FOR_MAINTAINERS,
    ROOT,
    Block,
    Command,
    agrees,
    anchors,
    blocks,
    commands,
    links,
    run,
)
from tests.survey_page import survey_page

README = ROOT / "README.md"
BLOCKS = [block for document in DOCUMENTS for block in blocks(document)]
SCENARIOS = [block for block in BLOCKS if block.language == "yaml" and not block.is_mistaken]
SESSIONS = [
    document
    for document in DOCUMENTS
    if any(block.language == "console" for block in blocks(document))
]
REQUIRED = {"deal", "platform", "business"}


def test_there_is_something_to_test() -> None:
    names = {document.name for document in DOCUMENTS}
    assert {"README.md", "tutorial.md", "plots.md", "limits.md", "scenario.md"} <= names
    assert len(SCENARIOS) >= 8
    shown = [command for document in SESSIONS for b in blocks(document) for command in _of(b)]
    assert len(shown) >= 15
    assert sum(bool(command.quoted) for command in shown) >= 10


def _of(block: Block) -> list[Command]:
    return list(commands(block)) if block.language == "console" else []


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_blocks_are_of_a_kind_that_is_tested(block: Block) -> None:
    """Nothing is shown that no test looks at: what a terminal shows is `console`."""
    if block.language in ("sh", "powershell"):
        assert block.document == README, "commands of dealsim belong in a console block"
    elif block.language == "":
        assert block.document.name == "model.md" or "$ dealsim" not in block.text
    else:
        assert block.language in ("console", "yaml", "pycon"), block.name


@pytest.mark.parametrize("document", SESSIONS, ids=lambda document: document.name)
def test_commands_do_what_is_shown(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All commands of a document, one after the other in one folder.

    Pictures are drawn but not encoded, which other tests do: it takes most of the time.
    """
    monkeypatch.setattr(style, "render", lambda figure, kinds: dict.fromkeys(kinds, b"picture"))
    monkeypatch.chdir(tmp_path)
    workplace(tmp_path)
    for block in blocks(document):
        write_file(block, tmp_path)
        if block.language == "console":
            for command in commands(block):
                code, said = run(command.text, command.typed)
                assert code == command.exit_code, (block.name, command.text, said)
                if command.quoted and not agrees(command.quoted, said):
                    assert list(command.quoted) == said, (block.name, command.text)


@pytest.mark.parametrize("block", SCENARIOS, ids=lambda block: block.name)
def test_scenarios_are_valid(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole scenario is checked as it stands, a fragment on top of the smallest one."""
    monkeypatch.chdir(tmp_path)
    workplace(tmp_path)
    text = block.text
    keys = parse_yaml(Source("file", block.name, text)).entries
    if not keys.keys() >= REQUIRED:
        text = f"extends: scenarios/minimal.yaml\n{text}"
    (tmp_path / "shown.yaml").write_text(text, encoding="utf-8")
    _, errors, _ = check("shown.yaml")
    assert not [problem.text() for problem in errors]


@pytest.mark.parametrize("form", [form for form, _ in FORMS])
def test_forms_of_numbers_are_read(form: str, tmp_path: Path) -> None:
    """Each in the reference is taken somewhere: by an amount, a count or a share."""
    (tmp_path / "past.csv").write_text("12\n15\n", encoding="utf-8")
    minimal = (ROOT / "scenarios" / "minimal.yaml").read_text(encoding="utf-8")
    (tmp_path / "minimal.yaml").write_text(minimal, encoding="utf-8")
    found = []
    for path in ("deal.demand", "business.usual_ticket", "deal.refunds"):
        section, key = path.split(".")
        file = tmp_path / f"{key}.yaml"
        file.write_text(f"extends: minimal.yaml\n{section}: {{{key}: {form}}}\n", encoding="utf-8")
        found.append([problem.text() for problem in check(file)[1]])
    assert [] in found, found


def test_reference_is_of_this_version() -> None:
    assert (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8") == reference()


def test_defaults_are_of_this_version() -> None:
    assert (ROOT / "docs" / "defaults.md").read_text(encoding="utf-8") == defaults_page()


def test_surveys_are_of_this_version() -> None:
    assert (ROOT / "docs" / "surveys.md").read_text(encoding="utf-8") == survey_page()


@pytest.mark.parametrize("document", (*DOCUMENTS, *FOR_MAINTAINERS), ids=lambda file: file.name)
def test_links_lead_somewhere(document: Path) -> None:
    for is_picture, text, target in links(document):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        file = document.parent / name if name else document
        assert file.exists(), (document.name, target)
        if anchor:
            assert anchor in anchors(file), (document.name, target)
        if is_picture:
            assert text == picture_text(file.stem), document.name


@pytest.mark.parametrize(
    "document", (ROOT / "docs" / "architecture.md", FOR_MAINTAINERS[0]), ids=lambda file: file.name
)
def test_files_named_for_maintainers_are_there(document: Path) -> None:
    named = re.findall(r"`(\.?\w[\w./]*/[\w.]*)`", document.read_text(encoding="utf-8"))
    assert len(named) > 20
    for name in named:
        if "NAME" not in name and not name.startswith(".venv"):
            assert (ROOT / name).exists() or (ROOT / "dealsim" / name).exists(), name


def test_every_document_is_linked_from_the_readme() -> None:
    linked = {target.partition("#")[0] for _, _, target in links(README)}
    documents = (*DOCUMENTS[1:], *FOR_MAINTAINERS)
    assert {document.relative_to(ROOT).as_posix() for document in documents} <= linked


def test_pictures_are_small() -> None:
    pictures = {file.stem: file for file in (ROOT / "docs" / "images").iterdir()}
    assert pictures.keys() == {*IMAGES, *BOOKS_IMAGES, *DECISION_IMAGES, *PAGE_IMAGES}
    for file in pictures.values():
        content = file.read_bytes()
        assert content.startswith(b"\x89PNG") and len(content) < 200_000, file.name


def test_python_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    workplace(tmp_path)
    examples = [block for block in BLOCKS if block.language == "pycon"]
    assert examples
    for block in examples:
        test = doctest.DocTestParser().get_doctest(block.text, {}, block.name, None, block.line)
        assert doctest.DocTestRunner().run(test).failed == 0


SETUP = {
    "<!-- install and run -->": "python3 -m venv .venv && .venv/bin/pip install . && "
    ".venv/bin/dealsim run scenarios/back-alley-waffles.yaml",
    "<!-- install and test -->": "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && "
    ".venv/bin/python -m pytest",
}


def test_readme_has_two_commands_to_set_up() -> None:
    """Each complete, with its equivalent for PowerShell after it."""
    shells = [b for b in blocks(README) if b.language in ("sh", "powershell")]
    assert {b.marker: b.text.strip() for b in shells if b.language == "sh"} == SETUP
    assert [b.language for b in shells] == ["sh", "powershell"] * 2
    for there, here in zip(shells[::2], shells[1::2], strict=True):
        steps = (
            there.text.strip().replace("python3", "py").replace(".venv/bin/", ".venv\\Scripts\\")
        )
        expected = steps.replace(" && ", "; ").replace("scenarios/", "scenarios\\")
        assert here.text.strip() == expected


def test_ci_finds_the_command_to_test() -> None:
    """`.ci/run` takes the command out of README; its extraction must go on working."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    extraction = re.search(r"command=\$\((.*)\)$", script, flags=re.MULTILINE)
    assert extraction is not None
    done = subprocess.run(
        ["bash", "-c", extraction[1]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == SETUP["<!-- install and test -->"]


if __name__ == "__main__":
    accept()
