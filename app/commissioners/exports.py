"""The register as a file: the entries of a list, in its order."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.commissioners.models import Commissioner
from app.commissioners.queries import load_by_user
from app.commissioners.search import CommissionerSearch, entries
from app.core.paging import count
from app.exports.listing import Column, Drawn, Value, register

READ, CONTACTS = "commissioner:read", "commissioner:write"
COLUMNS = (
    Column("姓名", width=14),
    Column("学历学位", width=10),
    Column("职称职务", width=20),
    Column("工作单位", width=32),
    Column("技术领域", width=30),
    Column("专长", width=40),
    Column("状态", width=10),
    Column("聘期开始", "day", 14),
    Column("聘期结束", "day", 14),
    Column("与单位的合同到期", "day", 18),
    Column("派驻企业（家）", "number", 14),
    Column("最多派驻（家）", "number", 14),
    Column("利益关系申报日期", "day", 18),
    Column("登录账号", width=16),
)
PHONE = Column("联系方式", width=20)


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The entries that a list's address shows; how somebody is reached only for whoever keeps the register."""
    search = CommissionerSearch.read_address(query)
    wanted, reached, load = entries(search), actor.may(CONTACTS), load_by_user(db)
    told = ((person, _row(person, load.get(person.user_id, 0))) for person in db.scalars(wanted))
    rows = ((*row, person.phone) if reached else row for person, row in told)
    return Drawn((*COLUMNS, *((PHONE,) if reached else ())), search.in_words, count(db, wanted), rows)


def _row(person: Commissioner, firms: int) -> tuple[Value, ...]:
    return (
        person.name,
        person.degree.label if person.degree else "",
        person.post,
        person.institution,
        person.fields,
        person.words,
        person.state.label,
        person.starts_on,
        person.ends_on,
        person.contract_ends_on,
        firms,
        person.most_firms,
        person.declared_on,
        person.user.username if person.user else "",
    )


COMMISSIONERS = register("commissioners", "科技专员名册", permission=READ, draw=draw)
