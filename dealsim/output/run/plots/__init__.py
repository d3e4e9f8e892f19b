"""The plots of a run: `profit`, `cash`, `waterfall`, `liability`, `redemption`, and `reputation`
where the scenario has a section `service`."""

from dealsim.output.run.plots.draw import PLOTS, draw, draw_all, plots_of

__all__ = ["PLOTS", "draw", "draw_all", "plots_of"]
