"""What is wrong or doubtful about a pack: a voucher with several uses."""

from __future__ import annotations

from dealsim.scenario.checks.checking import Checking

_FURTHER = {"use_rest": "40% to 70%", "between": "1 week"}
"""What a pack needs to say beside its uses, and how it is written."""


def check_packs(c: Checking) -> None:
    """Note what is missing of a pack, and what is stated of one and idle."""
    deal = c.scenario.deal
    if not c.sound("deal.uses", *(f"deal.{key}" for key in _FURTHER)):
        return
    missing = [key for key in _FURTHER if getattr(deal, key) is None]
    if deal.uses > 1 and missing:
        c.error(
            "deal.uses",
            f"a pack of {deal.uses} uses needs {' and '.join(missing)} as well",
            "such as " + ", ".join(f"{key}: {_FURTHER[key]}" for key in missing),
        )
    if deal.uses == 1:
        for key in (key for key in _FURTHER if key not in missing):
            c.warn(
                f"deal.{key}",
                f"{key} says nothing of a voucher that is used once",
                "write how many uses a pack has, such as  uses: 24",
            )
