"""Taking texts in, and deciding about what was read in them."""

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.db import lock
from app.core.errors import FieldError, Stale
from app.core.fields import Fields
from app.core.filestore import keep
from app.firms.names import plain
from app.library import queries
from app.library.forms import PolicyFields, Quote, body_of
from app.library.intake import clauses_of, provisions_of
from app.library.models import PolicyClause, PolicyText, Provision, ProvisionKind, ProvisionState
from app.library.opening import open_file, open_paste
from app.policies.models import Policy
from app.policytext import Original, Reading, read_policy

UNTITLED = "（未署题名的文件）"
LONGEST_TITLE = 200
RADICALS = re.compile("[\u2e80-\u2fdf]")


def take_in(
    db: Session, actor: User, words: str, upload: tuple[str, bytes] | None, policy: Policy | None = None
) -> PolicyText:
    """Read a pasted text or an uploaded file and keep it with everything read: as the next version, or a new document.

    Raises:
        FieldError: it cannot be read, nothing stands in it, or the library has it already.
    """
    original = open_file(upload[1], upload[0]) if upload else open_paste(words)
    sha256 = hashlib.sha256(original.text.encode()).hexdigest()
    lock(db, "library")
    _insist_on_a_new_text(db, original, sha256, "file" if upload else "words")
    reading = read_policy(original)
    policy = policy or _policy_of(db, reading)
    former = queries.text_of(db, policy)
    text = PolicyText(
        policy=policy,
        number=former.number + 1 if former else 1,
        words=original.text,
        sha256=sha256,
        form=original.form,
        file_name=upload[0] if upload else None,
        file_key=keep(db, upload[1]) if upload else None,
        remarks=[{"oddity": each.oddity.value, "words": each.words} for each in reading.remarks],
        taken_in_at=clock.now(),
        taken_in_by_id=actor.id,
    )
    db.add(text)
    db.flush()  # clauses, provisions and the event need its number
    _keep_reading(db, text, reading, queries.provisions(db, former) if former else [])
    audit.record(db, actor, "policy.taken_in", policy, changes={"题名": policy.title, "sha256": sha256})
    return text


def _insist_on_a_new_text(db: Session, original: Original, sha256: str, field: str) -> None:
    if not original.text.strip():
        raise FieldError(field, "里面没有文字。扫描件请先做文字识别，或粘贴正文。")
    held = queries.text_with(db, sha256)
    if held is not None:
        raise FieldError(field, f"这份文件已经在库中：《{held.policy.title}》。")


def _policy_of(db: Session, reading: Reading) -> Policy:
    front = reading.front
    title = _title(reading) or UNTITLED
    status = {"征求意见稿": "草案", "转载": "转载"}.get(front.status, "未核实")
    policy = Policy(code=f"doc-{secrets.token_hex(4)}", title=title, number=front.number[:100] or None)
    policy.issuer, policy.level, policy.status = front.issuer[:100] or None, "区", status
    policy.starts_on = front.issued
    policy.body = _described(policy, {"region": "", "note": ""})
    db.add(policy)
    db.flush()
    return policy


def _title(reading: Reading) -> str:
    """The title as it stands in the original, in one line; a printed file writes some characters by their radicals."""
    piece = reading.front.title_piece
    words = reading.original.quote(piece.span) if piece else reading.front.title
    signs = (unicodedata.normalize("NFKC", sign) if RADICALS.match(sign) else sign for sign in words)
    return "".join("".join(signs).split())[:LONGEST_TITLE]


def _described(policy: Policy, more: Mapping[str, Any]) -> dict[str, Any]:
    """A document in the form of the seeds, from which findings cite it."""
    starts, ends = (day.isoformat() if day else None for day in (policy.starts_on, policy.ends_on))
    known = {"code": policy.code, "title": policy.title, "number": policy.number, "issuer": policy.issuer}
    known |= {"level": policy.level, "status": policy.status, "from": starts, "until": ends}
    return {**(policy.body or {}), **known, **more}


