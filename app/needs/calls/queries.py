"""Reading rounds: what firms answered is worked out from their needs; numbers and lists by one condition."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.accounts.models import Unit, User
from app.core import clock
from app.firms.access import visible
from app.firms.models import Firm
from app.needs.calls.models import CallAnswer, CalledFirm, NeedCall
from app.needs.models import Need

READ = "call:read"


@dataclass(frozen=True)
class Progress:
    """How far a unit's firms are: asked, and by answer; the needs they raised may be more than the firms."""

    unit_id: int | None
    unit: str
    answers: dict[CallAnswer, int]
    needs: int

    @property
    def asked(self) -> int:
        return sum(self.answers.values())

    @property
    def answered(self) -> int:
        return self.asked - self.answers.get(CallAnswer.WAITING, 0)


def calls(actor: User) -> sa.Select[NeedCall]:
    """The rounds that ask a firm which this person reaches, the latest first."""
    asking = sa.select(CalledFirm.call_id).join(Firm, Firm.id == CalledFirm.firm_id).where(visible(actor, READ))
    return sa.select(NeedCall).where(NeedCall.id.in_(asking)).order_by(NeedCall.id.desc())


def call_for(db: Session, actor: User, number: int) -> NeedCall | None:
    return db.scalar(calls(actor).where(NeedCall.id == number))


def called(actor: User, call: NeedCall, *, answer: CallAnswer | None = None, unit: str = "") -> sa.Select[CalledFirm]:
    """The firms that a round asks and this person reaches, by unit and name."""
    mine = _called(actor, call).options(
        contains_eager(CalledFirm.firm).joinedload(Firm.unit), joinedload(CalledFirm.none_by)
    )
    if answer is not None:
        mine = mine.where(answered(call, answer))
    if unit.isdecimal():
        mine = mine.where(Firm.unit_id == int(unit)) if int(unit) else mine.where(Firm.unit_id.is_(None))
    return mine.order_by(Firm.unit_id, Firm.name, Firm.id)


def answered(call: NeedCall, answer: CallAnswer) -> sa.ColumnElement[bool]:
    """The condition on CalledFirm."""
    raised = _raised(call).where(Need.firm_id == CalledFirm.firm_id).exists()
    match answer:
        case CallAnswer.RAISED:
            return raised
        case CallAnswer.NONE:
            return ~raised & CalledFirm.none_at.is_not(None)
        case CallAnswer.WAITING:
            return ~raised & CalledFirm.none_at.is_(None)


def progress(db: Session, actor: User, call: NeedCall) -> list[Progress]:
    """By unit, those without one last."""
    columns = [sa.func.sum(sa.case((answered(call, each), 1), else_=0)) for each in CallAnswer]
    many = _raised(call).with_only_columns(sa.func.count()).where(Need.firm_id == CalledFirm.firm_id).scalar_subquery()
    asked = _called(actor, call).with_only_columns(
        Firm.unit_id, *columns, sa.func.sum(many), maintain_column_froms=True
    )
    units = {unit.id: unit.name for unit in db.scalars(sa.select(Unit))}
    rows = db.execute(asked.group_by(Firm.unit_id)).all()
    made = [_progress(row, units) for row in rows]
    return sorted(made, key=lambda each: (each.unit_id is None, each.unit_id or 0))


def needs_raised(db: Session, call: NeedCall, firms: list[int]) -> dict[int, list[Need]]:
    """Firm → the needs that answer a round."""
    found: dict[int, list[Need]] = {}
    for need in db.scalars(_raised(call).where(Need.firm_id.in_(firms)).order_by(Need.id)):
        found.setdefault(need.firm_id, []).append(need)
    return found


def waiting_of(db: Session, firm: Firm) -> list[CalledFirm]:
    """The open rounds that wait for a firm's answer, the most urgent first."""
    today = clock.today()
    open_now = NeedCall.closed_at.is_(None), NeedCall.starts_on <= today, NeedCall.ends_on >= today
    mine = sa.select(CalledFirm).join(CalledFirm.call).where(CalledFirm.firm_id == firm.id, *open_now)
    found = db.scalars(mine.options(contains_eager(CalledFirm.call)).order_by(NeedCall.ends_on, NeedCall.id)).all()
    return [each for each in found if not each.none_at and firm.id not in needs_raised(db, each.call, [firm.id])]


def _called(actor: User, call: NeedCall) -> sa.Select[CalledFirm]:
    mine = sa.select(CalledFirm).join(Firm, Firm.id == CalledFirm.firm_id)
    return mine.where(CalledFirm.call_id == call.id, visible(actor, READ))


def _raised(call: NeedCall) -> sa.Select[Need]:
    """The needs that answer a round: of its kind, raised within its window, by whomever."""
    within = Need.raised_at >= clock.day_starts(call.starts_on), Need.raised_at < clock.day_ends(call.ends_on)
    return sa.select(Need).where(Need.kind == call.kind, *within)


def _progress(row: Any, units: dict[int, str]) -> Progress:
    unit_id, *numbers, needs = row
    answers = {answer: int(number or 0) for answer, number in zip(CallAnswer, numbers, strict=True)}
    return Progress(unit_id, units.get(unit_id, "未分配"), answers, int(needs or 0))
