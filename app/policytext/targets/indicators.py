"""What a figure counts: the indicator before or after it, and the area it is counted in."""

import re
from dataclasses import dataclass

from app.policytext.targets.quantities import Quantity
from app.policytext.targets.words import LEADING, MAKING, SCOPE, SHARE_OF, TRAILING

LONGEST_INDICATOR = 60
_YEARS = re.compile(
    r"(?:(?:截至|截止|到|至|在|较|比|与|从|由|力争到?|争取到?|确保到?|“|\")*\s?(?:20\d\d\s?年?\s?[-—–~至到]{1,2}\s?)?(?:20\d\d\s?年|十[二三四五六]五”?)(?:底|末|期间|时期|期末|全年)?(?:之?前)?(?:的?基础上|相比)?[,:：]?)+"
)
_WITHIN = re.compile(r"(?:[一二三四五六七八九十\d]{1,2}年之?内|规划期内|期末|规划期末|期间)[,，]?")
_GENERIC = re.compile("总数|总量|数量|总数量|规模|总规模|比重|占比|增速|增幅|净增")
_REMARK = re.compile(r"[(][^()]{0,40}[)]$")
_RELATIVE = re.compile(
    r"(?:较|比|与|在)(?:[“\"]?十[二三四五六]五[”\"]?|20\d\d年|上年|基期)(?:末|底|期末)?(?:的?基础上|相比)?"
)
_FROM = re.compile(
    r"(?:从|由)[^,。;]{1,24}?(?=增加到|增长到|提高到|提升到|增至|增加至|提高至|上升到|扩大到)|(?:从|由)(?=[^,。;]{0,24}\d)[^,。;]{1,24}$"
)
# “甲和乙在2025年的基础上实现倍增”: what is named ends where its growth begins.
_GROWS = re.compile(
    r"(?:在|较|比)(?=[^,。;]{0,16}(?:基础上|20\d\d年|十[二三四五六]五))[^,。;]*$|(?:均|都|全部|双双)?(?:实现|力争|确保)[^,。;]*$"
)


@dataclass(frozen=True)
class Named:
    """An indicator and its scope; both as written, less verbs, years and comparisons."""

    indicator: str
    scope: str


def name_figure(before: str, after: str, quantity: Quantity, inherited: str) -> Named:
    """What a quantity counts, from the text before and after it within its segment, or else from the figure before.

    “培育2家高企” is named by what follows, “高企达到2家” by what stands before; a verb of making right before the
    number gives what follows the right of way.
    """
    share = SHARE_OF.match(after) if quantity.is_ratio else None
    if share is not None and not before.strip(" ,、和及与"):
        return Named(share["things"][:LONGEST_INDICATOR], "")
    left = _tidy_left(before)
    right = _tidy_right(after)
    makes = MAKING.search(_without_comparison(before)) is not None
    if right and (makes or not left) and not quantity.is_ratio:
        scope = SCOPE.match(left)
        return Named(right[:LONGEST_INDICATOR], scope[0] if scope else "")
    if not left or (inherited and _GENERIC.fullmatch(left)):
        return Named(inherited, "")
    scope = SCOPE.match(left)
    bare = LEADING.sub("", left[scope.end() :]) if scope and scope.end() < len(left) else left
    return Named((bare or left)[-LONGEST_INDICATOR:], scope[0] if scope and bare else "")


def name_before(part: str) -> Named:
    """What the part of a sentence before “分别达到……” names, as in “甲和乙在2025年的基础上实现倍增”."""
    left = _tidy_left(_GROWS.sub("", part))
    scope = SCOPE.match(left)
    bare = left[scope.end() :] if scope else left
    return Named(bare[-LONGEST_INDICATOR:], scope[0] if scope and bare else "")


def _tidy_left(text: str) -> str:
    text = _RELATIVE.sub("", _FROM.sub("", text))
    text = _WITHIN.sub("", _YEARS.sub("", text))
    before = None
    while before != text:
        before = text
        text = LEADING.sub("", TRAILING.sub("", text.strip(" ,、:：;(□"))).strip()
    return text


def _tidy_right(text: str) -> str:
    return _REMARK.sub("", text.strip(" 、,:：;的。")).strip()


def _without_comparison(text: str) -> str:
    return re.sub(r"(?:不低于|不少于|至少|超过|约|近|各|≥|>|\s)+$", "", text)
