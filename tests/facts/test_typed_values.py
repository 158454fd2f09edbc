from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.facts.values import LARGEST, cell, joined, read_typed, split, typed
from app.facts.vocabulary import vocabulary
from app.rules import FactKind

KINDS = list(vocabulary().facts.values())
SALES = vocabulary().facts["sales"]
SHARE = vocabulary().facts["market_share"]
STAFF = vocabulary().facts["staff"]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1234.5", "12345000"),
        ("1,234.5", "12345000"),
        ("１，２３４．５", "12345000"),
        ("1,234.5万", "12345000"),
        ("1234.5 万元", "12345000"),
        ("3000元", "3000"),
        ("1.2亿", "120000000"),
        (" 0 ", "0"),
    ],
)
def test_a_bare_amount_is_in_the_unit_beside_the_field(text: str, yuan: str) -> None:
    assert read_typed(SALES, text) == Decimal(yuan)


@pytest.mark.parametrize(
    ("text", "ratio"), [("6.12", "0.0612"), ("6.12%", "0.0612"), ("０.5", "0.005"), ("5‰", "0.005")]
)
def test_a_bare_ratio_is_in_per_cent(text: str, ratio: str) -> None:
    assert read_typed(SHARE, text) == Decimal(ratio)


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (SALES, "五千万", "不是数"),
        (SALES, "-1", "不能小于"),
        (SALES, "500人", "单位应当是“元”"),
        (SALES, "99999999999", "核对单位"),
        (SHARE, "101", "不能大于"),
        (STAFF, "12.5", "整数"),
        (STAFF, "12万元", "单位应当是“人”"),
        (vocabulary().facts["resident"], "也许", "请写“是”或“否”"),
        (vocabulary().facts["operating_since"], "2023-02-29", "没有"),
        (vocabulary().facts["hightech_field"], "炼丹", "请从"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(kind: FactKind, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_typed(kind, text)


@st.composite
def values(draw: st.DrawFn) -> tuple[FactKind, object]:
    kind = draw(st.sampled_from(KINDS))
    low, high = kind.bounds
    match kind.type:
        case "flag":
            return kind, draw(st.booleans())
        case "choice":
            return kind, draw(st.sampled_from(kind.choices))
        case "date":
            return kind, draw(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
    places = 0 if kind.type == "count" else 6
    least = Decimal(str(low)) if low is not None else -LARGEST + 1
    most = Decimal(str(high)) if high is not None else LARGEST - 1
    return kind, draw(st.decimals(least, most, places=places))


@given(values())
def test_what_is_shown_in_a_field_reads_back_as_the_same_value(given_: tuple[FactKind, object]) -> None:
    kind, value = given_

    assert read_typed(kind, typed(kind, value)) == value  # type: ignore[arg-type]


@given(values())
def test_what_is_kept_comes_back_as_the_same_value(given_: tuple[FactKind, object]) -> None:
    kind, value = given_

    number, text = split(value)  # type: ignore[arg-type]

    assert (number is None) != (text is None)
    assert joined(kind, number, text) == value


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (SALES, Decimal("61230512.35"), "6,123.05"),
        (SALES, Decimal("3120.55"), "0.3121"),
        (SALES, Decimal(0), "0.00"),
        (SHARE, Decimal("0.0612"), "6.12"),
        (STAFF, Decimal(1480), "1,480"),
    ],
)
def test_a_cell_leaves_the_unit_to_its_row(kind: FactKind, value: Decimal, shown: str) -> None:
    assert cell(kind, value) == shown
