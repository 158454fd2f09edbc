"""What people may supply about a referral."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from app.core import clock
from app.core.fields import Fields, RowId, Wan, blank_is_none, refuse
from app.firms.forms import Version
from app.needs.clarity import LATEST
from app.needs.forms import Said
from app.needs.matching.models import Result


def _ahead(day: date | None) -> date | None:
    if day is not None and not clock.today() <= day <= LATEST:
        raise refuse("请填写今天或以后的日期。")
    return day


class ReferralFields(Fields):
    resource_id: RowId
    due_on: Annotated[date, AfterValidator(_ahead)]
    remark: Said = ""


class ResultFields(Fields):
    """What came of it; 进行中 may put off the day, the other two end it."""

    result: Result
    remark: Annotated[Said, Field(min_length=1)]
    amount: Annotated[Annotated[Wan, Field(gt=0)] | None, blank_is_none] = None
    due_on: Annotated[date | None, blank_is_none, AfterValidator(_ahead)] = None
    version: Version
