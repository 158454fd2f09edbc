"""What people may supply about service: a deed, what an officer says of it, a rating, a grade."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from app.commissioners.deeds.declared import deed_kinds
from app.commissioners.deeds.models import Grade
from app.core import clock
from app.core.fields import Fields, RequiredLine, RowId, Text, refuse

MOST_POINTS = 5
POINTS = {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}

Words = Annotated[Text, Field(max_length=500)]


def _declared(code: str) -> str:
    if code not in deed_kinds():
        raise refuse("请从列表中选择事项类别。")
    return code


def _so_far(day: date) -> date:
    if not date(2000, 1, 1) <= day <= clock.today():
        raise refuse("请填写今天或以前的日期。")
    return day


class DeedFields(Fields):
    firm_id: RowId
    kind: Annotated[RequiredLine, AfterValidator(_declared)]
    done_on: Annotated[date, AfterValidator(_so_far)]
    words: Annotated[Text, Field(min_length=1, max_length=500)]


class RefusalFields(Fields):
    reason: RequiredLine


class RatingFields(Fields):
    commissioner_id: RowId
    year: Annotated[int, Field(ge=2000, le=2099)]
    points: Annotated[int, Field(ge=1, le=MOST_POINTS)]
    words: Words = ""


class AppraisalFields(Fields):
    year: Annotated[int, Field(ge=2000, le=2099)]
    grade: Grade
    reason: Words = ""


class ReturnFields(Fields):
    remark: Annotated[Text, Field(min_length=1, max_length=500)]
