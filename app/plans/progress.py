"""Carrying plans out: what is reported, what new facts show, and who confirms that a measure is through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts import audit
from app.accounts.models import User
from app.checks.service import finding_again
from app.checks.wording import show_used
from app.core import clock
from app.core import db as database
from app.core.db import lock
from app.core.errors import Conflict, FieldError
from app.facts.models import Vouch
from app.firms.models import Firm, StoredFile
from app.plans import queries
from app.plans.forms import ReportFields
from app.plans.measurekinds import ASK
from app.plans.models import FILE, Measure, NoteKind, Plan, PlanNote, PlanState
from app.plans.reach import in_the_way
from app.rules import Anchors, Answer, ConditionFinding, Finding, Used

AT_ONCE = 50
VOUCH = "vouch:"


@dataclass(frozen=True)
class Judged:
    """A plan against today's facts: the conditions that moved since its diagnosis; measure → since when it is met."""

    finding: Finding
    drift: list[dict[str, Any]]
    met: dict[int, date]


def judge(db: Session, plan: Plan, measures: Sequence[Measure]) -> Judged:
    """Judge the firm again by the plan's rule, with what is known now, as of today."""
    today = clock.today()
    now, _ = finding_again(db, plan.firm, plan.rule_code, Anchors(today, today))
    then = plan.finding_kept.finding
    drift = _drift(db, then, now)
    moved = {each["id"]: date.fromisoformat(each["since"]) for each in drift}
    blocking, missing = set(in_the_way(now)), _missing(now)
    through = [each for each in measures if _is_met(each, then, blocking, missing)]
    met = {each.id: max((moved[aim] for aim in each.aims if aim in moved), default=today) for each in through}
    return Judged(now, drift, met)


def report(db: Session, actor: User, measure: Measure, fields: ReportFields, file: StoredFile | None = None) -> None:
    """Progress in words; evidence where it names a figure, record or title of the firm, or brings a file for it."""
    _check_issued(db, measure)
    reference, referred = fields.reference, _referred(db, measure, fields.reference)
    if file is not None:
        reference, referred = f"{FILE}{file.key}", "；".join(filter(None, (referred, f"附件“{file.name}”")))
    note = _note(db, actor, measure, NoteKind.EVIDENCE if reference else NoteKind.PROGRESS, fields.words)
    note.reference, note.referred = reference, referred[:300]
    db.flush()
    event = {"内容": fields.words, "依据": referred or "—"}
    audit.record(db, actor, "measure.evidence" if reference else "measure.progress", measure, changes=event)


def _referred(db: Session, measure: Measure, reference: str) -> str:
    """How the figure, record or title reads that is named as evidence."""
    if not reference:
        return ""
    codes = [str(each["code"]) for each in measure.moves]
    referred = dict(queries.evidence_of(db, measure.plan.firm_id, codes)).get(reference, "")
    if not referred:
        raise FieldError("reference", "没有这条数据或记录，可能已被更正，请重新选择。")
    return referred


def complete(db: Session, actor: User, measure: Measure, words: str) -> None:
    """A person confirms that a measure is through; nothing closes by itself."""
    _check_issued(db, measure)
    if measure.done_on is not None:
        raise Conflict("这条措施已经确认完成，不必再次确认。")
    measure.done_on, measure.done_by_id = clock.today(), actor.id
    _note(db, actor, measure, NoteKind.DONE, words)
    db.flush()
    audit.record(db, actor, "measure.done", measure, changes={"说明": words})


def reopen(db: Session, actor: User, measure: Measure, words: str) -> None:
    """Take a confirmation back; both stay in the thread."""
    _check_issued(db, measure)
    if measure.done_on is None:
        raise Conflict("这条措施还没有确认完成。")
    measure.done_on = measure.done_by_id = None
    _note(db, actor, measure, NoteKind.REOPENED, words)
    db.flush()
    audit.record(db, actor, "measure.reopened", measure, changes={"说明": words})


def follow_some() -> int:
    """Judge some of the plans that are carried out and whose firm, or day, is another one; how many there were."""
    today = clock.today()
    with database.reading() as session:
        waiting = list(session.scalars(_behind(today).limit(AT_ONCE)))
        found = [(plan, plan.firm.revision, judge(session, plan, plan.measures)) for plan in waiting]
    for plan, revision, judged in found:
        with database.writing() as session:
            _write(session, plan.id, revision, today, judged)
    return len(found)


