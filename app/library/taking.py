"""Taking texts in: kept when they arrive, read by a job outside any transaction, and written down in one."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.db import lock
from app.core.errors import FieldError
from app.core.filestore import keep as keep_file
from app.jobs import service as jobs
from app.library import decided, queries, relations
from app.library.carrying import carried_over
from app.library.models import Intake, IntakeState, PolicyClause, PolicyText, Provision, ProvisionState
from app.library.opening import open_file, open_paste, storable
from app.library.rows import clauses_of, provisions_of
from app.library.service import described
from app.policies.models import Policy
from app.policytext.text.original import Original

if TYPE_CHECKING:
    from app.policytext.reading import Reading

TAKE_IN = "library.take_in"
LONGEST_TITLE = 200
INTAKES_STAY = timedelta(days=90)


def ask(db: Session, actor: User, words: str, upload: tuple[str, bytes] | None, policy: Policy | None) -> Intake:
    """Keep what was pasted or uploaded and ask for its reading; nothing of it is looked at here."""
    _forget_old(db)
    intake = Intake(policy_id=policy.id if policy else None, words="" if upload else storable(words))
    intake.file_name, intake.content = upload or (None, None)
    intake.asked_at, intake.asked_by_id, intake.state = clock.now(), actor.id, IntakeState.READING
    db.add(intake)
    db.flush()  # the job needs its number
    job = jobs.enqueue(db, actor, TAKE_IN, title=f"收入{intake.name}", arguments={"intake": intake.id})
    intake.job_id = job.id
    return intake


def _forget_old(db: Session) -> None:
    old = sa.delete(Intake).where(Intake.asked_at < clock.now() - INTAKES_STAY)
    db.execute(old, execution_options={"synchronize_session": False})


@dataclass(frozen=True)
class Taken:
    """A text that was opened and read, with the title it goes by; nothing is written yet."""

    original: Original
    reading: "Reading"
    title: str
    sha256: str
    remarks: tuple[dict[str, str], ...]
    said: tuple[relations.Said, ...]


def open_intake(intake: Intake) -> Taken:
    """Open what arrived, in a process of its own where it is a file, and read it.

    Raises:
        FieldError: it cannot be read, or nothing stands in it.
    """
    name = intake.file_name or ""
    original = open_paste(intake.words) if intake.content is None else open_file(intake.content, name)
    if not original.text.strip():
        raise FieldError("words", "里面没有文字。扫描件请先做文字识别，或粘贴正文。")
    from app.policytext.reading import read_policy, title_of  # noqa: PLC0415 - the reader, for the job that reads

    reading = read_policy(original)
    title, remark = title_of(reading, file_name=name)
    remarks = (*reading.remarks, *((remark,) if remark else ()))
    told = tuple({"oddity": each.oddity.value, "words": each.words} for each in remarks)
    sha256 = hashlib.sha256(original.text.encode()).hexdigest()
    return Taken(original, reading, title[:LONGEST_TITLE], sha256, told, tuple(relations.said_in(reading)))


def keep(db: Session, actor: User, intake: Intake, taken: Taken) -> PolicyText:
    """Write down what was read: as the next version of its policy, or as a new one.

    Raises:
        FieldError: the library has these very words already.
    """
    lock(db, "library")
    _insist_on_a_new_text(db, taken)
    policy = intake.policy or _new_policy(db, taken)
    former = queries.text_of(db, policy)
    text = _text_of(intake, taken, policy, former)
    text.file_key = keep_file(db, intake.content) if intake.content is not None else None
    text.taken_in_by_id = actor.id
    db.add(text)
    db.flush()  # clauses, provisions and the event need its number
    found = _keep_reading(db, text, taken.reading, former)
    relations.propose(db, policy, taken.said)
    relations.propose_to(db, policy)
    intake.state, intake.text_id, intake.words, intake.content = IntakeState.DONE, text.id, "", None
    audit.record(db, actor, "policy.taken_in", policy, changes={"题名": policy.title, "sha256": text.sha256})
    for provision in found:
        if provision.state is not ProvisionState.OPEN:
            decided.tell(db, actor, provision)
    return text


def _insist_on_a_new_text(db: Session, taken: Taken) -> None:
    held = queries.text_with(db, taken.sha256)
    if held is not None:
        raise FieldError("words", f"这份文件已经在库中：《{held.policy.title}》。")


def _new_policy(db: Session, taken: Taken) -> Policy:
    front = taken.reading.front
    status = {"征求意见稿": "草案", "转载": "转载"}.get(front.status, "未核实")
    policy = Policy(code=f"doc-{secrets.token_hex(4)}", title=taken.title, number=front.number[:100] or None)
    policy.issuer, policy.level, policy.status = front.issuer[:100] or None, "区", status
    policy.starts_on, policy.ends_on = front.force.starts or front.issued, front.force.ends
    policy.body = described(policy, {"region": "", "note": "", "own": False})
    db.add(policy)
    db.flush()
    return policy


def _text_of(intake: Intake, taken: Taken, policy: Policy, former: PolicyText | None) -> PolicyText:
    return PolicyText(
        policy=policy,
        number=former.number + 1 if former else 1,
        words=taken.original.text,
        sha256=taken.sha256,
        form=taken.original.form,
        file_name=intake.file_name,
        remarks=list(taken.remarks),
        taken_in_at=clock.now(),
    )


def _keep_reading(db: Session, text: PolicyText, reading: "Reading", former: PolicyText | None) -> list[Provision]:
    clauses, found = clauses_of(reading), provisions_of(reading)
    if former is not None:
        found += carried_over(db, former, text.words, clauses, found)
    rows: list[PolicyClause | Provision] = [*clauses, *found]
    for row in rows:
        row.text_id = text.id
    db.add_all(rows)
    db.flush()  # whoever follows the decisions that were carried over needs their numbers
    return found
