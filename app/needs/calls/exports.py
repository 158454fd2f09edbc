"""The firms of a round as a file: whom it asked, and what each answered."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.address import row_number, values_in
from app.core.chunks import chunks
from app.core.clock import local_day
from app.core.errors import NotFound
from app.exports.listing import Column, Drawn, Value, register
from app.needs.calls import queries
from app.needs.calls.models import CallAnswer, CalledFirm, NeedCall
from app.needs.models import Need

COLUMNS = (
    Column("企业名称", width=36),
    Column("统一社会信用代码", width=22),
    Column("属地", width=18),
    Column("答复", width=12),
    Column("答复日期", "day", 12),
    Column("提出的需求", width=60),
)


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The firms that the page of a round shows this person."""
    given = values_in(query)
    call = queries.call_for(db, actor, row_number(given.get("call", "")))
    if call is None:
        raise NotFound
    answer = CallAnswer.find(given.get("answer", ""))
    rows = db.scalars(queries.called(actor, call, answer=answer, unit=given.get("unit", ""))).all()
    return Drawn(COLUMNS, f"{call.name}{f'；答复：{answer}' if answer else ''}", len(rows), _rows(db, call, rows))


def _rows(db: Session, call: NeedCall, rows: Sequence[CalledFirm]) -> Iterator[Sequence[Value]]:
    for some in chunks(rows):
        needs = queries.needs_raised(db, call, [each.firm_id for each in some])
        yield from (_row(each, needs.get(each.firm_id, [])) for each in some)


def _row(asked: CalledFirm, needs: Sequence[Need]) -> tuple[Value, ...]:
    at = needs[0].raised_at if needs else asked.none_at
    return (
        asked.firm.name,
        asked.firm.credit_code,
        asked.firm.unit.name if asked.firm.unit else "未分配",
        answer_of(asked, needs).label,
        local_day(at) if at else None,
        "；".join(need.title for need in needs),
    )


def answer_of(asked: CalledFirm, needs: Sequence[Need]) -> CallAnswer:
    if needs:
        return CallAnswer.RAISED
    return CallAnswer.NONE if asked.none_at else CallAnswer.WAITING


CALLED = register("called-firms", "需求征集", permission=queries.READ, draw=draw)
