"""A case as it is typed: a figure or record a line, and what the rule must say."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from app.core.errors import FieldError
from app.core.fields import Fields, Line, RequiredLine, Text
from app.facts.vocabulary import vocabulary
from app.rules import Finding, RuleError
from app.rules.bench import Case, finding_of
from app.rules.bench.verdict import payment
from app.rules.language import Fact
from app.rules.values import read_date
from app.workbench import bench
from app.workbench.models import RuleDraft

FACT_LINE = re.compile(r"(?P<label>[^\s：:＝=]+)(\s+(?P<year>[0-9]{4})年?)?\s*[：:＝=]\s*(?P<value>.+)")
UNSAID = re.compile(r"[^：:＝=]+[：:＝=]\s*")
RECORD_LINE = re.compile(r"(?P<label>[^\s：:]+)\s*[：:]\s*(?P<rest>.*)")
PAIR = re.compile(r"(?P<name>[^\s＝=]+)\s*[＝=]\s*(?P<value>.+)")
APART = re.compile(r"[、，,；;\s]+")


class CaseFields(Fields):
    name: RequiredLine
    day: date
    facts: Text = ""
    records: Text = ""
    vouches: Line = ""
    answer: Literal["符合", "不符合", "待核"]
    amount: Line = ""
    fails: Line = ""
    open: Line = ""


class Accepted(Fields):
    """Which of the cases found at the edges are right, by their places in a measurement."""

    measurement: Annotated[int, Field(ge=1, le=2**63 - 1)]
    place: Annotated[list[Annotated[int, Field(ge=0, le=999)]], Field(max_length=200, default_factory=list)]


def body_of(fields: CaseFields) -> dict[str, Any]:
    """A typed case as it is stored. FieldError beside the line that cannot be read."""
    lists = {name: [each for each in APART.split(getattr(fields, name)) if each] for name in ("fails", "open")}
    expect = {"answer": fields.answer, "amount": fields.amount, **lists}
    return {
        "day": fields.day.isoformat(),
        "facts": _facts(fields.facts),
        "records": _records(fields.records),
        "vouches": [each for each in APART.split(fields.vouches) if each],
        "expect": {name: each for name, each in expect.items() if each},
    }


def offered(draft: RuleDraft, today: date) -> dict[str, Any]:
    """A new case with everything the draft asks about still to be said, on the first day the rule could be asked."""
    try:
        nodes = bench.rule_on_the_bench(draft.body, draft.rule_code).versions[0].nodes()
    except RuleError:
        nodes = ()
    labels = dict.fromkeys(each.kind.label for each in nodes if isinstance(each, Fact))
    day = max(draft.starts_on or today, today)
    return {"day": day.isoformat(), "facts": "".join(f"{label}：\n" for label in labels)}


def typed(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A stored case in the fields of its form."""
    facts = [line for label, value in body["facts"].items() for line in _fact_lines(label, value)]
    records = [
        f"{label}：{'；'.join(f'{key}={each}' for key, each in row.items())}"
        for label, rows in body["records"].items()
        for row in rows
    ]
    expect = body["expect"]
    lists = {part: "、".join(expect.get(part, ())) for part in ("fails", "open")}
    said = {"answer": expect.get("answer", ""), "amount": expect.get("amount", ""), **lists}
    shown = {"facts": "\n".join(facts), "records": "\n".join(records), "vouches": "、".join(body["vouches"])}
    return {"name": name, "day": body["day"], **shown, **said}


def insist_on_sense(draft: RuleDraft, name: str, body: Mapping[str, Any]) -> Finding:
    """What the draft says of a case. FieldError where it names what nobody declared, or the draft does not read."""
    try:
        case: Case = bench.restored(draft, name, body)
        found = finding_of(case, bench.rule_on_the_bench(draft.body, draft.rule_code))
    except RuleError as error:
        raise FieldError("", "草稿还读不通，请先改好草稿，再加用例。") from error
    except ValueError as error:
        raise FieldError("facts", f"{error}。请核对名称和写法。") from error
    try:
        payment(case.expect.amount or "0元")
    except ValueError as error:
        raise FieldError("amount", "请写成“20万元”“0~25万元”“0元起”或“待定”。") from error
    known = {each.id for each in found.conditions}
    for part in ("fails", "open"):
        unknown = [each for each in getattr(case.expect, part) if each not in known]
        if unknown:
            raise FieldError(part, f"没有编号为“{unknown[0][:40]}”的条件。")
    return found


def _facts(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        if UNSAID.fullmatch(line):
            continue  # offered by the form and left open: nobody knows
        match = FACT_LINE.fullmatch(line)
        if match is None:
            raise FieldError("facts", f"“{line[:40]}”请写成“职工总数：400人”或“销售收入 2025：3000万元”。")
        label, year, value = match["label"], match["year"], match["value"].strip()
        if year:
            before = found.get(label)
            found[label] = {**(before if isinstance(before, dict) else {}), year: value}
        else:
            found[label] = value
    return found


def _records(text: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = RECORD_LINE.fullmatch(line)
        if match is None:
            raise FieldError("records", f"“{line[:40]}”请写成“知识产权：种类=发明专利；授权日期=2024-03-01”。")
        found.setdefault(match["label"], []).append(_record(match["label"], match["rest"]))
    return found


def _record(label: str, rest: str) -> dict[str, str]:
    pairs = [PAIR.fullmatch(each.strip()) for each in re.split("[；;]", rest) if each.strip()]
    if not all(pairs):
        raise FieldError("records", f"“{rest[:40]}”的每一项请写成“名称=值”，用分号隔开。")
    row = {match["name"]: match["value"].strip() for match in pairs if match}
    collection = vocabulary().collection(label)
    for name in {collection.starts, collection.ends} & row.keys() if collection else ():
        try:
            row[name] = read_date(row[name]).isoformat()
        except ValueError as error:
            raise FieldError("records", f"{name}“{row[name][:20]}”不是日期，请写成 2024-03-01。") from error
    if not row.get("件数", "1").isdecimal() or int(row.get("件数", "1")) > MOST_COPIES:
        raise FieldError("records", f"件数请写成不大于 {MOST_COPIES} 的整数。")
    return row


MOST_COPIES = 1000


def _fact_lines(label: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{label} {year}：{each}" for year, each in value.items()]
    return [f"{label}：{value}"]
