"""Reading the library."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from app.accounts.models import User
from app.core.address import ListSearch, asked
from app.core.errors import NotFound
from app.firms.names import plain
from app.library.models import (
    Intake,
    PolicyClause,
    PolicyRelation,
    PolicyText,
    Provision,
    ProvisionKind,
    ProvisionState,
    RelationKind,
    RelationState,
)
from app.policies.models import Policy
from app.policies.queries import rule_book

ENDED = "失效"


@dataclass(frozen=True)
class PolicySearch(ListSearch):
    """What a list of policies is narrowed to; `text` is “yes” for those whose text was taken in."""

    q: str = asked(str)
    level: str = asked(str)
    status: str = asked(str)
    text: str = asked(str)


def policies(wanted: PolicySearch) -> sa.Select[Any]:
    """Policies, those with a text first, the latest first."""
    held = sa.select(sa.func.max(PolicyText.id)).where(PolicyText.policy_id == Policy.id).scalar_subquery()
    statement = sa.select(Policy).order_by(sa.func.coalesce(held, 0).desc(), Policy.id)
    if wanted.q:
        statement = statement.where(_named(wanted.q))
    if wanted.level:
        statement = statement.where(Policy.level == wanted.level)
    if wanted.status:
        statement = statement.where(Policy.status == wanted.status)
    if wanted.text:
        statement = statement.where(held.is_not(None) if wanted.text == "yes" else held.is_(None))
    return statement


def _named(word: str) -> sa.ColumnElement[bool]:
    columns = (Policy.title, Policy.number, Policy.issuer)
    return sa.or_(*(column.contains(word, autoescape=True) for column in columns))


def get_policy(db: Session, policy_id: int) -> Policy:
    policy = db.get(Policy, policy_id)
    if policy is None:
        raise NotFound
    return policy


def intake_of(db: Session, actor: User, intake_id: int) -> Intake | None:
    """One of one's own texts on their way in."""
    whole = (undefer(Intake.words), joinedload(Intake.text))
    return db.scalar(sa.select(Intake).where(Intake.id == intake_id, Intake.asked_by_id == actor.id).options(*whole))


def ended_by(found: Sequence[PolicyRelation], policy: Policy) -> PolicyRelation | None:
    """The confirmed relation by which another document replaces a policy that does not say yet that it ended."""
    replacing = (
        each
        for each in found
        if each.other_id == policy.id and (each.kind, each.state) == (RelationKind.REPLACES, RelationState.CONFIRMED)
    )
    return next(replacing, None) if policy.status != ENDED else None


def texts_of(db: Session, policy_ids: list[int]) -> dict[int, PolicyText]:
    """The latest text of each policy that has one, without its words."""
    latest = sa.select(sa.func.max(PolicyText.id)).group_by(PolicyText.policy_id)
    statement = sa.select(PolicyText).where(PolicyText.policy_id.in_(policy_ids), PolicyText.id.in_(latest))
    return {text.policy_id: text for text in db.scalars(statement)}


def text_of(db: Session, policy: Policy) -> PolicyText | None:
    """The latest text of a policy, with its words."""
    statement = sa.select(PolicyText).where(PolicyText.policy_id == policy.id).order_by(PolicyText.number.desc())
    return db.scalar(statement.options(undefer(PolicyText.words), joinedload(PolicyText.taken_in_by)).limit(1))


def versions(db: Session, policy: Policy) -> list[PolicyText]:
    """Every text of a policy, the earliest first."""
    statement = sa.select(PolicyText).where(PolicyText.policy_id == policy.id).order_by(PolicyText.number)
    return list(db.scalars(statement.options(undefer(PolicyText.words))))


def rules_here(db: Session) -> set[str]:
    """The codes of the rules that judge firms here, of which there are lists."""
    return {entry.rule.code for entry in rule_book(db).here()}


def text_with(db: Session, sha256: str) -> PolicyText | None:
    """A text of these very words."""
    statement = sa.select(PolicyText).where(PolicyText.sha256 == sha256).options(joinedload(PolicyText.policy))
    return db.scalar(statement.limit(1))


def clauses(db: Session, text: PolicyText) -> list[PolicyClause]:
    statement = sa.select(PolicyClause).where(PolicyClause.text_id == text.id).order_by(PolicyClause.position)
    return list(db.scalars(statement))


def provisions(db: Session, text: PolicyText) -> list[Provision]:
    statement = (
        sa.select(Provision)
        .where(Provision.text_id == text.id)
        .order_by(Provision.starts, Provision.ends, Provision.id)
    )
    return list(db.scalars(statement.options(joinedload(Provision.decided_by))))


def provision_of(db: Session, policy: Policy, provision_id: int) -> Provision:
    """A provision of some text of a policy, locked for a decision."""
    statement = (
        sa.select(Provision)
        .join(PolicyText, PolicyText.id == Provision.text_id)
        .where(Provision.id == provision_id, PolicyText.policy_id == policy.id)
    )
    provision = db.scalar(statement.with_for_update(of=Provision))
    if provision is None:
        raise NotFound
    return provision


def open_counts(db: Session, text_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Text → (provisions that wait, provisions in all)."""
    waiting = sa.func.sum(sa.case((Provision.state == ProvisionState.OPEN, 1), else_=0))
    statement = sa.select(Provision.text_id, waiting, sa.func.count()).where(Provision.text_id.in_(text_ids))
    return {text_id: (int(some), total) for text_id, some, total in db.execute(statement.group_by(Provision.text_id))}


def clause_counts(db: Session, text_ids: list[int]) -> dict[int, int]:
    statement = sa.select(PolicyClause.text_id, sa.func.count()).where(PolicyClause.text_id.in_(text_ids))
    return {row[0]: row[1] for row in db.execute(statement.group_by(PolicyClause.text_id))}


def found_clauses(word: str) -> sa.Select[Any]:
    """The clauses of the latest texts in which a word stands, in either script and width."""
    latest = sa.select(sa.func.max(PolicyText.id)).group_by(PolicyText.policy_id)
    return (
        sa.select(PolicyClause)
        .join(PolicyClause.text)
        .join(PolicyText.policy)
        .where(PolicyText.id.in_(latest), PolicyClause.search_text.contains(plain(word), autoescape=True))
        .options(contains_eager(PolicyClause.text).contains_eager(PolicyText.policy))
        .order_by(Policy.id, PolicyClause.position)
    )


def narrowed(found: list[Provision], kind: str, state: str) -> list[Provision]:
    """The provisions of a kind and a state; empty means all."""
    return [
        provision
        for provision in found
        if (not kind or provision.kind is ProvisionKind.of(kind))
        and (not state or provision.state is ProvisionState.of(state))
    ]


def next_open(db: Session, policy: Policy, after: int) -> int | None:
    """The next provision of the latest text that waits, in the order of the text; from the beginning after the last."""
    text = text_of(db, policy)
    found = provisions(db, text) if text else []
    place = next((place for place, provision in enumerate(found) if provision.id == after), 0)
    return next(
        (provision.id for provision in [*found[place + 1 :], *found[:place]] if provision.state is ProvisionState.OPEN),
        None,
    )
