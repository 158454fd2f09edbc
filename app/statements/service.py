"""Saying something about a value, and deciding about what was said; a figure changes through the ledger alone."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, FieldError, Stale
from app.facts import queries as facts
from app.facts.ledger import Origin, hold_firm
from app.facts.models import Source
from app.facts.service import record_fact, retract_fact
from app.facts.values import joined, read_typed, split
from app.facts.vocabulary import vocabulary
from app.facts.vouches import vouch
from app.firms.models import Firm, StoredFile
from app.notices import service as notices
from app.notices.models import NoticeKind
from app.notices.sources import Due
from app.rules import FactKind
from app.rules.values import Value
from app.statements.beliefs import NOTHING, Belief, belief_of, find_belief, held_of
from app.statements.forms import StatementFields
from app.statements.models import Sort, Stance, Statement, StatementState

Attach = Callable[[], StoredFile | None]
LONGEST_REASON = 200
CHANGED = "这个数据刚刚被他人更新，没有处理。请刷新页面，看过现值再决定。"


def state(db: Session, actor: User, firm: Firm, fields: StatementFields, attach: Attach) -> Statement:
    """Keep what a firm says about a value that it has in front of it, with its evidence once all else is well.

    Raises:
        Stale: the value has changed since; carries the `Belief` that stands now.
        FieldError: something is missing, cannot be read, or says what stands already.
    """
    hold_firm(db, firm.id)
    belief = belief_of(db, firm, fields.sort, fields.code, fields.year)
    if fields.seen != belief.seen:
        raise Stale(belief)
    value, proposed = _proposed(belief, fields)
    file = attach()
    noted = fields.stance is Stance.AGREE and not belief.stale
    made = _made(actor, firm, belief, fields.stance, StatementState.NOTED if noted else StatementState.WAITING)
    made.number, made.text = split(value) if value is not None else (None, None)
    made.proposed, made.remark, made.file_id = proposed, fields.remark, file.id if file else None
    return _kept(db, actor, firm, made)


def answer(
    db: Session, actor: User, firm: Firm, kind: FactKind, value: Value, *, year: int, seen: int, file: StoredFile | None
) -> Statement:
    """Keep what a firm answers when it is asked for a figure; Stale as for `state`."""
    hold_firm(db, firm.id)
    belief = belief_of(db, firm, Sort.FACT, kind.code, year)
    if str(seen) != belief.seen:
        raise Stale(belief)
    made = _made(actor, firm, belief, Stance.ANSWER, StatementState.WAITING)
    made.number, made.text = split(value)
    made.file_id = file.id if file else None
    return _kept(db, actor, firm, made)


def accept(db: Session, actor: User, firm: Firm, statement: Statement, *, seen: str) -> None:
    """Let a statement count: a figure is written, or with an objection taken back, in the ledger; a list is closed.

    What is kept on other pages is mended there first. `seen` names the value in front of whoever decides.

    Raises:
        Conflict: it has been decided, the value has changed meanwhile, or has not been mended yet.
    """
    _check_open(db, statement)
    belief = find_belief(held_of(db, [firm])[firm.id], statement.subject)
    now = belief.seen if belief else NOTHING
    if now != seen:
        raise Conflict(CHANGED)
    match statement.sort:
        case Sort.COLLECTION:
            _close(db, actor, firm, statement, now)
        case Sort.FACT if statement.stance is Stance.OBJECT:
            _take_back(db, actor, firm, statement)
        case Sort.FACT:
            _enter(db, actor, firm, statement, seen=int(seen))
        case _:
            _check_mended(statement, now)
    _decide(db, statement, actor, StatementState.TAKEN)
    audit.record(db, actor, "statement.taken", statement, changes={"事项": statement.label})


def refuse(db: Session, actor: User, statement: Statement, *, reason: str) -> None:
    """Let a statement not count, and say why; the firm reads it. Conflict where it has been decided."""
    _check_open(db, statement)
    _decide(db, statement, actor, StatementState.REFUSED, reason=reason)
    audit.record(db, actor, "statement.refused", statement, changes={"事项": statement.label, "原因": reason})


def settle(db: Session, actor: User, statement: Statement) -> None:
    """The firm has read why its statement was not taken, and leaves it at that."""
    db.refresh(statement, with_for_update=True)
    if statement.state is not StatementState.REFUSED:
        raise Conflict("这条核对意见不需要再处理，请刷新后查看。")
    statement.state = StatementState.SETTLED
    audit.record(db, actor, "statement.settled", statement, changes={"事项": statement.label})


def value_of(statement: Statement) -> str:
    """What was proposed, in words; empty where nothing was."""
    kind = vocabulary().facts.get(statement.code) if statement.sort is Sort.FACT else None
    if kind is None or (statement.number is None and statement.text is None):
        return statement.proposed
    return kind.show(joined(kind, statement.number, statement.text))


def _proposed(belief: Belief, fields: StatementFields) -> tuple[Value | None, str]:
    """The value of a figure, or the words for anything else; FieldError where a statement says too little."""
    if (belief.sort is Sort.COLLECTION) is not (fields.stance is Stance.VOUCH):
        raise FieldError("stance", "这一项不能这样表示意见，请回到“核对信息”重新选择。")
    match fields.stance:
        case Stance.VOUCH:
            return None, ""
        case Stance.AGREE if not belief.text:
            raise FieldError("stance", "这一项现在没有值，不能确认属实；请在“更正”里填写。")
        case Stance.AGREE:
            return belief.value, ""
        case Stance.ANSWER:
            raise FieldError("stance", "请在“核对信息”的问题下面回答。")
        case Stance.OBJECT if not fields.remark:
            raise FieldError("remark", "请写明为什么有异议，方便核对。")
        case Stance.OBJECT:
            return None, ""
        case _:
            return _corrected(belief, fields)


def _corrected(belief: Belief, fields: StatementFields) -> tuple[Value | None, str]:
    if not fields.value:
        raise FieldError("value", "请填写正确的内容；只是不认可现在的值，请选“异议”。")
    if not fields.remark:
        raise FieldError("remark", "请写明更正的理由，比如依据哪张报表。")
    if belief.kind is None:
        value, same = None, fields.value == belief.text
    else:
        value = _read(belief.kind, fields.value)
        same = value == belief.value
    if same:
        raise FieldError("value", "与现在的值相同。如果没有错，请选“属实”。")
    return value, fields.value


def _read(kind: FactKind, text: str) -> Value:
    try:
        return read_typed(kind, text)
    except ValueError as error:
        raise FieldError("value", str(error)) from error


def _made(actor: User, firm: Firm, belief: Belief, stance: Stance, state: StatementState) -> Statement:
    return Statement(
        firm_id=firm.id,
        sort=belief.sort,
        code=belief.code,
        year=belief.year,
        label=belief.label[:LONGEST_REASON],
        stance=stance,
        seen=belief.seen,
        seen_text=belief.text,
        state=state,
        made_at=clock.now(),
        made_by_id=actor.id,
    )


def _kept(db: Session, actor: User, firm: Firm, made: Statement) -> Statement:
    """Put a statement in the place of what was said about the same value before and is still open."""
    same = sa.and_(
        Statement.firm_id == firm.id,
        Statement.sort == made.sort,
        Statement.code == made.code,
        Statement.year == made.year,
    )
    still = Statement.state.in_((StatementState.WAITING, StatementState.REFUSED))
    db.execute(sa.update(Statement).where(same, still).values(state=StatementState.REPLACED))
    db.add(made)
    db.flush()  # the event needs its id
    changes = {"事项": made.label, "意见": made.stance, "内容": value_of(made)}
    audit.record(db, actor, "statement.made", made, changes=changes)
    return made


def _check_open(db: Session, statement: Statement) -> None:
    hold_firm(db, statement.firm_id)
    db.refresh(statement)
    if statement.state is not StatementState.WAITING:
        raise Conflict("这条核对意见已经处理过，请刷新后查看。")


def _check_mended(statement: Statement, now: str) -> None:
    if now == statement.seen:
        raise Conflict(f"“{statement.label}”还是原来的内容。请先到{statement.sort.label}页更正，再标为已采纳。")


def _take_back(db: Session, actor: User, firm: Firm, statement: Statement) -> None:
    fact = facts.standing_fact(db, firm.id, statement.code, statement.year)
    if fact is not None:
        reason = f"企业提出异议：{statement.remark}"[:LONGEST_REASON]
        retract_fact(db, actor, firm, fact, reason=reason)


def _close(db: Session, actor: User, firm: Firm, statement: Statement, now: str) -> None:
    """Until the day on which the firm said so: of what came later it has said nothing."""
    if now != statement.seen:
        raise Conflict("企业确认之后，这类登记有变动，不能再据此采纳。请写明原因退回，请企业看过现在的登记重新确认。")
    until = clock.local_day(statement.made_at)
    origin = Origin(
        Source.FIRM, f"{until.isoformat()} 企业确认，{statement.made_by.name if statement.made_by else '企业'}"
    )
    vouch(db, actor, firm, statement.code, scope={}, since=None, until=until, voucher=firm.name, origin=origin)


def _enter(db: Session, actor: User, firm: Firm, statement: Statement, *, seen: int) -> None:
    kind = vocabulary().facts[statement.code]
    origin = Origin(Source.FIRM, f"{clock.local_day(statement.made_at).isoformat()} 企业{statement.stance.label}")
    value = joined(kind, statement.number, statement.text)
    try:
        fact = record_fact(db, actor, firm, statement.code, value, year=statement.year, origin=origin, seen=seen)
    except Stale as stale:
        raise Conflict(CHANGED) from stale
    statement.fact_id = fact.id


def _decide(db: Session, statement: Statement, actor: User, state: StatementState, *, reason: str = "") -> None:
    statement.state, statement.reason = state, reason
    statement.decided_at, statement.decided_by_id = clock.now(), actor.id
    why = f"原因：{reason}" if reason else ""
    due = Due(
        f"statement/{statement.id}",
        NoticeKind.STATEMENT,
        f"您对“{statement.label}”的意见（{statement.stance.label}）{state.label}。{why}",
        "statements.index",
        {"query": {"state": state.code}},
        firm_id=statement.firm_id,
    )
    notices.tell_firm(db, actor, due)
