"""Gathering firms without a commissioner and people who can be sent; reading what was matched."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Unit
from app.commissioners.matching import features
from app.commissioners.matching.models import Matching, Pairing, PairingState
from app.commissioners.models import Commissioner, Interest, TermState
from app.commissioners.queries import load_by_user
from app.commissioners.selection.models import Candidate, CandidateState
from app.facts.models import Fact
from app.firms.models import Assignment, Firm, FirmState
from app.needs.models import UNDER_WAY, Need

FIELD = "hightech_field"
OUTSIDE = "不在目录内"


def firms_without(db: Session, starts_on: date, unit: Unit | None) -> list[features.Firm]:
    """The firms of a unit (None: of the district) that nobody looks after from a day on."""
    taken = sa.select(Assignment.firm_id).where(Assignment.ends_on.is_(None) | (Assignment.ends_on >= starts_on))
    wanted = sa.select(Firm).where(Firm.merged_into_id.is_(None), Firm.state == FirmState.OPEN, Firm.id.not_in(taken))
    if unit is not None:
        below = sa.select(Unit.id).where(Unit.path.startswith(unit.path, autoescape=True))
        wanted = wanted.where(Firm.unit_id.in_(below) | Firm.park_id.in_(below))
    firms = db.scalars(wanted.options(joinedload(Firm.unit), joinedload(Firm.park)).order_by(Firm.id)).all()
    fields, needs = _fields(db), _needs(db)
    return [_firm(each, fields.get(each.id, ""), tuple(needs.get(each.id, ()))) for each in firms]


def people_to_send(
    db: Session, starts_on: date, round_id: int | None
) -> tuple[list[features.Person], list[tuple[str, str]]]:
    """Who can take on firms from a day on; and who cannot, with the reason."""
    wanted = sa.select(Commissioner).options(joinedload(Commissioner.user)).order_by(Commissioner.id)
    if round_id is not None:
        appointed = Candidate.round_id == round_id, Candidate.state == CandidateState.APPOINTED
        wanted = wanted.where(Commissioner.id.in_(sa.select(Candidate.commissioner_id).where(*appointed)))
    load, able, unable = load_by_user(db, starts_on), [], []
    for person in db.scalars(wanted):
        carried = load.get(person.user_id, 0)
        why = _why_unable(person, starts_on, carried)
        if why:
            unable.append((person.name, why))
        else:
            able.append(_person(db, person, carried))
    return able, unable


def matchings() -> sa.Select[Matching]:
    return sa.select(Matching).options(joinedload(Matching.made_by)).order_by(Matching.id.desc())


def open_counts(db: Session, ids: Collection[int]) -> dict[tuple[int, PairingState], int]:
    """(matching, state) → how many pairings."""
    counted = sa.select(Pairing.matching_id, Pairing.state, sa.func.count().label("pairs"))
    rows = db.execute(counted.where(Pairing.matching_id.in_(ids)).group_by(Pairing.matching_id, Pairing.state))
    return {(row.matching_id, row.state): row.pairs for row in rows}


def matching_with(db: Session, number: int) -> Matching | None:
    return db.scalar(matchings().where(Matching.id == number))


def pairings_of(matching_id: int, state: str = "") -> sa.Select[Pairing]:
    """The pairings of a matching, by person, the strongest first."""
    wanted = _pairings().join(Commissioner, Commissioner.id == Pairing.commissioner_id)
    mine = wanted.where(Pairing.matching_id == matching_id)
    if state:
        mine = mine.where(Pairing.state == PairingState.of(state))
    return mine.order_by(Commissioner.name, Commissioner.id, Pairing.points.desc(), Pairing.id)


def pairing_with(db: Session, number: int) -> Pairing | None:
    return db.scalar(_pairings().where(Pairing.id == number))


def _pairings() -> sa.Select[Pairing]:
    people = (joinedload(each) for each in (Pairing.commissioner, Pairing.other, Pairing.decided))
    firm = joinedload(Pairing.firm).joinedload(Firm.unit)
    return sa.select(Pairing).options(firm, *people, joinedload(Pairing.decided_by), joinedload(Pairing.matching))


def _fields(db: Session) -> dict[int, str]:
    known = sa.select(Fact.firm_id, Fact.text).where(Fact.kind == FIELD, Fact.superseded_at.is_(None))
    return {row.firm_id: row.text for row in db.execute(known) if row.text and row.text != OUTSIDE}


def _needs(db: Session) -> dict[int, list[str]]:
    """Firm → its open needs as texts that begin with their title."""
    found: dict[int, list[str]] = defaultdict(list)
    for need in db.scalars(sa.select(Need).where(Need.state.in_(UNDER_WAY)).order_by(Need.id)):
        found[need.firm_id].append("\n".join((need.title, *map(str, need.said.values()))))
    return found


def _firm(firm: Firm, field: str, needs: tuple[str, ...]) -> features.Firm:
    units = tuple((each.id, each.name) for each in (firm.unit, firm.park) if each)
    return features.Firm(firm.id, firm.name, field, needs, units)


def _why_unable(person: Commissioner, starts_on: date, carried: int) -> str:
    if person.user is None:
        return "还没有登录账号"
    if person.user.disabled_at is not None:
        return "登录账号已停用"
    if person.state_on(starts_on) is not TermState.SERVING:
        return f"那一天{person.state_on(starts_on)}"
    if person.declared_on is None:
        return "还没有申报利益关系"
    return f"已派驻 {carried} 家，到了上限" if carried >= person.most_firms else ""


def _person(db: Session, person: Commissioner, carried: int) -> features.Person:
    before = sa.select(Assignment.firm_id).where(Assignment.user_id == person.user_id)
    standing = sa.select(Interest.firm_id).where(Interest.commissioner_id == person.id, Interest.withdrawn_at.is_(None))
    return features.Person(
        person.id,
        person.name,
        tuple(person.field_list),
        person.words,
        frozenset(person.unit_ids),
        frozenset(db.scalars(before)),
        frozenset(db.scalars(standing)),
        carried,
        person.most_firms,
    )
