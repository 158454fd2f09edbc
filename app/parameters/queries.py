"""What is open: the amounts of rules that bind here, and what was not understood of confirmed incentives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Unit, User
from app.checks.models import Standing
from app.core import clock
from app.core.choices import Choice
from app.core.errors import NotFound
from app.firms.access import visible
from app.firms.models import Firm
from app.library.models import PolicyText, Provision, ProvisionKind, ProvisionState
from app.library.relations import meant
from app.library.wording import say
from app.parameters.models import ParameterKeeper, Supply
from app.policies.models import Policy
from app.policies.queries import Entry, rule_book
from app.policytext.text.plain import Plain
from app.workbench import queries as workbench
from app.workbench.models import DraftPurpose, DraftState, RuleDraft

FINDINGS = "board:read"
CONFIRMED = (ProvisionState.CONFIRMED, ProvisionState.MENDED)


class Progress(Choice):
    """How far the supply of an open parameter is."""

    OPEN = "open", "待补"
    DRAFTED = "drafted", "已起草，待送审"
    SUBMITTED = "submitted", "待复核"
    PUBLISHED = "published", "已发布，未到施行日"


@dataclass(frozen=True)
class OpenParameter:
    """Something a rule or a confirmed incentive waits for; `rule_code` is empty while there is no rule yet.

    `reason` is what the plan says instead, `waits_for` the document, `held` that document where the library has it.
    """

    key: str
    name: str
    reason: str
    waits_for: str
    policy_id: int | None
    policy: str
    clause: str
    rule_code: str = ""
    judges_firms: bool = False
    published_from: date | None = None
    draft: RuleDraft | None = None
    held: Policy | None = None
    keeper: Unit | None = None
    firms: int = 0

    @property
    def progress(self) -> Progress:
        if self.published_from is not None:
            return Progress.PUBLISHED
        if self.draft is None or not _is_supplied(self.draft):
            return Progress.OPEN
        return Progress.SUBMITTED if self.draft.state is DraftState.SUBMITTED else Progress.DRAFTED


def _is_supplied(draft: RuleDraft) -> bool:
    single = draft.body.get("single", {})
    return bool(single.get("amount_value")) and not single.get("hole_reason")


def open_parameters(db: Session, actor: User) -> list[OpenParameter]:
    """Everything that is open, rules in the order of the book, then incentives of which no rule was made."""
    held = list(db.scalars(sa.select(Policy)))
    found = [*_of_rules(db, {each.code: each.id for each in held}), *_of_provisions(db)]
    keepers = {each.key: each.unit for each in db.scalars(_keepers())}
    counts = _counts(db, actor)
    return [
        replace(each, keeper=keepers.get(each.key), firms=counts.get(each.rule_code, 0), held=_held(each, held))
        for each in found
    ]


def open_parameter(db: Session, actor: User, key: str) -> OpenParameter:
    """One of them. NotFound where it is not open, or not any more."""
    for each in open_parameters(db, actor):
        if each.key == key:
            return each
    raise NotFound("这一项现在没有待定的参数：可能已经补定并施行。请回到“待定参数”查看。")


def supplies(db: Session, key: str) -> list[Supply]:
    statement = sa.select(Supply).where(Supply.key == key).order_by(Supply.id.desc())
    return list(db.scalars(statement.options(joinedload(Supply.draft), joinedload(Supply.supplied_by))))


def keeper_of(db: Session, key: str) -> ParameterKeeper | None:
    found: ParameterKeeper | None = db.scalar(_keepers().where(ParameterKeeper.key == key))
    return found


def _keepers() -> sa.Select[Any]:
    return sa.select(ParameterKeeper).options(joinedload(ParameterKeeper.unit))


def _of_rules(db: Session, policy_ids: Mapping[str, int]) -> Iterator[OpenParameter]:
    drafts = {each.rule_code: each for each in workbench.drafts(db, workbench.OPEN) if _may_fill(each)}
    for entry in rule_book(db).entries:
        version = entry.rule.version_on(clock.today()) or entry.rule.versions[-1]
        if not entry.applies_here or version.amount is None or version.amount.hole is None:
            continue
        yield OpenParameter(
            key=f"rule-{entry.rule.code}",
            name=entry.rule.name,
            reason=version.amount.hole.reason,
            waits_for=version.amount.hole.waits_for,
            policy_id=policy_ids.get(str(entry.policy.get("code"))),
            policy=str(entry.policy.get("title") or ""),
            clause=entry.rule.clause,
            rule_code=entry.rule.code,
            judges_firms=entry.judges_firms,
            published_from=_published_from(entry),
            draft=drafts.get(entry.rule.code),
        )


def _may_fill(draft: RuleDraft) -> bool:
    return draft.purpose is not DraftPurpose.END


def _published_from(entry: Entry) -> date | None:
    """The first day of a version to come that names the amount."""
    today = clock.today()
    coming = (each for each in entry.rule.versions if each.starts > today and each.amount and not each.amount.hole)
    return next((each.starts for each in coming), None)


def _of_provisions(db: Session) -> Iterator[OpenParameter]:
    drafts = _drafts_of_provisions(db)
    for provision in db.scalars(_confirmed_incentives()):
        draft, hole = drafts.get(provision.id), _hole_in(provision)
        questions = [line.strip() for line in provision.body.get("open_questions", "").splitlines() if line.strip()]
        made = draft is not None and draft.state is DraftState.PUBLISHED
        if made or not (questions or hole):
            continue
        yield OpenParameter(
            key=f"provision-{provision.id}",
            name=say(provision),
            reason="；".join([*([hole["reason"]] if hole.get("reason") else []), *questions]),
            waits_for=hole.get("waits_for", ""),
            policy_id=provision.text.policy_id,
            policy=provision.text.policy.title,
            clause=provision.path,
            draft=draft,
        )


def _drafts_of_provisions(db: Session) -> dict[int, RuleDraft]:
    alive = (RuleDraft.provision_id.is_not(None), RuleDraft.state != DraftState.REMOVED)
    return {each.provision_id or 0: each for each in db.scalars(sa.select(RuleDraft).where(*alive))}


def _confirmed_incentives() -> sa.Select[Any]:
    latest = sa.select(sa.func.max(PolicyText.id)).group_by(PolicyText.policy_id)
    these = (Provision.kind == ProvisionKind.INCENTIVE, Provision.state.in_(CONFIRMED), Provision.text_id.in_(latest))
    whole = joinedload(Provision.text).joinedload(PolicyText.policy)
    return sa.select(Provision).where(*these).options(whole).order_by(Provision.text_id, Provision.starts)


def _hole_in(provision: Provision) -> Mapping[str, str]:
    """The hole of the rule that was drafted of an incentive; empty where its amount is known."""
    try:
        data = yaml.safe_load(provision.body.get("draft") or "") or {}
        return dict(data["versions"][0]["amount"].get("hole") or {})
    except (yaml.YAMLError, KeyError, IndexError, TypeError, AttributeError):
        return {}


def _counts(db: Session, actor: User) -> dict[str, int]:
    """Rule → how many firms fulfil it without anybody knowing the sum."""
    if not actor.may(FINDINGS):
        return {}
    mine = (visible(actor, FINDINGS), Standing.answer == "met", Standing.amount == "hole")
    counted = sa.select(Standing.rule_code, sa.func.count()).join(Firm, Firm.id == Standing.firm_id)
    found = db.execute(counted.where(*mine).group_by(Standing.rule_code))
    return {row[0]: row[1] for row in found}


def _held(parameter: OpenParameter, held: Sequence[Policy]) -> Policy | None:
    from app.policytext.citations.find import find_citations  # noqa: PLC0415 - part of the reader

    named = next((policy for policy in held if policy.title == parameter.waits_for), None)
    if named is not None:
        return named
    citations = find_citations(Plain(parameter.waits_for).whole())
    return next((policy for citation in citations for policy in meant(citation, held)), None)
