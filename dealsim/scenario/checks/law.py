"""What only shows when the law's terms are looked at together."""

from __future__ import annotations

from dealsim.scenario.checks.checking import Checking


def check_law(c: Checking) -> None:
    """Note a law that changes while the vouchers are sold, and limits that are none."""
    _changes_during_sale(c)
    _cash_limits(c)


def _changes_during_sale(c: Checking) -> None:
    law = c.completed.jurisdiction
    if law is None or not c.sound("jurisdiction", "starts", "deal.sale_window"):
        return
    first, last = c.scenario.starts, c.scenario.sale_close
    for day in law.changes:
        if first < day <= last:
            c.warn(
                "jurisdiction",
                f"the law of {law.name} changes on {day}, while the vouchers are sold: that of "
                "the first day is taken for all",
                "move starts:, or state what holds for them all",
            )


def _cash_limits(c: Checking) -> None:
    for path in ("accounting.cash_out", "accounting.cash_out.changes"):
        node = c.completed.tree.get(*path.split("."))
        if node is None or node.mapping is None or not c.sound(path):
            continue
        limits = [key for key in ("below", "up_to") if key in node.mapping]
        if len(limits) == 2:
            c.error(
                f"{path}.up_to",
                "below and up_to are two ways to write one limit",
                "keep up_to where a balance of just that amount may be asked for, else below",
            )
        elif not limits and path.endswith("changes"):
            c.error(path, "a limit that changes needs the new one", "add  below:  or  up_to:")
