"""Finding a firm by any part of any name it has, in whatever way it is typed."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from app.accounts.permissions import Role
from app.core import db as database
from app.core import schema
from app.firms.forms import EditedFirm
from app.firms.models import Firm, FormerName
from app.firms.search.text import search_text
from app.firms.service import edit_firm
from tests.browser import Answer, Visitor
from tests.factories import make_firm, make_user


def names(page: Answer) -> list[str]:
    return [link.text for link in page.all("tbody th a")]


@pytest.fixture
def bureau(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(Role.BUREAU))


@pytest.mark.parametrize(
    "word",
    ["重庆路银行", "chongqing", "CHONGQINGLU", "cqlyh", "ｃｑｌｙｈ", "changcheng", "重慶路銀行", "長城", "yinhang"],
)
def test_a_firm_is_found_by_pinyin_initials_and_traditional_characters(word: str, bureau: Visitor) -> None:
    make_firm("新疆重庆路银行长城有限公司")
    make_firm("乌鲁木齐行走科技有限公司")

    assert names(bureau.get(f"/firms?q={quote(word)}")) == ["新疆重庆路银行长城有限公司"]


def test_a_name_in_traditional_characters_is_found_by_simplified_ones(bureau: Visitor) -> None:
    make_firm("達坂城電氣（集團）有限公司")

    for word in ("达坂城电气", "dbcdq", "電气集团", "(集团)"):
        assert names(bureau.get(f"/firms?q={quote(word)}")) == ["達坂城電氣（集團）有限公司"], word


def test_a_former_name_is_found_by_its_pinyin_too(bureau: Visitor) -> None:
    firm = make_firm("现名有限公司")
    with database.writing() as session:
        session.add(FormerName(firm_id=firm.id, name="旧长安乐器厂"))

    assert names(bureau.get("/firms?q=changan")) == ["现名有限公司"]
    assert names(bureau.get("/firms?q=jcayqc")) == ["现名有限公司"]


def test_several_words_must_all_be_found(bureau: Visitor) -> None:
    make_firm("达坂城风电有限公司")
    make_firm("达坂城盐业有限公司")

    assert names(bureau.get("/firms?q=dbc+风电")) == ["达坂城风电有限公司"]


def test_a_word_is_never_found_across_the_lines_of_the_text(bureau: Visitor) -> None:
    make_firm("甲乙")

    assert names(bureau.get("/firms?q=" + quote("乙jia"))) == []


def test_a_renamed_firm_is_found_by_both_names(bureau: Visitor) -> None:
    firm = make_firm("前山机械有限公司")
    with database.writing() as session:
        fields = EditedFirm(name="后海仪器有限公司", credit_code=firm.credit_code, version=1)
        edit_firm(session, None, session.get_one(Firm, firm.id), fields)

    for word in ("前山", "qsjx", "后海", "houhai"):
        assert names(bureau.get(f"/firms?q={quote(word)}")) == ["后海仪器有限公司"], word


def test_rows_entered_by_the_thousand_have_their_search_text(engine: sa.Engine) -> None:
    known = make_firm("某某有限公司")
    row = {"founded_on": None, "created_at": known.created_at, "changed_at": known.changed_at}

    with database.writing() as session:
        session.execute(sa.insert(Firm), [{**row, "name": "批量银行", "credit_code": f"{n:018d}"} for n in range(3)])

    with database.reading() as session:
        texts = session.scalars(sa.select(Firm.search_text).where(Firm.name == "批量银行").order_by(Firm.id)).all()
    assert texts == [search_text("批量银行", f"{number:018d}") for number in range(3)]


def test_the_migration_fills_in_what_older_rows_lack(engine: sa.Engine) -> None:
    firm = make_firm("達坂城銀行有限公司")
    with database.writing() as session:
        session.add(FormerName(firm_id=firm.id, name="旧银行"))
    schema.downgrade(engine, "0004")

    schema.upgrade(engine)

    with database.reading() as session:
        kept = session.execute(sa.select(Firm.search_text, Firm.name_key, Firm.name_sound)).one()
        former = session.scalar(sa.select(FormerName.search_text))
    assert tuple(kept) == (search_text(firm.name, firm.credit_code), "达坂城银行", "dabanchengyinhang")
    assert former == search_text("旧银行")


def test_postgres_without_trigrams_searches_as_well(bureau: Visitor, engine: sa.Engine) -> None:
    make_firm("新疆海朋有限公司")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP INDEX ix_firm_search_lookup"))

    assert names(bureau.get("/firms?q=haipeng")) == ["新疆海朋有限公司"]
