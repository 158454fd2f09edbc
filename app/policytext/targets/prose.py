"""Targets in sentences: segments, shared years, lists with 各 and 分别, figures that inherit their indicator."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest

from app.policytext.targets.indicators import Named, name_before, name_figure
from app.policytext.targets.quantities import comparator_of, quantities_in
from app.policytext.targets.relevance import RISING, Figure, Setting, binds
from app.policytext.targets.sentences import Sentence
from app.policytext.targets.target import Baseline, Comparator, Target, TargetKind
from app.policytext.targets.words import ADDING, CRITERION, GROWING, SHARING, SOFT
from app.policytext.targets.years import EVERY_YEAR, YearMention, is_within_plan, years_in
from app.policytext.text.numerals import read_decimal

_STOP = re.compile(r"[,;:]")
_LIST = re.compile(r"[、和及与]|以及")
_EACH = re.compile(r"(?:各|均)(?:[\u4e00-\u9fff]{0,4})$")
_RESPECTIVELY = re.compile(r"分别[^\d,。;]{0,8}\d")
_APART = re.compile(r"^\s*分别")
_BASE_VALUE = re.compile(
    r"(?:从|由)(?:(20\d\d)年底?的?)?(?:[\u4e00-\u9fff]{0,8}?)(\d[\d.]*)\s?[\u4e00-\u9fff%]{0,3}[^,。;]{0,4}$"
)
_RELATIVE = re.compile(r"(?:较|比|相比|在)[“\"]?(?:十[二三四五六]五|20\d\d年)[”\"]?(?:末|底|期末)?(?:的?基础上|相比)?")
_REACHED = re.compile("增[加长]?[到至]|扩大到|达到?|突破|超过|总数|总量")
_LEVEL_ONLY = re.compile("[\u4e00-\u9fff]{1,4}级(?:及?以上)?")
_LEVELLED = re.compile("[\u4e00-\u9fff]{1,4}级(?:及?以上)?([^、]{2,30})")
_SHARED_MEASURE = re.compile(r"(?:年均)?(?:增长率?|增幅|增速|占比|覆盖率)")


@dataclass(frozen=True)
class Carried:
    """What one figure hands on to the next: year, whether that was said here, indicator, 每年."""

    year: int | None
    explicit: bool
    indicator: str = ""
    every_year: bool = False
    goal_year: int | None = None


def read_sentence(sentence: Sentence, path: str, setting: Setting, carried: Carried) -> tuple[list[Target], Carried]:
    """The targets of one sentence, and what it hands on to the next sentence of the clause."""
    years = years_in(sentence.masked)
    found: list[Target] = []
    for figure in _figures(sentence):
        carried = _with_year(carried, years, figure)
        if not binds(sentence.masked, figure, setting, dated=carried.explicit, continued=bool(found)):
            continue
        made = _targets(sentence, path, setting, carried, figure, years)
        found += made
        carried = replace(carried, indicator=made[-1].indicator if made else carried.indicator)
    found = _respectively(sentence, found, years)
    return _completed(found), _handed_on(carried, years)


def _completed(found: list[Target]) -> list[Target]:
    """“省级孵化器15家、国家级3家”, “3个千亿级、3个百亿级集群”: a level without a noun takes its neighbour's."""
    made = list(found)
    for at, target in enumerate(found):
        # “3个千亿级” waits for a noun to come, “国家级3家” has had one.
        waits = target.piece.text.endswith(target.indicator)
        near = found[at + 1 : at + 2] if waits else made[max(0, at - 1) : at]
        nouns = [match[1] for each in near if (match := _LEVELLED.fullmatch(each.indicator))]
        if _LEVEL_ONLY.fullmatch(target.indicator) and nouns:
            made[at] = replace(target, indicator=target.indicator + nouns[0])
    return made


def _handed_on(carried: Carried, years: list[YearMention]) -> Carried:
    """What the next sentence inherits: the year the goals are set for (到2028年) rather than one passed on the way."""
    due = [each for each in years if not each.baseline]
    goals = [each.year for each in due if each.until]
    if goals or (due and carried.goal_year is None):
        year = max(each.year for each in due) if goals else due[-1].year
        return Carried(year, explicit=True, goal_year=year if goals else None)
    return Carried(
        carried.goal_year or carried.year, explicit=bool(due) or carried.explicit, goal_year=carried.goal_year
    )


