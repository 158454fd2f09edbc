"""What people may supply about commissioners, their interests and hand-overs."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from app.commissioners.models import Commissioner, Degree, InterestKind
from app.core import clock
from app.core.fields import Fields, Line, OptionalId, RequiredLine, RowId, Text, blank_is_none, refuse
from app.core.text import day
from app.needs.resources.declared import registers

MOST_LOAD = 60
MOST_UNITS = 60
LATEST = date(2099, 12, 31)
EXPERTS, FIELD = "expert", "field"

Short = Annotated[Line, Field(max_length=100)]


def technology_fields() -> list[str]:
    """The technology fields of the registers of resources: one vocabulary for needs, experts and commissioners."""
    columns = registers().registers[EXPERTS].columns
    return list(next(each.options for each in columns if each.code == FIELD))


def _known(fields: list[str]) -> list[str]:
    odd = [each for each in fields if each not in technology_fields()]
    if odd:
        raise refuse(f"“{odd[0][:40]}”不在技术领域的范围内，请从列表中勾选。")
    return [each for each in technology_fields() if each in fields]


def _in_range(given: date | None) -> date | None:
    if given is not None and not date(1950, 1, 1) <= given <= LATEST:
        raise refuse("日期超出范围，请核对年份。")
    return given


def _not_to_come(given: date | None) -> date | None:
    if given is not None and given > clock.today():
        raise refuse("申报日期不能晚于今天。")
    return given


OptionalDay = Annotated[date | None, blank_is_none, AfterValidator(_in_range)]
FieldNames = Annotated[list[Annotated[Line, Field(max_length=20)]], AfterValidator(_known)]


class PersonFields(Fields):
    """Who somebody is and what they know: the same for a candidate and for a commissioner."""

    name: Annotated[RequiredLine, Field(max_length=64)]
    degree: Annotated[Degree | None, blank_is_none] = None
    post: Short = ""
    institution: Annotated[RequiredLine, Field(max_length=100)]
    fields: FieldNames = Field(default_factory=list)
    words: Annotated[Text, Field(max_length=500)] = ""
    phone: Annotated[Line, Field(max_length=64)] = ""


class TermFields(Fields):
    """A term is given whole or not at all."""

    starts_on: OptionalDay = None
    ends_on: OptionalDay = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.starts_on is None) != (self.ends_on is None):
            raise refuse("聘期的起止日期要么都填，要么都不填。")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise refuse("聘期的结束日期早于开始日期，请核对。")
        return self


class CommissionerFields(PersonFields, TermFields):
    """`extends` takes the 派驻 that end with the old term along to the end of a longer one."""

    user_id: OptionalId = None
    contract_ends_on: OptionalDay = None
    most_firms: Annotated[int, Field(ge=1, le=MOST_LOAD)]
    unit_ids: Annotated[list[RowId], Field(max_length=MOST_UNITS)] = Field(default_factory=list)
    declared_on: Annotated[date | None, blank_is_none, AfterValidator(_in_range), AfterValidator(_not_to_come)] = None
    note: Annotated[Text, Field(max_length=2000)] = ""
    extends: bool = False
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class InterestFields(Fields):
    firm: RequiredLine
    kind: InterestKind
    note: Annotated[Line, Field(max_length=200)] = ""


class HandoverFields(Fields):
    """`user_id` looks after the firm from `starts_on` on; whoever did so until now does until the day before."""

    user_id: RowId
    starts_on: Annotated[date, AfterValidator(_in_range)]
    ends_on: OptionalDay = None
    note: Annotated[Text, Field(min_length=1, max_length=2000)]


def values_of(person: Commissioner) -> dict[str, Any]:
    """What the form starts with."""
    own = {name: getattr(person, name) for name in CommissionerFields.model_fields if name != "extends"}
    plain = {name: "" if value is None else value for name, value in own.items()}
    return {**plain, "degree": person.degree.code if person.degree else "", "fields": person.field_list}


def in_words(values: Mapping[str, Any], users: Mapping[str, str], units: Mapping[int, str]) -> dict[str, str]:
    """A version of the form by label, whether it was typed or stands."""
    chosen = values.get("unit_ids") or []
    near = "、".join(units.get(int(each), "—") for each in chosen if str(each).isdigit())
    shown = {
        **{name: str(values.get(name) or "") for name in LABELS},
        "degree": dict(Degree.options()).get(str(values.get("degree") or ""), ""),
        "fields": "、".join(values.get("fields") or []),
        "unit_ids": near,
        "user_id": users.get(str(values.get("user_id") or ""), ""),
    }
    return {LABELS[name]: text for name, text in shown.items()}


LABELS = {
    "name": "姓名",
    "degree": "学历学位",
    "post": "职称职务",
    "institution": "工作单位",
    "fields": "技术领域",
    "words": "专长",
    "phone": "联系方式",
    "contract_ends_on": "与单位的合同到期",
    "user_id": "登录账号",
    "starts_on": "聘期开始",
    "ends_on": "聘期结束",
    "most_firms": "最多派驻（家）",
    "unit_ids": "就近服务",
    "declared_on": "利益关系申报日期",
    "note": "备注",
}


def term_words(person: Commissioner) -> str:
    """“2026年1月1日至2027年12月31日”, or that there is none."""
    return f"{day(person.starts_on)}至{day(person.ends_on)}" if person.starts_on else "未聘任"
