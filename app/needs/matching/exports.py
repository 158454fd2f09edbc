"""需求对接记录 as a file: which need was brought to whom, and what came of it."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.clock import local_day
from app.core.paging import count
from app.exports.listing import Column, Drawn, Value, register
from app.firms.exports import in_wan
from app.needs.matching import queries
from app.needs.matching.models import Referral
from app.needs.queries import READ

COLUMNS = (
    Column("企业名称", width=36),
    Column("需求类别", width=10),
    Column("需求名称", width=30),
    Column("名册", width=12),
    Column("对接的资源", width=36),
    Column("对接日期", "day", 14),
    Column("经办人", width=14),
    Column("要求有结果的日期", "day", 18),
    Column("结果", width=10),
    Column("成交金额（万元）", "wan", 16),
    Column("说明", width=60),
    Column("登记结果", "day", 14),
)


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The referrals that a list's address shows this person."""
    search = queries.ReferralSearch.read_address(query)
    wanted = queries.referrals(actor, search)
    said = dict(queries.LANES).get(search.lane, "全部")
    return Drawn(COLUMNS, said, count(db, wanted), (_row(each) for each in db.scalars(wanted)))


def _row(each: Referral) -> tuple[Value, ...]:
    return (
        each.need.firm.name,
        each.need.kind_label,
        each.need.title,
        each.resource.kind_label,
        str(each.resource),
        local_day(each.made_at),
        each.made_by.name if each.made_by else "—",
        each.due_on,
        each.result.label,
        in_wan(each.amount),
        each.remark,
        local_day(each.closed_at) if each.closed_at else None,
    )


REFERRALS = register("referrals", "需求对接记录", permission=READ, draw=draw)
