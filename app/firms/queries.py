"""Reading firms and what belongs to them; every list is narrowed to what the actor's permission reaches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from app.accounts.models import Event, Unit, UnitKind, User
from app.accounts.permissions import Role
from app.core import clock
from app.core.errors import NotFound
from app.core.text import folded
from app.firms import ladder_column
from app.firms.access import visible
from app.firms.models import Assignment, Contact, Firm, FirmState, FormerName, StoredFile
from app.firms.names import name_key, without_punctuation
from app.firms.search import Search

MOST_SIMILAR = 5
SORT_COLUMNS: dict[str, InstrumentedAttribute[Any]] = {
    "name": Firm.name,
    "founded": Firm.founded_on,
    "changed": Firm.changed_at,
    "capital": Firm.registered_capital,
}


@dataclass(frozen=True)
class Neighbours:
    """A firm's place in a list: the ids before and after it, its number, and how many there are."""

    before: int | None
    after: int | None
    number: int
    total: int


def firms_matching(actor: User, search: Search) -> sa.Select[Firm]:
    """The firms of a list page, in its order."""
    statement = sa.select(Firm).where(*conditions(actor, search)).order_by(*_order(search))
    return statement.options(joinedload(Firm.unit), joinedload(Firm.park))


def conditions(actor: User, search: Search) -> list[sa.ColumnElement[bool]]:
    """Everything that narrows a list: first what the actor may see, then what they asked for."""
    found = [visible(actor, "firm:list"), *(_matches(term) for term in search.q.split())]
    if search.unit:
        found.append(Firm.unit_id.in_(_subtree(search.unit)))
    if search.park:
        found.append(Firm.park_id.in_(_subtree(search.park)))
    if search.industry:
        found.append(Firm.industry == search.industry)
    if search.state:
        found.append(Firm.state == FirmState.of(search.state))
    if search.rung:
        found.append(ladder_column.on_rung(search.rung))
    return found


def neighbours(db: Session, actor: User, search: Search, firm: Firm) -> Neighbours | None:
    """Where a firm stands in a list; None when the list does not hold it (any more)."""
    order = _order(search)
    listed = (
        sa.select(
            Firm.id,
            sa.func.lag(Firm.id).over(order_by=order).label("before"),
            sa.func.lead(Firm.id).over(order_by=order).label("after"),
            sa.func.row_number().over(order_by=order).label("number"),
            sa.func.count().over().label("total"),
        )
        .where(*conditions(actor, search))
        .subquery()
    )
    row = db.execute(sa.select(listed).where(listed.c.id == firm.id)).one_or_none()
    return Neighbours(row.before, row.after, row.number, row.total) if row else None


def count_by_rung(db: Session, actor: User, search: Search) -> dict[str, int]:
    """How many firms of a list stand on each rung (“none”: on no rung), whichever of them it is narrowed to."""
    height = ladder_column.standing().label("height")
    listed = sa.select(height).select_from(Firm).where(*conditions(actor, search.but(rung=""))).subquery()
    counted = db.execute(sa.select(listed.c.height, sa.func.count()).group_by(listed.c.height)).all()
    by_height = {row[0]: row[1] for row in counted}
    codes = {0: ladder_column.NONE, **{rung.height: rung.code for rung in ladder_column.rungs()}}
    return {code: by_height.get(height, 0) for height, code in codes.items()}


def rungs_of(db: Session, firms: Iterable[Firm]) -> dict[int, str]:
    """Firm id → label of the rung it stands on today; firms on none are left out."""
    height = ladder_column.standing().label("height")
    rows = db.execute(sa.select(Firm.id, height).where(Firm.id.in_([firm.id for firm in firms]))).all()
    labels = {rung.height: rung.label for rung in ladder_column.rungs()}
    return {firm_id: labels[height] for firm_id, height in rows if height}


