"""How clearly a need is told: a pure judgement of what was typed, with what to ask for next. It never refuses."""

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.fields import read_yuan
from app.needs.declared import Asked, NeedKind

SHORTEST = 6
LARGEST = Decimal(10) ** 12
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
# Words that fill a field without saying anything.
EMPTY_WORDS = re.compile(
    r"待定|面议|不详|不清楚|看情况|再说|若干|尽快|越快越好|越多越好|越高越好|相关|有关|等等|支持|希望"
)
NUMBER = re.compile(r"\d|[一二两三四五六七八九十百千万]+(?:个|名|人|年|月|天|成|倍|项|件|平|台|家|套|亩)")
CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")


@dataclass(frozen=True)
class Lack:
    """One part that is missing or vague, and what to ask for."""

    asked: Asked
    blank: bool
    sentence: str


@dataclass(frozen=True)
class Clarity:
    """`score` of a hundred: a concrete part counts whole, a vague one half, a blank one nothing."""

    score: int
    lacks: tuple[Lack, ...]


def assess(kind: NeedKind, said: Mapping[str, str]) -> Clarity:
    """How clear a need is, from the texts typed for its parts (code → text)."""
    score = Decimal(0)
    lacks = []
    for asked in kind.asked:
        text = plain(said.get(asked.code, ""))
        concrete = is_concrete(asked, text)
        score += Decimal(asked.weight) if concrete else Decimal(asked.weight) / 2 if text else 0
        if not concrete:
            lacks.append(Lack(asked, not text, _question(asked, text)))
    return Clarity(int(score), tuple(lacks))


def is_concrete(asked: Asked, text: str) -> bool:
    """Whether a text says what the part asks for."""
    match asked.shape:
        case "words":
            return len(EMPTY_WORDS.sub("", _signs_off(text))) >= SHORTEST
        case "figure":
            return bool(NUMBER.search(text))
        case "money":
            return amount_in(text) is not None
        case "day":
            return day_in(text) is not None
        case _:
            return text in asked.options


def amount_in(text: str) -> Decimal | None:
    """The amount that a text is, in 元, a bare number meaning 万元; None where it is none."""
    with suppress(ValueError):
        yuan = read_yuan(text, default_unit="万元")
        return yuan if 0 < yuan < LARGEST else None
    return None


def day_in(text: str) -> date | None:
    """The day that a text is, as 2026-06-30 or 2026年6月30日; None where it is none."""
    written = plain(text)
    found = CHINESE_DAY.fullmatch(written)
    with suppress(ValueError):
        day = date(*(int(part) for part in found.groups())) if found else date.fromisoformat(written)
        return day if EARLIEST <= day <= LATEST else None
    return None


def plain(text: str) -> str:
    """A text without the width of its signs and blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def _signs_off(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _question(asked: Asked, text: str) -> str:
    example = f"：{asked.hint}" if asked.hint else ""
    if not text:
        return f"请补充“{asked.label}”{example}。"
    match asked.shape:
        case "figure":
            return f"“{asked.label}”没有数字，请写明数值和单位{example}。"
        case "money":
            return f"“{asked.label}”还不是一个金额，请写成如“30 万元”。"
        case "day":
            return f"“{asked.label}”还不是一个日期，请写成如“2027-06-30”。"
        case "choice":
            return f"“{asked.label}”请从列表中选择。"
        case _:
            return f"“{asked.label}”写得较笼统，请写具体{example}。"
