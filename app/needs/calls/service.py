"""Starting a round, answering it with “无需求”, and closing it early."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.chunks import chunks
from app.core.errors import Conflict, FieldError, NotFound
from app.firms.lists.models import SavedView
from app.firms.lists.rows import firms_matching
from app.firms.lists.saved import views_of
from app.firms.models import Firm, FirmState
from app.firms.search.address import Search
from app.needs.calls.forms import CallFields
from app.needs.calls.models import CalledFirm, NeedCall

EVERY_FIRM = "全部在营企业"


def start_call(db: Session, actor: User, fields: CallFields) -> NeedCall:
    """Ask the firms of a saved list, or every firm in operation, as they are now. FieldError where there are none."""
    view = _view(db, actor, fields.view_id)
    search = Search.read_address(view.query) if view else Search()
    wanted = firms_matching(actor, search).where(Firm.state == FirmState.OPEN)
    ids = list(db.scalars(wanted.with_only_columns(Firm.id).order_by(None)))
    if not ids:
        raise FieldError("view_id", "这份名单里没有在营的企业，请另选一份，或到企业名录里修改这个视图。")
    call = NeedCall(
        name=fields.name,
        kind=fields.kind,
        starts_on=fields.starts_on,
        ends_on=fields.ends_on,
        remind_days=fields.remind_days,
        note=fields.note,
        asked_of=f"视图“{view.name}”" if view else EVERY_FIRM,
        made_at=clock.now(),
        made_by_id=actor.id,
    )
    db.add(call)
    db.flush()
    for some in chunks(ids):
        db.execute(sa.insert(CalledFirm), [{"call_id": call.id, "firm_id": each} for each in some])
    changes = {"类别": call.kind_label, "截止": call.ends_on, "企业数": len(ids)}
    audit.record(db, actor, "call.started", call, changes=changes)
    return call


def answer_none(db: Session, actor: User, firm: Firm, call_id: int) -> NeedCall:
    """Say that a firm has no such need. NotFound where it is not asked; Conflict where the round is over."""
    mine = sa.select(CalledFirm).where(CalledFirm.call_id == call_id, CalledFirm.firm_id == firm.id)
    asked = db.scalar(mine.with_for_update())
    if asked is None:
        raise NotFound
    if not asked.call.is_open:
        raise Conflict("这一轮征集已经结束，不再接收答复；有需求可以随时在“需求”里提出。")
    asked.none_at, asked.none_by_id = clock.now(), actor.id
    audit.record(db, actor, "call.answered", asked.call, firm_id=firm.id)
    return asked.call


def close_call(db: Session, actor: User, call: NeedCall) -> None:
    """End a round before its day: nobody is reminded any more. Conflict where it is over already."""
    db.refresh(call, with_for_update={"of": NeedCall})
    if call.closed_at is not None:
        raise Conflict("这一轮征集已经结束。")
    call.closed_at = clock.now()
    audit.record(db, actor, "call.closed", call)


def _view(db: Session, actor: User, view_id: int | None) -> SavedView | None:
    if view_id is None:
        return None
    for view in views_of(db, actor):
        if view.id == view_id:
            return view
    raise FieldError("view_id", "这个视图已被删除，请重新选择。")
