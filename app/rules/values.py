"""Typed values: their units, how a person writes them, and how they are shown."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

Value = Decimal | bool | date | str

MONEY_UNIT = "元"
SCALES = {"万亿": 10**12, "千万": 10**7, "百万": 10**6, "亿": 10**8, "万": 10**4}
# Words that may follow a number in the language; a closed list, so that “500人且…” can be read without a space.
COUNT_UNITS = (
    *("人", "名", "项", "家", "件", "个", "次", "分", "倍", "篇", "款", "台", "套", "户", "所", "种", "位", "批"),
    *("平方米", "亩", "吨标准煤", "吨", "千瓦时", "公里", "小时"),
)
DAY_UNITS = ("天", "日")
MONTH_UNITS = {"个月": 1, "月": 1, "年": 12}
PERCENT_UNITS = {"%": Decimal("0.01"), "‰": Decimal("0.001"), "个百分点": Decimal("0.01")}
LARGEST_NUMBER = Decimal(10) ** 15
LONGEST_STRING = 200
MOST_DIGITS = 30
CENTS = Decimal("0.01")

_WIDE = {ord("０") + digit: str(digit) for digit in range(10)}
_WIDE |= {
    ord(wide): thin for wide, thin in zip("（），：；＞＜＝％＋－＊／．！～×÷−", "(),:;><=%+-*/.!~*/-", strict=True)
}
_DIGITS = r"[0-9]{1,30}(?:,[0-9]{3})*(?:\.[0-9]{1,30})?|\.[0-9]{1,30}"
_NUMBER = re.compile(rf"([+-]?)({_DIGITS})(万亿|千万|百万|亿|万)?(.*)", re.DOTALL)
_DATE = re.compile(r"([0-9]{4})(?:年|-|/|\.)([0-9]{1,2})(?:月|-|/|\.)([0-9]{1,2})日?")
_YES = frozenset({"是", "有", "对", "true", "yes", "y", "1", "√"})
_NO = frozenset({"否", "无", "不是", "没有", "false", "no", "n", "0", "×", "x"})


def narrow(text: str) -> str:
    """The text with full-width digits and signs made half-width, one sign for one sign."""
    return text.translate(_WIDE)


def read_number(text: str, unit: str) -> Decimal:
    """Read a typed-in number worth `unit` (元, 人, % …); 万, 亿 and % are understood.

    Raises:
        ValueError: with a Chinese sentence, when the text is not such a number.
    """
    cleaned = narrow(text).replace(" ", "").replace("\u3000", "")
    match = _NUMBER.fullmatch(cleaned)
    if match is None:
        also = "或“%”" if unit in PERCENT_UNITS else ""
        raise ValueError(f"“{text.strip()[:40]}”不是数，请只写数字，可带“万”“亿”{also}。")
    sign, digits, scale, suffix = match.groups()
    try:
        value = Decimal(sign + digits.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(f"“{text.strip()[:40]}”不是数。") from error
    value *= SCALES.get(scale or "", 1)
    if suffix in PERCENT_UNITS and unit in ("", "倍", *PERCENT_UNITS):
        value *= PERCENT_UNITS[suffix]
    elif suffix not in ("", unit):
        raise ValueError(f"单位应当是“{unit}”，不是“{suffix[:20]}”。" if unit else f"不应带单位“{suffix[:20]}”。")
    if abs(value) > LARGEST_NUMBER:
        raise ValueError("数太大了，请核对单位。")
    return value


def read_flag(text: str) -> bool:
    """Read 是 or 否.

    Raises:
        ValueError: with a Chinese sentence, when it is neither.
    """
    word = narrow(text).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"请写“是”或“否”，不能是“{text.strip()[:40]}”。")


def read_date(text: str) -> date:
    """Read a date written 2024年3月1日, 2024-03-01, 2024/3/1 or 20240301.

    Raises:
        ValueError: with a Chinese sentence, when there is no such day.
    """
    cleaned = re.sub(r"\s", "", narrow(text))
    if re.fullmatch(r"[0-9]{8}", cleaned):
        cleaned = f"{cleaned[:4]}-{cleaned[4:6]}-{cleaned[6:]}"
    match = _DATE.fullmatch(cleaned)
    if match is None:
        raise ValueError(f"“{text.strip()[:40]}”不是日期，请写成 2024-03-01 或 2024年3月1日。")
    try:
        return date(*map(int, match.groups()))
    except ValueError as error:
        raise ValueError(f"没有“{text.strip()[:40]}”这一天。") from error


def read_choice(text: str, choices: Sequence[str]) -> str:
    """Read one of the declared choices.

    Raises:
        ValueError: with a Chinese sentence naming the choices.
    """
    word = text.strip()
    if word in choices:
        return word
    folded = narrow(word).replace(" ", "")
    for choice in choices:
        if narrow(choice).replace(" ", "") == folded:
            return choice
    shown = "、".join(choices[:12]) + ("等" if len(choices) > 12 else "")  # noqa: PLR2004 - a sentence has room for a dozen
    raise ValueError(f"“{word[:40]}”不在可选项中，请从{shown}中选一个。")


def plain(value: Decimal) -> str:
    """A number without exponent and without superfluous zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_number(value: Decimal, unit: str) -> str:
    """A number for people: money in 万元, ratios in per cent, counts with their unit."""
    if unit == MONEY_UNIT:
        return show_money(value)
    if unit in PERCENT_UNITS:
        return f"{plain((value * 100).quantize(Decimal('0.0001')))}%"
    return f"{plain(value)}{unit}"


@lru_cache(maxsize=4096)
def show_money(value: Decimal) -> str:
    """An amount in 元 shown in 万元 from ten thousand up, exact to the 分."""
    if not value:
        return "0元"  # Nought has a sign among decimals, but not among amounts.
    if abs(value) >= SCALES["万"]:
        return f"{plain(value / SCALES['万'])}万元"
    return f"{plain(value)}元"


def show_date(value: date) -> str:
    """A date as people write it."""
    return f"{value.year}年{value.month}月{value.day}日"
