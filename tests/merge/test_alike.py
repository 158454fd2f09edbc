"""Which firms may be one, and which only look it."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from app.firms.merge.alike import LARGEST_GROUP, Known, likely_pairs
from app.firms.names import name_key, name_sound
from tests.browser import Visitor
from tests.factories import make_firm, make_user


def known(number: int, name: str, **values: object) -> Known:
    return Known(number, name_key(name), name_sound(name), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("新疆海朋（集团）有限公司", "新疆海朋(集团)有限责任公司", "名称相同，只差写法"),
        ("达坂城電氣有限公司", "达坂城电气股份有限公司", "名称相同，只差写法"),
        ("新疆海朋科技有限公司", "新疆海鹏科技有限公司", "名称读音相同"),
        ("新疆海朋科技有限公司", "新疆海明科技有限公司", "名称只差一个字：“朋”与“明”"),
        ("新疆海朋科技有限公司", "新疆海朋新科技有限公司", "名称只差一个字：“新”"),
    ],
)
def test_names_that_may_be_one(one: str, other: str, reason: str) -> None:
    found = likely_pairs([known(1, one), known(2, other)])

    assert found[1, 2].sentences == [reason]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新疆海朋科技有限公司", "新疆天山科技有限公司"),
        ("达坂城第一机械有限公司", "达坂城第二机械有限公司"),
        ("达坂城风电1号有限公司", "达坂城风电2号有限公司"),
        ("甲乙丙公司", "甲乙丁公司"),
    ],
)
def test_names_that_are_two(one: str, other: str) -> None:
    assert likely_pairs([known(1, one), known(2, other)]) == {}


def test_a_telephone_a_person_and_a_former_name_add_up() -> None:
    found = likely_pairs(
        [
            known(1, "新疆旧名有限公司", phones=frozenset({"13800001111"}), persons=frozenset({"张三"})),
            known(2, "乌市新名有限公司", former=(name_key("新疆旧名公司"),), phones=frozenset({"13800001111"})),
            known(3, "达坂城别家有限公司", persons=frozenset({"张三"})),
        ]
    )

    assert found[1, 2].sentences == ["一方的曾用名与对方的名称相同", "联系电话相同：138****1111"]
    assert found[1, 3].sentences == ["法定代表人同名：张三"]
    assert found[1, 2].weight > found[1, 3].weight


def test_what_many_share_is_no_sign() -> None:
    firms = [
        known(number, f"公司{chr(0x4E00 + 97 * number)}{chr(0x6000 + 89 * number)}")
        for number in range(LARGEST_GROUP + 1)
    ]
    agent = [Known(each.id, each.key, each.sound, phones=frozenset({"13900000000"})) for each in firms]

    assert likely_pairs(agent) == {}
    assert len(likely_pairs(agent[:2])) == 1


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user())


@pytest.mark.parametrize("typed", ["新疆海鹏科技", "新疆海明科技有限公司", "新疆海朋新科技", "新疆朋科技有限责任公司"])
def test_a_name_being_typed_hints_at_what_it_resembles(typed: str, officer: Visitor) -> None:
    make_firm("新疆海朋科技有限公司")
    make_firm("新疆天山农业有限公司")

    hint = officer.get(f"/firms/new?name={quote(typed)}", headers={"hx-request": "true"})

    assert "名称相近" in hint
    assert [link.text for link in hint.all("a")] == ["新疆海朋科技有限公司"]


@pytest.mark.parametrize("typed", ["新疆海朋科技有限公司", "%%疆海朋%技", "%%%%%", "新疆", "海/朋_科%技"])
def test_the_same_name_and_stray_signs_hint_at_nothing_near(typed: str, officer: Visitor) -> None:
    make_firm("新疆海朋科技有限公司")

    assert "名称相近" not in officer.get(f"/firms/new?name={quote(typed)}", headers={"hx-request": "true"})
