"""Reading plans: one firm's editions, the list with its filters, notes, and what evidence can point at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core.address import ListSearch, asked, digits, one_of
from app.facts import queries as facts
from app.facts.values import joined
from app.facts.vocabulary import vocabulary
from app.firms.models import Assignment, Firm
from app.firms.search.text import has_word
from app.plans.access import READ_ISSUED_ONLY, visible_plans
from app.plans.models import UNDER_WAY, Measure, Plan, PlanNote, PlanState
from app.plans.schedule import SOON
from app.policies.queries import LADDER, Entry, rule_book
from app.titles.queries import titles_of

READ = "plan:read"
LIGHTS = {"late": "有逾期措施", "near": "有临近措施", "met": "有措施待确认完成"}


@dataclass(frozen=True)
class PlanSearch(ListSearch):
    """What a list of plans is narrowed to; `drift` is given for those whose diagnosis has changed."""

    state: str = asked(one_of(PlanState.codes))
    rule: str = asked(str)
    unit: str = asked(digits)
    light: str = asked(one_of(lambda: LIGHTS))
    drift: str = asked(str)
    q: str = asked(str)


def plans(actor: User, wanted: PlanSearch) -> sa.Select[Plan]:
    """The plans of a list, the latest first."""
    found = sa.select(Plan).join(Firm, Firm.id == Plan.firm_id)
    conditions = [visible_plans(actor, READ), *_conditions(wanted)]
    return found.where(*conditions).order_by(Plan.made_at.desc(), Plan.id.desc())


def with_firms(chosen: sa.Select[Plan]) -> sa.Select[Plan]:
    """The same with everything a list shows."""
    return chosen.options(joinedload(Plan.firm).joinedload(Firm.unit), joinedload(Plan.made_by))


def state_counts(db: Session, actor: User, wanted: PlanSearch) -> dict[PlanState, int]:
    """How many plans are in each state, under the other filters."""
    others = wanted.but(state="")
    counted = sa.select(Plan.state, sa.func.count()).join(Firm, Firm.id == Plan.firm_id)
    rows = db.execute(counted.where(visible_plans(actor, READ), *_conditions(others)).group_by(Plan.state))
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in PlanState}


def measure_counts(db: Session, plans: Sequence[Plan]) -> dict[int, tuple[int, int, int]]:
    """Plan → its measures: all, done, late."""
    today = clock.today()
    done = sa.func.count(Measure.done_on)
    late = sa.func.sum(sa.case((Measure.done_on.is_(None) & (Measure.due_on < today), 1), else_=0))
    rows = db.execute(
        sa.select(Measure.plan_id, sa.func.count(), done, late)
        .where(Measure.plan_id.in_([plan.id for plan in plans]))
        .group_by(Measure.plan_id)
    )
    return {plan: (count, done, late or 0) for plan, count, done, late in rows}


def neighbours(db: Session, actor: User, wanted: PlanSearch, plan: Plan) -> tuple[int | None, int | None, int, int]:
    """The plans before and after one in a list, its place, and how many there are; place 0 where it is not in it."""
    ids = list(db.scalars(plans(actor, wanted).with_only_columns(Plan.id).limit(MOST_PLACES)))
    if plan.id not in ids:
        return None, None, 0, len(ids)
    place = ids.index(plan.id)
    before = ids[place - 1] if place else None
    after = ids[place + 1] if place + 1 < len(ids) else None
    return before, after, place + 1, len(ids)


MOST_PLACES = 5_000


def editions_of(db: Session, actor: User, firm_id: int) -> list[Plan]:
    """Every edition of a firm's plan that a person may read, newest first."""
    mine = sa.select(Plan).where(Plan.firm_id == firm_id, visible_plans(actor, READ))
    loaded = joinedload(Plan.made_by), joinedload(Plan.decided_by)
    return list(db.scalars(mine.options(*loaded).order_by(Plan.edition.desc(), Plan.id.desc())))


def under_way(db: Session, firm_id: int) -> Plan | None:
    """The edition that is being written or waits for approval."""
    mine = Plan.firm_id == firm_id, Plan.state.in_(UNDER_WAY)
    return db.scalar(sa.select(Plan).where(*mine).order_by(Plan.id.desc()).limit(1))


def standing(db: Session, firm_id: int, *, measures: bool = False) -> Plan | None:
    """The edition that is being carried out, with its measures where they are wanted."""
    mine = Plan.firm_id == firm_id, Plan.state == PlanState.APPROVED
    wanted = sa.select(Plan).where(*mine).order_by(Plan.id.desc()).limit(1)
    if measures:
        wanted = wanted.options(joinedload(Plan.measures).joinedload(Measure.owner_unit))
    return db.scalars(wanted).unique().first()


def last_edition(db: Session, firm_id: int) -> int:
    return db.scalar(sa.select(sa.func.max(Plan.edition)).where(Plan.firm_id == firm_id)) or 0


def measures_of(db: Session, plan_id: int) -> list[Measure]:
    wanted = sa.select(Measure).where(Measure.plan_id == plan_id).options(joinedload(Measure.owner_unit))
    return list(db.scalars(wanted.order_by(Measure.position, Measure.id)))


