"""A plan in words, the same on its page and in its Word document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.checks.wording import say_missing_together, show_used
from app.core import clock, text
from app.plans import schedule
from app.plans.models import FILE, Measure, NoteKind, Plan, PlanNote, PlanState
from app.plans.reach import in_the_way
from app.plans.schedule import Light, Milestone, light_of
from app.rules import Answer, Comparison, ConditionFinding, Finding
from app.rules.explain import say_difference, say_value
from app.rules.wording import OPERATOR_WORDS, show_interval

STATE_SIGNS = {
    PlanState.DRAFT: "plain",
    PlanState.SUBMITTED: "warn",
    PlanState.RETURNED: "bad",
    PlanState.APPROVED: "accent",
    PlanState.CLOSED: "good",
    PlanState.REPLACED: "plain",
    PlanState.DROPPED: "plain",
}
NOTE_SIGNS = {NoteKind.RETURNED: "bad", NoteKind.APPROVED: "good", NoteKind.DONE: "good", NoteKind.REOPENED: "warn"}


@dataclass(frozen=True)
class Diagnosed:
    """One condition of the diagnosis: as it is, as it must be, and by what measure the difference is made up."""

    condition: str
    wording: str
    answer: Answer
    value: str
    threshold: str
    gap: str
    clause: str


@dataclass(frozen=True)
class UsedFact:
    label: str
    period: str
    value: str
    source: str


def diagnosis(plan: Plan) -> list[Diagnosed]:
    """Every condition, those a measure was drawn for first, then the others in the way."""
    finding = plan.finding_kept.finding
    blocking, aimed = set(in_the_way(finding)), set(plan.body.get("aimed", []))
    ordered = sorted(finding.conditions, key=lambda each: (each.id not in aimed & blocking, each.id not in blocking))
    return [_diagnosed(plan, each, is_blocking=each.id in blocking) for each in ordered]


def facts_used(finding: Finding) -> list[UsedFact]:
    """The figures and records the diagnosis rests on, each once."""
    found: dict[str, UsedFact] = {}
    for condition in finding.conditions:
        for comparison in condition.comparisons:
            for used in comparison.used:
                period = f"{used.year}年度" if used.year else ""
                said = f"{used.source}，{text.day(used.recorded_on)}登记" if used.recorded_on else used.source
                found.setdefault(used.ref or used.label, UsedFact(used.label, period, show_used(used), said))
    return sorted(found.values(), key=lambda each: (each.label, each.period))


def milestones(plan: Plan) -> list[Milestone]:
    return schedule.milestones(_timed(plan), declares_on=plan.declares_on)


def risks(plan: Plan) -> list[str]:
    """What was seen when it was drafted, and what the calendar says of it as long as it is not through."""
    late = schedule.late_starts(_timed(plan, still=True), clock.today())
    return [*plan.body.get("risks", []), *late]


def light(measure: Measure) -> Light:
    return light_of(measure.due_on, measure.done_on, clock.today())


def progress_words(measures: Sequence[Measure]) -> str:
    """“共 5 条，已完成 2 条，逾期 1 条”."""
    lights = [light(each) for each in measures]
    late = f"，逾期 {lights.count(Light.LATE)} 条" if Light.LATE in lights else ""
    return f"共 {len(lights)} 条，已完成 {lights.count(Light.DONE)} 条{late}"


def award_amount(award: dict[str, Any]) -> str:
    """“金额待定（待…明确）”, a sum or a range in 万元; a dash where nothing is paid."""
    low, high = (None if award[end] is None else Decimal(award[end]) for end in ("low", "high"))
    match award["kind"]:
        case "none":
            return "—"
        case "hole":
            return f"金额待定（待{award['waits_for']}明确）" if award["waits_for"] else "金额待定"
        case _ if low == high:
            return text.wan(low)
        case _:
            return f"{text.wan(low)}～{text.wan(high)}" if high is not None else f"{text.wan(low)}起"


def timeline(notes: Sequence[PlanNote], file_url: Callable[[str], str] = lambda _: "") -> list[dict[str, Any]]:
    """Notes as `ui.timeline` takes them; `file_url` gives the address of a file for whoever may open it."""
    return [
        {
            "when": text.moment(note.at),
            "title": note.kind.label,
            "who": note.author.name if note.author else "系统",
            "text": "；依据：".join(filter(None, (note.words, note.referred))),
            "kind": NOTE_SIGNS.get(note.kind, ""),
            "url": file_url(note.reference.removeprefix(FILE)) if note.reference.startswith(FILE) else "",
        }
        for note in notes
    ]


def _diagnosed(plan: Plan, each: ConditionFinding, *, is_blocking: bool) -> Diagnosed:
    values = [_value(one) for one in each.comparisons]
    limits = [_limit(one) for one in each.comparisons if one.operator]
    return Diagnosed(
        condition=each.id,
        wording=each.wording,
        answer=each.answer,
        value="；".join(dict.fromkeys(filter(None, values))) or "—",
        threshold="；".join(dict.fromkeys(limits)) or "—",
        gap=_gap(plan, each) if is_blocking else "",
        clause=each.clause,
    )


def _value(comparison: Comparison) -> str:
    return say_value(comparison) if comparison.operator else comparison.value_text


def _limit(comparison: Comparison) -> str:
    limit = comparison.threshold
    said = comparison.threshold_text if limit is None else show_interval(limit, comparison.unit, tidy=True)
    return f"{OPERATOR_WORDS[comparison.operator].removeprefix('要求')}{said}"


def _gap(plan: Plan, condition: ConditionFinding) -> str:
    """How far it is; what is missing, or what of the measures makes it up; or why nothing does."""
    far = [each for each in map(say_difference, condition.comparisons) if each]
    if condition.answer is Answer.UNKNOWN and condition.missing:
        return "；".join(dict.fromkeys([*far, *say_missing_together(condition.missing)]))
    aimed = [each for each in plan.measures if condition.id in each.aims]
    said = [str(move["words"]) for each in aimed for move in each.moves if move["words"]]
    return "；".join(dict.fromkeys([*far, *said])) or _why_none(plan, condition, measured=bool(aimed))


def _why_none(plan: Plan, condition: ConditionFinding, *, measured: bool) -> str:
    match condition.id:
        case _ if measured:
            return "见所列措施"
        case name if name in plan.body.get("judgement", []):
            return "取决于评审核定"
        case name if plan.body.get("way") and name not in plan.body.get("aimed", []):
            return "所选办法不需要这一条"
        case _:
            return "还没有对应的措施"


def _timed(plan: Plan, *, still: bool = False) -> list[tuple[str, date, int]]:
    wanted = (each for each in plan.measures if not (still and each.done_on))
    return [(each.name, each.due_on, each.lead_months) for each in wanted]
