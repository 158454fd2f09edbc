"""Which lines a person reads: four kinds of rows in one statement, each narrowed as its own pages narrow it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Unit, User
from app.core import clock
from app.firms.access import Column, visible
from app.firms.models import Firm
from app.firms.search.text import has_word
from app.ledgers.lines import OPEN, LineKind, LineState
from app.ledgers.search import FIRM, LedgerSearch
from app.needs.declared import declared
from app.needs.models import Need, NeedState
from app.needs.queries import READ as READ_NEEDS
from app.plans.access import LEDGER, visible_measures
from app.plans.measurekinds import measure_kinds
from app.plans.models import ISSUED, Measure, NoteKind, Plan, PlanNote, PlanState
from app.plans.schedule import SOON, Light
from app.visits.models import Promise, Visit
from app.visits.queries import READ as READ_VISITS
from app.visits.service import BETWEEN

OPEN_CODES = [state.code for state in OPEN]
STATES_OF_NEEDS = {
    NeedState.OPEN: LineState.TODO,
    NeedState.PUBLISHED: LineState.DOING,
    NeedState.MATCHING: LineState.DOING,
    NeedState.SOLVED: LineState.DONE,
    NeedState.TRACKED: LineState.SHELVED,
    NeedState.RETURNED: LineState.SHELVED,
}


def rows(actor: User, search: LedgerSearch) -> sa.Select[Any]:
    """(kind, number, state, due_on) of each line: what is open first, by what is due first."""
    found = _all(actor, search).subquery("line")
    settled = found.c.state.not_in(OPEN_CODES)
    wanted = sa.select(found.c.kind, found.c.number, found.c.state, found.c.due_on)
    order = settled, found.c.due_on.is_(None), found.c.due_on, found.c.kind, found.c.number.desc()
    return wanted.where(*_outer(found, search)).order_by(*order)


def state_counts(db: Session, actor: User, search: LedgerSearch) -> dict[LineState, int]:
    """How many lines are in each state, under the other filters."""
    lines = rows(actor, search.but(state="")).order_by(None).subquery()
    counted = {row[0]: row[1] for row in db.execute(sa.select(lines.c.state, sa.func.count()).group_by(lines.c.state))}
    return {state: counted.get(state.code, 0) for state in LineState}


def total(db: Session, wanted: sa.Select[Any]) -> int:
    return db.scalar(sa.select(sa.func.count()).select_from(wanted.order_by(None).subquery())) or 0


def people(db: Session, actor: User) -> list[tuple[str, str]]:
    """(number, name) of everybody who entered a line that this person reads, or keeps a promise."""
    owner = sa.select(Promise.owner_id).join(Visit).join(Firm, Firm.id == Visit.firm_id)
    visitor = sa.select(Visit.user_id).join(Firm, Firm.id == Visit.firm_id)
    raiser = sa.select(Need.raised_by_id).join(Firm, Firm.id == Need.firm_id)
    writer = sa.select(Plan.made_by_id).join(Measure).where(visible_measures(actor, LEDGER))
    seen = [each.where(visible(actor, READ_VISITS)) for each in (owner, visitor)]
    known: sa.CompoundSelect[Any] = sa.union(*seen, raiser.where(visible(actor, READ_NEEDS)), writer)
    wanted = sa.select(User.id, User.name).where(User.id.in_(known)).order_by(User.name, User.id)
    return [(str(row.id), row.name) for row in db.execute(wanted)]


def _all(actor: User, search: LedgerSearch) -> sa.CompoundSelect[Any]:
    every = {
        LineKind.MEASURE: _measures,
        LineKind.PROMISE: _promises,
        LineKind.VISIT: _visits,
        LineKind.NEED: _needs,
    }
    # Only a measure waits for somebody to confirm what the facts say.
    wanted = LineKind.MEASURE.code if search.met else search.kind
    chosen = [part for kind, part in every.items() if wanted in ("", kind.code)]
    return sa.union_all(*(part(actor, search) for part in chosen))


def _outer(found: sa.Subquery, search: LedgerSearch) -> list[sa.ColumnElement[bool]]:
    today, is_open = clock.today(), found.c.state.in_(OPEN_CODES)
    lit = {
        Light.LATE.code: is_open & (found.c.due_on < today),
        Light.NEAR.code: is_open & found.c.due_on.between(today, today + SOON),
    }
    conditions = [lit[search.light]] if search.light else []
    return conditions + ([found.c.state == search.state] if search.state else [])


def _measures(actor: User, search: LedgerSearch) -> sa.Select[Any]:
    """Of editions that are or were carried out; of one that was replaced the next one tells the story."""
    told = sa.exists().where(
        PlanNote.measure_id == sa.func.coalesce(Measure.root_id, Measure.id),
        PlanNote.kind.in_([NoteKind.PROGRESS, NoteKind.EVIDENCE]),
    )
    state = sa.case((Measure.done_on.is_not(None), "done"), (told, "doing"), else_="todo")
    found = _columns(LineKind.MEASURE, Measure.id, state, Measure.due_on).join(Plan, Plan.id == Measure.plan_id)
    issued = Plan.state.in_([each for each in ISSUED if each is not PlanState.REPLACED])
    mine = found.join(Firm, Firm.id == Plan.firm_id).where(visible_measures(actor, LEDGER), issued, *_of_firm(search))
    if search.sort:
        kinds = [code for code, kind in measure_kinds().items() if kind.type == search.sort]
        mine = mine.where(Measure.kind.in_(kinds))
    if search.owner == FIRM:
        mine = mine.where(Measure.owner_unit_id.is_(None))
    elif search.owner:
        mine = mine.where(Measure.owner_unit_id.in_(_below(search.owner)))
    if search.person:
        mine = mine.where(Plan.made_by_id == search.who(actor))
    if search.met:
        mine = mine.where(Measure.done_on.is_(None), Measure.met_on.is_not(None))
    return mine.where(*_moments(search, Plan.decided_at))


def _promises(actor: User, search: LedgerSearch) -> sa.Select[Any]:
    state = sa.case((Promise.kept_on.is_not(None), "done"), else_="todo")
    found = _columns(LineKind.PROMISE, Promise.id, state, Promise.due_on).join(Visit, Visit.id == Promise.visit_id)
    mine = _visited(actor, search, found, Promise.owner_id)
    return mine.where(Promise.owner_id == search.who(actor)) if search.person else mine


def _visits(actor: User, search: LedgerSearch) -> sa.Select[Any]:
    """Those that promised nothing: a promise tells of its visit."""
    none: sa.ColumnElement[Any] = sa.cast(sa.null(), sa.Date)
    found = _columns(LineKind.VISIT, Visit.id, sa.literal("noted"), none)
    mine = _visited(actor, search, found, Visit.user_id).where(~sa.exists().where(Promise.visit_id == Visit.id))
    return mine.where(Visit.user_id == search.who(actor)) if search.person else mine


def _visited(actor: User, search: LedgerSearch, found: sa.Select[Any], person: Column) -> sa.Select[Any]:
    mine = found.join(Firm, Firm.id == Visit.firm_id).where(visible(actor, READ_VISITS), *_of_firm(search))
    if search.sort:
        mine = mine.where((BETWEEN + Visit.topics + BETWEEN).contains(BETWEEN + search.sort + BETWEEN, autoescape=True))
    if search.owner:
        mine = mine.where(_of_unit(person, search.owner))
    since = [Visit.visited_on >= search.since] if search.since else []
    return mine.where(*since, *([Visit.visited_on <= search.until] if search.until else []))


def _needs(actor: User, search: LedgerSearch) -> sa.Select[Any]:
    state = sa.case(*((Need.state == each, line.code) for each, line in STATES_OF_NEEDS.items()))
    found = _columns(LineKind.NEED, Need.id, state, Need.deadline).join(Firm, Firm.id == Need.firm_id)
    mine = found.where(visible(actor, READ_NEEDS), *_of_firm(search), *_moments(search, Need.raised_at))
    if search.sort:
        mine = mine.where(Need.kind.in_([code for code, label in declared().options() if label == search.sort]))
    if search.owner:
        mine = mine.where(_of_unit(Need.raised_by_id, search.owner))
    return mine.where(Need.raised_by_id == search.who(actor)) if search.person else mine


def _columns(kind: LineKind, number: Any, state: Any, due_on: Any) -> sa.Select[Any]:
    return sa.select(
        sa.literal(kind.code).label("kind"), number.label("number"), state.label("state"), due_on.label("due_on")
    )


def _of_firm(search: LedgerSearch) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [has_word(Firm.search_text, search.q)] if search.q else []
    if search.place:
        below = _below(search.place)
        found.append(Firm.unit_id.in_(below) | Firm.park_id.in_(below))
    return found


def _of_unit(person: Column, owner: str) -> sa.ColumnElement[bool]:
    if owner == FIRM:
        return person.in_(sa.select(User.id).where(User.firm_id.is_not(None)))
    return person.in_(sa.select(User.id).where(User.unit_id.in_(_below(owner))))


def _below(number: str) -> sa.Select[int]:
    """A unit and every one below it."""
    top = aliased(Unit)
    path = sa.select(top.path).where(top.id == int(number)).scalar_subquery()
    return sa.select(Unit.id).where(Unit.path.startswith(path))


def _moments(search: LedgerSearch, column: Any) -> list[sa.ColumnElement[bool]]:
    since = [column >= clock.day_starts(search.since)] if search.since else []
    return since + ([column < clock.day_ends(search.until)] if search.until else [])
