"""What somebody who mistyped a word probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from dealsim import units


def closest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` nearest to `word`, or None where none is near.

    Spaces and hyphens for underscores are no difference.
    """
    return units.did_you_mean(word.strip().replace(" ", "_").replace("-", "_"), words)


def did_you_mean(word: str, words: Iterable[str]) -> str | None:
    """`did you mean "price"?` as a hint, or None where none of `words` is near."""
    near = closest(word, words)
    return f'did you mean "{near}"?' if near is not None else None
