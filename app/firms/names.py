"""How firm names are compared: width, brackets, legal form, blanks and the shape of characters make no other firm."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

import opencc

from app.core.text import folded

if TYPE_CHECKING:
    from pypinyin.core import Pinyin

LEGAL_FORM = re.compile(
    r"(股份有限责任公司|有限责任公司|股份有限公司|有限公司|股份公司|公司|\(有限合伙\)|\(普通合伙\)|合伙企业)$"
)
PUNCTUATION = re.compile(r"[()\[\]【】〔〕《》·•．.,，、\-—_]")
LONGEST_KEY = 200
LONGEST_SOUND = 400


def plain(text: str) -> str:
    """A text as it is compared: half-width, lower case, without blanks, in simplified characters."""
    written = folded(text)
    return written if written.isascii() else _to_simplified().convert(written)


def name_key(name: str) -> str:
    """What is left of a name for comparison: “新疆海朋（集团）有限责任公司” → “新疆海朋集团”."""
    written = plain(name)
    stripped = LEGAL_FORM.sub("", written)
    return without_punctuation(stripped or written)[:LONGEST_KEY]


def name_sound(name: str) -> str:
    """How the name is pronounced, for comparison: 海朋 and 海鹏 sound alike, and input methods mix them up."""
    return pinyin(name_key(name))[:LONGEST_SOUND]


def pinyin(text: str) -> str:
    """重庆银行 → “chongqingyinhang”: characters of several readings are read as the dictionary of phrases has them."""
    return "".join(_spoken(word, "NORMAL") for word in _words(text))


def initials(text: str) -> str:
    """重庆银行 → “cqyh”."""
    return "".join(_spoken(word, "FIRST_LETTER") for word in _words(text))


def _words(text: str) -> list[str]:
    """The phrases that a text is read by; names share most of theirs, so that each is looked up once."""
    return list(_speaker().seg(text))


def learn() -> None:
    """Read the dictionaries now: the first to search or to name a firm would otherwise wait for them."""
    pinyin("企业")
    plain("企業")


@cache
def _speaker() -> "Pinyin":
    from pypinyin.core import Pinyin  # noqa: PLC0415 - its dictionary costs every start half a second

    return Pinyin()


@lru_cache(maxsize=50_000)
def _spoken(word: str, style: Literal["NORMAL", "FIRST_LETTER"]) -> str:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - its dictionary costs every start half a second

    return "".join(lazy_pinyin(word, style=Style.__members__[style]))


def without_punctuation(text: str) -> str:
    return PUNCTUATION.sub("", text)


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
