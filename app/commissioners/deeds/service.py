"""Entering and confirming deeds, rating, and giving grades: proposed by one officer, settled by another."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.commissioners.deeds import queries
from app.commissioners.deeds.declared import deed_kinds, first_month
from app.commissioners.deeds.forms import AppraisalFields, DeedFields, RatingFields, RefusalFields, ReturnFields
from app.commissioners.deeds.measuring import measured, sheet_of
from app.commissioners.deeds.models import Appraisal, AppraisalState, Deed, DeedState, Rating
from app.commissioners.deeds.sources import terms_in
from app.commissioners.deeds.terms import MEASURES
from app.commissioners.models import Commissioner
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Forbidden
from app.core.text import day
from app.firms.models import Assignment, Firm, StoredFile


def enter(db: Session, actor: User, person: Commissioner, fields: DeedFields, file: StoredFile | None = None) -> Deed:
    """A deed, waiting to be confirmed. FieldError where the person did not look after the firm on that day."""
    if not _served(db, person, fields.firm_id, fields.done_on, fields.done_on):
        raise FieldError("done_on", f"{day(fields.done_on)}不在您派驻这家企业的任期内，请核对企业和日期。")
    check_open(db, person, fields.done_on.year, "done_on")
    own = fields.model_dump()
    deed = Deed(commissioner=person, file=file, state=DeedState.WAITING, entered_at=clock.now(), **own)
    db.add(deed)
    db.flush()  # the event needs its id
    told = {"类别": deed_kinds()[deed.kind], "日期": deed.done_on, "内容": deed.words}
    audit.record(db, actor, "deed.entered", deed, changes=told)
    return deed


def confirm(db: Session, actor: User, deed: Deed) -> Deed:
    """It counts from now on. Conflict where it was decided about already."""
    _decide(db, actor, deed, DeedState.CONFIRMED, "")
    audit.record(db, actor, "deed.confirmed", deed)
    return deed


def refuse(db: Session, actor: User, deed: Deed, fields: RefusalFields) -> Deed:
    """It does not count; the commissioner reads why. Conflict where it was decided about already."""
    _decide(db, actor, deed, DeedState.REFUSED, fields.reason)
    audit.record(db, actor, "deed.refused", deed, changes={"原因": fields.reason})
    return deed


def withdraw(db: Session, actor: User, deed: Deed) -> Deed:
    """Its commissioner takes it back before it is decided about. Conflict where it was."""
    _decide(db, actor, deed, DeedState.WITHDRAWN, "")
    audit.record(db, actor, "deed.withdrawn", deed)
    return deed


def rate(db: Session, actor: User | None, firm: Firm, fields: RatingFields) -> Rating:
    """What a firm says of one commissioner's year; said again, it takes the place of what was said before.

    Raises:
        FieldError: the person did not look after the firm in that year.
        Conflict: the year's grade is settled.
    """
    lock(db, f"rating:{firm.id}")
    person = db.get(Commissioner, fields.commissioner_id)
    end = min(date(fields.year, 12, 31), clock.today())
    if person is None or not _served(db, person, firm.id, date(fields.year, 1, 1), end):
        raise FieldError("points", "这位专员这一年没有派驻贵企业，请刷新页面后重新选择。")
    if queries.ever_settled(db, person.id, fields.year):
        raise Conflict(f"{fields.year}年度的考核已经核定，评价不能再改。有新的意见请直接向科技局反映。")
    mine = Rating.firm_id == firm.id, Rating.commissioner_id == person.id, Rating.year == fields.year
    rating = db.scalar(sa.select(Rating).where(*mine))
    if rating is None:
        rating = Rating(firm=firm, commissioner=person, year=fields.year)
        db.add(rating)
    rating.points, rating.words = fields.points, fields.words
    rating.rated_at, rating.rated_by_id = clock.now(), actor.id if actor else None
    db.flush()  # the event needs its id
    # A firm's events are read by its commissioners too: that it spoke is told there, not what it said.
    audit.record(db, actor, "rating.given", rating)
    return rating


def propose(db: Session, actor: User, person: Commissioner, fields: AppraisalFields) -> Appraisal:
    """A grade for another officer to settle, with the record as it stands.

    Raises:
        Conflict: one waits already, or the year is not far enough.
        FieldError: it differs from what the measures give, or corrects a settled one, without a reason.
    """
    lock(db, "appraisal")
    _check_time(db, person, fields.year)
    versions = queries.appraisals_of(db, person, fields.year)
    if any(each.state is AppraisalState.PROPOSED for each in versions):
        raise Conflict("已有一个等次在等待核定，请先核定或退回。")
    found = _measure(db, person, fields.year)
    if not fields.reason and fields.grade is not found.measured:
        raise FieldError("reason", "与尺度得出的等次不同（或尺度还不能得出等次），请写明理由。")
    if not fields.reason and any(each.state is AppraisalState.SETTLED for each in versions):
        raise FieldError("reason", "这一年度已经核定过，更正请写明理由。")
    found.grade, found.reason = fields.grade, fields.reason
    found.state, found.proposed_at, found.proposed_by_id = AppraisalState.PROPOSED, clock.now(), actor.id
    db.add(found)
    db.flush()  # the event needs its id
    told = {"等次": found.grade, "尺度得出": found.measured, "理由": found.reason or None}
    audit.record(db, actor, "appraisal.proposed", found, changes=told)
    return found


def settle(db: Session, actor: User, appraisal: Appraisal) -> Appraisal:
    """The grade stands; one that stood before is replaced, and kept. Forbidden to whoever proposed it."""
    _hold(db, actor, appraisal)
    before = queries.settled(db, appraisal.commissioner, appraisal.year)
    if before is not None:
        before.state = AppraisalState.REPLACED
    _close(actor, appraisal, AppraisalState.SETTLED)
    told = {"等次": [before.grade if before else None, appraisal.grade]}
    audit.record(db, actor, "appraisal.settled", appraisal, changes=told)
    return appraisal


def give_back(db: Session, actor: User, appraisal: Appraisal, fields: ReturnFields) -> Appraisal:
    """To be proposed anew, with the reason. Forbidden to whoever proposed it."""
    _hold(db, actor, appraisal)
    _close(actor, appraisal, AppraisalState.RETURNED)
    appraisal.remark = fields.remark
    audit.record(db, actor, "appraisal.returned", appraisal, changes={"原因": fields.remark})
    return appraisal


def check_open(db: Session, person: Commissioner, year: int, field: str) -> None:
    """FieldError once a year's grade is settled: what it rests on changes no longer."""
    if queries.settled(db, person, year) is not None:
        raise FieldError(field, f"{year}年度的考核已经核定，不再登记这一年的事项。")


