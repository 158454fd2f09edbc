"""Telling firms that a round asks them, and again on its days while they have not answered."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core.text import day as said_day
from app.firms.models import Firm
from app.needs.calls.models import CallAnswer, CalledFirm, NeedCall
from app.needs.calls.queries import answered
from app.notices.models import NoticeKind
from app.notices.sources import Due
from app.notices.workdays import Workdays

FIRST = "first"


def asking(db: Session, day: date, _calendar: Workdays) -> Iterator[Due]:
    """Each firm that has not answered: once when the round begins, and once within each of its distances."""
    running = NeedCall.closed_at.is_(None), NeedCall.starts_on <= day, NeedCall.ends_on >= day
    for call in db.scalars(sa.select(NeedCall).where(*running).order_by(NeedCall.id)):
        left = (call.ends_on - day).days
        step = min((each for each in call.remind_days if left <= each), default=FIRST)
        waiting = sa.select(CalledFirm).where(CalledFirm.call_id == call.id, answered(call, CallAnswer.WAITING))
        here = waiting.join(Firm, Firm.id == CalledFirm.firm_id).where(Firm.merged_into_id.is_(None))
        for asked in db.scalars(here.options(joinedload(CalledFirm.firm)).order_by(CalledFirm.id)):
            yield _due(call, asked.firm, step)


def _due(call: NeedCall, firm: Firm, step: int | str) -> Due:
    told = f"{firm.name}：{call.name}，请在{said_day(call.ends_on)}前提出{call.kind_label}需求；没有的请答“无需求”。"
    return Due(
        key=f"call/{call.id}/{firm.id}/{step}",
        kind=NoticeKind.CALL,
        text=told,
        route="needs.of_firm",
        parameters={"firm_id": firm.id},
        firm_id=firm.id,
        due_on=call.ends_on,
    )