def _figures(sentence: Sentence) -> Iterator[Figure]:
    text, masked = sentence.piece.text, sentence.masked
    quantities = quantities_in(masked)
    for number, quantity in enumerate(quantities):
        start = max((match.end() for match in _STOP.finditer(masked, 0, quantity.start)), default=0)
        stop = _STOP.search(masked, quantity.end)
        end = stop.start() if stop else len(text)
        segment = start
        if number and quantities[number - 1].end > start and not _goes_on(masked, quantities[number - 1].end):
            start = _cut(masked, quantities[number - 1].end, quantity.start)
        if number + 1 < len(quantities) and quantities[number + 1].start < end:
            end = _cut(masked, quantity.end, quantities[number + 1].start, keep=False)
        yield Figure(
            quantity,
            text[start : quantity.start],
            text[quantity.end : end].rstrip("。"),
            masked[segment : quantity.start],
        )


def _goes_on(masked: str, end: int) -> bool:
    """Whether the words after a figure still belong to it: “由41%提高到60%”, “超10亿元的企业5家”."""
    after = masked[end : end + 12]
    return RISING.match(after) is not None or CRITERION.match(after) is not None


def _cut(masked: str, start: int, end: int, *, keep: bool = True) -> int:
    """Where the words between two figures change hands: at the last 、 or 和 between them, or else at the first."""
    places = list(_LIST.finditer(masked, start, end))
    if not places:
        return start if keep else end
    return places[-1].end() if keep else places[-1].start()


def _with_year(carried: Carried, years: list[YearMention], figure: Figure) -> Carried:
    due = [each for each in years if not each.baseline and each.end <= figure.quantity.start]
    every = EVERY_YEAR.search(figure.segment) is not None
    if due:
        return replace(carried, year=due[-1].year, explicit=True, every_year=every)
    return replace(carried, every_year=every)


def _targets(
    sentence: Sentence, path: str, setting: Setting, carried: Carried, figure: Figure, years: list[YearMention]
) -> list[Target]:
    quantity = figure.quantity
    named = name_figure(figure.before, figure.after, quantity, carried.indicator or setting.subject)
    if not named.indicator and _APART.search(figure.before):
        named = _named_before(sentence, figure)
    if not named.indicator:
        return []
    year, implied = _year(sentence, carried, figure, setting, years)
    target = Target(
        path=path,
        indicator=named.indicator,
        scope=named.scope,
        year=None if carried.every_year else year,
        every_year=carried.every_year,
        low=quantity.low,
        high=quantity.high,
        unit=quantity.unit,
        comparator=_comparator(figure),
        kind=_kind(figure),
        baseline=_baseline(figure, years),
        soft=SOFT.search(figure.segment) is not None,
        certain=setting.goal or carried.explicit or carried.every_year or is_within_plan(figure.segment),
        year_implied=implied,
        unit_implied=False,
        piece=sentence.piece.part(quantity.start - len(figure.before), quantity.end + len(figure.after)).strip(),
    )
    return [replace(target, indicator=each) for each in _indicators(named.indicator, figure)]


def _named_before(sentence: Sentence, figure: Figure) -> Named:
    part = sentence.piece.text[: figure.quantity.start - len(figure.segment)].rstrip(",")
    return name_before(_STOP.split(part)[-1])


def _indicators(indicator: str, figure: Figure) -> list[str]:
    """One per item of a list the figure is for: “A、B、C各5家”, “A数、B量年均增幅30%”."""
    parts = [part for part in re.split("、|和(?=[^、和]*$)", indicator) if part]
    if len(parts) < 2 or "等" in indicator or "分别" in figure.before:  # noqa: PLR2004
        return [indicator]
    if _EACH.search(figure.before):
        return _with_level(parts)
    measure = _SHARED_MEASURE.search(figure.before[figure.before.rfind("、") + 1 :])
    if figure.quantity.is_ratio and measure and "占" not in figure.before:
        return [part.replace(measure[0], "") + measure[0] for part in parts]
    return [indicator]


def _with_level(parts: list[str]) -> list[str]:
    """“自治区级以上孵化器、众创空间” says the level once for all."""
    level = re.match(r"[\u4e00-\u9fff]{1,4}级(?:及?以上)?", parts[0])
    if level is None or any(re.match(r"[\u4e00-\u9fff]{1,4}级", part) for part in parts[1:]):
        return parts
    return [parts[0], *(level[0] + part for part in parts[1:])]


