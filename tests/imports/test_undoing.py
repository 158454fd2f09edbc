"""Undoing an import: what stands is put back, what was changed since is kept, and every row says what became of it."""

from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.core import clock
from app.core import db as database
from app.facts.models import Fact, Source
from app.facts.service import Origin, record_fact
from app.firms.models import Contact, Firm, FormerName
from app.imports.models import Fate, Row
from tests.browser import Visitor
from tests.factories import make_code, make_firm, make_user
from tests.imports.corpus import plain, saved, workbook
from tests.imports.journey import applied, counts, mapped, undone

ANNUAL = ["统一社会信用代码", "年度", "营业收入（万元）", "职工总数"]


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user())


def fates(db: Session) -> list[Fate | None]:
    return list(db.scalars(sa.select(Row.fate).order_by(Row.number)))


def standing(db: Session) -> dict[tuple[str, int], Decimal | None]:
    facts = db.scalars(sa.select(Fact).where(Fact.superseded_at.is_(None)))
    return {(fact.kind, fact.year): fact.number for fact in facts}


def test_firms_that_the_import_made_are_gone(officer: Visitor, db: Session) -> None:
    batch = applied(officer, "list.xlsx", plain(3))

    page = officer.follow(undone(officer, batch))

    assert db.scalar(sa.select(sa.func.count()).select_from(Firm)) == 0
    assert fates(db) == [Fate.RESTORED] * 3
    assert "已还原" in page
    assert db.scalar(sa.select(sa.func.count()).where(Event.kind == "firm.withdrawn")) == 3


def test_a_number_of_a_firm_is_never_given_again(officer: Visitor, db: Session) -> None:
    batch = applied(officer, "list.xlsx", plain(2))
    numbers = set(db.scalars(sa.select(Firm.id)))
    db.rollback()
    undone(officer, batch)

    assert make_firm().id not in numbers


def test_an_undone_file_can_be_imported_again(officer: Visitor) -> None:
    undone(officer, applied(officer, "list.xlsx", plain(2)))

    again = mapped(officer, "list.xlsx", plain(2))

    assert counts(officer, again)["新增"] == 2


def test_changed_values_are_put_back(officer: Visitor, db: Session) -> None:
    make_firm("旧名有限公司", credit_code=make_code(1), registered_capital=Decimal(7), address="旧址")
    batch = applied(officer, "list.xlsx", plain(1))

    undone(officer, batch)

    firm = db.scalars(sa.select(Firm)).one()
    assert (firm.name, firm.registered_capital, firm.address) == ("旧名有限公司", Decimal(7), "旧址")
    assert db.scalars(sa.select(FormerName)).all() == []


def test_what_was_changed_since_is_kept_and_the_rest_put_back(officer: Visitor, db: Session) -> None:
    firm = make_firm("旧名有限公司", credit_code=make_code(1), registered_capital=Decimal(7))
    batch = applied(officer, "list.xlsx", plain(1))
    with database.writing() as session:
        session.get_one(Firm, firm.id).registered_capital = Decimal(9)

    page = officer.follow(undone(officer, batch))

    found = db.scalars(sa.select(Firm)).one()
    assert (found.name, found.registered_capital) == ("旧名有限公司", Decimal(9))
    assert "注册资本在导入之后又有修改，保留，其余各项已还原" in page
    assert fates(db) == [Fate.KEPT]


def test_a_new_firm_with_something_of_its_own_is_kept(officer: Visitor, db: Session) -> None:
    batch = applied(officer, "list.xlsx", plain(2))
    first = db.scalars(sa.select(Firm.id).order_by(Firm.id)).first()
    db.rollback()
    with database.writing() as session:
        session.add(Contact(firm_id=first, name="王经理"))

    page = officer.follow(undone(officer, batch))

    assert db.scalars(sa.select(Firm.id)).all() == [first]
    assert "又登记了联系人" in page
    assert fates(db) == [Fate.KEPT, Fate.RESTORED]


def test_undoing_twice_does_nothing_more(officer: Visitor, db: Session) -> None:
    batch = applied(officer, "list.xlsx", plain(1))
    version = officer.get(f"/imports/{batch}").one("input[name=version]")["value"]
    officer.post(f"/imports/{batch}/undoing", {"version": version})

    officer.post(f"/imports/{batch}/undoing", {"version": version})

    assert db.scalar(sa.select(sa.func.count()).where(Event.kind == "import.undone")) == 1


def test_an_import_that_was_not_applied_cannot_be_undone(officer: Visitor) -> None:
    batch = mapped(officer, "list.xlsx", plain(1))

    officer.post(f"/imports/{batch}/undoing", {"version": 1}, status=409)


def test_figures_are_superseded_back(officer: Visitor, db: Session) -> None:
    firm = make_firm(credit_code=make_code(1))
    with database.writing() as session:
        record_fact(
            session, None, firm, "revenue", Decimal(5), year=2024, origin=Origin(Source.AUDITOR, "审计报告"), told=False
        )
    content = saved(workbook([ANNUAL, [make_code(1), 2024, 100, 30]]))
    batch = applied(officer, "annual.xlsx", content, kind="annual")
    assert standing(db) == {("revenue", 2024): Decimal(1_000_000), ("staff", 2024): Decimal(30)}
    db.rollback()

    undone(officer, batch)

    assert standing(db) == {("revenue", 2024): Decimal(5)}
    back = db.scalars(sa.select(Fact).where(Fact.superseded_at.is_(None))).one()
    assert back.source is Source.AUDITOR
    assert db.scalar(sa.select(sa.func.count()).select_from(Fact)) == 4


def test_a_figure_corrected_since_is_kept(officer: Visitor, db: Session) -> None:
    firm = make_firm(credit_code=make_code(1))
    content = saved(workbook([ANNUAL, [make_code(1), 2024, 100, 30]]))
    batch = applied(officer, "annual.xlsx", content, kind="annual")
    with database.writing() as session:
        record_fact(session, None, firm, "revenue", Decimal(77), year=2024, origin=Origin(Source.AUDITOR), told=False)

    page = officer.follow(undone(officer, batch))

    assert standing(db) == {("revenue", 2024): Decimal(77)}
    assert "2024 年营业收入在导入之后又有修改或撤回，保留" in page
    assert "其余各项已还原" in page


def test_what_was_known_then_stays_known(officer: Visitor, db: Session) -> None:
    make_firm(credit_code=make_code(1))
    batch = applied(officer, "annual.xlsx", saved(workbook([ANNUAL, [make_code(1), 2024, 100, ""]])), kind="annual")
    moment = clock.now()
    undone(officer, batch)

    then = sa.select(Fact).where(Fact.recorded_at <= moment, Fact.superseded_at > moment)
    assert [fact.number for fact in db.scalars(then)] == [Decimal(1_000_000)]