def commissioners_of(db: Session, firms: Iterable[Firm]) -> dict[int, list[User]]:
    """Firm id → the commissioners who look after it today."""
    ids = [firm.id for firm in firms]
    current = sa.select(Assignment).where(Assignment.firm_id.in_(ids), *_lasting(clock.today()))
    found: dict[int, list[User]] = {}
    for assignment in db.scalars(current.options(joinedload(Assignment.user)).order_by(Assignment.id)):
        found.setdefault(assignment.firm_id, []).append(assignment.user)
    return found


def industries(db: Session, actor: User) -> list[str]:
    named = sa.select(Firm.industry).where(visible(actor, "firm:list"), Firm.industry.is_not(None), Firm.industry != "")
    return [str(industry) for industry in db.scalars(named.distinct().order_by(Firm.industry))]


def open_units(db: Session) -> Sequence[Unit]:
    """Every unit still in being, parents before children."""
    return db.scalars(sa.select(Unit).where(Unit.closed_at.is_(None)).order_by(Unit.path, Unit.id)).all()


def unit_options(units: Iterable[Unit]) -> list[tuple[int, str]]:
    """(id, name) pairs for a select, indented by depth."""
    return [(unit.id, "　" * max(0, unit.path.count("/") - 2) + unit.name) for unit in units]


def park_options(units: Iterable[Unit]) -> list[tuple[int, str]]:
    return [(unit.id, unit.name) for unit in units if unit.kind is UnitKind.PARK]


def commissioner_options(db: Session) -> list[tuple[int, str]]:
    able = sa.select(User).where(User.role == Role.COMMISSIONER, User.disabled_at.is_(None))
    users = db.scalars(able.options(joinedload(User.unit)).order_by(User.name, User.id))
    return [(user.id, f"{user.name}（{user.unit.name}）" if user.unit else user.name) for user in users]


def firm_by_code(db: Session, credit_code: str) -> Firm | None:
    return db.scalar(sa.select(Firm).where(Firm.credit_code == credit_code))


def firms_named_like(db: Session, actor: User, name: str, *, but: Firm | None = None) -> list[Firm]:
    """Firms that now or formerly bear what is, for comparison, the same name."""
    key = name_key(name)
    if not key:
        return []
    formerly = sa.select(FormerName.firm_id).where(FormerName.name_key == key)
    same = sa.select(Firm).where(visible(actor, "firm:read"), (Firm.name_key == key) | Firm.id.in_(formerly))
    if but is not None:
        same = same.where(Firm.id != but.id)
    return list(db.scalars(same.order_by(Firm.id).limit(MOST_SIMILAR)))


def former_names_of(db: Session, firm: Firm) -> Sequence[FormerName]:
    mine = sa.select(FormerName).where(FormerName.firm_id == firm.id)
    return db.scalars(mine.order_by(FormerName.until.desc().nulls_last(), FormerName.id.desc())).all()


def contacts_of(db: Session, firm: Firm) -> Sequence[Contact]:
    """The firm's contacts, those no longer in office last."""
    mine = sa.select(Contact).where(Contact.firm_id == firm.id)
    return db.scalars(mine.order_by(Contact.ended_at.is_not(None), Contact.id)).all()


def get_contact(db: Session, firm: Firm, contact_id: str) -> Contact:
    """The firm's own contact; NotFound for another firm's, or for one that has left."""
    mine = Contact.id == _id(contact_id), Contact.firm_id == firm.id, Contact.ended_at.is_(None)
    contact = db.scalar(sa.select(Contact).where(*mine))
    if contact is None:
        raise NotFound
    return contact


def assignments_of(db: Session, firm: Firm) -> Sequence[Assignment]:
    """Who looked after the firm, the latest first."""
    mine = sa.select(Assignment).where(Assignment.firm_id == firm.id).options(joinedload(Assignment.user))
    return db.scalars(mine.order_by(Assignment.starts_on.desc(), Assignment.id.desc())).all()


