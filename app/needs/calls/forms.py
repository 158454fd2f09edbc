"""What is said about a round: what it asks for, until when, and which firms."""

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from app.core import clock
from app.core.fields import Fields, Line, OptionalId, RequiredLine, Text, refuse
from app.needs.declared import declared

LONGEST = timedelta(days=366)
MOST_REMINDERS = 5


def _known(code: str) -> str:
    if code not in declared().kinds:
        raise refuse("请从列表中选择需求类别。")
    return code


def _days(text: str) -> str:
    """“7，3、1” as “7,3,1”: the days before the end, the earliest first."""
    found = re.findall(r"\d+", text)
    if (
        re.sub(r"[\d\s,，、;；天]", "", text)
        or len(found) > MOST_REMINDERS
        or any(int(each) > LONGEST.days for each in found)
    ):
        raise refuse(f"请写提前的天数，用逗号分开，如“7，3，1”，最多 {MOST_REMINDERS} 个。")
    return ",".join(str(each) for each in sorted({int(each) for each in found}, reverse=True))


class CallFields(Fields):
    """`view_id` is a saved list of firms; without it every firm in operation is asked."""

    name: Annotated[RequiredLine, Field(max_length=100)]
    kind: Annotated[str, AfterValidator(_known)]
    view_id: OptionalId = None
    starts_on: date
    ends_on: date
    remind: Annotated[Line, AfterValidator(_days)] = "7,3,1"
    note: Text = ""

    @model_validator(mode="after")
    def _in_order(self) -> "CallFields":
        if self.ends_on < self.starts_on or self.ends_on < clock.today():
            raise refuse("截止日期应不早于开始日期和今天，请核对。")
        if self.ends_on - self.starts_on > LONGEST:
            raise refuse("一轮征集不超过一年，请核对年份。")
        return self

    @property
    def remind_days(self) -> list[int]:
        return [int(each) for each in self.remind.split(",") if each]
