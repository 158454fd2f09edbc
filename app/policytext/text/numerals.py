"""Numbers as plans write them: 1,200、3.5、三十五、百分之五、１２ — as exact decimals and whole numbers."""

import re
from decimal import Decimal

_DIGITS = {each: value for value, each in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "壹": 1, "贰": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "廿": 20}
_LARGE = {"万": 10_000, "亿": 100_000_000}
HAN_NUMBER = "[零〇一二三四五六七八九十百千两]+"
_HAN = re.compile(f"{HAN_NUMBER}[万亿]?")


def read_decimal(text: str) -> Decimal:
    """“1,200.5” or “三十五” as an exact decimal. Raises ValueError when it is neither."""
    plain = text.replace(",", "").strip()
    if re.fullmatch(r"[0-9]{1,30}(\.[0-9]{1,30})?", plain):
        return Decimal(plain)
    return Decimal(read_han(plain))


def read_han(text: str) -> int:
    """“三十五” → 35, “二〇二五” → 2025. Raises ValueError when it is no Chinese number."""
    if not text or len(text) > 20 or not _HAN.fullmatch(text):  # noqa: PLR2004 - longer is no number
        raise ValueError(text)
    if text[-1] in _LARGE:
        return read_han(text[:-1]) * _LARGE[text[-1]]
    if len(text) > 1 and not set(text) & _UNITS.keys():
        return int("".join(str(_DIGITS[each]) for each in text))
    return _by_places(text)


def _by_places(text: str) -> int:
    total, digit = 0, None
    for each in text:
        if each in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[each]
            digit = None
        else:
            digit = _DIGITS[each]
    return total + (digit or 0)
