"""The firms of one target of a forecast as a file: who, what is expected, what to do, by when."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.address import row_number, values_in
from app.core.errors import NotFound
from app.core.paging import count
from app.exports.listing import Column, Drawn, Value, register
from app.forecasts import queries, shown
from app.forecasts.models import Fate, ForecastFirm, ForecastTarget

COLUMNS = (
    Column("企业名称", width=36),
    Column("统一社会信用代码", width=22),
    Column("责任单位", width=20),
    Column("推演结论"),
    Column("列入名单", width=10),
    Column("现有资质到期", "day", 14),
    Column("准备月数", "number", 10),
    Column("力度", "number", 8),
    Column("最早取得", "day", 14),
    Column("要做到或核清的", width=80),
    Column("体检条件", width=36),
)


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The rows of a page of firms, as far as this person may see firms."""
    given = values_in(query)
    target = _target(db, given.get("target", ""))
    fate = Fate.find(given.get("fate", ""))
    wanted = queries.rows(actor, target.id)
    if fate is not None:
        wanted = wanted.where(ForecastFirm.fate == fate)
    said = f"{target.forecast.name}；{target.words}；{fate.label if fate else '全部结论'}"
    rows = (_row(each) for each in db.scalars(wanted))
    return Drawn(COLUMNS, said, count(db, wanted), rows)


def _target(db: Session, number: str) -> ForecastTarget:
    found = db.get(ForecastTarget, row_number(number))
    if found is None:
        raise NotFound
    return found


def _row(each: ForecastFirm) -> tuple[Value, ...]:
    firm = each.firm
    return (
        firm.name,
        firm.credit_code,
        firm.unit.name if firm.unit else "未分配",
        each.fate.label,
        "是" if each.chosen else "",
        each.lapses_on,
        each.lead_months,
        each.effort,
        each.issued_on,
        "；".join(shown.needs(each)),
        each.summary,
    )


FORECAST = register("forecast", "达标推演名单", permission="forecast:read", draw=draw)
