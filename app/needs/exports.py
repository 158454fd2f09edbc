"""企业科技需求台账 as a file: the needs of a list, in fixed columns."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.clock import local_day
from app.core.paging import count
from app.exports.listing import Column, Drawn, Value, register
from app.firms.exports import in_wan
from app.needs import queries
from app.needs.models import Need
from app.needs.search import NeedSearch
from app.needs.shown import contents, progress

AT_ONCE = 500
COLUMNS = (
    Column("企业名称", width=36),
    Column("统一社会信用代码", width=22),
    Column("责任单位", width=20),
    Column("需求类别", width=10),
    Column("需求名称", width=30),
    Column("需求内容", width=80),
    Column("清晰度（分）", "number", 12),
    Column("金额（万元）", "wan", 14),
    Column("期限", "day", 14),
    Column("状态", width=12),
    Column("提出日期", "day", 14),
    Column("提出人", width=14),
    Column("办理情况", width=60),
)


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The needs that a list's address shows this person."""
    search = NeedSearch.read_address(query)
    wanted = queries.needs_matching(actor, search)
    rows = (_row(each) for each in db.scalars(queries.with_steps(wanted).execution_options(yield_per=AT_ONCE)))
    return Drawn(COLUMNS, search.in_words, count(db, wanted), rows)


def _row(need: Need) -> tuple[Value, ...]:
    return (
        need.firm.name,
        need.firm.credit_code,
        need.firm.unit.name if need.firm.unit else "未分配",
        need.kind_label,
        need.title,
        contents(need),
        need.clarity,
        in_wan(need.amount),
        need.deadline,
        need.state.label,
        local_day(need.raised_at),
        need.raised_by.name if need.raised_by else "—",
        progress(need),
    )


NEEDS = register("needs", "企业科技需求台账", permission=queries.READ, draw=draw)
