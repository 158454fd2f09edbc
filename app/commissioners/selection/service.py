"""Taking candidates through a round: a state is only reached from the one before, and says why it is not."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.commissioners import queries as register
from app.commissioners import service as people
from app.commissioners.forms import CommissionerFields
from app.commissioners.models import BETWEEN, Commissioner
from app.commissioners.selection import queries
from app.commissioners.selection.forms import (
    CANDIDATE_LABELS,
    ROUND_LABELS,
    AppointmentFields,
    CandidateFields,
    FindingFields,
    MoveFields,
    ObjectionFields,
    RoundFields,
)
from app.commissioners.selection.models import Candidate, CandidateState, CandidateStep, Objection, SelectionRound
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Stale
from app.core.text import day
from app.notices.workdays import months_after, workdays

RECOMMENDED, CHOSEN, PUBLIC = CandidateState.RECOMMENDED, CandidateState.CHOSEN, CandidateState.PUBLIC
APPOINTED, DROPPED = CandidateState.APPOINTED, CandidateState.DROPPED

# State → the one state that follows; whoever is not appointed yet may also be dropped, with a reason.
AFTER: Mapping[CandidateState, CandidateState] = {RECOMMENDED: CHOSEN, CHOSEN: PUBLIC, PUBLIC: APPOINTED}
USUAL_TERM = 24
NAME_TAKEN = "已有同名的遴选批次，请换一个名称，如加上年份。"


def open_round(db: Session, actor: User | None, fields: RoundFields) -> SelectionRound:
    """FieldError where another round has the name."""
    lock(db, "selection")
    if queries.round_called(db, fields.name):
        raise FieldError("name", NAME_TAKEN)
    found = SelectionRound(made_at=clock.now(), **fields.model_dump(exclude={"version"}))
    db.add(found)
    db.flush()  # the event needs its id
    audit.record(db, actor, "selection_round.opened", found, changes=_round_told(found))
    return found


def edit_round(db: Session, actor: User, found: SelectionRound, fields: RoundFields) -> SelectionRound:
    """Stale when somebody else has saved it since; FieldError for fewer places than are taken."""
    lock(db, "selection")
    db.refresh(found, with_for_update=True)
    if fields.version != found.version:
        raise Stale(found)
    twin = queries.round_called(db, fields.name)
    if twin is not None and twin.id != found.id:
        raise FieldError("name", NAME_TAKEN)
    taken = queries.places_taken(db, found.id)
    if fields.places < taken:
        raise FieldError("places", f"已有 {taken} 人公示或聘任，名额不能少于 {taken}。")
    before = _round_told(found)
    for name in ROUND_LABELS:
        setattr(found, name, getattr(fields, name))
    changes = audit.differences(before, _round_told(found))
    if changes:
        db.flush()
        audit.record(db, actor, "selection_round.edited", found, changes=changes)
    return found


def recommend(db: Session, actor: User | None, found: SelectionRound, fields: CandidateFields) -> Candidate:
    """FieldError where the round has this person already."""
    lock(db, "selection")
    if queries.namesake(db, found.id, fields.name, fields.institution):
        raise FieldError("name", "这一批里已有这个单位的同名候选人。")
    candidate = Candidate(round_id=found.id, state=RECOMMENDED, added_at=clock.now())
    _write(candidate, fields)
    db.add(candidate)
    db.flush()  # the first step and the event need its id
    _note(db, actor, candidate, "")
    audit.record(db, actor, "candidate.recommended", candidate, changes=_told(candidate))
    return candidate


def edit_candidate(db: Session, actor: User, candidate: Candidate, fields: CandidateFields) -> Candidate:
    """Stale when somebody else was faster; Conflict once the public has been told who it is."""
    _hold(db, candidate, fields.version)
    if candidate.state not in (RECOMMENDED, CHOSEN):
        raise Conflict(f"候选人目前是“{candidate.state}”，公示之后不能再改资料。确有错误的，写明原因落选后重新推荐。")
    twin = queries.namesake(db, candidate.round_id, fields.name, fields.institution)
    if twin is not None and twin.id != candidate.id:
        raise FieldError("name", "这一批里已有这个单位的同名候选人。")
    before = _told(candidate)
    _write(candidate, fields)
    changes = audit.differences(before, _told(candidate))
    if changes:
        db.flush()
        audit.record(db, actor, "candidate.edited", candidate, changes=changes)
    return candidate


def move(db: Session, actor: User | None, candidate: Candidate, fields: MoveFields) -> Candidate:
    """On to 遴选 or 公示, or out of the round.

    Raises:
        Stale: somebody else moved the candidate since.
        FieldError: the state cannot be reached from here, or needs a reason.
    """
    _hold(db, candidate, fields.version)
    _check_step(db, candidate, fields)
    if fields.state is PUBLIC:
        start = clock.today()
        last = workdays(db).after(start, candidate.round.notice_days)
        candidate.notice_starts_on, candidate.notice_ends_on = start, last
    _step(db, actor, candidate, fields.state, fields.remark)
    return candidate


def appoint(db: Session, actor: User | None, candidate: Candidate, fields: AppointmentFields) -> Commissioner:
    """Make a commissioner of a candidate: a new entry of the register, or the next term of one that it holds.

    Raises:
        Stale: somebody else moved the candidate since.
        Conflict: the public notice is not over, or an objection stands against it.
        FieldError: the account is not theirs to have.
    """
    _hold(db, candidate, fields.version)
    refusal = why_not_appointed(db, candidate)
    if refusal:
        raise Conflict(refusal)
    person = _entered(db, actor, candidate, fields)
    candidate.commissioner_id = person.id
    _step(db, actor, candidate, APPOINTED, fields.remark)
    return person


def why_not_appointed(db: Session, candidate: Candidate) -> str:
    """Why a candidate cannot be appointed today, as a sentence; empty where they can."""
    if candidate.state is not PUBLIC or candidate.notice_ends_on is None:
        return f"候选人目前是“{candidate.state}”，公示期满才能聘任。"
    objections = queries.objections_of(db, candidate.id)
    if any(each.upheld for each in objections):
        return "公示期间的异议成立，不能聘任，请转为落选并写明原因。"
    if any(each.upheld is None for each in objections):
        return "还有异议没有处理，请先登记核查结果。"
    today = clock.today()
    if today <= candidate.notice_ends_on:
        left = workdays(db).between(today, candidate.notice_ends_on)
        if not left:
            return f"公示今天才期满（{day(candidate.notice_ends_on)}），次日起才能聘任。"
        return f"公示到{day(candidate.notice_ends_on)}为止（还有 {left} 个工作日），期满次日起才能聘任。"
    return ""


def object_to(db: Session, actor: User, candidate: Candidate, fields: ObjectionFields) -> Objection:
    """Write down what somebody objected; Conflict where nothing is put up for objections."""
    _hold(db, candidate)
    if candidate.state is not PUBLIC or candidate.notice_starts_on is None:
        raise Conflict(f"候选人目前是“{candidate.state}”，只有公示中的候选人才登记异议。")
    if fields.raised_on < candidate.notice_starts_on:
        raise FieldError("raised_on", f"公示从{day(candidate.notice_starts_on)}开始，异议日期不能更早。")
    objection = Objection(candidate=candidate, **fields.model_dump())
    db.add(objection)
    db.flush()  # the event needs its id
    audit.record(db, actor, "objection.raised", objection, changes={"异议人": fields.raised_by, "内容": fields.words})
    return objection


def settle(db: Session, actor: User, objection: Objection, fields: FindingFields) -> Objection:
    """Write down what was found; once."""
    db.refresh(objection, with_for_update=True)
    if objection.upheld is not None:
        raise Conflict("这条异议已经处理。")
    objection.upheld, objection.finding = fields.upheld == "yes", fields.finding
    objection.settled_on = clock.today()
    outcome = "成立" if objection.upheld else "不成立"
    audit.record(db, actor, "objection.settled", objection, changes={"结果": outcome, "核查情况": fields.finding})
    return objection


def _check_step(db: Session, candidate: Candidate, fields: MoveFields) -> None:
    here, to = candidate.state, fields.state
    if here not in AFTER:
        raise FieldError("state", f"候选人已经“{here}”，不能再变。")
    if to is DROPPED:
        if not fields.remark:
            raise FieldError("remark", "落选请写明原因。")
        return
    if to is APPOINTED:
        raise FieldError("state", "聘任要填聘期，请在“聘任”一栏办理。")
    if to is not AFTER[here]:
        before = next((state for state, after in AFTER.items() if after is to), None)
        said = f"“{to}”只能从“{before}”转来" if before else f"不能退回“{to}”"
        raise FieldError("state", f"候选人目前是“{here}”，{said}。")
    taken, places = queries.places_taken(db, candidate.round_id), candidate.round.places
    if to is PUBLIC and taken >= places:
        raise FieldError("state", f"本批名额 {places} 人，已有 {taken} 人公示或聘任，请先有人落选或调整名额。")


def _entered(db: Session, actor: User | None, candidate: Candidate, fields: AppointmentFields) -> Commissioner:
    lock(db, "commissioner")
    known = register.namesake(db, candidate.name, candidate.institution)
    given = _register_fields(candidate, fields, known)
    if known is None:
        return people.enter(db, actor, given)
    people.check_account(db, given.user_id, known)
    return people.rewrite(db, actor, known, given)


def _register_fields(candidate: Candidate, fields: AppointmentFields, known: Commissioner | None) -> CommissionerFields:
    """The entry that follows from a candidate; what only the register knows of somebody stays as it is."""
    kept = {name: getattr(known, name) for name in ("unit_ids", "declared_on", "note")} if known else {}
    return CommissionerFields(
        **{name: getattr(candidate, name) for name in ("name", "post", "institution", "words")},
        degree=candidate.degree,
        fields=candidate.field_list,
        phone=candidate.phone or (known.phone if known else ""),
        starts_on=fields.starts_on,
        ends_on=fields.ends_on,
        contract_ends_on=fields.contract_ends_on,
        user_id=fields.user_id or (known.user_id if known else None),
        most_firms=fields.most_firms,
        **kept,
    )


def _hold(db: Session, candidate: Candidate, seen: int | None = None) -> None:
    lock(db, "selection")
    db.refresh(candidate, with_for_update={"of": Candidate})
    if seen is not None and seen != candidate.version:
        raise Stale(candidate)


def _step(db: Session, actor: User | None, candidate: Candidate, to: CandidateState, remark: str) -> None:
    before, candidate.state = candidate.state, to
    _note(db, actor, candidate, remark)
    db.flush()
    changes = {"状态": [before, to], **({"备注": remark} if remark else {})}
    audit.record(db, actor, "candidate.moved", candidate, changes=changes)


def _note(db: Session, actor: User | None, candidate: Candidate, remark: str) -> None:
    taken = {"taken_at": clock.now(), "taken_by_id": actor.id if actor else None}
    db.add(CandidateStep(candidate_id=candidate.id, state=candidate.state, remark=remark, **taken))


def _write(candidate: Candidate, fields: CandidateFields) -> None:
    for name in CANDIDATE_LABELS:
        setattr(candidate, name, getattr(fields, name))
    candidate.fields = BETWEEN.join(fields.fields)


def _told(candidate: Candidate) -> dict[str, Any]:
    shown = {name: getattr(candidate, name) or None for name in CANDIDATE_LABELS}
    shown["phone"] = "（已填）" if candidate.phone else None
    return {CANDIDATE_LABELS[name]: value for name, value in shown.items()}


def _round_told(found: SelectionRound) -> dict[str, Any]:
    return {label: getattr(found, name) for name, label in ROUND_LABELS.items()}


def usual_term(candidate: Candidate) -> dict[str, Any]:
    """Two years from the day after the notice, or from today."""
    start = max(clock.today(), (candidate.notice_ends_on or clock.today()) + timedelta(days=1))
    end = months_after(start, USUAL_TERM) - timedelta(days=1)
    return {"starts_on": start.isoformat(), "ends_on": end.isoformat()}