def notes_of(db: Session, actor: User, plan: Plan) -> list[PlanNote]:
    """What was said about an edition, newest first; who only carries it out hears what was said since it counts."""
    mine = sa.select(PlanNote).where(PlanNote.plan_id == plan.id, PlanNote.measure_id.is_(None))
    if actor.role in READ_ISSUED_ONLY and plan.decided_at is not None:
        mine = mine.where(PlanNote.at >= plan.decided_at)
    return list(db.scalars(mine.options(joinedload(PlanNote.author)).order_by(PlanNote.id.desc())))


def measure_notes(db: Session, measure: Measure) -> list[PlanNote]:
    """What was reported about a measure through all editions, newest first."""
    mine = sa.select(PlanNote).where(PlanNote.measure_id == measure.thread).options(joinedload(PlanNote.author))
    return list(db.scalars(mine.order_by(PlanNote.id.desc())))


def latest_notes(db: Session, threads: Sequence[int]) -> dict[int, PlanNote]:
    """Measure (root) → the last thing said about it."""
    last = sa.select(sa.func.max(PlanNote.id)).where(PlanNote.measure_id.in_(threads)).group_by(PlanNote.measure_id)
    found = db.scalars(sa.select(PlanNote).where(PlanNote.id.in_(last)).options(joinedload(PlanNote.author)))
    return {note.measure_id: note for note in found if note.measure_id is not None}


def rungs(db: Session) -> list[Entry]:
    """The standards that bind here, lowest rung first."""
    kinds = vocabulary().titles
    found = [each for each in rule_book(db).here() if each.group == LADDER and each.rule.title in kinds]
    return sorted(found, key=lambda each: (kinds[each.rule.title].ladder, kinds[each.rule.title].rung or 0))


def next_rung(db: Session, firm: Firm) -> str:
    """The lowest standard of the main ladder above everything the firm holds; the highest where it holds that."""
    kinds = vocabulary().titles
    today = clock.today()
    held = {each.kind for each in titles_of(db, firm.id) if each.in_force(today)}
    main = [each for each in rungs(db) if kinds[each.rule.title].ladder == _main_ladder()]
    top = max((kinds[kind].rung or 0 for kind in held if kinds[kind].ladder == _main_ladder()), default=0)
    above = [each for each in main if (kinds[each.rule.title].rung or 0) > top]
    return (above or main[-1:] or rungs(db))[0].rule.code


def _main_ladder() -> str:
    return vocabulary().titles["hnte"].ladder


def evidence_of(db: Session, firm_id: int, codes: Sequence[str]) -> list[tuple[str, str]]:
    """(reference, words) of what the ledger holds: the figures and records a measure moves first."""
    known = vocabulary()
    found: list[tuple[bool, str, str]] = []
    for fact in facts.facts_of(db, firm_id):
        kind = known.facts.get(fact.kind)
        if kind:
            value = kind.show(joined(kind, fact.number, fact.text))
            year = f"{fact.year}年度" if fact.year else ""
            words = f"{year}{kind.label} {value}（{fact.source.label}）"
            found.append((fact.kind not in codes, f"fact:{fact.id}", words))
    for record in facts.records_of(db, firm_id):
        collection = known.collections.get(record.collection)
        if collection:
            found.append(
                (record.collection not in codes, f"record:{record.id}", _record_words(collection.label, record))
            )
    found += [(True, f"title:{title.id}", f"资质 {title}") for title in titles_of(db, firm_id)]
    return [(reference, words) for _, reference, words in sorted(found, key=lambda each: each[0])]


def _record_words(label: str, record: Any) -> str:
    name = next((str(value) for value in record.attributes.values() if isinstance(value, str)), "")
    since = f" {record.starts_on.isoformat()}" if record.starts_on else ""
    return f"{label} {name}{since}".strip()


def commissioner_of(db: Session, firm: Firm) -> User | None:
    """Who looks after the firm today."""
    day = clock.today()
    now = Assignment.starts_on <= day, Assignment.ends_on.is_(None) | (Assignment.ends_on >= day)
    wanted = sa.select(User).join(Assignment, Assignment.user_id == User.id).where(Assignment.firm_id == firm.id, *now)
    return db.scalar(wanted.where(User.role == Role.COMMISSIONER).order_by(Assignment.starts_on.desc()).limit(1))


def _conditions(wanted: PlanSearch) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.state:
        found.append(Plan.state == PlanState.of(wanted.state))
    if wanted.rule:
        found.append(Plan.rule_code == wanted.rule)
    if wanted.unit:
        number = int(wanted.unit)
        found.append((Firm.unit_id == number) | (Firm.park_id == number))
    if wanted.drift:
        found.append(Plan.drifted.is_(True) & (Plan.state == PlanState.APPROVED))
    if wanted.light:
        found.append(Plan.id.in_(sa.select(Measure.plan_id).where(_lit(wanted.light))))
        found.append(Plan.state == PlanState.APPROVED)
    if wanted.q:
        found.append(has_word(Firm.search_text, wanted.q))
    return found


def _lit(light: str) -> sa.ColumnElement[bool]:
    today, left = clock.today(), Measure.done_on.is_(None)
    match light:
        case "late":
            return left & (Measure.due_on < today)
        case "near":
            return left & Measure.due_on.between(today, today + SOON)
        case _:
            return left & Measure.met_on.is_not(None)
