"""The plots of the books: `outstanding`, `rollforward`, `breakage`, with a register `actuals`."""

from dealsim.output.books.plots.draw import PLOTS, draw, draw_all, plots_of

__all__ = ["PLOTS", "draw", "draw_all", "plots_of"]
