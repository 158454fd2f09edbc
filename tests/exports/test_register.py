"""What the firms of a list hold and have on record, as files as their pages show it, importable without a change."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.core import clock
from app.core import db as database
from app.facts.archive import collections
from app.facts.forms import typed_attributes
from app.facts.models import Record
from app.firms.models import Firm
from app.rules import AttributeKind, CollectionKind
from app.rules.values import Value
from app.titles.forms import TitleFields
from app.titles.models import Title
from app.titles.service import record_title, revoke_title
from tests.browser import Visitor
from tests.exports.taken import above, exported, lines, table
from tests.factories import make_code, make_firm, make_user
from tests.facts.arrange import ENTERED, add
from tests.imports.journey import counts, mapped

NOTHING = {"新增": 0, "变更": 0, "不变": 0, "冲突": 0, "重复": 0, "错误": 0}
WORDED: dict[str, Value] = {
    "money": Decimal("1234567.89"),
    "count": Decimal(3),
    "flag": False,
    "date": date(2021, 3, 4),
    "text": "=甲,“乙”",
}


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(name="王五"))


def certified(firm: Firm, kind: str, issued: date, until: date | None = None, number: str = "") -> int:
    fields = TitleFields(kind=kind, issued_on=issued, valid_until=until, number=number, authority="自治区科技厅")
    with database.writing() as db:
        return record_title(db, None, db.get_one(Firm, firm.id), fields, origin=ENTERED).id


def told(attribute: AttributeKind) -> Value:
    """A value for an attribute; a text that a spreadsheet would compute."""
    return attribute.choices[-1] if attribute.choices else WORDED[attribute.type]


def entered(firm: Firm, collection: CollectionKind) -> Record:
    """An entry with everything that a person can say about it."""
    values = {each.code: told(each) for each in typed_attributes(collection)}
    return add(firm, collection.code, starts_on=date(2022, 5, 1), **values)


def test_certificates_are_exported_as_their_page_shows_them(officer: Visitor) -> None:
    firm, today = make_firm("甲公司", credit_code=make_code(1)), clock.today()
    certified(firm, "hnte", date(2019, 1, 1), date(2021, 12, 31), "GR1")
    certified(firm, "tsme", today - timedelta(days=200), today + timedelta(days=30), "=TS2")
    make_firm("乙公司")

    shown = officer.get(f"/firms/{firm.id}/titles")
    answer = exported(officer, content="titles")

    heading, *rows = table(answer)
    cells = [dict(zip(heading, row, strict=True)) for row in rows]
    assert [each["证书编号"] for each in cells] == ["=TS2", "GR1"]
    assert [each["状态"] for each in cells] == ["将到期", "已过期"]
    assert all(each["剩余"] in shown for each in cells)
    assert "还剩 30 天" in cells[0]["剩余"]
    assert "资质" in above(answer)
    assert "共 2 条" in above(answer)
    assert "数据截止 20" in above(answer)


def test_entries_are_exported_with_their_units_and_what_follows_from_them(officer: Visitor) -> None:
    firm = make_firm("甲公司", credit_code=make_code(1))
    add(firm, "ip", starts_on=date(2022, 5, 1), sort="发明专利", number="ZL1")
    add(firm, "ip", starts_on=date(2023, 5, 1), sort="软件著作权", number="ZL2")
    add(firm, "awards_received", starts_on=date(2024, 5, 1), amount=Decimal(50_000))

    patents = rows_of(officer, "ip")
    awards = rows_of(officer, "awards_received")

    assert [each["权利号"] for each in patents] == ["ZL2", "ZL1"]
    assert patents[1]["类别（由种类得出）"] == "Ⅰ类"
    assert [each["金额（万元）"] for each in awards] == ["5"]


def rows_of(officer: Visitor, content: str, query: str = "") -> list[dict[str, str]]:
    heading, *rows = lines(exported(officer, "csv", query, content=content))
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_only_the_firms_of_the_list_are_in_any_of_its_files(officer: Visitor) -> None:
    firms = make_firm("风电公司", credit_code=make_code(1)), make_firm("光伏公司", credit_code=make_code(2))
    for firm in firms:
        certified(firm, "hnte", date(2025, 1, 1))
        for collection in collections():
            entered(firm, collection)

    contents = ("titles", *(each.code for each in collections()))
    names = {code: [row["企业名称"] for row in rows_of(officer, code, "q=风电")] for code in contents}

    assert names == {code: ["风电公司"] for code in contents}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_importing_ones_own_certificates_changes_nothing(officer: Visitor, kind: str) -> None:
    firm = make_firm("=甲公司", credit_code=make_code(1))
    certified(firm, "hnte", date(2019, 1, 1), date(2021, 12, 31), "+GR1")
    certified(firm, "tsme", date(2025, 3, 1))
    number = certified(firm, "srdi", date(2023, 3, 1), number="SR1")
    with database.writing() as db:
        title, holder = db.get_one(Title, number), db.get_one(Firm, firm.id)
        revoke_title(db, None, holder, title, revoked_on=date(2024, 1, 1), reason="弄虚作假", origin=ENTERED)

    content = exported(officer, kind, content="titles").response.content
    batch = mapped(officer, f"资质.{kind}", content, kind="titles")

    assert counts(officer, batch) == {**NOTHING, "不变": 3}


def test_importing_ones_own_entries_changes_nothing(officer: Visitor) -> None:
    firm = make_firm("甲公司", credit_code=make_code(1))
    for place, collection in enumerate(collections()):
        entered(firm, collection)
        kind = ("xlsx", "csv")[place % 2]

        content = exported(officer, kind, content=collection.code).response.content
        batch = mapped(officer, f"{collection.label}.{kind}", content, kind=collection.code)

        assert counts(officer, batch) == {**NOTHING, "不变": 1}, collection.label
