"""The list of visits as a file: 走访台账 as the page shows it, with what was found and promised."""

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.core.chunks import chunks
from app.core.paging import count
from app.core.text import day
from app.exports.listing import Column, Drawn, Value, register
from app.visits import queries
from app.visits.models import Promise, Visit
from app.visits.search import VisitSearch

COLUMNS = (
    Column("走访日期", "day", 14),
    Column("企业名称", width=36),
    Column("统一社会信用代码", width=22),
    Column("走访人", width=12),
    Column("地点", width=30),
    Column("见到的人", width=24),
    Column("主题", width=30),
    Column("问题", width=60),
    Column("需求", width=60),
    Column("承诺", width=60),
    Column("下次走访", "day", 14),
    Column("内部备注", width=40),
)


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The visits of an address as far as this person may read about them; only staff may open the list at all."""
    search = VisitSearch.read_address(query)
    wanted = search.statement(actor)
    words = search.in_words(dict(queries.visitors(db, actor)))
    return Drawn(COLUMNS, "；".join(words) or "全部走访", count(db, wanted), _rows(db, wanted))


def _rows(db: Session, wanted: sa.Select[Visit]) -> Iterator[Sequence[Value]]:
    for some in chunks(db.scalars(wanted).all()):
        promises = _promises(db, [visit.id for visit in some])
        yield from (_row(visit, promises.get(visit.id, [])) for visit in some)


def _promises(db: Session, ids: Iterable[int]) -> dict[int, list[Promise]]:
    found: dict[int, list[Promise]] = {}
    wanted = sa.select(Promise).where(Promise.visit_id.in_(list(ids))).options(joinedload(Promise.owner))
    for promise in db.scalars(wanted.order_by(Promise.id)):
        found.setdefault(promise.visit_id, []).append(promise)
    return found


def _row(visit: Visit, promises: Iterable[Promise]) -> tuple[Value, ...]:
    return (
        visit.visited_on,
        visit.firm.name,
        visit.firm.credit_code,
        visit.user.name,
        visit.place,
        visit.people,
        visit.topics,
        visit.problems,
        visit.needs,
        "；".join(said(promise) for promise in promises),
        visit.next_on,
        visit.remarks,
    )


def said(promise: Promise) -> str:
    """“对接检测机构（李工，2026年12月1日前，未办）”."""
    due = f"，{day(promise.due_on)}前" if promise.due_on else ""
    state = f"{day(promise.kept_on)}办结" if promise.kept_on else promise.state
    return f"{promise.what}（{promise.owner.name}{due}，{state}）"


VISITS = register("visits", "走访台账", permission="visit:list", draw=draw)
