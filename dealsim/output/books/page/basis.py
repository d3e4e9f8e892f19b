"""What the books rest on: choices with their sources, estimates, warnings, words."""

from __future__ import annotations

from collections.abc import Iterator

from dealsim import __version__
from dealsim.books import CampaignBooks, Liability
from dealsim.output.books.page.cells import shown
from dealsim.output.html.blocks import Block, Chapter, Table
from dealsim.text import visible
from dealsim.units import format_count, format_share

SHORT = 60
"""Characters of a source that a cell has room for; longer ones stand beneath, by number."""

WORDS = (
    ("voucher liability", "the price paid for vouchers that are still to be honoured, less what is "
     "recognised as breakage (a contract liability); never their face value"),
    ("paid value held", "price times the vouchers that customers hold: what the voucher register "
     "shows, whatever has been recognised"),
    ("likely to be asked for", "what of the paid value held is expected to be redeemed or taken in "
     "cash in the end, as the simulated customers behave; no policy enters into it"),
    ("breakage", "the price of vouchers that nobody will use, taken to revenue"),
    ("change of estimate", "breakage booked on one day because the share expected to be used is "
     "another than before"),
    ("constraint", "the books take more vouchers to be used than expected: so many that revenue "
     "will probably not have to be taken back"),
    ("lapsed", "the right has ended by law or contract; nothing can be asked for any more"),
    ("escheated", "handed, or due, to the state as unclaimed property; never revenue"),
    ("future", "one way it may go, drawn by chance; the books carry the mean of all"),
    ("nine in ten", "from what one future in twenty stays below to what one in twenty exceeds "
     "(5 % to 95 %)"),
    ("sub-ledger, register", "the count of vouchers sold, redeemed and given back"),
)  # fmt: skip
"""Words of the page, and what they mean."""


def assumptions(found: Liability) -> Chapter:
    """Every choice with its value and source; long sources stand beneath, each once."""
    notes: dict[str, int] = {}
    rows = []
    for one in found.assumptions:
        source = _source(one.source, notes)
        rows.append((shown(one.name), visible(one.value), source))
    heads = ("assumption", "value", "source")
    shares = Table(
        "Share of vouchers used in the end",
        ("share", *heads[1:]),
        list(_estimates(found)),
        words=(2,),
    )
    blocks = [
        Block(table=Table("Choices, with their sources", heads, rows, words=(1, 2)), open=True),
        Block(items=[f"[{number}] {text}" for text, number in notes.items()]),
        Block(table=shares, open=True),
    ]
    read = (
        f"What the law says is as the presets of dealsim {__version__} have it, with the dates and "
        "sources given; every choice can be overridden in the scenario. Have them reviewed before "
        "you rely on them."
    )
    how = (
        "Names that begin with accounting. are keys of the scenario file, where a choice is made. "
        "A source in brackets stands beneath the table."
    )
    return Chapter("assumptions", "Policies, law and estimates", read, blocks, how)


def _source(text: str, notes: dict[str, int]) -> str:
    """A source, or the number of the note that holds it."""
    head, mark, rest = text.partition(": ")
    whose, long = (head, rest) if mark and head.startswith("jurisdiction ") else ("", text)
    if len(long) <= SHORT:
        return visible(text)
    number = notes.setdefault(visible(long), len(notes) + 1)
    return visible(f"{whose} [{number}]".strip())


def _estimates(found: Liability) -> Iterator[tuple[str, str, str]]:
    """The shares used in the end of each campaign, and of all where there are several."""
    several = len(found.campaigns) > 1
    simulated = f"simulated, {format_count(found.trials)} futures"
    for one in found.campaigns:
        yield from _of_campaign(one, f"{shown(one.name)}: " if several else "", simulated)
    if several:
        yield "all: best estimate", format_share(found.best_estimate), simulated
        own = "each campaign books its own"
        yield "all: as booked", format_share(found.ultimate_share), own


def _of_campaign(one: CampaignBooks, whose: str, simulated: str) -> Iterator[tuple[str, str, str]]:
    quantile = f"{simulated}; the quantile is a choice of policy, no standard names one"
    yield f"{whose}best estimate", format_share(one.best_estimate), simulated
    constrained = f"{whose}constrained at {format_share(one.constraint)}"
    yield constrained, format_share(one.constrained), quantile
    booked = f"of what was issued net of refunds; breakage policy: {one.policy}"
    yield f"{whose}as booked", format_share(one.ultimate_share), booked


def warnings(found: Liability) -> Chapter:
    """What dealsim warned of."""
    told = [visible(f"{w.message}; {w.hint}" if w.hint else w.message) for w in found.warnings]
    read = "The following may not be what you meant, or limits what these books can say."
    return Chapter("warnings", "Warnings", read, [Block(items=told)])


def words() -> Chapter:
    """The words of the page; on paper they would be a page of their own."""
    table = Table("Words used here", ("word", "meaning"), WORDS, words=(1,))
    read = "What the words on this page mean."
    return Chapter("words", "Words", read, [Block(table=table)], on_paper=False)
