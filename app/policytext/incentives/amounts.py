"""How much: fixed sums, percentages with base and cap, tiers, matching, ceilings, or a hole."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from app.policytext.incentives.incentive import AmountKind, AwardAmount, Tier
from app.policytext.incentives.statements import Statement
from app.policytext.text.numerals import read_decimal

MOST_SUMS = 20
NEAR = 16
SCALES = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_SUM = re.compile(r"(?P<number>\d[\d,]{0,15}(?:\.\d{1,6})?)\s?(?P<scale>[万亿千百]?)元")
_SHARED_SCALE = re.compile(
    r"(?P<number>\d[\d,]{0,15}(?:\.\d{1,6})?)(?=[万亿]?(?:[、,/]\d[\d.]*[万亿]?)*[、,/]\d[\d.]*\s?(?P<scale>[万亿])元)"
)
_SPAN = re.compile(
    r"(?P<low>\d[\d,]{0,15}(?:\.\d{1,6})?)\s?(?P<low_scale>[万亿千百]?)元?\s?[-—–~至到]{1,2}\s?"
    r"(?P<high>\d[\d,]{0,15}(?:\.\d{1,6})?)\s?(?P<scale>[万亿千百]?)元"
)
_RATE_SPAN = re.compile(
    r"(?P<low>\d{1,3}(?:\.\d{1,4})?)\s?[%‰]?\s?[-—–~至到]{1,2}\s?(?P<high>\d{1,3}(?:\.\d{1,4})?)\s?(?P<sign>[%‰])"
)
# “(第一年5万元,第二年3万元)” says when a sum is paid, and adds none to it.
_INSTALMENTS = re.compile(r"[(][^()]{0,4}(?:第\s?[一二三]\s?年|首年|分[一二三两\d]{1,2}[年期次批])[^()]{0,80}[)]")
_UNIT_PRICE = re.compile(r"单价[^,。;]{0,8}$")
_RATE = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,4})?)\s?(?P<sign>[%‰])")
_CAP = re.compile(
    r"(?:最高|不超过|上限|封顶|最多|限额|不高于)(?:不超过|可达|可获|给予|可给予|奖励|补助|补贴|支持|资助|总额|金额|为|达|的|到|额|[:：\s])*$"
)
_CAP_AFTER = re.compile(r"^\s?(?:封顶|为上限|为限|以内)")
_CAP_FOR = re.compile(
    r"((?:单个|同一|每个|每家|单一|单户|每户|单项)?(?:企业|项目|机构|单位|平台|主体|合同|载体|个人)?(?:每年度?|年度|累计|当年|单项|合计|总额)?)[^,。;]{0,4}(?:最高|不超过|上限|封顶|最多|限额)"
)
_PER = re.compile(r"(每[^,。;每\d]{0,8}?[1一]?(?:家|件|项|个|名|年|人|户|平方米|次|套|月|台))(?=[^。;]{0,60}$)")
_PER_AFTER = re.compile(r"/\s?(?P<unit>(?:(?![奖补资给予])[\u4e00-\u9fff㎡]){1,3}|m2?)")
# “年营业收入1000万元以上至5000万元、5000万元以上的,分别按5%、8%”: where rates are paid, such sums tell for whom.
_THRESHOLD = re.compile(r"\s?(?:[(]含[)])?(?:及?以[上下]|至|到|的(?![奖补]))")
_BASE = re.compile(r"(?:按照?|以|对)?(?P<base>[^,。;按]{2,50}?)(?:的|给予|予以)?\s?$")
_AROUND_BASE = re.compile(
    r"^(?:即[:：]?|其中|一次性|分别|给予|予以|参照|按照?|其|最高|\s)+|^.{0,8}(?:不超过|不高于)|(?:不低于|不少于|不超过|不高于)$"
)
_SPENT = re.compile("(?:[\u4e00-\u9fff]{0,30})(?:费用|投入|支出|成交额|投资额|保费|租金|利息|合同额)$")
_UPPER = re.compile(
    r"(?:上级|国家|省级?|市级?|自治区级?|中央|盟)[^,。;]{0,12}(?:奖励|补助|资金|资助|支持|经费|奖补)|配套|1\s?[::比]\s?1"
)
_REFERS = re.compile("参照|视同|比照")
_ONE_TO_ONE = re.compile(r"1\s?[::比]\s?1|同比例|等额")
_WAITS = re.compile(
    r"(?:按照?|依据|根据|参照|依照|执行)(?P<name>《[^《》]{2,60}》|(?:国家|自治区|省|市|区|县|上级|相关|有关|现行|我区|我市|我县|各级)*(?:相关|有关|现行)?(?:政策|规定|办法|标准|文件)(?:规定)?)"
)


def read_amount(statement: Statement) -> AwardAmount:
    """The amount of a statement, from the promise on; sums before it are conditions.

    Out: sums in 元. What the plan does not say is None, and a promise without any figure is UNSPECIFIED.
    """
    whole = _INSTALMENTS.sub(lambda match: "□" * len(match[0]), statement.piece.text)
    tail = whole[_begin(whole, statement.head) :]
    span = _span(tail)
    if span is not None:
        return span
    sums = _sums(tail)
    caps = [each for each in sums if _is_cap(tail, each)]
    plain = [each for each in sums if each not in caps]
    rates = list(islice(_RATE.finditer(tail), MOST_SUMS))
    if rates and _THRESHOLD.match(tail, plain[0][1] if plain else len(tail)):
        plain = [each for each in plain if each[0] > rates[0].start()]
    waits = _WAITS.search(whole)
    made = _made(_Promise(whole, tail, plain, rates, capped=bool(caps)))
    return replace(
        made,
        cap=caps[-1][2] if caps else None,
        cap_for=_cap_for(tail) if caps else "",
        waits_for=made.waits_for or (waits["name"] if waits else ""),
    )


def _span(tail: str) -> AwardAmount | None:
    """“5%—20%” and “10万元—100万元”: the plan says between what, and leaves open how much; the ends are tiers."""
    rates, sums = _RATE_SPAN.search(tail), _SPAN.search(tail)
    if rates is not None and len(list(islice(_RATE.finditer(tail), MOST_SUMS))) <= 2:  # noqa: PLR2004 - both ends
        part = 100 if rates["sign"] == "%" else 1000
        low, high = read_decimal(rates["low"]) / part, read_decimal(rates["high"]) / part
        caps = [each for each in _sums(tail[rates.end() :]) if _is_cap(tail[rates.end() :], each)]
        made = AwardAmount(AmountKind.PERCENT, base=_base(tail, [rates]), tiers=_ends(low, high))
        return replace(made, cap=caps[-1][2] if caps else None, cap_for=_cap_for(tail) if caps else "")
    if sums is None or _SUM.search(tail, sums.end()):
        return None
    high = read_decimal(sums["high"]) * SCALES[sums["scale"]]
    low = read_decimal(sums["low"]) * SCALES[sums["low_scale"] or sums["scale"]]
    return AwardAmount(AmountKind.CEILING, cap=high, cap_for=_cap_for(tail), tiers=_ends(low, high))


def _ends(low: Decimal, high: Decimal) -> tuple[Tier, Tier]:
    return Tier("最低", low), Tier("最高", high)


_Sum = tuple[int, int, Decimal]


@dataclass(frozen=True)
class _Promise:
    """The words of a statement, those from its amount on, the sums that are no caps, and the rates."""

    whole: str
    tail: str
    sums: list[_Sum]
    rates: list[re.Match[str]]
    capped: bool


def _begin(whole: str, head: int) -> int:
    """A rate and its base stand before the promise: “按研发费用的5%给予补助”."""
    at = whole.rfind("按", 0, head)
    near = whole[at : head + NEAR].split("。", maxsplit=1)[0] if at >= 0 and "。" not in whole[at:head] else ""
    if _RATE.search(near) or _ONE_TO_ONE.search(near) or _REFERS.search(near):
        return at
    return head


def _made(promise: _Promise) -> AwardAmount:
    tail, sums, rates = promise.tail, promise.sums, promise.rates
    if _UPPER.search(tail) and (rates or _ONE_TO_ONE.search(tail) or not sums):
        rate = _fraction(rates[0]) if rates else (Decimal(1) if _ONE_TO_ONE.search(tail) else None)
        return AwardAmount(AmountKind.MATCHING, rate=rate, base=_base(tail, rates))
    if _REFERS.search(tail) and not sums and not rates:
        return AwardAmount(AmountKind.REFERENCE, waits_for=_referred(tail))
    if len(sums) > 1:
        return AwardAmount(AmountKind.TIERS, tiers=_tiers(promise))
    if rates:
        return _percent(promise)
    if sums:
        return AwardAmount(AmountKind.FIXED, value=sums[0][2], per=_per(promise))
    return AwardAmount(AmountKind.CEILING if promise.capped else AmountKind.UNSPECIFIED)


def _percent(promise: _Promise) -> AwardAmount:
    tail, rates = promise.tail, promise.rates
    if len(rates) > 1:
        bases = [_base(tail, [each]) for each in rates]
        # “分别按70%、80%和90%”: what stands before a later rate is the one before it.
        words = [f"第{number}档" if "%" in base else base for number, base in enumerate(bases, 1)]
        tiers = tuple(Tier(name, _fraction(each)) for name, each in zip(words, rates, strict=True))
        return AwardAmount(AmountKind.TIERS, tiers=tiers)
    value = promise.sums[0][2] if promise.sums else None
    base = _base(tail, rates) or _base_before(promise)
    return AwardAmount(AmountKind.PERCENT, value=value, rate=_fraction(rates[0]), base=base)


def _base_before(promise: _Promise) -> str:
    """“对研发费用，按10%给予补助”: the base stands where the beneficiary does elsewhere."""
    match = _SPENT.search(
        promise.whole[: len(promise.whole) - len(promise.tail)].rstrip(",").rsplit(",", maxsplit=1)[-1]
    )
    return match[0] if match else ""


def _sums(tail: str) -> list[_Sum]:
    """(start, end, 元) of every sum, those that share a scale too: “10、20、30万元”."""
    found = {match.start(): match for match in islice(_SHARED_SCALE.finditer(tail), MOST_SUMS)}
    found |= {match.start(): match for match in islice(_SUM.finditer(tail), MOST_SUMS)}
    matches = [found[at] for at in sorted(found) if not _UNIT_PRICE.search(tail[:at])]
    return [(match.start(), match.end(), read_decimal(match["number"]) * SCALES[match["scale"]]) for match in matches]


def _is_cap(tail: str, each: _Sum) -> bool:
    return _CAP.search(tail[: each[0]]) is not None or _CAP_AFTER.match(tail[each[1] :]) is not None


def _cap_for(tail: str) -> str:
    found = [match[1] for match in _CAP_FOR.finditer(tail) if match[1]]
    return found[-1] if found else ""


def _fraction(match: re.Match[str]) -> Decimal:
    return read_decimal(match["number"]) / (100 if match["sign"] == "%" else 1000)


def _base(tail: str, rates: list[re.Match[str]]) -> str:
    if not rates:
        return ""
    match = _BASE.search(tail[: rates[0].start()].rsplit(",", maxsplit=1)[-1])
    return _AROUND_BASE.sub("", match["base"]) if match else ""


def _per(promise: _Promise) -> str:
    at = len(promise.whole) - len(promise.tail) + promise.sums[0][0]
    match = _PER.search(promise.whole[:at])
    if match:
        return match[1].strip()
    after = _PER_AFTER.match(promise.tail, promise.sums[0][1])
    return f"每{after['unit']}" if after else ""


def _tiers(promise: _Promise) -> tuple[Tier, ...]:
    """The sums with their names, when the statement lists as many names as sums before them."""
    before = promise.whole[: len(promise.whole) - len(promise.tail)]
    names = _names(before, len(promise.sums))
    return tuple(Tier(name, each[2]) for name, each in zip(names, promise.sums, strict=True))


def with_tier_names(amount: AwardAmount, before: str) -> AwardAmount:
    """The same with the names of its tiers from other words, where they list as many."""
    names = _names(before, len(amount.tiers))
    return replace(
        amount, tiers=tuple(replace(each, words=name) for each, name in zip(amount.tiers, names, strict=True))
    )


def _names(before: str, count: int) -> list[str]:
    for segment in reversed(before.split(",")):
        parts = [part for part in re.split("、|和|及", segment.removeprefix("对")) if part]
        if len(parts) == count:
            return _shortened(parts)
    return [f"第{number}档" for number in range(1, count + 1)]


def _shortened(parts: list[str]) -> list[str]:
    """“对新获批的国家级、省级、市级重点实验室”: the first name without its verb, the last without its noun."""
    level = re.search(r"(?:国家|省|市|区|县|自治区|盟|州)级?$", parts[0])
    if level is None:
        return parts
    last = re.match(r"(?:国家|省|市|区|县|自治区|盟|州)级", parts[-1])
    # “国家、省级中心” says 级 once for both.
    return [level[0].removesuffix("级") + "级", *parts[1:-1], last[0] if last else parts[-1]]


def _referred(tail: str) -> str:
    match = re.search(r"(?:参照|视同|比照)([^,。;]{2,30}?)(?:执行|给予|享受|$)", tail)
    return match[1] if match else ""
