"""What people may supply about a round, its candidates, their steps and objections to them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from app.commissioners.forms import MOST_LOAD, OptionalDay, PersonFields, Short
from app.commissioners.models import USUAL_LOAD, Degree
from app.commissioners.selection.models import Candidate, CandidateState, SelectionRound
from app.core import clock
from app.core.fields import Fields, OptionalId, RequiredLine, Text, refuse
from app.firms.forms import Version

MOST_PLACES = 50
LONGEST_NOTICE = 60

Words = Annotated[Text, Field(max_length=2000)]
# The first version of something new is 0.
Seen = Annotated[int, Field(ge=0, le=2**31 - 1)]


def _so_far(day: date) -> date:
    if not date(2000, 1, 1) <= day <= clock.today():
        raise refuse("请填写今天或以前的日期。")
    return day


class RoundFields(Fields):
    name: Annotated[RequiredLine, Field(max_length=100)]
    places: Annotated[int, Field(ge=1, le=MOST_PLACES)]
    notice_days: Annotated[int, Field(ge=1, le=LONGEST_NOTICE)]
    conditions: Words = ""
    version: Seen = 0


class CandidateFields(PersonFields):
    recommended_by: Short = ""
    version: Seen = 0


class MoveFields(Fields):
    """On to the next state but the last; or out of the round, with a reason."""

    state: CandidateState
    remark: Words = ""
    version: Version


class AppointmentFields(Fields):
    """The term that makes a commissioner of a candidate."""

    starts_on: date
    ends_on: date
    contract_ends_on: OptionalDay = None
    user_id: OptionalId = None
    most_firms: Annotated[int, Field(ge=1, le=MOST_LOAD)] = USUAL_LOAD
    remark: Words = ""
    version: Version

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not date(1950, 1, 1) <= self.starts_on <= self.ends_on <= date(2099, 12, 31):
            raise refuse("聘期的结束日期早于开始日期，或超出范围，请核对。")
        return self


class ObjectionFields(Fields):
    raised_on: Annotated[date, AfterValidator(_so_far)]
    raised_by: Annotated[RequiredLine, Field(max_length=100)]
    words: Annotated[Words, Field(min_length=1)]


class FindingFields(Fields):
    upheld: Literal["yes", "no"]
    finding: Annotated[Words, Field(min_length=1)]


ROUND_LABELS = {"name": "名称", "places": "名额", "notice_days": "公示（工作日）", "conditions": "条件和说明"}
CANDIDATE_LABELS = {
    "name": "姓名",
    "institution": "工作单位",
    "degree": "学历学位",
    "post": "职称职务",
    "phone": "联系方式",
    "fields": "技术领域",
    "words": "专长",
    "recommended_by": "推荐单位",
}


def round_values(found: SelectionRound) -> dict[str, Any]:
    return {name: getattr(found, name) for name in RoundFields.model_fields}


def candidate_values(found: Candidate) -> dict[str, Any]:
    own = {name: getattr(found, name) for name in CandidateFields.model_fields}
    return {**own, "degree": found.degree.code if found.degree else "", "fields": found.field_list}


def round_words(values: Mapping[str, Any]) -> dict[str, str]:
    return {label: str(values.get(name) or "") for name, label in ROUND_LABELS.items()}


def candidate_words(values: Mapping[str, Any]) -> dict[str, str]:
    """A version of the form by label."""
    shown = {name: values.get(name) or "" for name in CANDIDATE_LABELS}
    shown["degree"] = dict(Degree.options()).get(str(shown["degree"]), "")
    shown["fields"] = "、".join(shown["fields"])
    return {CANDIDATE_LABELS[name]: str(text) for name, text in shown.items()}