def _decide(db: Session, actor: User, deed: Deed, state: DeedState, reason: str) -> None:
    db.refresh(deed, with_for_update={"of": Deed})
    if deed.state is not DeedState.WAITING:
        raise Conflict(f"这一事项已经是“{deed.state}”，不用再办。")
    deed.state, deed.reason = state, reason
    deed.decided_at, deed.decided_by_id = clock.now(), actor.id
    db.flush()


def _served(db: Session, person: Commissioner, firm_id: int, start: date, end: date) -> bool:
    mine = Assignment.user_id == person.user_id, Assignment.firm_id == firm_id
    within = Assignment.starts_on <= end, Assignment.ends_on.is_(None) | (Assignment.ends_on >= start)
    return db.scalar(sa.select(Assignment.id).where(*mine, *within).limit(1)) is not None


def _check_time(db: Session, person: Commissioner, year: int) -> None:
    today = clock.today()
    if today < date(year, first_month(), 1):
        raise Conflict(f"{year}年度的考核从{year}年{first_month()}月1日起拟定。")
    if not terms_in(db, year, [person.user_id or 0]):
        raise Conflict(f"{person.name}{year}年没有派驻企业，没有可以考核的服务。")


def _measure(db: Session, person: Commissioner, year: int) -> Appraisal:
    """A version that knows what the record is and what the measures give."""
    record = queries.year_of(db, person, year)
    points = [each.points for each in queries.ratings_of(db, person, year)]
    grade = measured(sheet_of(record, points, None, year), year).grade
    figures: dict[str, int | str] = {each.label: record.number(each.code) for each in MEASURES}
    average = queries.mean(points)
    figures |= {"企业评价（家）": len(points), "企业评价均分": str(average) if average is not None else "—"}
    return Appraisal(commissioner=person, year=year, measured=grade, figures=figures)


def _hold(db: Session, actor: User, appraisal: Appraisal) -> None:
    lock(db, "appraisal")
    db.refresh(appraisal, with_for_update={"of": Appraisal})
    if appraisal.state is not AppraisalState.PROPOSED:
        raise Conflict(f"这个等次已经是“{appraisal.state}”，不用再办。")
    if appraisal.proposed_by_id == actor.id:
        raise Forbidden("等次由您拟定，须由另一人核定或退回。")


def _close(actor: User, appraisal: Appraisal, state: AppraisalState) -> None:
    appraisal.state, appraisal.decided_at, appraisal.decided_by_id = state, clock.now(), actor.id