def _year(
    sentence: Sentence, carried: Carried, figure: Figure, setting: Setting, years: list[YearMention]
) -> tuple[int | None, bool]:
    here = any(not each.baseline and each.end <= figure.quantity.start for each in years)
    if here:
        return carried.year, False
    if is_within_plan(sentence.masked[: figure.quantity.start]):
        return setting.ends, True
    return carried.year, carried.year is not None


def _comparator(figure: Figure) -> Comparator:
    before = figure.before.rstrip()
    verb = before.endswith("突破") and figure.after.strip() and not before[:-2].strip(" ,、力争实现到")
    return comparator_of("" if verb else before, figure.quantity)


def _kind(figure: Figure) -> TargetKind:
    before, quantity = figure.before, figure.quantity
    if quantity.unit == "倍":
        return TargetKind.MULTIPLE
    if quantity.is_ratio and ("占" in before or (SHARING.search(before) and not re.search("增长|增幅|增速", before))):
        return TargetKind.SHARE
    if quantity.is_ratio and GROWING.search(before + figure.after[:6]):
        average = re.search("年均|每年", before)
        return TargetKind.AVERAGE_GROWTH if average else TargetKind.GROWTH
    if quantity.is_ratio:
        return TargetKind.SHARE
    return TargetKind.INCREMENT if _adds(figure) else TargetKind.STOCK


def _adds(figure: Figure) -> bool:
    """新增 holds for every figure of its list, until one says 达到."""
    return ADDING.search(figure.segment) is not None and not _REACHED.search(figure.before)


def _baseline(figure: Figure, years: list[YearMention]) -> Baseline | None:
    value = _BASE_VALUE.search(figure.before)
    based = [each for each in years if each.baseline and each.end <= figure.quantity.start]
    relative = _RELATIVE.search(figure.before)
    if value:
        return Baseline(int(value[1]) if value[1] else None, _decimal(value[2]), value[0])
    if relative and based:
        return Baseline(based[-1].year, None, relative[0])
    return None


def _decimal(text: str) -> Decimal | None:
    try:
        return read_decimal(text)
    except ValueError:
        return None


def _respectively(sentence: Sentence, found: list[Target], years: list[YearMention]) -> list[Target]:
    """Figures that take their names, or their years, in turn: “甲、乙分别达到60家、150家”, “2026年、2027年分别……”."""
    at = next((n for n, each in enumerate(found) if _is_respective(sentence, each)), None)
    if at is None:
        return found
    first = found[at]
    names = [part for part in re.split("、|和|及", first.indicator) if part]
    dues = _years_apart(sentence, first, years)
    if len(names) < 2 and len(dues) < 2:  # noqa: PLR2004 - the names are those of the figures before
        run = next((n for n, each in enumerate(found[at:]) if each.indicator != first.indicator), len(found) - at)
        names = list(dict.fromkeys(each.indicator for each in found[:at]))[-run:]
    count = len(dues) if len(dues) > 1 else len(names)
    group = found[at : at + count]
    if count < 2 or len(group) != count or any(each.indicator != first.indicator for each in group):  # noqa: PLR2004
        return found
    made = [_like(each, first) for each in group]
    if len(dues) > 1:
        made = [replace(each, year=year) for each, year in zip(made, dues, strict=True)]
    else:
        made = [replace(each, indicator=name) for each, name in zip(made, names, strict=True)]
    return [*found[:at], *made, *found[at + count :]]


def _years_apart(sentence: Sentence, first: Target, years: list[YearMention]) -> list[int]:
    """The years of a list right before or inside the segment of the first figure: 2026年、2027年."""
    end = first.piece.end - sentence.piece.start
    near = [each for each in years if not each.baseline and each.start <= end]
    apart: list[int] = []
    for each, following in zip_longest(near, near[1:]):
        apart.append(each.year)
        between = sentence.masked[each.end : following.start] if following else ""
        if following and between.strip() not in {"、", "和", "及", ""}:
            apart = []
    return apart


def _like(target: Target, first: Target) -> Target:
    """A later figure of a list: it grows, adds and compares as the first one does."""
    comparator = first.comparator if target.comparator is Comparator.EQUAL else target.comparator
    return replace(target, comparator=comparator, kind=first.kind, baseline=target.baseline or first.baseline)


def _is_respective(sentence: Sentence, target: Target) -> bool:
    text = sentence.piece.plain.text[target.piece.start : target.piece.end]
    return _RESPECTIVELY.search(text) is not None
