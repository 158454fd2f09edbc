"""服务资源: kept, found, pasted with a preview, exported; how people are reached is not for everybody."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.needs.resources.models import Resource
from tests.browser import Visitor
from tests.exports.taken import exported, table
from tests.factories import make_user

EXPERT = {
    "name": "何教授",
    "organisation": "某大学",
    "said_words": "叶片除冰、复合材料",
    "said_contact": "0991-1234567",
}
PASTED = (
    "姓名\t工作单位\t专长\t电话\n何教授\t某大学\t除冰、涂层\t1\n王工\t\t低温试验\t2\n\t某厂\t无名\t3\n王工\t\t重复\t4"
)


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user())


def test_an_expert_is_found_by_what_they_know_and_not_by_their_telephone(officer: Visitor) -> None:
    officer.post("/resources?kind=expert", EXPERT)

    assert "何教授" in officer.get("/resources?kind=expert&q=除冰")
    assert "何教授" not in officer.get("/resources?kind=expert&q=1234567")


def test_contacts_are_shown_to_those_who_handle_needs_alone(visitor: Callable[..., Visitor], officer: Visitor) -> None:
    address = officer.post("/resources?kind=expert", EXPERT).headers["location"]
    leader = visitor(make_user(Role.LEADER))

    assert "0991-1234567" in officer.get(address)
    assert "0991-1234567" not in leader.get(address)
    assert "联系方式" not in table(exported(leader, query="kind=expert", listing="resources"))[0]
    visitor(make_user(Role.FIRM)).get("/resources", status=403)


def test_a_pasted_table_is_shown_row_by_row_before_anything_is_written(officer: Visitor, db: Session) -> None:
    officer.post("/resources?kind=expert", EXPERT)

    preview = officer.post("/resources/pasted?kind=expert", {"table": PASTED}, status=200)

    assert "新增 1，变更 1，不变 0，错误 2" in preview
    assert "没有认出，不导入：电话" in preview
    assert "与上面的一行重复" in preview
    assert len(db.scalars(sa.select(Resource)).all()) == 1


def test_applying_writes_the_good_rows_and_a_missing_cell_leaves_what_was(officer: Visitor, db: Session) -> None:
    officer.post("/resources?kind=expert", EXPERT)

    officer.post("/resources/pasted?kind=expert", {"table": PASTED, "then": "apply"})

    found = {each.name: each.details for each in db.scalars(sa.select(Resource))}
    assert found == {
        "何教授": {"words": "除冰、涂层", "contact": "0991-1234567"},
        "王工": {"words": "低温试验"},
    }


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("bank", "产品名称\t最高额度\n科创贷\t很多", "“很多”不是金额"),
        ("outcome", "成果或项目名称\t成熟度\n除冰涂层\t快了", "“快了”不在可选的范围内：实验室、小试、中试、产业化"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_refused_with_the_reason(
    officer: Visitor, kind: str, typed: str, sentence: str
) -> None:
    assert sentence in officer.post(f"/resources/pasted?kind={kind}", {"table": typed}, status=200)


@pytest.mark.parametrize("typed", ["专长\n除冰", "姓名", '"'])
def test_a_table_without_a_name_or_rows_is_refused_and_kept_in_the_form(officer: Visitor, typed: str) -> None:
    answer = officer.post("/resources/pasted?kind=expert", {"table": typed}, status=422)

    assert typed in answer.one("#table").text


def test_a_name_is_entered_once_and_again_after_it_was_removed(officer: Visitor) -> None:
    address = officer.post("/resources?kind=expert", EXPERT).headers["location"]

    assert "已有同名的一条" in officer.post("/resources?kind=expert", EXPERT, status=422)
    officer.post(f"{address}/removal")
    officer.post("/resources?kind=expert", EXPERT)
    assert "已移除" in officer.get(address)
