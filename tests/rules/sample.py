"""A small vocabulary, and short ways to a rule, a sheet and an answer."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.rules import (
    Anchors,
    Answer,
    FactSheet,
    Finding,
    KnownFact,
    KnownRecord,
    Rule,
    Vocabulary,
    Vouch,
    evaluate,
    load_rule,
)

TODAY = date(2026, 6, 15)
ANCHORS = Anchors(TODAY, TODAY)
CHOICES = ["发明专利", "实用新型", "软件著作权"]
MAPPING = {"发明专利": "Ⅰ类", "实用新型": "Ⅱ类", "软件著作权": "Ⅱ类"}


def fact_kind(code: str, label: str, type_: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": label, "type": type_, "supplied_by": "企业", **more}


def annual(code: str, label: str, type_: str = "money", **more: Any) -> dict[str, Any]:
    unit = {"money": "元", "count": "人"}.get(type_, "")
    return fact_kind(code, label, type_, **({"unit": unit, "period": "year", "bounds": [0, None]} | more))


FACTS = [
    fact_kind("founded", "成立日期", "date"),
    annual("staff", "职工总数", "count"),
    annual("tech", "科技人员", "count", lever={"lead_months": 6, "effort": 2, "step": 1, "measure": "hiring"}),
    annual("sales", "销售收入", lever={"lead_months": 12, "effort": 5, "step": 100000, "measure": "market"}),
    annual("rd", "研发费用", lever={"lead_months": 12, "effort": 3, "step": 10000, "measure": "rd_input"}),
    annual("profit", "净利润", bounds=None),
    annual("output", "成果数", "count", unit="项"),
    annual("gdp", "地区增速", "ratio", bounds=[-1, 1], subject="region"),
    fact_kind("share", "市场占有率", "ratio", bounds=[0, 1]),
    fact_kind("above", "规上企业", "flag"),
    fact_kind("accounts", "设辅助账", "flag", lever={"lead_months": 3, "effort": 1, "measure": "books"}),
    fact_kind("field", "所属领域", "choice", choices=["新材料", "电子信息", "其他 类"]),
    fact_kind("place", "所在园区", "text"),
]
RECORDS = [
    {
        "code": "ip",
        "label": "知识产权",
        "starts": "授权日期",
        "ends": "失效日期",
        "supplied_by": "主管部门",
        "attributes": [
            {"code": "name", "label": "名称", "type": "text"},
            {"code": "sort", "label": "种类", "type": "choice", "choices": CHOICES},
            {
                "code": "class",
                "label": "类别",
                "type": "choice",
                "choices": ["Ⅰ类", "Ⅱ类"],
                "derived_from": "sort",
                "mapping": MAPPING,
            },
            {"code": "used", "label": "已用", "type": "flag"},
            {"code": "owners", "label": "权利人数", "type": "count"},
        ],
        "lever": {"lead_months": 10, "effort": 2, "measure": "ip_filing"},
    },
    {
        "code": "incident",
        "label": "事故",
        "starts": "发生日期",
        "attributes": [
            {"code": "grade", "label": "程度", "type": "choice", "choices": ["一般", "重大"]},
            {"code": "sort", "label": "事项", "type": "choice", "choices": ["安全", "质量", "环境"]},
        ],
        "supplied_by": "主管部门",
    },
    {
        "code": "equity",
        "label": "股权融资",
        "starts": "到账日期",
        "attributes": [{"code": "amount", "label": "金额", "type": "money"}],
        "good_for": 31,
    },
]
TITLES = [
    {"code": "hnte", "label": "高新技术企业", "ladder": "科技", "rung": 3, "level": "国家", "valid_for": "3年"},
    {"code": "tsme", "label": "科技型中小企业", "ladder": "科技", "rung": 1, "level": "国家", "valid_for": "自然年"},
]
VOCABULARY = Vocabulary.from_data(FACTS, RECORDS, TITLES)


def a_rule(test: str = "规上企业", **version: Any) -> Rule:
    """A rule of one condition, or of whatever parts are given."""
    parts: dict[str, Any] = {"from": "2020-01-01"} | version
    parts.setdefault("conditions", [{"id": "C1", "clause": "第七条", "wording": "一项条件", "test": test}])
    kind = "incentive" if "amount" in parts else "standard"
    return load_rule({"code": "sample", "name": "样例", "kind": kind, "versions": [parts]}, VOCABULARY)


def known(**values: Any) -> list[KnownFact]:
    """Facts by code: `rd=5` is last year's, `rd_2024=5` that of 2024; standing facts have no year."""
    return [_fact(name, value) for name, value in values.items()]


def _fact(name: str, value: Any) -> KnownFact:
    code, _, year = name.partition("_")
    kind = VOCABULARY.facts[code]
    plain = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
    when = (int(year) if year else TODAY.year - 1) if kind.annual else None
    return KnownFact(code, when, plain, "企业填报", date(2026, 3, 1), f"fact-{name}")


def record(collection: str, starts: date | None, ends: date | None = None, **attributes: Any) -> KnownRecord:
    plain = {key: Decimal(value) if type(value) is int else value for key, value in attributes.items()}
    return KnownRecord(collection, plain, starts, ends, "台账", date(2026, 6, 1), f"{collection}-{starts}-{plain}")


def vouch(
    collection: str, since: date | None = None, until: date = TODAY, scope: Mapping[str, str] | None = None
) -> Vouch:
    return Vouch(collection, scope or {}, since, until, "名单", f"vouch-{collection}")


def a_sheet(records: Iterable[KnownRecord] = (), vouches: Iterable[Vouch] = (), **values: Any) -> FactSheet:
    return FactSheet(known(**values), records, vouches)


def judged(test: str, sheet: FactSheet | None = None, anchors: Anchors = ANCHORS) -> Finding:
    return evaluate(a_rule(test), sheet or a_sheet(), anchors)


def answer(test: str, sheet: FactSheet | None = None, anchors: Anchors = ANCHORS) -> Answer:
    return judged(test, sheet, anchors).answer
