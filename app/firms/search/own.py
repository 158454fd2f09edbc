"""The filters that firms themselves know: unit, park, industry, state, rung and commissioner."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import Unit, UnitKind, User
from app.accounts.permissions import Scope
from app.core import clock
from app.core.address import digits, one_of, plain
from app.firms.access import visible
from app.firms.lists import ladder_column
from app.firms.models import Assignment, Firm, FirmState, Inquiry, Pool, PoolEntry, Tag
from app.firms.search.filters import Filter, Offers, register

NOBODY = "none"
ASKED = (("open", "有待答询问"), ("answered", "有已答询问"))


def register_own() -> None:
    for each in _FILTERS:
        register(each)


def _number_or_nobody(value: str) -> str:
    return value if value == NOBODY else digits(value)


def _below(value: str) -> sa.Select[int]:
    """The ids of a unit and of every unit below it."""
    top = aliased(Unit)
    return sa.select(Unit.id).join(top, Unit.path.startswith(top.path)).where(top.id == int(value))


def _units(actor: User, *kinds: UnitKind) -> sa.Select[Any, Any, Any]:  # noqa: ARG001 - units are no secret
    open_units = sa.select(sa.cast(Unit.id, sa.String), Unit.name, Unit.path).where(Unit.closed_at.is_(None))
    return open_units.where(Unit.kind.in_(kinds)) if kinds else open_units


def _industries(actor: User) -> sa.Select[Any, Any, Any]:
    """Those of any firm the actor sees."""
    if actor.scope("firm:list") is Scope.ANY:
        return _industries_of_all(visible(actor, "firm:list"))
    label = Firm.industry
    named = sa.select(label.label("value"), label.label("label"), label.label("rank")).distinct()
    return named.where(visible(actor, "firm:list"), label.is_not(None), label != "")


def _industries_of_all(listed: sa.ColumnElement[bool]) -> sa.Select[Any, Any, Any]:
    """From each industry straight to the next in the index: a dozen look-ups where DISTINCT reads every firm."""
    first = sa.select(sa.func.min(Firm.industry).label("name")).where(Firm.industry != "")
    named = first.cte("industries", recursive=True)
    later = sa.select(sa.func.min(Firm.industry)).where(Firm.industry > named.c.name).scalar_subquery()
    named = named.union_all(sa.select(later).where(named.c.name.is_not(None)))
    held = sa.select(Firm.id).where(Firm.industry == named.c.name, listed).exists()
    label = named.c.name
    return sa.select(label.label("value"), label.label("label"), label.label("rank")).where(held)


def _commissioners(actor: User) -> sa.Select[Any, Any, Any]:
    """Those who look after any firm the actor sees."""
    looking = sa.select(Assignment.user_id).join(Firm, Firm.id == Assignment.firm_id)
    mine = looking.where(visible(actor, "firm:list"), *lasting_today())
    return sa.select(sa.cast(User.id, sa.String), User.name, User.name).where(User.id.in_(mine))


def _looked_after(value: str) -> sa.ColumnElement[bool]:
    today = sa.select(Assignment.firm_id).where(*lasting_today())
    if value == NOBODY:
        return Firm.id.not_in(today)
    return Firm.id.in_(today.where(Assignment.user_id == int(value)))


def _tags(actor: User) -> sa.Select[Any, Any, Any]:
    named = sa.select(Tag.label.label("value"), Tag.label.label("label"), Tag.label.label("rank")).distinct()
    return named.join(Firm, Firm.id == Tag.firm_id).where(visible(actor, "firm:list"))


def _tagged(value: str) -> sa.ColumnElement[bool]:
    return Firm.id.in_(sa.select(Tag.firm_id).where(Tag.label == value))


def _pools(actor: User) -> sa.Select[Any, Any, Any]:  # noqa: ARG001 - the names of pools are no secret
    return sa.select(sa.cast(Pool.id, sa.String), Pool.name.label("label"), Pool.name.label("rank"))


def _inside(value: str) -> sa.ColumnElement[bool]:
    inside = PoolEntry.pool_id == int(value), PoolEntry.left_on.is_(None)
    return Firm.id.in_(sa.select(PoolEntry.firm_id).where(*inside))


def _asked(value: str) -> sa.ColumnElement[bool]:
    open_or_not = Inquiry.answered_at.is_(None) if value == "open" else Inquiry.answered_at.is_not(None)
    return Firm.id.in_(sa.select(Inquiry.firm_id).where(open_or_not))


def lasting_today() -> tuple[sa.ColumnElement[bool], ...]:
    """The condition on Assignment that it lasts today."""
    day = clock.today()
    return Assignment.starts_on <= day, Assignment.ends_on.is_(None) | (Assignment.ends_on >= day)


_FILTERS = (
    Filter(
        "unit",
        "责任单位（含下级）",
        digits,
        lambda value: Firm.unit_id.in_(_below(value)),
        offers=Offers(_units, indented=True),
    ),
    Filter(
        "park",
        "园区",
        digits,
        lambda value: Firm.park_id.in_(_below(value)),
        offers=Offers(lambda actor: _units(actor, UnitKind.PARK)),
    ),
    Filter("industry", "行业", plain, lambda value: Firm.industry == value, offers=Offers(_industries)),
    Filter(
        "state",
        "状态",
        one_of(FirmState.codes),
        lambda value: Firm.state == FirmState.of(value),
        options=FirmState.options,
    ),
    Filter(
        "rung",
        "梯度",
        one_of(lambda: dict(ladder_column.rung_options())),
        ladder_column.on_rung,
        options=ladder_column.rung_options,
    ),
    Filter(
        "commissioner",
        "科技专员",
        _number_or_nobody,
        _looked_after,
        offers=Offers(_commissioners, fixed=((NOBODY, "未派驻"),)),
    ),
    Filter("tag", "标签", plain, _tagged, offers=Offers(_tags)),
    Filter("pool", "培育库", digits, _inside, offers=Offers(_pools)),
    Filter("asked", "询问", one_of(lambda: dict(ASKED)), _asked, options=lambda: ASKED),
)
