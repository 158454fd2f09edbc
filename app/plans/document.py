"""A plan as a Word document: its content in words, and a made-up plan on which templates are tried."""

from typing import Any

from app.core import clock, text
from app.documents.kinds import DocumentKind
from app.plans import shown
from app.plans.models import Measure, Plan
from app.settings import settings

SAMPLE_CODE, SAMPLE_DAY = "91650107MA0000000X", "2026年11月23日"


def content_of(plan: Plan, rule_name: str) -> dict[str, Any]:
    """Everything a template can name (docs/plans.md lists it), as plain text."""
    finding, firm = plan.finding_kept.finding, plan.firm
    return {
        "firm": {
            "name": firm.name,
            "credit_code": firm.credit_code,
            "unit": firm.unit.name if firm.unit else "未分配",
            "industry": firm.industry or "—",
        },
        "plan": _plan(plan, rule_name),
        "diagnosis": [
            {**vars(each), "answer": each.answer.value, "gap": each.gap or "—"} for each in shown.diagnosis(plan)
        ],
        "facts": [vars(each) for each in shown.facts_used(finding)],
        "measures": [_measure(number, each) for number, each in enumerate(plan.measures, 1)],
        "milestones": [{"on": text.day(each.on), "what": each.what} for each in shown.milestones(plan)],
        "awards": [_award(each) for each in plan.body.get("awards", [])],
        "risks": shown.risks(plan),
        "others": plan.body.get("others", []),
    }


def sample() -> dict[str, Any]:
    """A made-up plan with one of everything, on which an uploaded template is tried."""
    return {
        "firm": {"name": "示例科技有限公司", "credit_code": SAMPLE_CODE, "unit": "示例镇", "industry": "制造业"},
        "plan": _sample_plan(),
        "diagnosis": [
            {
                "condition": "A1",
                "wording": "研发费用占销售收入不低于5%",
                "answer": "不符合",
                "value": "4.20%",
                "threshold": "≥ 5%",
                "gap": "研发费用增加38.6万元",
                "clause": "第十一条（五）",
            }
        ],
        "facts": [{"label": "研发费用", "period": "2025年度", "value": "386万元", "source": "审计报告"}],
        "measures": [_sample_measure()],
        "milestones": [{"on": SAMPLE_DAY, "what": "提交申报"}],
        "awards": [
            {"name": "首次认定奖补", "answer": "不符合", "amount": "金额待定", "needs": "首次认定", "clause": "二/(五)"}
        ],
        "risks": ["科技型中小企业将到期"],
        "others": ["等待一年"],
    }


def file_name(plan: Plan) -> str:
    return f"{plan.firm.name}-一企一策-第{plan.edition}版.docx"


def _plan(plan: Plan, rule_name: str) -> dict[str, Any]:
    return {
        "edition": plan.edition,
        "state": plan.state.label,
        "target": rule_name,
        "held": plan.body.get("held", []),
        "declares_on": text.day(plan.declares_on),
        "window": plan.body.get("window", ""),
        "facts_on": text.day(plan.finding_kept.facts_on),
        "known_at": text.moment(plan.finding_kept.known_at),
        "summary": plan.summary,
        "way": plan.body.get("way", ""),
        "made_by": plan.made_by.name,
        "made_at": text.day(plan.made_at),
        "decided_by": plan.decided_by.name if plan.decided_by else "",
        "decided_at": text.day(plan.decided_at) if plan.decided_at else "",
        "bureau": settings().bureau,
        "today": text.day(clock.today()),
        "progress": shown.progress_words(plan.measures),
    }


def _measure(number: int, measure: Measure) -> dict[str, Any]:
    return {
        "number": number,
        "name": measure.name,
        "detail": measure.detail or "—",
        "steps": [line for line in measure.steps.splitlines() if line.strip()],
        "owner": measure.owner,
        "helper": measure.helper or "—",
        "due": text.day(measure.due_on),
        "light": shown.light(measure).label,
        "clause": measure.clause,
    }


def _award(award: dict[str, Any]) -> dict[str, Any]:
    words = {"met": "符合", "unmet": "不符合", "unknown": "待核"}
    return {
        "name": award["name"],
        "answer": words.get(award["answer"], award["answer"]),
        "amount": shown.award_amount(award),
        "needs": "；".join(award["needs"]) or "已具备",
        "clause": award["clause"],
    }


def _sample_plan() -> dict[str, Any]:
    days = dict.fromkeys(("declares_on", "facts_on", "known_at", "made_at", "decided_at", "today"), SAMPLE_DAY)
    return {
        **days,
        "edition": 1,
        "state": "草稿",
        "target": "高新技术企业",
        "held": ["科技型中小企业"],
        "window": "以当年通知为准",
        "summary": "先补短板，再报材料。",
        "way": "研发费用增加38.6万元",
        "made_by": "张三",
        "decided_by": "李四",
        "bureau": settings().bureau,
        "progress": "共 1 条",
    }


def _sample_measure() -> dict[str, Any]:
    return {
        "number": 1,
        "name": "增加研发投入",
        "detail": "研发费用增加38.6万元",
        "steps": ["编制预算", "逐季核对"],
        "owner": "企业",
        "helper": "科技专员",
        "due": SAMPLE_DAY,
        "light": "正常",
        "clause": "二/(六)",
    }


def _own_template() -> bytes:
    from app.plans.default_template import default_template  # noqa: PLC0415 - brings python-docx

    return default_template()


PLAN = DocumentKind("plan", "一企一策方案", _own_template, sample)