def _keep_reading(db: Session, text: PolicyText, reading: Reading, former: Sequence[Provision]) -> None:
    found = provisions_of(reading)
    _carry_over(former, found)
    rows: list[PolicyClause | Provision] = [*clauses_of(reading), *found]
    for row in rows:
        row.text_id = text.id
    db.add_all(rows)


def _carry_over(former: Sequence[Provision], found: Sequence[Provision]) -> None:
    """What was decided in the former version holds for what reads the same in the same clause; the rest waits anew."""
    decided = {_reads(each): each for each in former if each.state is not ProvisionState.OPEN}
    for provision in found:
        same = decided.get(_reads(provision))
        if same is not None:
            provision.state, provision.body, provision.note = same.state, same.body, same.note
            provision.decided_at, provision.decided_by_id = same.decided_at, same.decided_by_id


def _reads(provision: Provision) -> tuple[ProvisionKind, str, str]:
    return provision.kind, provision.path, json.dumps(provision.read, sort_keys=True)


def describe(db: Session, actor: User, policy: Policy, fields: PolicyFields) -> None:
    """Say what a document is. Stale when somebody else has said so since."""
    if fields.version != policy.version:
        raise Stale(policy)
    given = fields.model_dump(exclude={"version"})
    before = identity_of(policy)
    policy.title, policy.number, policy.issuer = fields.title, fields.number or None, fields.issuer or None
    policy.level, policy.status = fields.level, fields.status
    policy.starts_on, policy.ends_on = fields.starts_on, fields.ends_on
    policy.body = _described(policy, {"region": fields.region, "note": fields.note})
    changes = audit.differences(in_words(before), in_words(given))
    if changes:
        audit.record(db, actor, "policy.edited", policy, changes=changes)


def identity_of(policy: Policy) -> dict[str, Any]:
    """What a document is, in the fields of its form."""
    columns = {name: getattr(policy, name) for name in ("title", "level", "status", "starts_on", "ends_on")}
    said = {name: getattr(policy, name) or "" for name in ("number", "issuer")}
    return {**columns, **said, **{name: policy.body.get(name) or "" for name in ("region", "note")}}


LABELS = {"title": "题名", "number": "文号", "issuer": "发文机关", "level": "层级", "status": "状态"}
LABELS |= {"starts_on": "施行日期", "ends_on": "失效日期", "region": "适用地区", "note": "备注"}


def in_words(identity: Mapping[str, Any]) -> dict[str, str]:
    """What a document is, by label."""
    return {label: str(identity.get(name) or "") for name, label in LABELS.items()}


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


def add(db: Session, actor: User, text: PolicyText, kind: ProvisionKind, fields: Quote) -> Provision:
    """A provision that a person adds. FieldError where the quoted words do not stand in the text."""
    starts, ends = _stretch(db, text, fields)
    body = body_of(kind, fields)
    provision = Provision(text_id=text.id, kind=kind, path=fields.path, starts=starts, ends=ends, read=None, body=body)
    provision.state, provision.decided_at, provision.decided_by_id = ProvisionState.MENDED, clock.now(), actor.id
    db.add(provision)
    db.flush()  # the event needs its number
    audit.record(db, actor, "provision.added", provision, changes={"种类": kind.label, "原文": fields.quote[:100]})
    return provision


def _stretch(db: Session, text: PolicyText, fields: Quote) -> tuple[int, int]:
    """Where the quoted words stand in the clause; blanks and line ends make no difference."""
    clause = next((each for each in queries.clauses(db, text) if each.path == fields.path), None)
    if clause is None:
        raise FieldError("path", "请选择条款。")
    where = _find(text.words[clause.starts : clause.ends], fields.quote)
    if where is None:
        raise FieldError("quote", "这一条款里没有这段文字，请从原文中复制。")
    return clause.starts + where[0], clause.starts + where[1]


def _find(words: str, quote: str) -> tuple[int, int] | None:
    kept = [(place, sign) for place, found in enumerate(words) for sign in plain(found)]
    wanted = "".join(map(plain, quote))
    at = "".join(sign for _, sign in kept).find(wanted)
    if at < 0 or not wanted:
        return None
    return kept[at][0], kept[at + len(wanted) - 1][0] + 1
