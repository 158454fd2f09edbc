"""What people supply about visits: a record, a plan, a correction, and the answers that firms gave."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from app.core import clock
from app.core.address import row_number
from app.core.errors import FieldError
from app.core.fields import LARGEST_ID, Fields, Line, OptionalId, RequiredLine, Text, blank_is_none, refuse
from app.facts.service import declared_fact
from app.facts.values import read_typed
from app.needs.declared import declared
from app.rules import FactKind
from app.rules.values import Value
from app.visits.content import Pairs, values_in
from app.visits.declared import Handling, handling_of, topics

ANSWER, SEEN = "answer", "seen"
PROMISES = (1, 2)
LATEST = timedelta(days=366)
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

Key = Annotated[str, Field(pattern=UUID)]
OptionalDay = Annotated[date | None, blank_is_none]


def _known_topic(topic: str) -> str:
    if topic not in topics():
        raise refuse("请从列表中选择主题。")
    return topic


def _known_kind(code: str) -> str:
    if code and code not in declared().kinds:
        raise refuse("请从列表中选择需求类别。")
    return code


def _lately(day: date) -> date:
    if not clock.today() - LATEST <= day <= clock.today():
        raise refuse("走访日期应在一年之内、不晚于今天。")
    return day


def _to_come(day: date | None) -> date | None:
    if day is not None and day > clock.today() + 2 * LATEST:
        raise refuse("日期太远，请核对年份。")
    return day


Degrees = Annotated[Annotated[Decimal, Field(ge=-180, le=180, max_digits=12)] | None, blank_is_none]
Topic = Annotated[Annotated[str, Field(max_length=20)], AfterValidator(_known_topic)]
Kind = Annotated[str, AfterValidator(_known_kind)]
Later = Annotated[OptionalDay, AfterValidator(_to_come)]


@dataclass(frozen=True)
class Promised:
    """One line of the form: its number, what was promised, by when, and who keeps it (None: the visitor)."""

    number: int
    what: str
    due_on: date | None
    owner_id: int | None


class RecordFields(Fields):
    """What is written about a visit, at first and in a correction."""

    visited_on: Annotated[date, AfterValidator(_lately)]
    place: Line = ""
    latitude: Degrees = None
    longitude: Degrees = None
    accuracy: Annotated[Annotated[int, Field(ge=0, le=1_000_000)] | None, blank_is_none] = None
    people: Line = ""
    topics: Annotated[list[Topic], Field(default_factory=list, max_length=20)]
    problems: Text = ""
    needs: Text = ""
    remarks: Text = ""
    next_on: Later = None

    @model_validator(mode="after")
    def _says_something(self) -> "RecordFields":
        if not (self.topics or self.problems or self.needs):
            raise refuse("请至少选一个主题，或写下问题、需求。")
        if self.next_on and self.next_on < self.visited_on:
            raise refuse("下次走访日期早于这次走访，请核对。")
        return self


class VisitFields(RecordFields):
    """A visit as it is first sent. `plan_id` is the plan that it carries out."""

    plan_id: OptionalId = None
    need_kind: Kind = ""
    promise_1: Line = ""
    due_1: Later = None
    owner_1: OptionalId = None
    promise_2: Line = ""
    due_2: Later = None
    owner_2: OptionalId = None

    @model_validator(mode="after")
    def _names_the_need(self) -> "VisitFields":
        if self.need_kind and not self.needs:
            raise refuse("已选需求类别，请在“提出的需求”里写几个字；没有需求的，请改选“不列入”。")
        return self

    def promised(self) -> list[Promised]:
        lines = (Promised(n, *(getattr(self, f"{part}_{n}") for part in ("promise", "due", "owner"))) for n in PROMISES)
        return [line for line in lines if line.what]


class OwnerFields(Fields):
    """Who keeps a promise from now on."""

    owner_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]


class CorrectionFields(RecordFields):
    """A correction says why, and which version was in front of the writer."""

    reason: RequiredLine
    version: Annotated[int, Field(ge=1)]


class PlanFields(Fields):
    planned_on: date
    purpose: Line = ""

    @model_validator(mode="after")
    def _ahead(self) -> "PlanFields":
        if not clock.today() <= self.planned_on <= clock.today() + LATEST:
            raise refuse("计划日期应从今天起、一年之内。")
        return self


class RefusalFields(Fields):
    reason: RequiredLine


class DecisionFields(Fields):
    """`seen` is the figure that stood when the page was shown, 0 for none."""

    seen: Annotated[int, Field(ge=0)] = 0


class PhotoFields(Fields):
    """`visit` is the key of the visit, `key` the photo's own."""

    visit: Key
    key: Key
    photo: Any = None


@dataclass(frozen=True)
class Answered:
    """One answer of a firm: the figure asked for, its year (0: none), its value, and the figure seen when asking."""

    kind: FactKind
    year: int
    value: Value
    seen: int


def own_values(pairs: Pairs, fields: type[Fields]) -> dict[str, Any]:
    """The values of a form's own fields; answers are read apart. What is neither stays in, to be refused."""
    found = values_in(each for each in pairs if _split(each[0])[0] not in {ANSWER, SEEN})
    listed = "topics" in fields.model_fields and isinstance(found.get("topics"), str)
    return found | ({"topics": [found["topics"]]} if listed else {})


def answers_in(pairs: Pairs) -> tuple[list[Answered], dict[str, str]]:
    """The answers given, and field → sentence for those that cannot be read."""
    values = values_in(pairs)
    answers: list[Answered] = []
    errors: dict[str, str] = {}
    for name, text in values.items():
        sort, code, year = _split(name)
        if sort != ANSWER:
            continue
        try:
            answers.append(_read(code, year, str(text), str(values.get(f"{SEEN}-{code}-{year}", "0"))))
        except (ValueError, FieldError) as error:
            errors[name] = getattr(error, "message", str(error))
    return answers, errors


def answer_name(sort: str, code: str, year: int) -> str:
    return f"{sort}-{code}-{year}"


def _read(code: str, year: str, text: str, seen: str) -> Answered:
    kind = declared_fact(code, int(year) if year.isascii() and year.isdigit() and len(year) <= 4 else -1)  # noqa: PLR2004
    if handling_of(kind) is Handling.NEVER:
        raise FieldError(ANSWER, f"“{kind.label}”不在走访时询问。")
    return Answered(kind, int(year), read_typed(kind, text), row_number(seen))


def _split(name: str) -> tuple[str, str, str]:
    sort, _, rest = name.partition("-")
    code, _, year = rest.rpartition("-")
    return sort, code, year
