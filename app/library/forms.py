"""What a person supplies to the library: a text, what it is, and what its clauses ask for."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from app.core.fields import Fields, Line, OptionalId, RequiredLine, RowId, Text, blank_is_none, refuse
from app.library.models import ProvisionKind, RelationKind
from app.policytext.targets.target import Comparator, TargetKind

LONGEST_PASTE = 200_000
Level = Literal["国家", "省", "自治区", "市", "区", "县", "镇"]
Status = Literal["现行", "草案", "转载", "未核实", "失效"]
LEVELS: tuple[str, ...] = get_args(Level)
STATUSES: tuple[str, ...] = get_args(Status)
LONGEST_DRAFT = 20_000
COMPARATORS = {
    Comparator.AT_LEAST: "不少于",
    Comparator.MORE: "超过",
    Comparator.EQUAL: "等于",
    Comparator.AT_MOST: "不超过",
    Comparator.LESS: "少于",
    Comparator.ABOUT: "约",
    Comparator.RANGE: "区间",
}

Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
OptionalDay = Annotated[date | None, blank_is_none]
OptionalNumber = Annotated[
    Annotated[Decimal, Field(max_digits=18, decimal_places=6, allow_inf_nan=False)] | None, blank_is_none
]


class NewText(Fields):
    """A pasted text or an uploaded file; of a document the library knows, or of a new one."""

    policy_id: OptionalId = None
    words: Annotated[str, Field(max_length=LONGEST_PASTE)] = ""
    file: Any = None


class PolicyFields(Fields):
    """What a document is; `version` is the one that the person had in front of them."""

    version: Version
    title: RequiredLine
    number: Line = ""
    issuer: Line = ""
    level: Level
    region: Line = ""
    status: Status
    starts_on: OptionalDay = None
    ends_on: OptionalDay = None
    own: bool = False
    note: Line = ""

    @field_validator("ends_on")
    @classmethod
    def _after_the_start(cls, day: date | None, info: ValidationInfo) -> date | None:
        starts = info.data.get("starts_on")
        if day is not None and starts is not None and day <= starts:
            raise refuse("失效日期应在施行日期之后。")
        return day


class Decision(Fields):
    """`version` is the provision that the person had in front of them."""

    version: Version
    note: Line = ""


class Rejection(Fields):
    version: Version
    reason: Line = ""


def _relation(value: Any) -> Any:
    try:
        return RelationKind.of(str(value))
    except ValueError as error:
        raise refuse("请从列表中选择。") from error


class RelationDecision(Decision):
    kind: Annotated[RelationKind, BeforeValidator(_relation)]


class RelationFields(Fields):
    """A relation that a person states; the clause that says it may be left out."""

    kind: Annotated[RelationKind, BeforeValidator(_relation)]
    other_id: RowId
    quote: Annotated[str, Field(max_length=2000)] = ""
    note: Line = ""


class TargetFields(Fields):
    """A figure to be reached. `low` alone is the value; with `high` it is a range."""

    indicator: RequiredLine
    scope: Line = ""
    year: Annotated[Annotated[int, Field(ge=1990, le=2100)] | None, blank_is_none] = None
    every_year: bool = False
    comparator: Comparator = Comparator.AT_LEAST
    low: Annotated[Decimal, Field(max_digits=18, decimal_places=6, allow_inf_nan=False)]
    high: OptionalNumber = None
    unit: Line = ""
    measure: TargetKind = TargetKind.STOCK
    baseline: Line = ""

    @field_validator("high")
    @classmethod
    def _not_below(cls, high: Decimal | None, info: ValidationInfo) -> Decimal | None:
        low = info.data.get("low")
        if info.data.get("comparator") is Comparator.RANGE and high is None:
            raise refuse("区间要填写上限。")
        if high is not None and low is not None and high < low:
            raise refuse("上限小于下限，请核对。")
        return high


class DutyFields(Fields):
    """The units answerable for a clause; several are separated by “、”."""

    lead: Line = ""
    responsible: Text = ""
    supporting: Text = ""
    others: Line = ""

    @model_validator(mode="after")
    def _somebody(self) -> "DutyFields":
        if not (self.lead or self.responsible or self.supporting):
            raise refuse("至少填写一个单位。")
        return self


class IncentiveFields(Fields):
    """Who gets what on which condition; `draft` says it in the language of the rules, as far as it was read."""

    beneficiary: RequiredLine
    condition: Text = ""
    amount: RequiredLine
    limits: Line = ""
    draft: Annotated[str, Field(max_length=LONGEST_DRAFT)] = ""
    open_questions: Text = ""


class DecidedTarget(TargetFields, Decision):
    pass


class DecidedDuty(DutyFields, Decision):
    pass


class DecidedIncentive(IncentiveFields, Decision):
    pass


class Quote(Fields):
    """The stretch of a clause that says it, as it stands there."""

    path: Line = ""
    # About where in the clause it stands, for words that stand there twice.
    starts: Annotated[Annotated[int, Field(ge=0, le=2**31 - 1)] | None, blank_is_none] = None
    quote: Annotated[str, Field(min_length=1, max_length=2000)]


class AddedTarget(TargetFields, Quote):
    pass


class AddedDuty(DutyFields, Quote):
    pass


class AddedIncentive(IncentiveFields, Quote):
    pass


BODIES: dict[ProvisionKind, type[Fields]] = {
    ProvisionKind.TARGET: TargetFields,
    ProvisionKind.DUTY: DutyFields,
    ProvisionKind.INCENTIVE: IncentiveFields,
}
DECIDED: dict[ProvisionKind, type[Fields]] = {
    ProvisionKind.TARGET: DecidedTarget,
    ProvisionKind.DUTY: DecidedDuty,
    ProvisionKind.INCENTIVE: DecidedIncentive,
}
ADDED: dict[ProvisionKind, type[Fields]] = {
    ProvisionKind.TARGET: AddedTarget,
    ProvisionKind.DUTY: AddedDuty,
    ProvisionKind.INCENTIVE: AddedIncentive,
}


def body_of(kind: ProvisionKind, fields: Fields) -> dict[str, Any]:
    """What of a form says what the clause asks for, as a provision keeps it."""
    known = BODIES[kind].model_fields
    return {name: _kept(value) for name, value in fields.model_dump().items() if name in known}


def _kept(value: Any) -> Any:
    """As it is kept; a browser ends the lines of a text in its own way."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
