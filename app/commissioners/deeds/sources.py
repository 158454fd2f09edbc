"""Reading from the ledgers what may belong to a service record: everything of one year, for all firms in question."""

from collections.abc import Iterator, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.commissioners.deeds.declared import deed_kinds
from app.commissioners.deeds.models import Deed
from app.commissioners.deeds.terms import Item, Term
from app.commissioners.models import Commissioner
from app.core import clock
from app.core.chunks import chunks
from app.core.text import day
from app.facts.models import Record
from app.facts.vocabulary import vocabulary
from app.firms.models import Assignment, Firm, Inquiry
from app.needs.models import Need
from app.plans.models import Measure, Plan
from app.titles.models import Title
from app.visits.models import Promise, Reply, ReplyState, Visit

FIRST, LAST = (1, 1), (12, 31)


def terms_in(db: Session, year: int, users: Sequence[int] | None = None) -> list[Term]:
    """Every 派驻 as far as it lies in a year and has come to pass; firms merged into others are not among them."""
    start, end = date(year, *FIRST), min(date(year, *LAST), clock.today())
    held = sa.select(Assignment).join(Firm, Firm.id == Assignment.firm_id).where(Firm.merged_into_id.is_(None))
    overlapping = (Assignment.starts_on <= end) & (Assignment.ends_on.is_(None) | (Assignment.ends_on >= start))
    mine = held.where(overlapping).order_by(Assignment.starts_on, Assignment.id)
    mine = mine if users is None else mine.where(Assignment.user_id.in_(users))
    return [
        Term(each.user_id, each.firm_id, max(each.starts_on, start), min(each.ends_on or end, end))
        for each in db.scalars(mine)
    ]


def items_in(db: Session, year: int, firms: set[int]) -> list[Item]:
    """What is on file of some firms in a year, whosever term it lies in."""
    days = date(year, *FIRST), date(year, *LAST)
    readers = (_visits, _needs, _promises, _replies, _inquiries, _measures, _titles, _records, _deeds)
    return [item for some in chunks(sorted(firms)) for read in readers for item in read(db, list(some), *days)]


def _visits(db: Session, firms: list[int], start: date, end: date) -> Iterator[Item]:
    for each in db.scalars(sa.select(Visit).where(Visit.firm_id.in_(firms), Visit.visited_on.between(start, end))):
        yield Item("visit", each.id, each.firm_id, each.visited_on, each.topics or "走访", each.user_id, detail=each.id)


def _needs(db: Session, firms: list[int], start: date, end: date) -> Iterator[Item]:
    rows = sa.select(Need, Visit).join(Visit, Visit.id == Need.visit_id)
    mine = rows.where(Need.firm_id.in_(firms), Visit.visited_on.between(start, end))
    for need, visit in db.execute(mine):
        state = need.state.code, need.state.label
        yield Item("need", need.id, need.firm_id, visit.visited_on, need.title, visit.user_id, *state)


def _promises(db: Session, firms: list[int], start: date, end: date) -> Iterator[Item]:
    rows = sa.select(Promise).join(Visit, Visit.id == Promise.visit_id).options(joinedload(Promise.visit))
    mine = rows.where(Visit.firm_id.in_(firms), Visit.visited_on.between(start, end))
    for each in db.scalars(mine):
        code = "kept" if each.kept_on else "late" if each.is_late else "open"
        label = {"kept": f"{day(each.kept_on)}办结", "late": f"逾期，应在{day(each.due_on)}前", "open": "未到期"}[code]
        on, visit = each.visit.visited_on, each.visit_id
        yield Item("promise", each.id, each.visit.firm_id, on, each.what, each.owner_id, code, label, visit)


def _replies(db: Session, firms: list[int], start: date, end: date) -> Iterator[Item]:
    rows = sa.select(Reply, Visit).join(Visit, Visit.id == Reply.visit_id).where(Reply.state == ReplyState.TAKEN)
    for each, visit in db.execute(rows.where(Visit.firm_id.in_(firms), Visit.visited_on.between(start, end))):
        yield Item("reply", each.id, visit.firm_id, visit.visited_on, _label(each.kind), visit.user_id, detail=visit.id)


def _inquiries(db: Session, firms: list[int], start: date, end: date) -> Iterator[Item]:
    answered = Inquiry.answered_at.between(clock.day_starts(start), clock.day_ends(end))
    for each in db.scalars(sa.select(Inquiry).where(Inquiry.firm_id.in_(firms), answered)):
        on = clock.local_day(each.answered_at) if each.answered_at else start
        yield Item("inquiry", each.id, each.firm_id, on, each.question, each.answered_by_id or 0)


def _measures(db: Session, firms: list[int], start: date, end: date) -> Iterator[Item]:
    rows = sa.select(Measure, Plan.firm_id).join(Plan, Plan.id == Measure.plan_id)
    # A later edition takes over what was done in the one before: counted by the measure that both are.
    seen: set[int] = set()
    done = rows.where(Plan.firm_id.in_(firms), Measure.done_on.between(start, end)).order_by(Measure.id.desc())
    for each, firm_id in db.execute(done):
        if each.thread not in seen and each.done_on:
            seen.add(each.thread)
            yield Item("measure", each.id, firm_id, each.done_on, each.name)


def _titles(db: Session, firms: list[int], start: date, end: date) -> Iterator[Item]:
    standing = sa.select(Title).where(Title.firm_id.in_(firms), Title.superseded_at.is_(None))
    for each in db.scalars(standing.where(Title.issued_on.between(start, end))):
        yield Item("title", each.id, each.firm_id, each.issued_on, str(each))


def _records(db: Session, firms: list[int], start: date, end: date) -> Iterator[Item]:
    standing = sa.select(Record).where(Record.firm_id.in_(firms), Record.superseded_at.is_(None))
    wanted = Record.collection.in_(("ip", "platforms")), Record.starts_on.between(start, end)
    for each in db.scalars(standing.where(*wanted)):
        told = (each.attributes.get("sort"), each.attributes.get("name") or each.attributes.get("number"))
        words = " ".join(str(one) for one in told if one)
        source = "ip" if each.collection == "ip" else "platform"
        yield Item(source, each.id, each.firm_id, each.starts_on or start, words or "（没有写名称）")


def _deeds(db: Session, firms: list[int], start: date, end: date) -> Iterator[Item]:
    rows = sa.select(Deed, Commissioner.user_id).join(Commissioner, Commissioner.id == Deed.commissioner_id)
    for each, user_id in db.execute(rows.where(Deed.firm_id.in_(firms), Deed.done_on.between(start, end))):
        words = f"{deed_kinds().get(each.kind, each.kind)}：{each.words}"
        state = each.state.code, each.state.label
        yield Item("deed", each.id, each.firm_id, each.done_on, words, user_id or 0, *state)


def _label(kind: str) -> str:
    known = vocabulary().facts.get(kind)
    return known.label if known else kind
