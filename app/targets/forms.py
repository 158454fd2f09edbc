"""What people supply about targets: actual values, and how a target is followed."""

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from app.core import clock
from app.core.fields import Fields, Line, OptionalId, RequiredLine, blank_is_none, refuse
from app.targets.models import Given

EARLIEST = date(1990, 1, 1)


def _half_width(value: Any) -> Any:
    """“６” and “1,200” as they are meant."""
    return unicodedata.normalize("NFKC", value).replace(",", "").strip() if isinstance(value, str) else value


def _needed(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise refuse("此项必填。")
    return _half_width(value)


Number = Annotated[Decimal, Field(max_digits=18, decimal_places=6, allow_inf_nan=False)]
OptionalNumber = Annotated[Number | None, blank_is_none, BeforeValidator(_half_width)]
OptionalDay = Annotated[date | None, blank_is_none]
OptionalYear = Annotated[Annotated[int, Field(ge=1990, le=2100)] | None, blank_is_none]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class ActualFields(Fields):
    """A value up to a day; `whole` is what a share is of, `given` whether it is the indicator or the result."""

    day: date
    value: Annotated[Number, BeforeValidator(_needed)]
    whole: OptionalNumber = None
    given: Annotated[Given, BeforeValidator(lambda code: Given.of(str(code)))] = Given.LEVEL
    source: RequiredLine
    note: Line = ""

    @field_validator("day")
    @classmethod
    def _not_to_come(cls, day: date) -> date:
        if not EARLIEST <= day <= clock.today():
            raise refuse(f"截至日期应在 {EARLIEST.year} 年之后、今天之前。")
        return day

    @field_validator("whole")
    @classmethod
    def _of_something(cls, whole: Decimal | None) -> Decimal | None:
        if whole is not None and whole <= 0:
            raise refuse("总量必须大于 0。")
        return whole


class Retraction(Fields):
    reason: RequiredLine


class Following(Fields):
    """How a target is followed; `version` is the one that the person had in front of them."""

    version: Version
    starts_on: OptionalDay = None
    ends_on: OptionalDay = None
    base_year: OptionalYear = None
    base_value: OptionalNumber = None
    counts: Line = ""
    parent_id: OptionalId = None
    overlaps: bool = False
    repeats_id: OptionalId = None
    note: Annotated[str, Field(max_length=500)] = ""

    @field_validator("ends_on")
    @classmethod
    def _after_the_start(cls, day: date | None, info: ValidationInfo) -> date | None:
        starts = info.data.get("starts_on")
        if day is not None and starts is not None and day <= starts:
            raise refuse("期限应在起算日之后。")
        return day
