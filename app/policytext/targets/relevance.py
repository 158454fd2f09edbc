"""Which figures bind the plan: not the past, not criteria of firms, not money to be paid out, not descriptions."""

import re
from dataclasses import dataclass

from app.policytext.targets.quantities import Quantity
from app.policytext.targets.words import (
    BUDGETING,
    CRITERION,
    FUTURE,
    INSISTING,
    MAKING,
    MAKING_FIRST,
    PAST,
    PAST_HERE,
    PAYING,
    SHARE_OF,
)
from app.policytext.targets.years import EVERY_YEAR, is_within_plan

_STOP = re.compile("[,;。]")
_JOINTS = " ,、和及与"
_SUMMARY = re.compile(r"等$")
_REACHING = re.compile(
    r"(?:达到|达|突破|超过|提高到|提升到|增加到|增至|稳定在|保持在|不低于|不少于|至少|≥|>|新增|净增|增长|增幅|占|翻)"
)
_FREQUENCY = re.compile(r"(?:每[季月周]|每半年|每两年)")
_NOT_GOALS = re.compile(
    r"(?:核心区|发展区|规划面积|占地面积|占地约|总面积|位于|第|约合|建筑面积|用地|长约|距)[^,。;]{0,12}$|由$"
)
_HEAD = re.compile(
    r"^(?:[^\u4e00-\u9fff]|到|至|年|底|末|内|力争|争取|确保|努力|每|均|[一二三四五六七八九十]年内|全[区市县盟州旗省]|再|并|新)+"
)
_FROM = re.compile(r"(?:由|从)[^,。;]{0,14}$")
# “对集聚4家以上企业的园区授予……” says to whom something is given.
_FOR_WHOM = re.compile(r"(?:对|凡|针对)[^,。;]*$")
_GIVEN = re.compile(r"[^,。;]*的[^,。;]*(?:授予|给予|予以|奖励|优先|认定为|视为)")
RISING = re.compile(r"[^,。;]{0,6}(?:提高|增加|增长|提升|上升|扩大|增至|升至|发展|降低|下降)")
_SLOGAN = re.compile("(?:实现|力争|争取|确保|完成|推进|推动)$")
_MAKING_NEXT = re.compile(f"(?:{MAKING.pattern[:-1]}|达到|达|突破|超过|不少于|不低于|至少)$")


@dataclass(frozen=True)
class Figure:
    """A quantity in its segment: the text before and after it, and the whole segment up to it."""

    quantity: Quantity
    before: str
    after: str
    segment: str


@dataclass(frozen=True)
class Setting:
    """Where a sentence stands: in a goal section or not, the plan's first and last year, and what its clause is about.

    `subject` is a heading that names a thing and no deed, such as 高新技术企业; “总数达到60家” counts that.
    """

    goal: bool
    starts: int | None
    ends: int | None
    subject: str = ""


def binds(sentence: str, figure: Figure, setting: Setting, *, dated: bool, continued: bool) -> bool:
    """Whether a quantity of a sentence is something the plan undertakes to reach.

    In: the sentence with quotations blanked out, the figure with the text around it, where the sentence stands, and
    whether a due year was named in the clause before it; `continued` when a figure before it in the sentence binds.
    """
    if _is_no_goal(sentence, figure) or not _is_meant(figure):
        return False
    listed = continued and (figure.quantity.is_count or not figure.before.strip(_JOINTS))
    if setting.goal:
        return listed or _is_figure_of_goals(figure)
    return listed or _binds_outside_goals(sentence, figure, dated=dated or is_within_plan(figure.segment))


def _is_no_goal(sentence: str, figure: Figure) -> bool:
    """The past, money to be paid, what selects firms, summaries (等5家), descriptions, and where a rise begins."""
    before, after = figure.before.rstrip(), figure.after
    return bool(
        _is_past(sentence, figure)
        or _is_paid(sentence, figure.quantity)
        or (CRITERION.match(after) and not _is_share_of(figure))
        or (_FOR_WHOM.match(figure.segment.strip()) and _GIVEN.match(after))
        or _SUMMARY.search(before)
        or _NOT_GOALS.search(before)
        or _FREQUENCY.search(before)
        or (_FROM.search(before) and RISING.match(after))
    )


def _is_share_of(figure: Figure) -> bool:
    return figure.quantity.is_ratio and SHARE_OF.match(figure.after) is not None


def _is_figure_of_goals(figure: Figure) -> bool:
    reaches = _REACHING.search(figure.before + figure.after[:8]) is not None or _is_share_of(figure)
    return reaches or figure.quantity.is_count or figure.quantity.unit == "倍"


def _binds_outside_goals(sentence: str, figure: Figure, *, dated: bool) -> bool:
    quantity, segment = figure.quantity, figure.segment
    every = EVERY_YEAR.search(segment) is not None
    reaches = _REACHING.search(figure.before) is not None or _has_verb(segment) or _is_share_of(figure)
    if dated or every or INSISTING.search(sentence[: quantity.start][-40:]):
        return reaches
    return quantity.is_count and reaches and not quantity.spelled


def _is_past(sentence: str, figure: Figure) -> bool:
    front = sentence[: figure.quantity.start]
    past = [match.end() for match in PAST.finditer(front)]
    past += [len(front) - len(figure.segment) + match.end() for match in PAST_HERE.finditer(figure.segment)]
    future = [match.end() for match in FUTURE.finditer(front)]
    return bool(past) and (not future or future[-1] < max(past))


def _is_paid(sentence: str, quantity: Quantity) -> bool:
    part = _part_around(sentence, quantity)
    if not quantity.is_count:
        return PAYING.search(part) is not None or (quantity.is_money and BUDGETING.search(part) is not None)
    near = _STOP.split(sentence[quantity.end :], maxsplit=2)[:2]
    return PAYING.search(_STOP.split(sentence[: quantity.start])[-1] + ",".join(near)) is not None


def _part_around(sentence: str, quantity: Quantity) -> str:
    start = sentence.rfind(";", 0, quantity.start) + 1
    end = sentence.find(";", quantity.end)
    return sentence[start : end if end >= 0 else len(sentence)]


def _is_meant(figure: Figure) -> bool:
    """A number in characters counts only where a number is due: “引进机构五家”, not “这三个园区” or “一批”."""
    if not figure.quantity.spelled:
        return True
    if figure.quantity.low == 1 or figure.quantity.unit == "次":
        return False
    if _MAKING_NEXT.search(figure.before.rstrip()):
        # “实现三个突破” counts slogans.
        return figure.quantity.unit != "个" or not _SLOGAN.search(figure.before.rstrip())
    return not figure.after.strip() and _has_verb(figure.segment) and not figure.before.endswith("的")


def _has_verb(segment: str) -> bool:
    """A verb of making right before the number, or at the head of the segment: “建设实验室5家”, “建设5家实验室”."""
    bare = _HEAD.sub("", segment).rstrip()
    return MAKING.search(bare) is not None or MAKING_FIRST.match(bare) is not None
