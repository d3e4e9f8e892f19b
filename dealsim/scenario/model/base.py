"""The one base of all scenario models, and the annotations they share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict

from dealsim.scenario.model.fields import CalendarTime, Quantity
from dealsim.scenario.model.staffing import Places, Staffed
from dealsim.uncertain import (
    AT_LEAST_ONE,
    COUNT,
    DURATION,
    DURATION0,
    MONEY,
    NONNEGATIVE,
    POSITIVE,
    POSITIVE_MONEY,
    SHARE,
    Uncertain,
)
from dealsim.units import Span


class Section(BaseModel):
    """A section of the scenario: unknown keys refused, values frozen, docstrings kept."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,
    )


Share: TypeAlias = Annotated[Uncertain, Quantity(SHARE)]
Money: TypeAlias = Annotated[Uncertain, Quantity(MONEY)]
PositiveMoney: TypeAlias = Annotated[Uncertain, Quantity(POSITIVE_MONEY)]
Vouchers: TypeAlias = Annotated[Uncertain, Quantity(COUNT, "vouchers")]
VouchersOrNone: TypeAlias = Annotated[Uncertain | None, Quantity(COUNT, "vouchers", ("none",))]
PerWeekOrNone: TypeAlias = Annotated[Uncertain | None, Quantity(COUNT, "visits a week", ("none",))]
PerWeek: TypeAlias = Annotated[Uncertain, Quantity(COUNT, "a week")]
PlacesOrNone: TypeAlias = Annotated[
    Uncertain | Staffed | None, Places(COUNT, "visits a week", ("none",))
]
PerMonth: TypeAlias = Annotated[Uncertain, Quantity(POSITIVE, "visits a month")]
Visits: TypeAlias = Annotated[Uncertain, Quantity(AT_LEAST_ONE, "visits")]
Variation: TypeAlias = Annotated[Uncertain, Quantity(NONNEGATIVE, "of the mean")]
TicketRatio: TypeAlias = Annotated[Uncertain, Quantity(NONNEGATIVE, "x ticket")]
Customers: TypeAlias = Annotated[Uncertain, Quantity(COUNT, "customers")]
Duration: TypeAlias = Annotated[Uncertain, Quantity(DURATION, "days")]
Delay: TypeAlias = Annotated[Uncertain, Quantity(DURATION0, "days")]
Length: TypeAlias = Annotated[Span, CalendarTime()]
LengthOrDate: TypeAlias = Annotated[Span | date, CalendarTime(dates=True)]
LengthDateOrNever: TypeAlias = Annotated[Span | date | None, CalendarTime(True, True, True)]
LengthOrNever: TypeAlias = Annotated[Span | None, CalendarTime(False, True, True)]
