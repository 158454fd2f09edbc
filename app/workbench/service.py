"""The life of a draft: started, saved, sent in, returned or published by somebody else, or dropped."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core import db as database
from app.core.errors import Conflict, FieldError, Stale
from app.facts.vocabulary import vocabulary
from app.library.models import Provision
from app.policies import publishing
from app.policies.models import Policy, Rule, RuleVersion
from app.rules import RuleError, load_rule
from app.settings import settings
from app.workbench import bench, drafted, previewing, previews, queries
from app.workbench.differences import differences
from app.workbench.doubts import doubts_about
from app.workbench.forms import Decision, Submission
from app.workbench.layout import HEAD
from app.workbench.models import DraftPurpose, DraftState, RuleCase, RuleDraft
from app.workbench.readings import problems_of, rule_of

UNNAMED = "未命名的规则"
NOT_YOURS = "这份草稿是您起草、修改或送审的，须由另一人复核。"


def start_new(db: Session, actor: User) -> RuleDraft:
    """A draft of a rule of which nothing is written yet."""
    body = drafted.empty()
    body["single"] = {"name": UNNAMED, "kind": "incentive", "scope": settings().district}
    return _start(db, actor, DraftPurpose.NEW, _new_code(), UNNAMED, body)


def start_from_provision(db: Session, actor: User, provision: Provision) -> RuleDraft:
    """A draft of what a confirmed incentive of the library promises; the link to its clause stays."""
    data = _draft_in(provision)
    policy = provision.text.policy
    rule = {**data, "policy": policy.code, "scope": data.get("scope") or settings().district}
    body = drafted.body_of(rule, _in_force_with(policy, (data.get("versions") or [{}])[0]))
    name = str(data.get("name") or provision.path or UNNAMED)[:200]
    body["single"]["name"] = name
    draft = _start(db, actor, DraftPurpose.NEW, _new_code(), name, body)
    draft.provision_id = provision.id
    db.flush()  # what is saved next is read back
    return draft


def _in_force_with(policy: Policy, version: Mapping[str, Any]) -> dict[str, Any]:
    """A version drafted when the text was read, as long in force as is known of the document by now."""
    days = {"from": policy.starts_on, "until": policy.ends_on}
    return {**version, **{name: day for name, day in days.items() if day}}


def start_next(db: Session, actor: User, rule: Rule) -> RuleDraft:
    """A draft of the version that is to follow the last one of a rule; or the one there is already."""
    last = _last(rule)
    body = drafted.body_of({**rule.body, "name": rule.name, "kind": rule.kind}, last.body)
    for name in ("starts", "until"):
        body["single"].pop(name, None)
    draft = _start(db, actor, DraftPurpose.NEXT, rule.code, rule.name, body, follows=last)
    if not bench.cases(db, draft):
        _inherit_cases(db, actor, draft, last)
    return draft


def start_end(db: Session, actor: User, rule: Rule) -> RuleDraft:
    """A proposal to end a rule; or the draft there is already."""
    return _start(db, actor, DraftPurpose.END, rule.code, rule.name, drafted.empty(), follows=_last(rule))


def save(db: Session, actor: User, draft: RuleDraft, body: dict[str, Any], *, version: int) -> None:
    """Keep what was typed. Stale where somebody else saved first, Conflict where it was sent in already."""
    _hold(db, draft, version, DraftState.DRAFT)
    if draft.purpose is not DraftPurpose.NEW:
        body["single"] |= {name: draft.body["single"][name] for name in HEAD if name in draft.body["single"]}
    changes = {each.label: [each.before, each.after] for each in differences(draft.body, body)}
    draft.body, draft.starts_on = body, _first_day(body)
    draft.name = body["single"].get("name", draft.name)
    draft.changed_at = clock.now()
    draft.editors = sorted({*draft.editors, actor.id})
    if changes:
        audit.record(db, actor, "rule_draft.edited", draft, changes=changes)


def submit(db: Session, actor: User, draft: RuleDraft, fields: Submission) -> None:
    """Send a draft in for review.

    Raises:
        Conflict: it is no rule yet, or one that no firm could ever meet.
        FieldError: something speaks against it, and its author does not say why it should be so all the same.
    """
    _hold(db, draft, fields.version, DraftState.DRAFT)
    problems = what_is_missing(draft)
    if problems:
        raise Conflict(f"还不能送审：{'；'.join(problems[:3])}")
    told = _insist_on_an_answer(db, draft, fields)
    draft.state, draft.submitted_by_id, draft.submitted_at = DraftState.SUBMITTED, actor.id, clock.now()
    draft.decided_by_id, draft.decided_at, draft.remark = None, None, None
    draft.defence = fields.defence or None
    audit.record(db, actor, "rule_draft.submitted", draft, changes=told)


def send_back(db: Session, actor: User, draft: RuleDraft, *, version: int, remark: str) -> None:
    """Return a draft to whoever wrote it, with what is to be mended."""
    _hold(db, draft, version, DraftState.SUBMITTED)
    _decide(actor, draft, DraftState.DRAFT, remark)
    audit.record(db, actor, "rule_draft.returned", draft, changes={"意见": remark})


def publish(db: Session, actor: User, draft: RuleDraft, fields: Decision) -> None:
    """Put a draft into the rule book.

    Raises:
        Conflict: by somebody who wrote it, or the book has moved on so that it no longer fits.
        FieldError: its first day is over, and that was not said to be meant.
    """
    _hold(db, draft, fields.version, DraftState.SUBMITTED)
    database.lock(db, "rulebook")
    first = _first_day(draft.body)
    assert first is not None, "what was sent in has a first day"
    _insist_on_the_future(first, fields)
    unproven, previewed = _insist_on_proof(db, draft, fields), _previewed(db, draft)
    _decide(actor, draft, DraftState.PUBLISHED, fields.remark)
    made = _put_into_the_book(db, draft, first)
    db.flush()  # the draft and the event refer to the version
    draft.published_version_id = made.id if made else None
    told = {"施行自": first.isoformat(), "意见": fields.remark or "无", "影响预览": previewed}
    told |= {"施行日已过的理由": fields.reason} if first < clock.today() else {}
    told |= {"用例": f"{unproven}；{fields.unproven}"} if unproven else {}
    audit.record(db, actor, "rule_draft.published", draft, changes=told)


def remove(db: Session, actor: User, draft: RuleDraft, *, version: int) -> None:
    """Drop a draft; it stays to be read."""
    _hold(db, draft, version, DraftState.DRAFT)
    draft.state = DraftState.REMOVED
    audit.record(db, actor, "rule_draft.removed", draft)


def may_decide(actor: User, draft: RuleDraft) -> bool:
    """Whether somebody has had no hand in a draft."""
    return actor.id not in {draft.author_id, draft.submitted_by_id, *draft.editors}


def what_is_missing(draft: RuleDraft) -> tuple[str, ...]:
    """What has to be mended before a draft can be sent in."""
    if draft.purpose is not DraftPurpose.END:
        return problems_of(draft.body, draft.rule_code)
    single = draft.body["single"]
    needed = {"starts": "请填写从哪一天起停用。", "notes": "请写明停用的依据。"}
    return tuple(sentence for name, sentence in needed.items() if not single.get(name))


def _start(
    db: Session,
    actor: User,
    purpose: DraftPurpose,
    code: str,
    name: str,
    body: dict[str, Any],
    *,
    follows: RuleVersion | None = None,
) -> RuleDraft:
    database.lock(db, "rule_draft")
    there = queries.drafts(db, queries.OPEN, code)
    if there:
        return there[0]
    moment = clock.now()
    draft = RuleDraft(
        rule_code=code,
        purpose=purpose,
        state=DraftState.DRAFT,
        name=name,
        starts_on=_first_day(body),
        body=body,
        follows_id=follows.id if follows else None,
        author_id=actor.id,
        editors=[actor.id],
        created_at=moment,
        changed_at=moment,
    )
    db.add(draft)
    db.flush()  # the audit event needs its id
    audit.record(db, actor, "rule_draft.created", draft)
    return draft


def _inherit_cases(db: Session, actor: User, draft: RuleDraft, follows: RuleVersion) -> None:
    """The cases of the version that is followed: those of its draft, or else those of the files."""
    before = queries.published(db, draft.rule_code)
    held = [(row.name, row.body) for row in bench.cases(db, before)] if before else []
    held = held or [(case.name[:200], bench.kept(case)) for case in bench.inherited(draft.rule_code, follows)]
    told = {"made_at": clock.now(), "made_by_id": actor.id, "draft_id": draft.id}
    db.add_all(RuleCase(name=name, body=body, **told) for name, body in held)
    db.flush()  # whoever looks next finds them


def _hold(db: Session, draft: RuleDraft, version: int, state: DraftState) -> None:
    """Nobody else may have changed the draft since it was shown, and it must be where this step begins."""
    database.lock(db, "rule_draft")
    db.refresh(draft)
    if draft.state is not state:
        raise Conflict(f"这份草稿现在是“{draft.state.label}”，不能这样办理。")
    if draft.version != version:
        raise Stale(draft)


def _decide(actor: User, draft: RuleDraft, state: DraftState, remark: str) -> None:
    if not may_decide(actor, draft):
        raise Conflict(NOT_YOURS)
    draft.state, draft.remark = state, remark or None
    draft.decided_by_id, draft.decided_at = actor.id, clock.now()


def _insist_on_the_future(first: date, fields: Decision) -> None:
    if first >= clock.today():
        return
    if not fields.past:
        raise FieldError("past", f"施行日 {first.isoformat()} 已过。如确应追溯施行，请勾选并写明理由。")
    if not fields.reason:
        raise FieldError("reason", "请写明追溯施行的理由，如“补录已生效的文件”。")


def _insist_on_proof(db: Session, draft: RuleDraft, fields: Decision) -> str:
    """What the cases leave unproven, for which a reason was given. FieldError where there is none."""
    unproven = bench.why_unproven(db, draft)
    if unproven and not fields.unproven:
        raise FieldError("unproven", f"{unproven}。请退回补齐用例，或写明仍要发布的理由。")
    return unproven


def _previewed(db: Session, draft: RuleDraft) -> str:
    """What its reviewer could know of a draft's effect."""
    preview = previews.preview_of(db, draft)
    if preview is None:
        return "没有预览"
    outdated = previewing.why_outdated(db, preview, draft)
    return previews.headline(db, preview) + (f"（已过时：{'；'.join(outdated)}）" if outdated else "")


