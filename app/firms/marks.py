"""What staff put on one firm: tags, its time in pools, and questions that wait for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, NotFound
from app.firms.models import Firm, FormerName, Inquiry, Pool, PoolEntry, Tag
from app.firms.revision import touch

T = TypeVar("T", Tag, PoolEntry, Inquiry)
MOST_INQUIRIES = 50
# What is told of marks: working notes of whoever has the list, which the firm itself does not read.
EVENTS = (
    *("firm.tagged", "firm.untagged", "inquiry.asked", "inquiry.answered", "inquiry.withdrawn"),
    *("pool.entered", "pool.left", "pool.withdrawn"),
)


@dataclass(frozen=True)
class Marks:
    """What stands on a firm's first page beside its registration; `inquiries` are the first of `asked`."""

    tags: list[sa.Row[Any]]
    pools: list[sa.Row[Any]]
    former_names: list[sa.Row[Any]]
    merged: list[sa.Row[Any]]
    inquiries: Sequence[Inquiry] = ()
    asked: int = 0


def marks_of(db: Session, firm: Firm, *, for_staff: bool) -> Marks:
    """Its tags, pools, former names and merged entries in one statement; its inquiries where it has any.

    Whoever is not staff is told the names alone. The rows have `id`, `label` and `day`: until when a name was borne.
    """
    no_day = sa.cast(sa.null(), sa.Date)
    tags = sa.select(sa.literal("tag").label("kind"), Tag.id, Tag.label, no_day.label("day"))
    pools = sa.select(sa.literal("pool"), PoolEntry.id, Pool.name, no_day).join(Pool, Pool.id == PoolEntry.pool_id)
    former = sa.select(sa.literal("name"), FormerName.id, FormerName.name, FormerName.until)
    merged = sa.select(sa.literal("merged"), Firm.id, Firm.name + "（" + Firm.credit_code + "）", no_day)
    asked = sa.select(sa.literal("asked"), sa.func.count(Inquiry.id), sa.literal(""), no_day)
    every: sa.CompoundSelect[Any] = sa.union_all(
        tags.where(Tag.firm_id == firm.id),
        pools.where(PoolEntry.firm_id == firm.id, PoolEntry.left_on.is_(None)),
        former.where(FormerName.firm_id == firm.id),
        merged.where(Firm.merged_into_id == firm.id),
        asked.where(Inquiry.firm_id == firm.id),
    )
    found: dict[str, list[sa.Row[Any]]] = {"tag": [], "pool": [], "name": [], "merged": [], "asked": []}
    for row in db.execute(every):
        found[row.kind].append(row)
    borne = sorted(found["name"], key=lambda row: (row.day or date.max, row.id), reverse=True)
    if not for_staff:
        return Marks([], [], borne, found["merged"])
    put_on, inside = (sorted(found[kind], key=lambda row: row.label) for kind in ("tag", "pool"))
    asked = found["asked"][0].id
    return Marks(put_on, inside, borne, found["merged"], inquiries_of(db, firm) if asked else [], asked)


def inquiries_of(db: Session, firm: Firm) -> Sequence[Inquiry]:
    """Those that wait first, then the latest answers; not all, where there are a great many."""
    mine = sa.select(Inquiry).where(Inquiry.firm_id == firm.id)
    mine = mine.options(joinedload(Inquiry.asked_by), joinedload(Inquiry.answered_by)).limit(MOST_INQUIRIES)
    return db.scalars(mine.order_by(Inquiry.answered_at.is_not(None), Inquiry.id.desc())).all()


def answer(db: Session, actor: User, inquiry: Inquiry, text: str) -> None:
    """Answer a question. Conflict when somebody has answered it since."""
    if inquiry.answered_at is not None:
        raise Conflict("这个询问已经有人答复，请刷新页面查看。")
    inquiry.answer, inquiry.answered_at, inquiry.answered_by_id = text, clock.now(), actor.id
    touch(db, inquiry.firm_id)
    audit.record(db, actor, "inquiry.answered", inquiry, changes={"答复": text})


def remove_tag(db: Session, actor: User, tag: Tag) -> None:
    audit.record(db, actor, "firm.untagged", tag)
    touch(db, tag.firm_id)
    db.delete(tag)


def leave_pool(db: Session, actor: User, entry: PoolEntry) -> None:
    """The firm's time in a pool ends today; that it was there stays known."""
    if entry.left_on is not None:
        raise Conflict("企业已经不在这个库中，请刷新页面查看。")
    entry.left_on = clock.today()
    touch(db, entry.firm_id)
    audit.record(db, actor, "pool.left", entry)


def own(db: Session, firm: Firm, table: type[T], number: int | None) -> T:
    """A row of this very firm, held until the transaction ends; NotFound for another firm's."""
    row = db.get(table, number, with_for_update=True) if number else None
    if row is None or row.firm_id != firm.id:
        raise NotFound
    return row
