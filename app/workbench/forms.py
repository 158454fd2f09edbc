"""What a person supplies: a draft with its rows, the end of a rule, and what a reviewer decides."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from starlette.datastructures import FormData

from app.core.fields import ODD, Fields, Line, OptionalId, RequiredLine, Text, blank_is_none, refuse
from app.rules.parse import LONGEST_TEXT
from app.rules.rule import STACKING_MODES
from app.simulations.forms import EARLIEST, LATEST
from app.web.forms import Form
from app.workbench.layout import GROUPS, MOST_ROWS, SINGLES, Column, field

LONGEST_WORDS = 500
ROW_FIELD = re.compile(r"(?P<group>[a-z]+)-(?P<number>[0-9]{1,2})-(?P<column>[a-z_]+)")
ASKED = re.compile(r"(?P<what>add|insert|drop):(?P<group>[a-z]+)(-(?P<number>[0-9]{1,2}))?")

Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
OptionalDay = Annotated[date | None, blank_is_none]
Kind = Literal["standard", "incentive", "entry", "exclusion"]
Mode = Literal["", "就高不重复", "同一事项一次", "年度封顶", "累计封顶", "可叠加", "互斥"]
MODES = [(each, each) for each in STACKING_MODES]
Rows = dict[str, list[dict[str, str]]]


class VersionFields(Fields):
    """Everything of a version that stands once; the rows are read beside it."""

    version: Version = 0
    # What to do beside saving: nothing, only check, or change the rows.
    then: Annotated[str, Field(max_length=40)] = ""
    starts: OptionalDay = None
    until: OptionalDay = None
    valid_for: Line = ""
    needs: Line = ""
    vetoes: Line = ""
    amount_value: Text = ""
    amount_cap: Text = ""
    amount_floor: Text = ""
    stacking_cap: Text = ""
    discretionary: Literal["", "on"] = ""
    hole_reason: Line = ""
    hole_waits_for: Line = ""
    purpose: Line = ""
    stacking_group: Line = ""
    stacking_mode: Mode = ""
    opens: Line = ""
    closes: Line = ""
    window_note: Line = ""
    notes: Text = ""


class RuleFields(VersionFields):
    """A new rule: its head as well."""

    name: RequiredLine
    kind: Kind
    title: Line = ""
    scope: Line = ""
    policy: Line = ""
    clause: Line = ""
    beneficiary: Line = ""
    source: Line = ""


class EndFields(Fields):
    """From which day a rule holds no longer, and why."""

    version: Version = 0
    starts: date
    notes: Annotated[Text, Field(min_length=1)]


class Decision(Fields):
    """What a reviewer says; `past` admits a first day that is over."""

    version: Version
    remark: Text = ""
    past: Literal["", "on"] = ""
    reason: Text = ""
    # Why it is published although its cases do not speak for it.
    unproven: Text = ""


class Submission(Fields):
    """Sending a draft in; `defence` answers what speaks against it."""

    version: Version
    defence: Text = ""


class Return(Fields):
    version: Version
    remark: Annotated[Text, Field(min_length=1)]


def _sensible(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise refuse(f"日期应在 {EARLIEST.year} 年至 {LATEST.year} 年之间，请核对年份。")
    return day


class PreviewFields(Fields):
    """The day as of which the pool is judged by a draft."""

    as_of: Annotated[date, AfterValidator(_sensible)]


class Started(Fields):
    """What a draft is started from, in the address: a rule, or a provision of a policy."""

    rule: Line = ""
    provision: OptionalId = None


def bind(fields: type[VersionFields], posted: FormData) -> tuple[Form[Any], Rows]:
    """The form of a draft and its rows as they were posted, blank ones kept in their places."""
    others = FormData([(name, value) for name, value in posted.multi_items() if not ROW_FIELD.fullmatch(name)])
    form: Form[Any] = Form.bind(fields, others)
    rows: Rows = {name: [] for name in GROUPS}
    for group, number, column, text in _row_fields(posted):
        while len(rows[group]) <= number:
            rows[group].append({})
        name = field(group, number, column.name)
        form.values[name] = text
        if wrong := _wrong(column, text):
            form.errors[name] = wrong
            form.data = None
        elif text.strip():
            rows[group][number][column.name] = text.strip()
    return form, rows


def body_of_form(form: Form[Any], rows: Rows, *, compact: bool) -> dict[str, Any]:
    """What was typed, as a draft keeps it; what did not pass the form is left blank."""
    given = {name: form.values.get(name) for name in SINGLES if name not in form.errors}
    texts = {name: text.replace("\r\n", "\n").strip() for name, text in given.items() if isinstance(text, str)}
    single = {name: text for name, text in texts.items() if text}
    kept = {name: [row for row in some if row or not compact] for name, some in rows.items()}
    return {"single": single, "rows": kept}


def values_of(body: dict[str, Any]) -> dict[str, Any]:
    """A draft in the fields of its form."""
    rows = body["rows"].items()
    cells = {
        field(group, number, column): text
        for group, some in rows
        for number, row in enumerate(some)
        for column, text in row.items()
    }
    return {**body["single"], **cells}


def rearranged(rows: Rows, then: str) -> Rows | None:
    """The rows after one was added, inserted or dropped; None where nothing of the kind was asked."""
    asked = ASKED.fullmatch(then)
    if asked is None or asked["group"] not in GROUPS:
        return None
    some, number = list(rows[asked["group"]]), int(asked["number"] or 0)
    match asked["what"]:
        case "add":
            some.append({})
        case "insert":
            some.insert(number, {})
        case "drop":
            del some[number : number + 1]
    return {**rows, asked["group"]: some[:MOST_ROWS]}


def _row_fields(posted: FormData) -> Iterator[tuple[str, int, Column, str]]:
    for name, value in posted.multi_items():
        found = ROW_FIELD.fullmatch(name)
        group = GROUPS.get(found["group"]) if found else None
        if found is None or group is None or int(found["number"]) >= MOST_ROWS:
            continue
        column = next((each for each in group.columns if each.name == found["column"]), None)
        if column is not None and isinstance(value, str):
            yield group.name, int(found["number"]), column, value


def _wrong(column: Column, text: str) -> str:
    most = LONGEST_TEXT if column.expects else LONGEST_WORDS
    if ODD.search(text):
        return "含有无法保存的字符（控制符或乱码），请删除后重新输入。"
    return f"最多 {most} 个字，请缩短。" if len(text) > most else ""
