"""The years of a sentence: those a target is due in, and those it is measured against."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

MOST_YEARS = 60
_YEAR = re.compile(
    r"(?P<before>较|比|与|同|对比|相较|较之|相比于?|从|由|自|截至|截止|在)?(?P<until_word>至|到)?\s?(?:(?P<year>(?:19|20)\d\d)\s?年?(?:\s?[-—–~至到]{1,2}\s?(?P<until>20\d\d)\s?年)?"
    r"(?P<mark>年)?|[“\"]?(?P<plan>十[二三四五六]五)[”\"]?)(?P<end>规划期|期间|时期|全年|年?底|年?末|期末|初)?(?P<after>的?基础上|相比|以来|基数|的?水平)?"
)
_PLANS = {"十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_WITHIN = re.compile(r"[一二三四五六七八九十\d]{1,2}年(?:内|之内|时间|左右)|规划期内|期末|规划期末|方案期末")
_BASE_BEFORE = frozenset({"较", "比", "与", "同", "对比", "相较", "较之", "相比", "相比于", "从", "由", "自"})
_BASE_AFTER = re.compile("基础上|相比|以来|基数|水平")
EVERY_YEAR = re.compile(r"每年|年均|逐年|每年度|年度均|年平均")


@dataclass(frozen=True)
class YearMention:
    """A year at [start, end) of a sentence; `baseline`: something is measured against it; `until`: 到2028年."""

    start: int
    end: int
    year: int
    baseline: bool
    until: bool


def years_in(sentence: str) -> list[YearMention]:
    """Every year of a sentence in order; of a period, its last year."""
    return list(islice(_mentions(sentence), MOST_YEARS))


def is_within_plan(text: str) -> bool:
    """Whether a due date is the end of the plan's own period: 五年内, 期末."""
    return _WITHIN.search(text) is not None


def _mentions(sentence: str) -> Iterator[YearMention]:
    for match in _YEAR.finditer(sentence):
        if match["year"] and "年" not in match[0]:
            continue
        year = _PLANS[match["plan"]] if match["plan"] else int(match["until"] or match["year"])
        based = match["before"] in _BASE_BEFORE or bool(match["after"] and _BASE_AFTER.search(match["after"]))
        yield YearMention(match.start(), match.end(), year, based, until=match["until_word"] is not None)