def _behind(today: date) -> sa.Select[Plan]:
    loaded = joinedload(Plan.firm), joinedload(Plan.finding_kept), sa.orm.selectinload(Plan.measures)
    wanted = sa.select(Plan).join(Firm, Firm.id == Plan.firm_id).where(Plan.state == PlanState.APPROVED)
    another = Plan.followed_revision.is_distinct_from(Firm.revision) | Plan.followed_on.is_distinct_from(today)
    return wanted.where(another, Firm.merged_into_id.is_(None)).options(*loaded).order_by(Plan.id)


def _write(session: Session, plan_id: int, revision: int, today: date, judged: Judged) -> None:
    """Through the tables: what follows by itself is no edit, so no version is counted up and nobody's form is stale."""
    plans, measures = Plan.__table__, Measure.__table__
    change = sa.update(plans).where(plans.c.id == plan_id)  # type: ignore[arg-type]
    values = {"drift": judged.drift, "drifted": bool(judged.drift)}
    session.execute(change.values(**values, followed_revision=revision, followed_on=today))
    session.execute(sa.update(measures).where(measures.c.plan_id == plan_id).values(met_on=None))  # type: ignore[arg-type]
    for measure_id, since in judged.met.items():
        session.execute(sa.update(measures).where(measures.c.id == measure_id).values(met_on=since))  # type: ignore[arg-type]


def _drift(db: Session, then: Finding, now: Finding) -> list[dict[str, Any]]:
    before = {each.id: each for each in then.conditions}
    moved = [each for each in now.conditions if each.id in before and each.answer is not before[each.id].answer]
    return [_moved(each, before[each.id].answer, _cause(db, each, then, now)) for each in moved]


def _moved(now: ConditionFinding, was: Answer, cause: tuple[date, str]) -> dict[str, Any]:
    since, why = cause
    return {
        "id": now.id,
        "wording": now.wording,
        "was": was.code,
        "now": now.answer.code,
        "since": since.isoformat(),
        "why": why,
    }


def _cause(db: Session, condition: ConditionFinding, then: Finding, now: Finding) -> tuple[date, str]:
    """Since when a condition is another one, and what made it so: a figure, a word given, the rule, or the calendar."""
    known = {each.ref for each in _used(then.condition(condition.id))}
    fresh = [(_recorded_on(db, each), each) for each in _used(condition) if each.ref not in known]
    dated = [(day, each) for day, each in fresh if day is not None]
    if dated:
        day, last = max(dated, key=lambda pair: pair[0])
        year = f"{last.year}年度" if last.year else ""
        said = f"担保齐全（{last.source}）" if last.ref.startswith(VOUCH) else f"登记为{show_used(last)}"
        return day, f"{year}{last.label}{said}"
    if now.version_from != then.version_from and now.version_from is not None:
        return now.version_from, "规则换了新的版本"
    return now.anchors.facts_on, "没有新的数据，因日期推移或原有依据失效、撤回"


def _recorded_on(db: Session, used: Used) -> date | None:
    if used.recorded_on is None and used.ref.startswith(VOUCH):
        vouch = db.get(Vouch, int(used.ref.removeprefix(VOUCH)))
        return clock.local_day(vouch.recorded_at) if vouch else None
    return used.recorded_on


def _used(condition: ConditionFinding) -> Iterable[Used]:
    return (used for comparison in condition.comparisons for used in comparison.used)


def _missing(finding: Finding) -> set[tuple[str, int | None]]:
    waiting = (each for each in finding.conditions if each.answer is Answer.UNKNOWN)
    return {(missing.code, missing.year) for each in waiting for missing in each.missing}


def _is_met(measure: Measure, then: Finding, blocking: set[str], missing: set[tuple[str, int | None]]) -> bool:
    """A question is answered once nothing waits for what it asks; any other measure is met with all its aims."""
    if measure.kind == ASK and measure.moves:
        return not missing & {(each["code"], each["year"]) for each in measure.moves}
    aims = set(measure.aims)
    return bool(aims & set(in_the_way(then))) and not aims & blocking


def _note(db: Session, actor: User, measure: Measure, kind: NoteKind, words: str) -> PlanNote:
    note = PlanNote(
        plan_id=measure.plan_id,
        measure_id=measure.thread,
        kind=kind,
        words=words,
        author_id=actor.id,
        at=clock.now(),
    )
    db.add(note)
    return note


def _check_issued(db: Session, measure: Measure) -> None:
    lock(db, f"plan:{measure.plan.firm_id}")
    db.refresh(measure, ["done_on", "version"])
    db.refresh(measure.plan, ["state"])
    if measure.plan.state is not PlanState.APPROVED:
        raise Conflict(f"方案{measure.plan.state}，只有执行中的方案可以登记进展。")
