"""Reading suggestions and referrals; the latter only of needs whose firm the actor reaches."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.accounts.models import User
from app.core import clock
from app.core.address import ListSearch, asked, digits, one_of
from app.firms.access import visible
from app.needs.matching.features import Candidate, Suggestion, Wanted, suggest
from app.needs.matching.models import Referral, Result
from app.needs.models import Need, NeedState
from app.needs.queries import READ
from app.needs.resources import queries as resources
from app.needs.resources.declared import registers
from app.needs.resources.models import Resource

LATE = "late"
LANES = ((LATE, "过期没有结果"), *((each.code, each.label) for each in Result))
# A need is brought to nobody before it is published.
OPEN_TO_HELP = (NeedState.PUBLISHED, NeedState.MATCHING, NeedState.TRACKED)


@dataclass(frozen=True)
class ReferralSearch(ListSearch):
    """Which referrals: in one lane, of one resource."""

    lane: str = asked(one_of(lambda: dict(LANES)))
    resource: str = asked(digits)


def suggestions(db: Session, need: Need) -> dict[str, list[Suggestion]]:
    """Register → who could help with a need, the best first; registers without any are left out."""
    kinds = registers().matches.get(need.kind, ())
    found = db.scalars(resources.standing().where(Resource.kind.in_(kinds))).all()
    ends = _ends(db)
    wanted = _wanted(need)
    by_register = {
        kind: suggest(wanted, [_candidate(each, ends) for each in found if each.kind == kind]) for kind in kinds
    }
    return {registers().registers[kind].label: each for kind, each in by_register.items() if each}


def helpers(db: Session, need: Need) -> list[tuple[int, str]]:
    """Every resource in the registers for this kind of need, for a select: the suggested ones first."""
    first = [each.candidate.number for some in suggestions(db, need).values() for each in some]
    kinds = registers().matches.get(need.kind, ())
    found = db.scalars(resources.standing().where(Resource.kind.in_(kinds)).order_by(Resource.name)).all()
    ordered = sorted(found, key=lambda each: first.index(each.id) if each.id in first else len(first))
    return [(each.id, f"{'推荐 · ' if each.id in first else ''}{each.kind_label} · {each}") for each in ordered]


def referrals(actor: User, search: ReferralSearch) -> sa.Select[Referral]:
    """The referrals of a list; the soonest due first among the open ones, the others by when they were made."""
    return _referrals().where(*_conditions(actor, search)).order_by(
        Referral.result != Result.OPEN, Referral.due_on, Referral.id.desc()
    )  # fmt: skip


def referrals_of(db: Session, need: Need) -> list[Referral]:
    """The latest first."""
    return list(db.scalars(_referrals().where(Referral.need_id == need.id).order_by(Referral.id.desc())))


def referral_of(db: Session, need: Need, number: int) -> Referral | None:
    return db.scalar(_referrals().where(Referral.need_id == need.id, Referral.id == number))


def lane_counts(db: Session, actor: User, search: ReferralSearch) -> dict[str, int]:
    """Lane → how many, “” for all; each counted by the condition of its list."""
    lanes = ("", *(code for code, _ in LANES))
    asked = (search.but(lane=lane) for lane in lanes)
    counted = [sa.select(sa.func.count(Referral.id)).join(Referral.need).join(Need.firm) for _ in lanes]
    numbers = [db.scalar(each.where(*_conditions(actor, one))) for each, one in zip(counted, asked, strict=True)]
    return {lane: number or 0 for lane, number in zip(lanes, numbers, strict=True)}


def successes(db: Session, actor: User, search: ReferralSearch) -> tuple[int, Decimal | None]:
    """How many referrals of a list succeeded, and the sum of what came of them (元; None: no amount is known)."""
    done = sa.select(sa.func.count(Referral.id), sa.func.sum(Referral.amount)).join(Referral.need).join(Need.firm)
    times, amount = db.execute(done.where(*_conditions(actor, search), Referral.result == Result.DONE)).one()
    return times, amount


def has_success(db: Session, need: Need) -> bool:
    done = Referral.need_id == need.id, Referral.result == Result.DONE
    return db.scalar(sa.select(Referral.id).where(*done).limit(1)) is not None


def _referrals() -> sa.Select[Referral]:
    wanted = sa.select(Referral).join(Referral.need).join(Need.firm)
    people = joinedload(Referral.made_by), joinedload(Referral.closed_by), joinedload(Referral.resource)
    return wanted.options(contains_eager(Referral.need).contains_eager(Need.firm), *people)


def _conditions(actor: User, search: ReferralSearch) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [visible(actor, READ)]
    if search.resource:
        conditions.append(Referral.resource_id == int(search.resource))
    if search.lane == LATE:
        conditions.append((Referral.result == Result.OPEN) & (Referral.due_on < clock.today()))
    elif search.lane:
        conditions.append(Referral.result == Result.of(search.lane))
    return conditions


def _ends(db: Session) -> dict[tuple[int, Result], int]:
    """(resource, result) → how many referrals ended so, over the whole district: a number, not whose they were."""
    counted = sa.select(Referral.resource_id, Referral.result, sa.func.count().label("times"))
    rows = db.execute(counted.group_by(Referral.resource_id, Referral.result))
    return {(row.resource_id, row.result): row.times for row in rows}


def _candidate(resource: Resource, ends: Mapping[tuple[int, Result], int]) -> Candidate:
    done, failed = (ends.get((resource.id, result), 0) for result in (Result.DONE, Result.FAILED))
    return Candidate(resource.id, resource.kind, str(resource), resource.details, done, failed)


def _wanted(need: Need) -> Wanted:
    said = need.said
    compared = {code: said.get(code, "") for code in ("field", "form", "term")}
    words = "\n".join((need.title, *said.values()))
    return Wanted(need.kind_label, words, **compared, amount=need.amount, region=need.firm.region or "")
