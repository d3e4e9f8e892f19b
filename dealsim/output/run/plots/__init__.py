"""The plots of a run: `profit`, `cash`, `waterfall`, `liability`, `redemption`."""

from dealsim.output.run.plots.draw import PLOTS, draw, draw_all

__all__ = ["PLOTS", "draw", "draw_all"]
