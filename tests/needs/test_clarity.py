"""How clear a need is: judged from the texts alone, never refused, never worse for saying more."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.needs.clarity import amount_in, assess, day_in
from app.needs.declared import declared, read_declared

TECHNOLOGY = declared().kinds["technology"]
CLEAR = {
    "object": "风机叶片冬季结冰后停机时间过长",
    "field": "新能源与节能",
    "present": "每次停机 36 小时",
    "wanted": "不超过 6 小时",
    "limits": "不能拆卸叶片，零下三十度可用",
    "budget": "30 万元",
    "until": "2027-06-30",
}


def test_a_need_told_in_full_is_clear_and_nothing_is_asked() -> None:
    found = assess(TECHNOLOGY, CLEAR)

    assert (found.score, found.lacks) == (100, ())


def test_a_vague_part_counts_half_and_is_asked_for_again() -> None:
    found = assess(TECHNOLOGY, {**CLEAR, "wanted": "越高越好", "budget": "面议"})

    assert found.score == 100 - 10 - 5
    assert [lack.sentence for lack in found.lacks] == [
        "“希望达到的指标”没有数字，请写明数值和单位：与现在的指标用同一个单位。",
        "“经费预算”还不是一个金额，请写成如“30 万元”。",
    ]


def test_an_empty_need_scores_nothing_and_is_asked_for_every_part() -> None:
    found = assess(TECHNOLOGY, {})

    assert found.score == 0
    assert [lack.asked.code for lack in found.lacks] == [asked.code for asked in TECHNOLOGY.asked]
    assert all(lack.blank for lack in found.lacks)


@pytest.mark.parametrize("words", ["希望尽快解决", "希望得到支持", "越多越好", "……！！！"])
def test_words_that_say_nothing_are_not_concrete(words: str) -> None:
    assert assess(TECHNOLOGY, {**CLEAR, "object": words}).score == 90


@given(st.sampled_from(list(declared().kinds.values())), st.data())
def test_saying_one_part_more_never_lowers_the_score(kind: object, data: st.DataObject) -> None:
    texts = st.text("待定面议希望 0123456789万元年月-风机叶片", max_size=12)
    said = data.draw(st.dictionaries(st.sampled_from([each.code for each in kind.asked]), texts))  # type: ignore[attr-defined]
    more = data.draw(st.sampled_from([each.code for each in kind.asked]))  # type: ignore[attr-defined]

    before = assess(kind, {**said, more: ""}).score  # type: ignore[arg-type]
    after = assess(kind, {**said, more: data.draw(texts)}).score  # type: ignore[arg-type]

    assert 0 <= before <= after <= 100


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("300", 3_000_000),
        ("1,200万", 12_000_000),
        ("２亿元", 200_000_000),
        ("面议", None),
        ("0", None),
        ("9" * 30, None),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, yuan: int | None) -> None:
    assert amount_in(text) == (None if yuan is None else Decimal(yuan))


@pytest.mark.parametrize(
    ("text", "day"),
    [("2027-06-30", date(2027, 6, 30)), ("2027年6月3日", date(2027, 6, 3)), ("2027年13月1日", None), ("年底", None)],
)
def test_a_day_is_read_as_people_write_it(text: str, day: date | None) -> None:
    assert day_in(text) == day


def test_points_that_do_not_add_up_are_refused_by_name() -> None:
    part = {"code": "object", "label": "事", "part": "object", "shape": "words", "weight": 90}

    with pytest.raises(ValueError, match="“技术”各项的分值之和应为 100"):
        read_declared({"clear_from": 70, "kinds": [{"code": "t", "label": "技术", "fields": [part]}]})
