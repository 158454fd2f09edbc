"""The registers of resources by files: compared by name and organisation, written as one batch, taken back."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.imports.models import REGISTERS
from app.needs.resources.declared import registers
from app.needs.resources.models import Resource
from tests.browser import Visitor
from tests.factories import make_user
from tests.imports.journey import applied, apply, counts, mapped, undone

HELD = {"name": "何教授", "organisation": "某大学", "said_words": "除冰", "said_contact": "0991-1234567"}
FILE = """姓名,工作单位,研究方向,电话
何教授,某大学,除冰、涂层,
王工,,低温试验,2
王工,,低温试验,2
何教授,,涂层,
,某厂,无名,3
"""


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user())


def test_every_register_is_a_kind_of_import() -> None:
    assert {(kind.code, kind.label) for kind in REGISTERS} == set(registers().options())


def test_a_register_is_compared_written_as_one_batch_and_taken_back(officer: Visitor, db: Session) -> None:
    address = officer.post("/resources?kind=expert", HELD).headers["location"]

    batch = mapped(officer, "专家.csv", FILE.encode(), kind="expert")
    assert counts(officer, batch) == {"新增": 1, "变更": 1, "不变": 0, "冲突": 1, "重复": 1, "错误": 1}
    assert "名册里已有“何教授（某大学）”" in officer.get(f"/imports/{batch}/preview?tab=conflict")
    apply(officer, batch)

    assert {each.name: each.details for each in db.scalars(sa.select(Resource))} == {
        "何教授": {"words": "除冰、涂层", "contact": "0991-1234567"},
        "王工": {"words": "低温试验", "contact": "2"},
    }
    db.rollback()
    assert officer.get(f"/imports/{batch}?tab=changed").one("tbody th a")["href"].endswith(address)

    undone(officer, batch)
    standing = db.scalars(sa.select(Resource).where(Resource.removed_at.is_(None)))
    assert {each.name: each.details["words"] for each in standing} == {"何教授": "除冰"}


def test_what_was_changed_since_stays_when_a_register_is_taken_back(officer: Visitor, db: Session) -> None:
    batch = applied(officer, "专家.csv", FILE.encode(), kind="expert")
    made = db.scalars(sa.select(Resource).where(Resource.name == "王工")).one()
    db.rollback()
    officer.post(f"/resources/{made.id}", {"name": "王工", "said_words": "改过", "version": made.version})

    undone(officer, batch)

    assert "导入之后又有修改，保留在名册里" in officer.get(f"/imports/{batch}?fate=kept")
    assert "改过" in officer.get("/resources?kind=expert")


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("bank", "产品名称,最高额度\n科创贷,很多\n", "“很多”不是金额"),
        ("outcome", "成果或项目名称,成熟度\n除冰涂层,快了\n", "不在可选的范围内：实验室、小试、中试、产业化"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_refused_with_the_reason(
    officer: Visitor, kind: str, content: str, sentence: str
) -> None:
    batch = mapped(officer, "名册.csv", content.encode(), kind=kind)

    assert sentence in officer.get(f"/imports/{batch}/preview?tab=refused")


def test_a_bare_amount_takes_the_unit_of_its_heading(officer: Visitor, db: Session) -> None:
    applied(officer, "产品.csv", "产品名称,金融机构,最高额度（亿元）\n科创贷,某银行,2\n".encode(), kind="bank")

    assert db.scalars(sa.select(Resource.details)).one() == {"high": "2 亿元"}
