"""Service records and allowances of a year as files: what their lists show, in their order."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Scope
from app.commissioners.deeds.allowance import Due, due_in
from app.commissioners.deeds.search import RecordSearch, Summary, summaries
from app.commissioners.deeds.terms import MEASURES
from app.exports.listing import Column, Drawn, Value, register
from app.rules import explain, say_amount

READ, PAID = "deed:read", "allowance:read"
COLUMNS = (
    Column("姓名", width=14),
    Column("工作单位", width=30),
    *(Column(f"{each.label}（{each.unit}）", "number", 14) for each in MEASURES),
    Column("走访企业比例", "ratio", 12),
    Column("企业评价（家）", "number", 12),
    Column("企业评价均分", "number", 12),
    Column("尺度得出", width=10),
    Column("年度考核", width=10),
)
DUE_COLUMNS = (
    Column("姓名", width=14),
    Column("工作单位", width=30),
    Column("年度考核", width=10),
    Column("条款", width=14),
    Column("结论", width=10),
    Column("金额", width=40),
    Column("依据", width=80),
)


def draw(db: Session, actor: User, query: str) -> Drawn:
    search = RecordSearch.read_address(query)
    rows = summaries(db, search, own=None if actor.scope(READ) is Scope.ANY else actor.id)
    return Drawn(COLUMNS, search.in_words, len(rows), (_row(each) for each in rows))


def draw_due(db: Session, _actor: User, query: str) -> Drawn:
    search = RecordSearch.read_address(query)
    found = due_in(db, search.year)
    rows = [_due_row(row) for _, some in found for row in some]
    return Drawn(DUE_COLUMNS, search.in_words, len(rows), iter(rows))


def _row(row: Summary) -> tuple[Value, ...]:
    return (
        row.person.name,
        row.person.institution,
        *(row.record.number(each.code) for each in MEASURES),
        row.share,
        row.ratings,
        row.average,
        row.measured.label if row.measured else "",
        row.grade.label if row.grade else "",
    )


def _due_row(row: Due) -> tuple[Value, ...]:
    clause = next((each.clause for each in row.finding.conditions), "")
    grade = row.appraisal.grade.label if row.appraisal else ""
    answer, amount = row.finding.answer.value, say_amount(row.finding.amount)
    return (row.person.name, row.person.institution, grade, clause, answer, amount, "；".join(_reasons(row)))


def _reasons(row: Due) -> Iterator[str]:
    yield from (line.sentence for line in explain(row.finding).lines if line.kind in {"condition", "missing"})


RECORDS = register("service-records", "科技专员服务记录", permission=READ, draw=draw)
ALLOWANCES = register("allowances", "科技专员补助名单", permission=PAID, draw=draw_due)
