"""The register beside the forecast that was made without it."""

from __future__ import annotations

from dealsim.books import Liability
from dealsim.books.actual_versus_forecast import InputRevision, RegisterComparison
from dealsim.output.books.amounts import long_day
from dealsim.output.books.comparison import register_name
from dealsim.output.books.comparison_text import (
    beside,
    catch_up,
    chain_ladder,
    figures,
    input_text,
    used,
)
from dealsim.output.books.page.cells import shown
from dealsim.output.books.page.plot import plot
from dealsim.output.html.blocks import Block, Chapter, Table
from dealsim.output.html.pictures import Album
from dealsim.scenario import in_words
from dealsim.units import format_count

TO = "\N{EN DASH}"


def register(found: Liability, known: RegisterComparison, album: Album) -> Chapter:
    """Its figures, what it changed, and the cross-check."""
    heads = ("to date", "register", "forecast", f"5{TO}95 %", "futures below")
    rows = [beside(found, one) for one in figures(found, known)]
    changed = [_revised(found, one) for one in known.inputs]
    several = any(one.campaign for one in known.inputs)
    told = [text for text in (catch_up(found, known), chain_ladder(found, known)) if text]
    blocks = [
        Block(plot(found, album, "actuals")),
        Block(table=Table("The register beside its forecast", heads, rows), open=True),
        Block(paragraphs=told),
    ]
    if changed:
        both = ("input", f"before, mean (5{TO}95 %)", "with the register")
        caption = "Inputs that the register updates, the furthest moved first"
        blocks.append(Block(table=Table(caption, both, changed, words=(1, 2)), open=not several))
    source = (
        f"{shown(register_name(known))}, {format_count(known.rows)} rows, to "
        f"{long_day(known.as_of)}; sha256 {known.sha256}."
    )
    blocks.append(Block(paragraphs=(f"Register: {source}",)))
    how = (
        "Futures below: the share of the futures forecast without the register that fall below "
        "what came, those equal counted half. Near 0 or 100 % hardly any future looked like it."
    )
    heading = "The register beside the forecast"
    return Chapter("register", heading, used(known), blocks, how)


def _revised(found: Liability, one: InputRevision) -> tuple[str, str, str]:
    whose = f"{shown(one.campaign)}: " if one.campaign else ""
    before, after = (input_text(found, one, spread) for spread in (one.before, one.after))
    return f"{whose}{in_words(one.path)}", before, after
