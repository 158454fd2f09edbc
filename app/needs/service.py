"""Raising, mending and moving needs; every step is kept with who took it, when, and why."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core.errors import Conflict, FieldError, Stale
from app.core.text import folded
from app.firms.models import Firm
from app.needs.clarity import Clarity, amount_in, assess, day_in
from app.needs.declared import NeedKind, declared
from app.needs.forms import NeedFields, StepFields, said_in
from app.needs.models import Need, NeedState, NeedStep
from app.notices import service as notices
from app.notices.models import NoticeKind
from app.notices.sources import Due

OPEN, PUBLISHED, MATCHING = NeedState.OPEN, NeedState.PUBLISHED, NeedState.MATCHING
SOLVED, TRACKED, RETURNED = NeedState.SOLVED, NeedState.TRACKED, NeedState.RETURNED

# State → where a need may go from it. A returned one comes back by being mended.
NEXT: Mapping[NeedState, tuple[NeedState, ...]] = {
    OPEN: (PUBLISHED, RETURNED),
    PUBLISHED: (MATCHING, SOLVED, TRACKED, RETURNED),
    MATCHING: (SOLVED, TRACKED, RETURNED),
    TRACKED: (MATCHING, SOLVED),
    SOLVED: (MATCHING,),
    RETURNED: (),
}
MENDED = "修改后重新提交"
# How a firm is told of a step, where “转为” would not be how one says it.
_TURNED = {PUBLISHED: "已发布，开始对接", RETURNED: "被退回，请补充后重新提交", SOLVED: "已解决"}


def raise_need(
    db: Session, actor: User | None, firm: Firm, kind: NeedKind, fields: NeedFields, *, visit_id: int | None = None
) -> Need:
    """Write down a need, however vague; it waits for its diagnosis. Conflict where the firm is gone."""
    _hold(db, firm)
    need = Need(
        firm_id=firm.id,
        kind=kind.code,
        state=OPEN,
        raised_at=clock.now(),
        raised_by_id=actor.id if actor else None,
        visit_id=visit_id,
        **_values(kind, fields),
    )
    db.add(need)
    db.flush()  # the first step and the audit event need its id
    _note(db, actor, need, "")
    told = {"类别": kind.label, "清晰度": need.clarity, "内容": need.said}
    audit.record(db, actor, "need.raised", need, changes=told)
    return need


def edit_need(db: Session, actor: User, need: Need, kind: NeedKind, fields: NeedFields) -> Need:
    """Mend a need; a returned one is thereby submitted again.

    Raises:
        Stale: somebody else saved it since the form was opened.
        Conflict: it is no longer this person's to change.
    """
    _hold_need(db, need, fields.version)
    if not may_edit(actor, need):
        raise Conflict("这条需求已经发布或办结，不能再改。如内容有变，请联系科技专员或科技局。")
    before = _told(need, kind)
    for name, value in _values(kind, fields).items():
        setattr(need, name, value)
    changes = audit.differences(before, _told(need, kind))
    if need.state is RETURNED:
        need.state = OPEN
        _note(db, actor, need, MENDED)
    elif not changes:
        return need
    db.flush()
    audit.record(db, actor, "need.edited", need, changes=changes)
    return need


def clarity_of(need: Need) -> Clarity:
    """How clear a need is now, with what to ask for next; nothing to ask where its kind is declared no longer."""
    kind = declared().kinds.get(need.kind)
    return assess(kind, need.said) if kind else Clarity(need.clarity, ())


def may_edit(actor: User, need: Need) -> bool:
    """A firm may mend its need until it is published; staff until it is solved."""
    if not actor.may("need:write") or need.state is SOLVED:
        return False
    return actor.role is not Role.FIRM or need.state in (OPEN, RETURNED)


def take_step(db: Session, actor: User, need: Need, fields: StepFields, *, helped: bool = False) -> Need:
    """Move a need on; `helped` says that a referral of it succeeded, so that being solved needs no other reason.

    Raises:
        Stale: somebody else changed it since the page was opened.
        FieldError: it cannot go there from where it stands, or the step has to be explained.
    """
    _hold_need(db, need, fields.version)
    if fields.state not in NEXT[need.state]:
        raise FieldError("state", f"“{need.state}”的需求不能直接转为“{fields.state}”，请从列表中选择。")
    if not fields.remark and (why := why_explained(need, fields.state, helped=helped)):
        raise FieldError("remark", why)
    move(db, actor, need, fields.state, fields.remark)
    return need


def move(db: Session, actor: User, need: Need, to: NeedState, remark: str) -> None:
    """Write the step and its event, and tell the firm; whoever calls has made sure that the need may go there."""
    before, need.state = need.state, to
    step = _note(db, actor, need, remark)
    db.flush()
    why = f"{'原因' if to is RETURNED else '说明'}：{remark}" if remark else ""
    said = f"需求“{need.title}”{_TURNED.get(to, f'转为“{to}”')}。{why}"
    address = ("needs.show", {"need_id": need.id})
    told = Due(f"need/{need.id}/{step.id}", NoticeKind.NEED, said, *address, firm_id=need.firm_id)
    notices.tell_firm(db, actor, told)
    changes = {"状态": [before, to], **({"备注": remark} if remark else {})}
    audit.record(db, actor, "need.moved", need, changes=changes)


def hold(db: Session, need: Need) -> None:
    """Let whoever changes a need take turns until the transaction ends."""
    db.refresh(need, with_for_update={"of": Need})


def why_explained(need: Need, to: NeedState, *, helped: bool = False) -> str:
    """Why this step needs a remark, as a sentence; empty where it does not."""
    match to:
        case NeedState.PUBLISHED if not need.is_clear:
            return (
                f"清晰度 {need.clarity} 分，低于 {declared().clear_from} 分，暂不能直接发布。"
                "请与企业核实（二次诊断），把核实到的情况和意见写在备注里；也可以退回补充。"
            )
        case NeedState.RETURNED:
            return "退回请写明原因，以及请企业补充什么。"
        case NeedState.SOLVED if not helped:
            return "没有成功的对接记录：请先登记对接的结果，或写明怎样解决的、由谁解决。"
        case NeedState.TRACKED:
            return "请写明为什么暂时解决不了，什么时候再看。"
        case NeedState.MATCHING if need.state is SOLVED:
            return "已解决的需求重新对接，请写明原因。"
        case _:
            return ""


def _hold(db: Session, firm: Firm) -> None:
    """Keep the firm from being merged away while a need of it is written."""
    into = sa.select(Firm.merged_into_id).where(Firm.id == firm.id).with_for_update(key_share=True)
    if db.scalar(into) is not None:
        raise Conflict("这家企业刚刚并入另一家企业，需求没有保存。请到名录中按原名称查找，在那一家的页面提出。")


def _hold_need(db: Session, need: Need, seen: int) -> None:
    hold(db, need)
    if need.version != seen:
        raise Stale(need)


def _note(db: Session, actor: User | None, need: Need, remark: str) -> NeedStep:
    taken = {"taken_at": clock.now(), "taken_by_id": actor.id if actor else None}
    step = NeedStep(need_id=need.id, state=need.state, remark=remark or None, **taken)
    db.add(step)
    return step


def _values(kind: NeedKind, fields: NeedFields) -> dict[str, Any]:
    """The columns that follow from what was typed."""
    said = said_in(kind, dict(fields))
    money, day = kind.first_of("money"), kind.first_of("day")
    return {
        "title": fields.title,
        "said": said,
        "clarity": assess(kind, said).score,
        "amount": amount_in(said.get(money.code, "")) if money else None,
        "deadline": day_in(said.get(day.code, "")) if day else None,
        "search_text": folded("\n".join((fields.title, *said.values()))),
    }


def _told(need: Need, kind: NeedKind) -> dict[str, Any]:
    parts = {each.label: need.said.get(each.code) for each in kind.asked}
    return {"需求名称": need.title, **parts, "清晰度": need.clarity, "状态": need.state}
