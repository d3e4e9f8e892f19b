"""The questions of `dealsim new`: asked at a terminal, or answered beforehand."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from dealsim.errors import Problem, ScenarioError, UsageError
from dealsim.output.terminal.problems import print_problems
from dealsim.scenario import check_text, new_scenario, questions
from dealsim.scenario.questions import (
    PATHS,
    Answers,
    Question,
    currency_of_amounts,
    doubts,
    missing,
    understood,
)
from dealsim.scenario.template import refuse_unknown
from dealsim.units import did_you_mean, quoted

_ALSO = {"kind": "trade", "jurisdiction": "country"}
"""Paths whose answers are understood in the words of a question."""

_KEYS = {path: key for key, path in PATHS.items()} | _ALSO


def given(pairs: tuple[str, ...]) -> dict[str, object]:
    """The values that `--answers KEY=VALUE` come to, by path; raises `ScenarioError` with all that
    cannot be read, and `UsageError` for a text without `=` or an unknown key."""
    answers: dict[str, object] = {}
    problems = []
    for pair in pairs:
        key, equals, text = (part.strip() for part in pair.partition("="))
        if not equals or not key:
            raise UsageError(f"--answers takes KEY=VALUE, such as price=25, not {quoted(pair)}")
        if key not in PATHS and "." not in key and key not in _KEYS and key != "name":
            near = did_you_mean(key, PATHS)
            asked = f"; did you mean {near}?" if near else f"; there are: {', '.join(PATHS)}"
            raise UsageError(f"--answers has no {quoted(key)}{asked}")
        try:
            answers |= understood(_KEYS.get(key, key), text, answers)
        except ValueError as error:
            problems.append(Problem(str(error), None, PATHS.get(key, key), f"--answers {key}"))
    if problems:
        raise ScenarioError(problems)
    try:
        refuse_unknown("none", answers)
    except ScenarioError as error:
        unknown = [replace(found, file=f"--answers {found.path}") for found in error.problems]
        raise ScenarioError(unknown) from None
    return answers


def complete(answers: dict[str, object], starts: date, example: bool) -> dict[str, object]:
    """The answers with what needs none; raises `UsageError` naming all that are missing, unless
    they are to be examples."""
    currency = currency_of_amounts(answers)
    if currency is not None and "currency" not in answers:
        answers["currency"] = currency
    answers.setdefault("starts", starts.isoformat())
    if example:
        return {"kind": "services", **answers}
    lacking = missing(answers, starts)
    if not lacking:
        return answers
    lines = [f"  --answers {_flag(q):<26} {_first_sentence(q)}" for q in lacking]
    some = f"{len(lacking)} answers are" if len(lines) > 1 else "an answer is"
    raise UsageError(
        f"{some} missing (at a terminal they are asked):\n"
        + "\n".join(lines)
        + "\nor let --example write example numbers, to be replaced; nothing was written"
    )


def _flag(question: Question) -> str:
    if question.key == "currency":
        return "country=UK"
    return f"{question.key}={question.example}"


def _first_sentence(question: Question) -> str:
    if question.key == "currency":
        return "Where are you? (or currency=GBP)"
    return question.text.partition("?")[0] + "?" if "?" in question.text else question.text


def text_of(answers: dict[str, object], file: Path, told: bool) -> str:
    """The scenario of the answers, which `check` accepts; what is doubtful about it is said,
    unless it has been told when they were given.

    Raises `ScenarioError` where an answer does not suit.
    """
    kind = str(answers.pop("kind", "services"))
    text = new_scenario(kind, answers, name=file.stem)
    _, errors, warnings = check_text(text, file)
    if errors:
        raise ScenarioError([_of_answer(problem) for problem in errors])
    if not told:
        print_problems(warnings=[_of_answer(problem) for problem in warnings])
    return text


def _of_answer(problem: Problem) -> Problem:
    """A problem of a file that is not there yet, told of the answer it comes from."""
    path = problem.path or ""
    above = next((known for known in _KEYS if path.startswith(f"{known}.")), path)
    key = _KEYS.get(above, path)
    return replace(
        problem,
        message=_without_path(problem),
        file=f"--answers {key}",
        line=None,
        column=None,
        quote=None,
    )


def _without_path(problem: Problem) -> str:
    """Its message without the path in front, which tells nothing beside the answer."""
    head, colon, rest = problem.message.partition(": ")
    return rest if colon and f"{problem.path}.".startswith(f"{head}.") else problem.message


def is_at_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(answers: dict[str, object], starts: date) -> dict[str, object]:
    """The answers of the person at the terminal to all that `answers` leave open, each asked until
    understood. Raises `click.Abort` at Ctrl-C and Ctrl-D."""
    _say("Answer as well as you can. Where you are not sure, a range is best: 300 to 900, or "
         "300-900. Ctrl-C stops, and nothing is written.")  # fmt: skip
    asked: set[str] = set()
    while True:
        left = [q for q in questions(answers, starts) if q.path not in {*answers, *asked}]
        if not left:
            return answers
        asked.add(left[0].path)
        answers = answers | _ask_one(left[0], answers)


def _ask_one(question: Question, answers: Answers) -> dict[str, object]:
    """The values of one answer, none where it was left out."""
    click.echo()
    _say(f"{question.text} {_proposed(question)}")
    known = [problem.message for problems in doubts(answers) for problem in problems]
    kept = question.default
    while True:
        text = _line().strip() or kept
        if text is None:
            _say(f"An answer is needed here, such as {question.example}.")
            continue
        try:
            found = understood(question.key, text, answers)
        except ValueError as error:
            _say(f"{str(error).rstrip('.')}.")
            continue
        errors, warnings = ([p for p in problems if p.message not in known]
                            for problems in doubts({**answers, **found}))  # fmt: skip
        insisted = not errors and text == kept
        for problem in [] if insisted else errors or warnings:
            _say(_spoken(problem))
        if errors:
            continue
        if warnings and not insisted:
            kept = text
            _say(f"Press Enter to keep {text}, or answer again.")
            continue
        _say_understood(question, found)
        return found


def _proposed(question: Question) -> str:
    """What can be answered, in brackets: the default, or an example."""
    if question.default:
        return f"[{question.default}]"
    left_out = "; Enter to leave it out" if question.default == "" else ""
    return f"(such as {question.example}{left_out})"


def _spoken(problem: Problem) -> str:
    parts = [part.strip() for part in (_without_path(problem), problem.hint or "") if part]
    return " ".join(
        part[0].upper() + part[1:] + ("" if part.endswith("?") else ".") for part in parts
    )


def _say_understood(question: Question, found: Answers) -> None:
    """What a word was taken for, where the file has another."""
    if question.key == "trade":
        _say(f"Taken as the kind {found['kind']}.")
    elif question.key == "country" and found:
        code, currency = found.get("jurisdiction"), found.get("currency")
        law = f"Taken as {code}" if code else "The law there was not read"
        _say(f"{law}{f'; prices in {currency}' if currency else ''}.")


def _line() -> str:
    """A line typed at the prompt, stripped."""
    try:
        return str(click.prompt(">", default="", show_default=False, prompt_suffix=" ")).strip()
    except click.Abort:
        click.echo()
        raise


def _say(text: str) -> None:
    """Tell something in lines that fit the terminal."""
    width = max(20, min(shutil.get_terminal_size().columns - 1, 79))
    click.echo(click.wrap_text(text, width))


def offer_to_run(context: click.Context, file: Path) -> int:
    """Run the new scenario, if the person at the terminal wants that; returns the exit code."""
    click.echo()
    _say("Run it now? [Y/n]")
    try:
        while (answer := _line().lower()) not in ("", "y", "yes", "n", "no"):
            _say("Answer y or n.")
    except click.Abort:
        return 0
    if answer.startswith("n"):
        return 0
    from dealsim.cli.run import run

    return int(context.invoke(run, files=(file,)) or 0)
