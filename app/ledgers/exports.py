"""The ledger as a file, in the columns officials use: the rows of the page, in its order."""

from collections.abc import Iterator, Sequence
from itertools import count

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Unit, User
from app.core.chunks import chunks
from app.exports.listing import Column, Drawn, Value, register
from app.ledgers import queries, shown
from app.ledgers.lines import Line
from app.ledgers.search import LedgerSearch
from app.plans.access import LEDGER

COLUMNS = (
    Column("序号", "number", 8),
    Column("企业名称", width=34),
    Column("属地", width=16),
    Column("登记日期", "day", 12),
    Column("来源", width=12),
    Column("经手人", width=12),
    Column("类别", width=16),
    Column("问题和差距", width=50),
    Column("帮扶措施", width=40),
    Column("责任", width=18),
    Column("协助", width=18),
    Column("期限", "day", 12),
    Column("状态", width=10),
    Column("期限状态", width=10),
    Column("最近进展", width=50),
    Column("办结日期", "day", 12),
    Column("下次走访", "day", 12),
    Column("落实条款", width=12),
)


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The ledger as one person sees it, with the filters of its address."""
    search = LedgerSearch.read_address(query)
    rows = db.execute(queries.rows(actor, search)).all()
    return Drawn(COLUMNS, in_words(db, actor, search) or "全部", len(rows), _values(db, rows))


def in_words(db: Session, actor: User, search: LedgerSearch) -> str:
    units = {str(row.id): row.name for row in db.execute(sa.select(Unit.id, Unit.name))}
    people = dict(queries.people(db, actor)) | {"me": actor.name} if search.person else {}
    return search.in_words(units, people)


EXPORT = register("ledger", "帮扶和培育发展台账", permission=LEDGER, draw=draw)


def _values(db: Session, rows: Sequence[shown.Row]) -> Iterator[Sequence[Value]]:
    numbers = count(1)
    for some in chunks(rows):
        yield from (_row(next(numbers), line) for line in shown.lines(db, some))


def _row(number: int, line: Line) -> tuple[Value, ...]:
    return (
        number,
        line.firm,
        line.place,
        line.day,
        line.kind.label,
        line.by,
        line.sort,
        line.problem,
        line.promised,
        line.owner,
        line.helper,
        line.due_on,
        line.state.label,
        " ".join(filter(None, (line.light.label if line.light else "", "已升级" if line.escalated else ""))),
        line.latest,
        line.done_on,
        line.next_on,
        line.clause,
    )
