"""Plots of the books on the page."""

from __future__ import annotations

from dataclasses import replace

from dealsim.books import DISCLAIMER, Liability
from dealsim.output.books.plots import draw
from dealsim.output.html.pictures import Album, Picture


def plot(found: Liability, album: Album, name: str) -> Picture:
    """A plot of the books without the disclaimer, which the page states itself."""
    picture = album.picture(name, draw(found, name))
    return replace(picture, note=picture.note.removesuffix(DISCLAIMER).rstrip())
