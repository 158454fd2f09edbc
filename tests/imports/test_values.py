"""Cells are read as people mean them (a table of examples), or refused with a sentence."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.facts.vocabulary import vocabulary
from app.imports.rows.values import Unclear, clean, is_blank, read_code, read_day, read_fact, read_money, read_year
from tests.factories import make_code

CODE = make_code(7)
WAN = 10_000


@pytest.mark.parametrize("cell", ["", " ", "-", "—", "——", "/", "N/A", "n/a", "NULL", "无", "暂无", "不详", "None"])
def test_a_cell_that_says_nothing_is_blank(cell: str) -> None:
    assert is_blank(cell)


@pytest.mark.parametrize("cell", ["0", "否", "无锡", "N/A公司", "0.0"])
def test_a_cell_that_says_something_is_not_blank(cell: str) -> None:
    assert not is_blank(cell)


@pytest.mark.parametrize(
    ("cell", "unit", "yuan"),
    [
        ("1234.5", "万元", "12345000"),
        ("1,234.5", "万元", "12345000"),
        ("１，２３４．５", "万元", "12345000"),
        ("1 234.5", "万元", "12345000"),
        ("500(万)", "元", "5000000"),
        ("1,000(万元人民币)", "元", "10000000"),
        ("20万人民币", "元", "200000"),
        ("100万人民币元", "元", "1000000"),
        ("2亿元", "万元", "200000000"),
        ("1.5亿", "元", "150000000"),
        ("３０万元", "元", "300000"),
        ("500元", "万元", "500"),
        ("100人民币元", "万元", "100"),
        ("￥300万", "元", "3000000"),
        ("0", "万元", "0"),
        ("-12.5", "万元", "-125000"),
        ("12.5万元整", "元", "125000"),
        ("12", "亿元", "1200000000"),
        ("12", "千元", "12000"),
        ("0.333333333333", "万元", "3333.33"),
    ],
)
def test_amounts_are_read_in_yuan(cell: str, unit: str, yuan: str) -> None:
    assert read_money(cell, unit) == Decimal(yuan)


@pytest.mark.parametrize(
    "cell",
    ["500(万美元)", "USD 5", "5万港元", "€100", "$1", "壹佰万", "(1,234)", "约500万", "1e9", "99999999亿", "12;5"],
)
def test_an_unclear_amount_is_refused(cell: str) -> None:
    with pytest.raises(Unclear):
        read_money(cell, "万元")


@pytest.mark.parametrize(
    "cell",
    [
        *("2024-03-01", "2024/3/1", "2024.3.1", "2024年3月1日", "2024年03月01日", "20240301", "２０２４年３月１日"),
        *("2024-03-01 00:00:00", "2024-3-1 8:30", "2024 年 3 月 1 日", "45352", "45352.0", "2024-03-01T00:00:00"),
    ],
)
def test_days_are_read_in_any_writing(cell: str) -> None:
    assert read_day(cell) == date(2024, 3, 1)


def test_a_serial_number_counts_from_the_workbooks_epoch() -> None:
    assert read_day("43890", from_1904=True) == date(2024, 3, 1)


@pytest.mark.parametrize("cell", ["2024年3月", "24-3-1", "3/1/2024", "2024-02-30", "去年", "2024", "123", "2024-13-01"])
def test_an_incomplete_day_is_refused(cell: str) -> None:
    with pytest.raises(Unclear):
        read_day(cell)


@pytest.mark.parametrize(
    "cell", [CODE, CODE.lower(), f" {CODE} ", f"{CODE[:6]} {CODE[6:]}", f"'{CODE}", f"{CODE[:8]}-{CODE[8:]}"]
)
def test_a_credit_code_is_read_in_any_writing(cell: str) -> None:
    assert read_code(cell) == CODE


def test_a_full_width_credit_code_is_read() -> None:
    assert read_code("".join(chr(ord(each) + 0xFEE0) for each in CODE)) == CODE


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("9.16501E+17", "末几位"),
        ("440301103097413", "旧注册号"),
        ("91650107MA000000", "16位"),
        (CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), "校验位"),
    ],
)
def test_a_bad_code_is_refused_with_its_reason(cell: str, word: str) -> None:
    with pytest.raises(Unclear, match=word):
        read_code(cell)


@pytest.mark.parametrize(
    ("cell", "text"), [("\u200b甲\u00a0乙\ufeff ", "甲 乙"), ("　甲　", "甲"), ("甲\u2060乙", "甲乙")]
)
def test_invisible_characters_go(cell: str, text: str) -> None:
    assert clean(cell) == text


@pytest.mark.parametrize("cell", ["甲\ufffd", "甲\ue000", "甲\x07", "甲\u202e乙"])
def test_what_cannot_be_kept_is_refused(cell: str) -> None:
    with pytest.raises(Unclear):
        clean(cell)


@pytest.mark.parametrize("cell", ["2024", "2024年", "2024年度", "２０２４", "2024.0"])
def test_years(cell: str) -> None:
    assert read_year(cell) == 2024


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("staff", "30", Decimal(30)),
        ("staff", "1,030人", Decimal(1030)),
        ("revenue", "12.5", Decimal(125_000)),
        ("market_share", "6.12%", Decimal("0.0612")),
        ("market_share", "0.0612", Decimal("0.0612")),
        ("resident", "是", True),
        ("founded", "45352", date(2024, 3, 1)),
        ("hightech_field", "新材料", "新材料"),
    ],
)
def test_figures_are_read_by_their_type(kind: str, cell: str, value: Any) -> None:
    assert read_fact(vocabulary().facts[kind], cell, unit="万元", from_1904=False) == value


@pytest.mark.parametrize(
    ("kind", "cell"), [("staff", "3.5"), ("staff", "-1"), ("market_share", "6.12"), ("resident", "也许")]
)
def test_a_figure_beyond_its_bounds_is_refused(kind: str, cell: str) -> None:
    with pytest.raises(Unclear):
        read_fact(vocabulary().facts[kind], cell, unit="万元", from_1904=False)


@given(st.decimals(min_value=-(10**7), max_value=10**7, places=2))
def test_an_amount_survives_being_written_and_read(amount: Decimal) -> None:
    assert read_money(f"{amount:,f}", "万元") == amount * WAN


@given(st.text())
def test_no_cell_whatever_breaks_the_readers(cell: str) -> None:
    for read in (clean, read_code, read_day, read_year, lambda text: read_money(text, "万元")):
        with suppress(Unclear):
            read(cell)
