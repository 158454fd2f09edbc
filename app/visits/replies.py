"""What becomes of the answers given on visits: taken at once where that is declared, or confirmed or refused."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core.errors import Conflict, Forbidden, Stale
from app.facts import queries as facts
from app.facts.ledger import Origin, hold_firm
from app.facts.models import Source
from app.facts.service import named, record_fact
from app.facts.values import joined, split
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.rules import FactKind
from app.visits.declared import Handling, handling_of
from app.visits.forms import Answered
from app.visits.models import Reply, ReplyState, Visit


def take(db: Session, actor: User, firm: Firm, visit: Visit, answered: Answered) -> Reply:
    """Keep an answer. It becomes a fact at once where that is declared and nobody has written the figure meanwhile."""
    hold_firm(db, firm.id)
    _replace_earlier(db, firm, answered)
    number, text = split(answered.value)
    reply = Reply(
        visit_id=visit.id,
        firm_id=firm.id,
        kind=answered.kind.code,
        year=answered.year,
        number=number,
        text=text,
        seen_id=answered.seen,
        state=ReplyState.WAITING,
        given_at=clock.now(),
    )
    db.add(reply)
    db.flush()  # the fact's note and the event refer to it
    standing = facts.standing_fact(db, firm.id, answered.kind.code, answered.year)
    if handling_of(answered.kind) is Handling.RECORD and answered.seen == (standing.id if standing else 0):
        _enter(db, actor, firm, reply, visit, seen=answered.seen)
    return reply


def confirm(db: Session, actor: User, firm: Firm, reply: Reply, *, seen: int) -> None:
    """Let an answer become a fact; `seen` is the figure in front of whoever confirms, 0 for none.

    Raises:
        Forbidden: this answer is for the bureau to confirm.
        Conflict: it has been decided, or the figure was written by somebody else meanwhile.
    """
    _check_open(db, actor, reply)
    try:
        _enter(db, actor, firm, reply, reply.visit, seen=seen)
    except Stale as stale:
        raise Conflict("这个数据刚刚被他人更新，回答没有记入。请刷新页面，看过现值再决定。") from stale
    _decided(reply, actor)


def refuse(db: Session, actor: User, firm: Firm, reply: Reply, *, reason: str) -> None:
    """Let an answer not count, and say why; it stays readable. Forbidden and Conflict as for `confirm`."""
    _check_open(db, actor, reply)
    reply.state, reply.reason = ReplyState.REFUSED, reason
    _decided(reply, actor)
    changes = {"数据项": label_of(reply), "原因": reason}
    audit.record(db, actor, "reply.refused", firm, changes=changes)


def may_decide(actor: User, reply: Reply) -> bool:
    """The bureau decides about any answer, a firm about those that are declared as its own."""
    kind = vocabulary().facts.get(reply.kind)
    if kind is None:
        return False
    return actor.role is Role.BUREAU or (actor.role is Role.FIRM and handling_of(kind) is not Handling.BUREAU)


def label_of(reply: Reply) -> str:
    kind = vocabulary().facts.get(reply.kind)
    return named(kind, reply.year) if kind else reply.kind


def shown_value(reply: Reply) -> str:
    kind = vocabulary().facts.get(reply.kind)
    return kind.show(joined(kind, reply.number, reply.text)) if kind else str(reply.number or reply.text)


def kind_of(reply: Reply) -> FactKind | None:
    return vocabulary().facts.get(reply.kind)


def _check_open(db: Session, actor: User, reply: Reply) -> None:
    if not may_decide(actor, reply):
        raise Forbidden("这一项由科技局核对，企业不能直接确认。")
    hold_firm(db, reply.firm_id)
    db.refresh(reply)
    if reply.state is not ReplyState.WAITING:
        raise Conflict("这个回答已经处理过，请刷新后查看。")


def _enter(db: Session, actor: User, firm: Firm, reply: Reply, visit: Visit, *, seen: int) -> None:
    kind = vocabulary().facts[reply.kind]
    origin = Origin(Source.VISIT, f"{visit.visited_on.isoformat()} 走访，{visit.user.name}")
    value = joined(kind, reply.number, reply.text)
    fact = record_fact(db, actor, firm, reply.kind, value, year=reply.year, origin=origin, seen=seen)
    reply.state, reply.fact_id = ReplyState.TAKEN, fact.id


def _decided(reply: Reply, actor: User) -> None:
    reply.decided_at, reply.decided_by_id = clock.now(), actor.id


def _replace_earlier(db: Session, firm: Firm, answered: Answered) -> None:
    same = Reply.firm_id == firm.id, Reply.kind == answered.kind.code, Reply.year == answered.year
    waiting = sa.update(Reply).where(*same, Reply.state == ReplyState.WAITING)
    db.execute(waiting.values(state=ReplyState.REPLACED, decided_at=clock.now()))
