"""Quantities in a sentence: number, unit, range, and the words that say how they bind."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from app.policytext.targets.target import Comparator
from app.policytext.text.numerals import read_decimal

MOST_QUANTITIES = 60
COUNT_UNITS = frozenset({
    "家", "个", "项", "件", "名", "人", "户", "所", "座", "条", "支", "种", "台", "套", "部", "篇", "场", "次", "场次",
    "人次", "人年", "款", "处", "间", "批次", "对", "组", "类", "只", "期", "门", "位", "台(套)", "台套", "工位",
})  # fmt: skip
_MEASURES = (
    "%", "‰", "个百分点", "倍", "元", "平方米", "平方公里", "m2", "㎡", "亩", "公顷", "吨", "千瓦", "千瓦时",
    "公里", "分",
)  # fmt: skip
_UNITS = "|".join(sorted((re.escape(unit) for unit in (*COUNT_UNITS, *_MEASURES)), key=len, reverse=True))
_DIGITS = r"\d{1,9}(?:,\d{3}){0,4}(?:\.\d{1,6})?"
_HAN = "[一二两三四五六七八九十百千]{1,7}"
_QUANTITY = re.compile(
    rf"(?:百分之(?P<percent>{_DIGITS}|{_HAN})|(?<![\d.])(?P<low>{_DIGITS}|{_HAN})(?:(?P<low_unit>%|万|亿)?\s?[—–\-~至到]{{1,2}}\s?(?P<high>{_DIGITS}|{_HAN}))?"
    rf"(?P<more>余|多)?(?P<scale>万|亿|千|百)?(?:余|多)?\s?(?P<unit>{_UNITS})(?!工作日|自然日|月|日|小时|季度|年度|方面|层面|环节|步骤|阶段|方向)|(?<![\d.])(?P<bare>{_DIGITS})(?P<bare_scale>万|亿)(?![元\d人件个家项户平]))"
    r"(?P<back>及?以上|以内|以下|左右|上下)?"
)
_FOLD = re.compile(r"翻(?P<times>[一两二三四])?番|倍增(?=[,。;]|$)")
_FRONT = (
    (Comparator.AT_LEAST, re.compile(r"(?:不低于|不少于|不小于|不得低于|不得少于|至少|最低|≥|>=)(?:到|达到?)?$")),
    (Comparator.AT_MOST, re.compile(r"(?:不超过|不高于|不多于|不得超过|不大于|≤|<=|控制在|最多)$")),
    (Comparator.MORE, re.compile(r"(?:突破|超过|超|高于|大于|多于|>)$")),
    (Comparator.LESS, re.compile(r"(?:低于|少于|小于|<)$")),
    (Comparator.ABOUT, re.compile(r"(?:约|大约|左右|接近|近)$")),
)
_BACK = {
    "以上": Comparator.AT_LEAST,
    "及以上": Comparator.AT_LEAST,
    "以内": Comparator.AT_MOST,
    "以下": Comparator.AT_MOST,
}
_TIMES = {"一": 2, "两": 4, "二": 4, "三": 8, "四": 16, None: 2}


@dataclass(frozen=True)
class Quantity:
    """A number with its unit at [start, end) of a sentence; `spelled` when it was written in Chinese numerals."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    unit: str
    back: str
    spelled: bool

    @property
    def is_count(self) -> bool:
        return self.unit.lstrip("万亿千百") in COUNT_UNITS

    @property
    def is_money(self) -> bool:
        return self.unit.endswith("元")

    @property
    def is_ratio(self) -> bool:
        return self.unit in {"%", "‰", "个百分点"}


def quantities_in(sentence: str) -> list[Quantity]:
    """Every quantity of a sentence in order; “翻一番” is 2 倍."""
    found = [*islice(_numbers(sentence), MOST_QUANTITIES), *islice(_folds(sentence), MOST_QUANTITIES)]
    return sorted(found, key=lambda each: each.start)


def comparator_of(before: str, quantity: Quantity) -> Comparator:
    """How a quantity binds, from the words right before it and right after its unit."""
    if quantity.high != quantity.low:
        return Comparator.RANGE
    front = next((sign for sign, pattern in _FRONT if pattern.search(before)), None)
    back = _BACK.get(quantity.back, Comparator.ABOUT if quantity.back else None)
    # “突破 60 家以上” says more than “60 家以上”.
    return front or back or Comparator.EQUAL


def _numbers(sentence: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(sentence):
        try:
            yield _quantity(match)
        except ValueError:
            continue


def _quantity(match: re.Match[str]) -> Quantity:
    written = match["percent"] or match["low"] or match["bare"]
    low = read_decimal(written)
    high = read_decimal(match["high"]) if match["high"] else low
    unit = "%" if match["percent"] else (match["scale"] or match["bare_scale"] or "") + (match["unit"] or "")
    if high < low:
        raise ValueError(match[0])
    return Quantity(match.start(), match.end(), low, high, unit, match["back"] or "", not written[0].isdigit())


def _folds(sentence: str) -> Iterator[Quantity]:
    for match in _FOLD.finditer(sentence):
        times = Decimal(_TIMES[match["times"]])
        yield Quantity(match.start(), match.end(), times, times, "倍", "", spelled=False)
