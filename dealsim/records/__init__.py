"""Registers of vouchers: files that merchants keep, read into checked tables."""

from __future__ import annotations

from dealsim.records.campaigns import CampaignNames, campaign_names
from dealsim.records.daily import DailyCounts, daily_counts
from dealsim.records.register import EVENTS, Actuals, read_register

__all__ = [
    "EVENTS",
    "Actuals",
    "CampaignNames",
    "DailyCounts",
    "campaign_names",
    "daily_counts",
    "read_register",
]
