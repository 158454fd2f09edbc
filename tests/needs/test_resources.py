"""服务资源: kept, found, exported; how people are reached is not for everybody."""

from collections.abc import Callable

import pytest

from app.accounts.permissions import Role
from tests.browser import Visitor
from tests.exports.taken import exported, table
from tests.factories import make_user

EXPERT = {
    "name": "何教授",
    "organisation": "某大学",
    "said_words": "叶片除冰、复合材料",
    "said_contact": "0991-1234567",
}


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


def test_a_name_is_entered_once_and_again_after_it_was_removed(officer: Visitor) -> None:
    address = officer.post("/resources?kind=expert", EXPERT).headers["location"]

    assert "已有同名的一条" in officer.post("/resources?kind=expert", EXPERT, status=422)
    officer.post(f"{address}/removal")
    officer.post("/resources?kind=expert", EXPERT)
    assert "已移除" in officer.get(address)
