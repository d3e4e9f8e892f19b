"""Registers of vouchers: files that merchants keep, read into checked tables."""

from __future__ import annotations

from dealsim.records.daily import Daily, daily, known_day
from dealsim.records.register import EVENTS, Actuals, read_register

__all__ = ["EVENTS", "Actuals", "Daily", "daily", "known_day", "read_register"]
