"""Reading firms and what belongs to them; every list is narrowed to what the actor's permission reaches."""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Event, Unit, UnitKind, User
from app.accounts.permissions import Role
from app.core.address import row_number
from app.core.errors import NotFound
from app.firms.access import visible, with_merged
from app.firms.models import Assignment, Contact, Firm, FormerName, Pool, StoredFile, Tag
from app.firms.names import name_key

MOST_SIMILAR = 5
MOST_WORDS = 200


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


def known_words(db: Session, actor: User, kind: str) -> list[str]:
    """The tags of the actor's firms, or the pools there are, for a person to choose from while typing."""
    match kind:
        case "tag":
            mine = sa.select(Tag.label).join(Firm, Firm.id == Tag.firm_id).where(visible(actor, "firm:list"))
            return list(db.scalars(mine.distinct().order_by(Tag.label).limit(MOST_WORDS)))
        case "pool":
            return list(db.scalars(sa.select(Pool.name).order_by(Pool.name).limit(MOST_WORDS)))
        case _:
            return []


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


def events_of(db: Session, firm: Firm, *, before: int | None, most: int, untold: Iterable[str] = ()) -> Sequence[Event]:
    """What was done to a firm, newest first, from before a numbered event on; without the `untold` kinds."""
    done = sa.select(Event).where(
        Event.firm_id.in_(with_merged(firm.id)), Event.result == "done", Event.kind.not_in(list(untold))
    )
    if before is not None:
        done = done.where(Event.id < before)
    return db.scalars(done.order_by(Event.id.desc()).limit(most)).all()


def _id(text: str) -> int:
    if number := row_number(text):
        return number
    raise NotFound
