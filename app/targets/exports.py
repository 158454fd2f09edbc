"""Targets as a file, narrowed as their page is."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.exports.listing import Column, Drawn, Value, register
from app.targets import queries, shown
from app.targets.assess import Assessed
from app.targets.listed import listed
from app.targets.queries import TargetSearch

COLUMNS = (
    Column("方案", width=40),
    Column("方案状态", width=10),
    Column("条款", width=14),
    Column("指标", width=36),
    Column("范围", width=20),
    Column("年份", width=10),
    Column("要达到", width=20),
    Column("类型", width=12),
    Column("基期", width=30),
    Column("实际", width=16),
    Column("截至", "day", 14),
    Column("来源", width=30),
    Column("进度", width=12),
    Column("说明", width=60),
    Column("备注", width=40),
)


def draw(db: Session, _actor: User, query: str) -> Drawn:
    """The rows of a page of targets."""
    wanted = TargetSearch.read_address(query)
    rows = listed(db, queries.targets(db), wanted, clock.today()).rows
    said = "其他区县示例（参考）" if wanted.other else "本区方案"
    return Drawn(COLUMNS, said, len(rows), map(_row, rows))


def _row(each: Assessed) -> tuple[Value, ...]:
    target = each.target
    return (
        target.policy.title,
        target.policy.status,
        target.path,
        target.indicator,
        target.scope,
        shown.year_words(target),
        shown.goal_words(target),
        target.kind.value,
        shown.base_words(each),
        shown.achieved_words(each),
        each.verdict.point.day if each.verdict.point else None,
        shown.source_words(each),
        each.verdict.state.label if target.is_own else "仅供参考",
        "".join(each.verdict.reasons) if target.is_own else "",
        target.note,
    )


TARGETS = register("targets", "目标", permission="target:read", draw=draw)
