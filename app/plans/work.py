"""The job behind a draft: judge the firm, search what would do, keep the finding, write the plan and its measures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import Unit, User
from app.checks.check import Check
from app.checks.service import check_firm, keep_finding
from app.checks.sheet import sheet_of
from app.core import clock, db
from app.core.errors import Conflict
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.firms.queries import open_units
from app.jobs import service as jobs
from app.jobs.kinds import register
from app.jobs.run import Run
from app.plans import drafting, prospects, queries, service
from app.plans.drafting import Proposed
from app.plans.measurekinds import ASK, FIRM
from app.plans.models import Measure, NoteKind, Plan, PlanNote, PlanState
from app.plans.reach import carried_out
from app.plans.schedule import Declaring, declaring
from app.policies.queries import Entry, rule_book
from app.rules import Anchors, FactSheet, Finding, evaluate, find_gaps
from app.rules.gaps import Gap, say_gap
from app.rules.rule import RuleVersion
from app.titles.queries import titles_of

COMMISSIONER = "科技专员"
BUREAU = "科技局"


@dataclass(frozen=True)
class Basis:
    """Everything a draft rests on, as known at one moment."""

    anchors: Anchors
    entry: Entry
    version: RuleVersion
    sheet: FactSheet
    finding: Finding
    check: Check


@dataclass(frozen=True)
class Draft:
    """What is written down: the day to work towards, the measures, and the rest of the body."""

    declaring: Declaring
    measures: list[Proposed]
    body: dict[str, Any]


@register(service.JOB, "起草一企一策", permission="plan:write")
def make(run: Run) -> None:
    """Reads and searches first; what is known at that moment is what the plan is written and kept by."""
    run.say("正在体检。", done=0, total=3)
    chosen = run.arguments["declares_on"]
    with db.reading() as session:
        firm = session.get_one(Firm, run.arguments["firm"])
        basis = _basis(session, firm, run.arguments["rule"])
    run.say("正在找达标的办法，可能要几秒。", done=1, total=3)
    gaps = find_gaps(basis.entry.rule, basis.sheet, basis.anchors)
    run.say("正在排定措施。", done=2, total=3)
    with db.reading() as session:
        draft = drafted(session, firm, basis, gaps, date.fromisoformat(chosen) if chosen else None)
    with run.step() as (session, job):
        plan = write(session, run.owner(session), session.get_one(Firm, firm.id), basis, draft)
        job.done = job.total = 3
        jobs.finish(job, "草稿已拟好。", route="plans.show", parameters={"plan_id": plan.id}, label="查看方案草稿")


def draft_now(session: Session, actor: User, firm: Firm, code: str) -> Plan:
    """A draft at once, in one transaction: for whoever has nobody waiting for the database meanwhile."""
    basis = _basis(session, firm, code)
    gaps = find_gaps(basis.entry.rule, basis.sheet, basis.anchors)
    return write(session, actor, firm, basis, drafted(session, firm, basis, gaps, None))


def drafted(session: Session, firm: Firm, basis: Basis, gaps: Sequence[Gap], chosen: date | None) -> Draft:
    """The draft by the first proposal, which is the soonest."""
    gap = gaps[0] if gaps else None
    today = basis.anchors.facts_on
    found = drafting.proposed(basis.version, basis.finding, gap)
    months = max((each.lead_months for each in found), default=0)
    towards = declaring(basis.version.window, today=today, lead_months=months, chosen=chosen)
    sheet, anchors = carried_out(basis.sheet, basis.anchors, gap) if gap else (basis.sheet, basis.anchors)
    titles = titles_of(session, firm.id)
    kinds = vocabulary().titles
    body = {
        "held": [str(each) for each in titles if each.in_force(today) and each.kind in kinds],
        "window": towards.note,
        "way": say_gap(gap) if gap else "",
        "aimed": sorted({aim for each in found for aim in each.aims}),
        "judgement": list(gap.open) if gap else [],
        "others": [say_gap(each) for each in gaps[1:]],
        "awards": prospects.awards(basis.check.awards),
        "risks": [
            *prospects.expiring(titles, today=today, declares_on=towards.on),
            *prospects.band_jumps(basis.entry.rule, sheet, anchors),
        ],
    }
    return Draft(towards, drafting.dated(found, today=today, declares_on=towards.on), body)


def write(session: Session, actor: User, firm: Firm, basis: Basis, draft: Draft) -> Plan:
    """Keep the finding, then the plan with its measures; those of the edition carried out now go on in the new one."""
    db.lock(session, f"plan:{firm.id}")
    service.check_no_other(session, firm.id)
    previous = queries.standing(session, firm.id)
    edition = queries.last_edition(session, firm.id) + 1
    reason = f"一企一策第 {edition} 版的诊断"
    kept = keep_finding(session, actor, firm, basis.entry.rule.code, basis.anchors, reason=reason)
    plan = Plan(
        firm_id=firm.id, firm=firm, edition=edition, state=PlanState.DRAFT, rule_code=basis.entry.rule.code,
        finding_id=kept.id, declares_on=draft.declaring.on, body=draft.body, writer_ids=[actor.id],
        made_at=clock.now(), made_by_id=actor.id, previous_id=previous.id if previous else None,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    carried = queries.measures_of(session, previous.id) if previous else []
    rows = [*_carried(plan, carried), *_fresh(session, firm, plan, draft.measures, carried)]
    for position, row in enumerate(rows, 1):
        row.position = position
    session.add_all(rows)
    session.add(PlanNote(plan_id=plan.id, kind=NoteKind.DRAFTED, words="", author_id=actor.id, at=clock.now()))
    session.flush()
    audit.record(session, actor, "plan.drafted", plan, changes={"目标": basis.entry.rule.name, "措施数": len(rows)})
    return plan


def _basis(session: Session, firm: Firm, code: str) -> Basis:
    today, moment = clock.today(), _moment()
    anchors = Anchors(today, today, moment)
    book = rule_book(session, at=moment)
    entry = book.entry(code)
    version = entry.rule.version_on(today)
    if version is None:
        raise Conflict(f"“{entry.rule.name}”今天没有施行的标准，不能据以起草。")
    sheet = sheet_of(session, firm, at=moment)
    check = check_firm(session, firm, anchors, entries=book.here())
    return Basis(anchors, entry, version, sheet, evaluate(entry.rule, sheet, anchors), check)


def _moment() -> datetime:
    return clock.now()


def _carried(plan: Plan, measures: Iterable[Measure]) -> list[Measure]:
    """The measures of the edition before, each going on under the same root."""
    told = ("kind", "name", "detail", "steps", "aims", "moves", "owner_unit_id", "helper", "lead_months", "due_on")
    same = (*told, "clause", "done_on", "done_by_id")
    return [
        Measure(plan_id=plan.id, root_id=each.thread, position=0, **{name: getattr(each, name) for name in same})
        for each in measures
    ]


def _fresh(
    session: Session, firm: Firm, plan: Plan, proposed: Iterable[Proposed], carried: Sequence[Measure]
) -> list[Measure]:
    """What is proposed and not yet being done: the same kind with the same moves would be done twice."""
    doing = {(each.kind, each.detail) for each in carried if each.done_on is None}
    units, commissioner = open_units(session), queries.commissioner_of(session, firm)
    return [_row(plan, each, units, commissioner) for each in proposed if (each.kind.code, each.detail) not in doing]


def _row(plan: Plan, each: Proposed, units: Sequence[Unit], commissioner: User | None) -> Measure:
    owner = _owner(each, units)
    return Measure(
        plan_id=plan.id,
        position=0,
        kind=each.kind.code,
        name=each.name[:200],
        detail=each.detail,
        steps=each.steps,
        aims=each.aims,
        moves=each.moves,
        owner_unit_id=owner.id if owner else None,
        helper=f"{COMMISSIONER}{commissioner.name}"
        if commissioner and each.kind.helper == COMMISSIONER
        else each.kind.helper,
        lead_months=each.lead_months,
        due_on=each.due_on,
        clause=each.kind.clause,
    )


def _owner(each: Proposed, units: Sequence[Unit]) -> Unit | None:
    """The unit that the library's word names, for a question its supplier, else the bureau; None: the firm."""
    if each.owner == FIRM:
        return None
    wanted = [each.owner, BUREAU] if each.kind.code == ASK else [each.owner]
    return next((unit for word in wanted for unit in units if word and word in unit.name), None)
