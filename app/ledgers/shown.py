"""The lines behind some rows of the ledger, in their order, with everything the page, the paper and the file say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.firms.models import Firm
from app.ledgers.lines import Line, LineKind, LineState
from app.needs import shown as needs
from app.needs.matching.models import Referral
from app.needs.models import Need, NeedStep
from app.notices.overdue import escalated
from app.plans.measurekinds import measure_kinds
from app.plans.models import Measure, Plan, PlanNote
from app.plans.overdue import MEASURE
from app.plans.queries import latest_notes
from app.plans.schedule import light_of
from app.visits.models import Promise, Visit
from app.visits.overdue import PROMISE

Row = sa.Row[Any]


def lines(db: Session, rows: Sequence[Row]) -> list[Line]:
    """One line per row."""
    made: dict[tuple[str, int], Line] = {}
    for kind, draw in DRAWN.items():
        states = {row.number: LineState.of(row.state) for row in rows if row.kind == kind.code}
        if states:
            made |= {(kind.code, number): line for number, line in draw(db, states)}
    return [made[row.kind, row.number] for row in rows]


States = Mapping[int, LineState]
Numbered = Iterable[tuple[int, Line]]


def _measures(db: Session, states: States) -> Numbered:
    plan = joinedload(Measure.plan)
    wanted = sa.select(Measure).where(Measure.id.in_(states)).options(
        plan.joinedload(Plan.firm).joinedload(Firm.unit), plan.joinedload(Plan.made_by), joinedload(Measure.owner_unit)
    )  # fmt: skip
    found = list(db.scalars(wanted))
    notes = latest_notes(db, [each.thread for each in found])
    told = escalated(db, MEASURE, {each.thread: each.due_on for each in found})
    return [(each.id, _measure(each, states[each.id], notes.get(each.thread), told)) for each in found]


def _measure(measure: Measure, state: LineState, note: PlanNote | None, told: set[int]) -> Line:
    plan, kind, today = measure.plan, measure_kinds().get(measure.kind), clock.today()
    return Line(
        **_firm(plan.firm),
        kind=LineKind.MEASURE,
        state=state,
        route="measures.show",
        parameters={"measure_id": measure.id},
        day=clock.local_day(plan.decided_at or plan.made_at),
        by=plan.made_by.name,
        sort=kind.type if kind else measure.kind,
        problem=measure.detail,
        promised=measure.name,
        owner=measure.owner,
        helper=measure.helper,
        due_on=measure.due_on,
        light=light_of(measure.due_on, measure.done_on, today),
        latest=f"{clock.local_day(note.at).isoformat()} {note.words or note.kind.label}" if note else "",
        done_on=measure.done_on,
        clause=measure.clause,
        met=measure.done_on is None and measure.met_on is not None,
        escalated=measure.done_on is None and measure.thread in told,
    )


def _promises(db: Session, states: States) -> Numbered:
    visit = joinedload(Promise.visit)
    wanted = sa.select(Promise).where(Promise.id.in_(states)).options(
        visit.joinedload(Visit.firm).joinedload(Firm.unit), visit.joinedload(Visit.user), joinedload(Promise.owner)
    )  # fmt: skip
    found = list(db.scalars(wanted))
    told = escalated(db, PROMISE, {each.id: each.due_on for each in found if each.due_on})
    return [(each.id, _promise(each, states[each.id], told)) for each in found]


def _promise(promise: Promise, state: LineState, told: set[int]) -> Line:
    due, kept = promise.due_on, promise.kept_on
    return Line(
        **_visited(promise.visit),
        kind=LineKind.PROMISE,
        state=state,
        promised=promise.what,
        owner=promise.owner.name,
        due_on=due,
        light=light_of(due, kept, clock.today()) if due else None,
        done_on=kept,
        escalated=kept is None and promise.id in told,
    )


def _visits(db: Session, states: States) -> Numbered:
    wanted = sa.select(Visit).where(Visit.id.in_(states))
    loaded = wanted.options(joinedload(Visit.firm).joinedload(Firm.unit), joinedload(Visit.user))
    for visit in db.scalars(loaded):
        yield visit.id, Line(**_visited(visit), kind=LineKind.VISIT, state=states[visit.id], promised="", owner="")


def _needs(db: Session, states: States) -> Numbered:
    wanted = sa.select(Need).where(Need.id.in_(states)).options(
        joinedload(Need.firm).joinedload(Firm.unit), joinedload(Need.raised_by),
        joinedload(Need.steps).joinedload(NeedStep.taken_by),
    )  # fmt: skip
    brought = _referrals(db, states)
    return [(each.id, _need(each, states[each.id], brought.get(each.id))) for each in db.scalars(wanted).unique()]


def _need(need: Need, state: LineState, referral: Referral | None) -> Line:
    done = clock.local_day(need.steps[0].taken_at) if state is LineState.DONE and need.steps else None
    by = need.raised_by.name if need.raised_by else ""
    return Line(
        **_firm(need.firm),
        kind=LineKind.NEED,
        state=state,
        route="needs.show",
        parameters={"need_id": need.id},
        day=clock.local_day(need.raised_at),
        by=by,
        sort=need.kind_label,
        problem=need.title,
        promised=f"对接{referral.resource}" if referral else "",
        owner=referral.made_by.name if referral and referral.made_by else "",
        due_on=need.deadline,
        light=_light(need.deadline, state, done),
        latest=needs.progress(need).rpartition("；")[2],
        done_on=done,
    )


def _light(due: date | None, state: LineState, done: date | None) -> Any:
    """What is set aside or waits for the firm is not called late."""
    return None if due is None or state is LineState.SHELVED else light_of(due, done, clock.today())


def _referrals(db: Session, needs_shown: Iterable[int]) -> dict[int, Referral]:
    """Need → its last referral."""
    last = sa.select(sa.func.max(Referral.id)).where(Referral.need_id.in_(needs_shown)).group_by(Referral.need_id)
    people = joinedload(Referral.resource), joinedload(Referral.made_by)
    found = db.scalars(sa.select(Referral).where(Referral.id.in_(last)).options(*people))
    return {each.need_id: each for each in found}


def _visited(visit: Visit) -> dict[str, Any]:
    return {
        **_firm(visit.firm),
        "route": "visits.show",
        "parameters": {"firm_id": visit.firm_id, "visit_id": visit.id},
        "day": visit.visited_on,
        "by": visit.user.name,
        "sort": visit.topics,
        "problem": visit.problems or visit.needs,
        "next_on": visit.next_on,
    }


def _firm(firm: Firm) -> dict[str, Any]:
    return {"firm": firm.name, "place": firm.unit.name if firm.unit else "未分配"}


DRAWN: Mapping[LineKind, Callable[[Session, States], Numbered]] = {
    LineKind.MEASURE: _measures,
    LineKind.PROMISE: _promises,
    LineKind.VISIT: _visits,
    LineKind.NEED: _needs,
}
