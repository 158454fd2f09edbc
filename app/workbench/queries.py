"""Reading drafts, and the rules of the book with their state on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.accounts.models import User
from app.core.errors import NotFound
from app.library.models import PolicyText, Provision, ProvisionKind, ProvisionState
from app.policies.models import Rule, RuleVersion
from app.policies.publishing import rule_under, standing
from app.workbench.drafted import body_of
from app.workbench.models import DraftState, RuleDraft

REVIEW = "review"
TABS = ((REVIEW, "待我复核"), *DraftState.options())
OPEN = (DraftState.DRAFT, DraftState.SUBMITTED)
DECIDED = (ProvisionState.CONFIRMED, ProvisionState.MENDED)


@dataclass(frozen=True)
class Standing:
    """A rule of the book with the versions that stand, and what waits to become of it."""

    rule: Rule
    versions: list[RuleVersion]
    draft: RuleDraft | None

    def state(self, day: date) -> str:
        """已发布, 未施行 or 已停用, as seen from a day."""
        if any(each.starts_on <= day and (each.ends_on is None or day < each.ends_on) for each in self.versions):
            return "已发布"
        return "未施行" if any(each.starts_on > day for each in self.versions) else "已停用"

    def version_on(self, day: date) -> RuleVersion:
        """The version in force on a day, or else the last one."""
        begun = [each for each in self.versions if each.starts_on <= day]
        return begun[-1] if begun else self.versions[0]


def rules(db: Session) -> list[Standing]:
    """Every rule of the book, in its order."""
    statement = sa.select(Rule).options(selectinload(Rule.versions), joinedload(Rule.policy)).order_by(Rule.position)
    open_drafts = {draft.rule_code: draft for draft in drafts(db, OPEN)}
    found = (Standing(rule, standing(rule), open_drafts.get(rule.code)) for rule in db.scalars(statement))
    return [each for each in found if each.versions]


def rule_of(db: Session, code: str) -> Rule:
    rule = rule_under(db, code)
    if rule is None or not rule.versions:
        raise NotFound("规则库里没有这条规则。")
    return rule


def drafts(db: Session, states: Iterable[DraftState], code: str = "") -> list[RuleDraft]:
    """Drafts in some states, the latest changed first; of one rule where a code is given."""
    statement = sa.select(RuleDraft).where(RuleDraft.state.in_(list(states))).options(*_people())
    statement = statement.where(RuleDraft.rule_code == code) if code else statement
    return list(db.scalars(statement.order_by(RuleDraft.changed_at.desc(), RuleDraft.id.desc())))


def drafts_in(actor: User, asked: str) -> sa.Select[RuleDraft]:
    """Drafts in a state, or (`REVIEW`) those somebody else wrote and sent in; the latest changed first."""
    whole = sa.select(RuleDraft).options(*_people()).order_by(RuleDraft.changed_at.desc(), RuleDraft.id.desc())
    if asked != REVIEW:
        return whole.where(RuleDraft.state == DraftState.of(asked))
    others = (each != actor.id for each in (RuleDraft.author_id, RuleDraft.submitted_by_id))
    return whole.where(RuleDraft.state == DraftState.SUBMITTED, *others)


def published(db: Session, code: str) -> RuleDraft | None:
    """The draft that last became a version of a rule."""
    made = sa.select(RuleDraft).where(RuleDraft.rule_code == code, RuleDraft.published_version_id.is_not(None))
    return db.scalars(made.order_by(RuleDraft.id.desc())).first()


def draft_of(db: Session, number: int) -> RuleDraft | None:
    source = joinedload(RuleDraft.provision).joinedload(Provision.text).joinedload(PolicyText.policy)
    statement = sa.select(RuleDraft).where(RuleDraft.id == number)
    return db.scalar(statement.options(*_people(), source, joinedload(RuleDraft.follows)))


def provision_of(db: Session, number: int) -> Provision:
    """A confirmed incentive of the library. NotFound where it is none."""
    source = joinedload(Provision.text).joinedload(PolicyText.policy)
    found = db.scalar(sa.select(Provision).where(Provision.id == number).options(source))
    if found is None or found.kind is not ProvisionKind.INCENTIVE or found.state not in DECIDED:
        raise NotFound("政策库里没有这条已确认的奖补条款；请先在政策库核对确认。")
    return found


def body_of_version(rule: Rule, version: RuleVersion) -> Mapping[str, Any]:
    """A version of the book as it would have been typed."""
    return body_of({**rule.body, "name": rule.name, "kind": rule.kind}, version.body)


def _people() -> tuple[ExecutableOption, ...]:
    return joinedload(RuleDraft.author), joinedload(RuleDraft.submitted_by), joinedload(RuleDraft.decided_by)
