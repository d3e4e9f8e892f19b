"""The journal in every format that is written."""

from __future__ import annotations

from collections.abc import Iterator

from dealsim.books import (
    DISCLAIMER,
    Entry,
    ImportStyle,
    Liability,
    beancount,
    file_names,
    hledger,
    import_journals,
    journal_csv,
    mark_forecast,
    quickbooks_csv,
    xero_csv,
)
from dealsim.output.books.amounts import long_day
from dealsim.output.books.comparison import register_name
from dealsim.output.files.folder import Content
from dealsim.units import minor_digits


def entries_of(books: Liability) -> tuple[Entry, ...]:
    """The journal, what is forecast told apart from what happened."""
    return mark_forecast(books.journal, None if books.actuals is None else books.actuals.as_of)


def journals(found: Liability, style: ImportStyle) -> Iterator[tuple[str, Content]]:
    """The journal in each format, what is forecast told apart; import files of what happened, or
    as `style` has it, and none where there is nothing to import."""
    currency, chart = found.scenario.currency, found.chart
    digits = minor_digits(currency)
    journal = entries_of(found)
    yield "journal.csv", journal_csv(journal, chart, digits).encode("utf-8")
    notes = (found.name, *_standing(found), _identity(found))
    for name, written in (("beancount", beancount), ("hledger", hledger)):
        text = written(journal, chart, currency, digits, notes)
        yield f"journal.{name}", text.encode("utf-8")
    as_of = None if found.actuals is None else found.actuals.as_of
    imported = import_journals(journal, style, as_of)
    for name, import_csv in (("qbo", quickbooks_csv), ("xero", xero_csv)):
        yield from _parts(f"journal-{name}.csv", import_csv(imported, chart, digits, style))


def _standing(found: Liability) -> tuple[str, ...]:
    """What the entries are, for the head of a ledger."""
    known = found.actuals
    if known is None:
        return (f"Flagged !: expected entries, a forecast. {DISCLAIMER}",)
    return (
        f"Flagged *: what happened by {long_day(known.as_of)}, from the register "
        f"{register_name(known)} (sha256 {known.sha256[:12]}).",
        "Flagged !: forecast. All that comes later, and what the platform pays on any day, which "
        "no register of vouchers tells. What only the till knows of past visits is left out.",
        DISCLAIMER,
    )


def _identity(found: Liability) -> str:
    return f"scenario {found.sha256[:12]}, {found.trials} trials, seed {found.seed}"


def _parts(name: str, contents: tuple[str, ...]) -> Iterator[tuple[str, Content]]:
    for part, text in zip(file_names(name, len(contents)), contents, strict=True):
        yield part, text.encode("utf-8")
