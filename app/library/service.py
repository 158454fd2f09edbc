"""Saying what a policy is, and deciding about what was read in its text."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.errors import FieldError, Stale
from app.core.fields import Fields
from app.firms.names import plain
from app.library import decided, queries, relations
from app.library.forms import PolicyFields, Quote, body_of
from app.library.models import PolicyText, Provision, ProvisionKind, ProvisionState
from app.policies.models import Policy


def describe(db: Session, actor: User, policy: Policy, fields: PolicyFields) -> None:
    """Say what a document is. Stale when somebody else has said so since."""
    if fields.version != policy.version:
        raise Stale(policy)
    given = fields.model_dump(exclude={"version"})
    before = identity_of(policy)
    policy.title, policy.number, policy.issuer = fields.title, fields.number or None, fields.issuer or None
    policy.level, policy.status = fields.level, fields.status
    policy.starts_on, policy.ends_on = fields.starts_on, fields.ends_on
    policy.body = described(policy, {"region": fields.region, "note": fields.note, "own": fields.own})
    changes = audit.differences(in_words(before), in_words(given))
    if changes:
        audit.record(db, actor, "policy.edited", policy, changes=changes)
    if changes.keys() & {LABELS["title"], LABELS["number"]}:
        db.flush()
        relations.propose_to(db, policy)


def described(policy: Policy, more: Mapping[str, Any]) -> dict[str, Any]:
    """A document in the form of the seeds, from which findings cite it."""
    starts, ends = (day.isoformat() if day else None for day in (policy.starts_on, policy.ends_on))
    known = {"code": policy.code, "title": policy.title, "number": policy.number, "issuer": policy.issuer}
    known |= {"level": policy.level, "status": policy.status, "from": starts, "until": ends}
    return {**(policy.body or {}), **known, **more}


def identity_of(policy: Policy) -> dict[str, Any]:
    """What a document is, in the fields of its form."""
    columns = {name: getattr(policy, name) for name in ("title", "level", "status", "starts_on", "ends_on")}
    said = {name: getattr(policy, name) or "" for name in ("number", "issuer")}
    own = {"own": bool(policy.body.get("own"))}
    return {**columns, **said, **own, **{name: policy.body.get(name) or "" for name in ("region", "note")}}


LABELS = {"title": "题名", "number": "文号", "issuer": "发文机关", "level": "层级", "status": "状态"}
LABELS |= {"starts_on": "施行日期", "ends_on": "失效日期", "region": "适用地区", "note": "备注", "own": "本区方案"}


def in_words(identity: Mapping[str, Any]) -> dict[str, str]:
    """What a document is, by label."""
    shown = {**identity, "own": "是" if identity.get("own") else ""}
    return {label: str(shown.get(name) or "") for name, label in LABELS.items()}


def confirm(db: Session, actor: User, provision: Provision, fields: Fields, *, version: int, note: str) -> Provision:
    """Take over what a form says: confirmed where it is what was read, mended otherwise. Stale if late."""
    _insist_on(provision, version)
    body = body_of(provision.kind, fields)
    state = ProvisionState.CONFIRMED if body == provision.read else ProvisionState.MENDED
    changes = audit.differences(provision.body, body)
    provision.body = body
    _decide(db, actor, provision, state, note, changes)
    return provision


def reject(db: Session, actor: User, provision: Provision, *, version: int, note: str) -> Provision:
    """The clause does not ask for this; the provision stays to be seen. Stale if somebody decided since."""
    _insist_on(provision, version)
    _decide(db, actor, provision, ProvisionState.REJECTED, note, {})
    return provision


def _insist_on(provision: Provision, version: int) -> None:
    if provision.version != version:
        raise Stale(provision)


def _decide(
    db: Session, actor: User, provision: Provision, state: ProvisionState, note: str, changes: Mapping[str, Any]
) -> None:
    provision.state, provision.note = state, note or None
    provision.decided_at, provision.decided_by_id = clock.now(), actor.id
    audit.record(db, actor, "provision.decided", provision, changes={**changes, "状态": state.label})
    decided.tell(db, actor, provision)


def add(db: Session, actor: User, text: PolicyText, kind: ProvisionKind, fields: Quote) -> Provision:
    """A provision that a person adds. FieldError where the quoted words do not stand in the text."""
    starts, ends = _stretch(db, text, fields)
    body = body_of(kind, fields)
    provision = Provision(text_id=text.id, kind=kind, path=fields.path, starts=starts, ends=ends, read=None, body=body)
    provision.state, provision.decided_at, provision.decided_by_id = ProvisionState.MENDED, clock.now(), actor.id
    db.add(provision)
    db.flush()  # the event needs its number
    audit.record(db, actor, "provision.added", provision, changes={"种类": kind.label, "原文": fields.quote[:100]})
    decided.tell(db, actor, provision)
    return provision


def _stretch(db: Session, text: PolicyText, fields: Quote) -> tuple[int, int]:
    """Where the quoted words stand in the clause; blanks and line ends make no difference."""
    clause = next((each for each in queries.clauses(db, text) if each.path == fields.path), None)
    if clause is None:
        raise FieldError("path", "请选择条款。")
    where = find_quote(text.words[clause.starts : clause.ends], fields.quote, fields.starts or 0)
    if where is None:
        raise FieldError("quote", "这一条款里没有这段文字，请从原文中复制。")
    return clause.starts + where[0], clause.starts + where[1]


def clause_of_quote(db: Session, text: PolicyText | None, quote: str) -> str:
    """The path of the clause in which some words stand; empty without words. FieldError where they stand nowhere."""
    if not quote.strip():
        return ""
    for clause in queries.clauses(db, text) if text else []:
        if find_quote(clause.words, quote):
            return clause.path
    raise FieldError("quote", "正文里没有这段文字，请从原文中复制，或留空。")


def find_quote(words: str, quote: str, near: int = 0) -> tuple[int, int] | None:
    """Where a quotation stands in some words, nearest to a place; blanks, line ends, script and width are no matter."""
    kept = [(place, sign) for place, found in enumerate(words) for sign in plain(found)]
    said, wanted = "".join(sign for _, sign in kept), "".join(map(plain, quote))
    starts = [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", said)] if wanted else []
    if not starts:
        return None
    at = min(starts, key=lambda start: abs(kept[start][0] - near))
    return kept[at][0], kept[at + len(wanted) - 1][0] + 1