def get_assignment(db: Session, firm: Firm, assignment_id: str) -> Assignment:
    mine = Assignment.id == _id(assignment_id), Assignment.firm_id == firm.id
    assignment = db.scalar(sa.select(Assignment).where(*mine).options(joinedload(Assignment.user)))
    if assignment is None:
        raise NotFound
    return assignment


def assignment_within(db: Session, firm: Firm, user: User, first: date, last: date | None) -> Assignment | None:
    """An assignment of this user to this firm on any day from the first to the last (None: without end)."""
    overlapping = Assignment.ends_on.is_(None) | (Assignment.ends_on >= first)
    if last is not None:
        overlapping &= Assignment.starts_on <= last
    mine = Assignment.firm_id == firm.id, Assignment.user_id == user.id
    return db.scalar(sa.select(Assignment).where(*mine, overlapping).limit(1))


def files_of(db: Session, firm: Firm) -> Sequence[StoredFile]:
    return db.scalars(sa.select(StoredFile).where(StoredFile.firm_id == firm.id).order_by(StoredFile.id.desc())).all()


def file_with(db: Session, firm: Firm, name: str, sha256: str) -> StoredFile | None:
    """The firm's file of this name and this content."""
    same = StoredFile.firm_id == firm.id, StoredFile.name == name, StoredFile.sha256 == sha256
    return db.scalar(sa.select(StoredFile).where(*same).limit(1))


def get_file(db: Session, firm: Firm, key: str) -> StoredFile:
    """The firm's own file; NotFound for another firm's, whoever asks."""
    file = db.scalar(sa.select(StoredFile).where(StoredFile.key == key, StoredFile.firm_id == firm.id))
    if file is None:
        raise NotFound
    return file


def events_of(db: Session, firm: Firm, *, before: int | None, most: int) -> Sequence[Event]:
    """What was done to a firm, newest first, from before a numbered event on."""
    done = sa.select(Event).where(Event.firm_id == firm.id, Event.result == "done")
    if before is not None:
        done = done.where(Event.id < before)
    return db.scalars(done.order_by(Event.id.desc()).limit(most)).all()


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:  # noqa: PLR2004 - longer than any id
        raise NotFound
    return int(text)


def _order(search: Search) -> tuple[sa.ColumnElement[Any], ...]:
    column = SORT_COLUMNS[search.sort]
    directed = column.asc() if search.order == "asc" else column.desc()
    # Both databases are told where the blanks go, and the id settles every tie, so that no page repeats a row.
    return (directed.nulls_last(), Firm.id.desc())


def _matches(term: str) -> sa.ColumnElement[bool]:
    """The condition that a firm has a word in its name, in a former name or in its code; width and case aside."""
    word = folded(term)
    formerly = sa.select(FormerName.firm_id).where(_names(FormerName.name, FormerName.name_key, word))
    coded = Firm.credit_code.contains(word.upper(), autoescape=True)
    return _names(Firm.name, Firm.name_key, word) | coded | Firm.id.in_(formerly)


def _names(name: InstrumentedAttribute[str], key: InstrumentedAttribute[str], word: str) -> sa.ColumnElement[bool]:
    half_width = sa.func.replace(sa.func.replace(sa.func.lower(name), "（", "("), "）", ")")
    found = half_width.contains(word, autoescape=True)
    for part in {without_punctuation(word), name_key(word)} - {""}:
        found |= key.contains(part, autoescape=True)
    return found


def _subtree(unit_id: int) -> sa.Select[int]:
    """The ids of a unit and of every unit below it."""
    top = aliased(Unit)
    return sa.select(Unit.id).join(top, Unit.path.startswith(top.path)).where(top.id == unit_id)


def _lasting(day: date) -> tuple[sa.ColumnElement[bool], ...]:
    return Assignment.starts_on <= day, Assignment.ends_on.is_(None) | (Assignment.ends_on >= day)