def _insist_on_an_answer(db: Session, draft: RuleDraft, fields: Submission) -> dict[str, Any]:
    """What the trail tells of the doubts about a draft. Conflict or FieldError where it cannot be sent in so."""
    doubts = doubts_about(db, draft)
    must = [each.sentence for each in doubts if each.blocks]
    if must:
        raise Conflict(f"还不能送审，须先改：{'；'.join(must[:3])}")
    if doubts and not fields.defence:
        raise FieldError("defence", f"有 {len(doubts)} 处疑点，请逐处核对后写明为什么仍这样写，供复核人参考。")
    return {"疑点": "；".join(each.sentence for each in doubts), "说明": fields.defence} if doubts else {}


def _put_into_the_book(db: Session, draft: RuleDraft, first: date) -> RuleVersion | None:
    try:
        if draft.purpose is DraftPurpose.NEW:
            rule_of(draft.body, draft.rule_code)
            return publishing.publish_rule(db, draft.rule_code, drafted.rule_data(draft.body, draft.rule_code))
        rule = queries.rule_of(db, draft.rule_code)
        if draft.purpose is DraftPurpose.END:
            publishing.end_rule(db, rule, first)
            return None
        return publishing.follow(db, rule, drafted.version_data(draft.body))
    except RuleError as error:
        raise Conflict(f"放进规则库后读不通，没有发布：{error.problems[0]}") from error


def _draft_in(provision: Provision) -> Mapping[str, Any]:
    """The draft rule that was read in a clause and confirmed; Conflict where somebody has spoilt it."""
    text = provision.body.get("draft")
    if not text:
        return {"name": provision.path or UNNAMED, "kind": "incentive", "clause": provision.path}
    try:
        data = yaml.safe_load(text)
        load_rule(data, vocabulary())
    except (yaml.YAMLError, RuleError) as error:
        raise Conflict("这一条的规则草稿已读不通，请先在政策库改正。") from error
    return dict(data)


def _last(rule: Rule) -> RuleVersion:
    return (publishing.standing(rule) or rule.versions)[-1]


def _first_day(body: Mapping[str, Any]) -> date | None:
    text = body["single"].get("starts")
    return date.fromisoformat(text) if text else None


def _new_code() -> str:
    return f"own_{secrets.token_hex(4)}"
