"""What people supply about plans and measures."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from app.core import clock
from app.core.fields import Fields, Line, OptionalId, RequiredLine, RowId, Text, blank_is_none, refuse

LATEST = date(2099, 12, 31)


def _ahead(day: date | None) -> date | None:
    if day is not None and not clock.today() <= day <= LATEST:
        raise refuse("请填写今天或以后的日期（2099 年以前）。")
    return day


def _sane(day: date) -> date:
    if not date(2000, 1, 1) <= day <= LATEST:
        raise refuse("请填写 2000 年至 2099 年之间的日期。")
    return day


Ahead = Annotated[date | None, blank_is_none, AfterValidator(_ahead)]
Due = Annotated[date, AfterValidator(_sane)]
Words = Annotated[Text, Field(min_length=1, max_length=2000)]


class DraftFields(Fields):
    """Which rung, and the day to work towards where somebody knows it."""

    rule: RequiredLine
    declares_on: Ahead = None


class PlanFields(Fields):
    declares_on: Due
    summary: Text = ""
    version: RowId


class MeasureFields(Fields):
    """A measure of a draft; without an owner unit the firm itself does it. `version` is 0 for a new one."""

    kind: RequiredLine
    name: RequiredLine
    detail: Text = ""
    steps: Text = ""
    aims: Annotated[list[Line], Field(max_length=100)] = Field(default_factory=list)
    owner_unit_id: OptionalId = None
    helper: Line = ""
    due_on: Due
    version: Annotated[int, Field(ge=0, le=2**31)] = 0


class NoteFields(Fields):
    """What somebody says about a plan; a return and a closing need words too."""

    words: Words


class ReportFields(Fields):
    """Progress on a measure; with `reference` (“fact:12”) it is evidence."""

    words: Words
    reference: Line = ""


class DecisionFields(Fields):
    """Approval: words are welcome, not needed; `version` is the edition that was read."""

    words: Text = ""
    version: RowId
