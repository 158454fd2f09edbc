"""Where in a clause money is promised: one statement for each promise, with the words before and after the promise."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.policytext.text.plain import Piece

MOST_STATEMENTS = 300
LONGEST = 1_200
_REWARD = (
    "奖励|奖补|补助|补贴|资助|贴息|奖金|资金扶持|资金支持|资金补助|扶持资金|经费支持|经费补助|经费资助|重奖|后补助|"
    "奖励资金|配套资金|配套支持|补偿金?|房租减免|配套(?!设施|服务|政策|条件)"
)
# Without one of these there is no promise, and nothing to look for.
_SIGN = re.compile("[奖补助贴]|给予|予以|参照|扶持|配套|[万亿]?元")
_LIST = r"(?:\d[\d.]{0,9}[万亿]?[、/])*"
MONEY = r"\d[\d,]{0,15}(?:\.\d{1,6})?\s?[万亿千百]?元"
_GIVING = "给予|予以|发放|享受|兑现|授予"
HEAD = re.compile(
    rf"(?P<give>(?:一次性|再|分别|另行|最高|可)?(?:{_GIVING})[^。;]{{0,60}}?(?:{_REWARD}|{MONEY}))"
    rf"|(?P<pay>(?:一次性|分别|各|再|最高)?(?:奖励|补助|补贴|资助|奖补|扶持|补偿|配套|支持)(?:最高|不超过|人民币|资金|其|的标准为|标准为|总额)*\s?(?:最高|不超过)?\s?{_LIST}{MONEY})"
    rf"|(?P<short>(?<![送交付捐])(?:给|奖|补)\s?{_LIST}{MONEY})"
    rf"|(?P<spent>(?:奖励|补助|补贴)[^,。;:0-9]{{1,16}}{MONEY})"
    rf"|(?P<money>(?:一次性)?{MONEY}的?(?:一次性)?(?:{_REWARD}))"
    rf"|(?P<rate>\d{{1,3}}(?:\.\d{{1,4}})?\s?[%‰](?:的?(?:比例|标准))?[^,。;]{{0,12}}?(?:{_REWARD}|配套))"
    rf"|(?P<use>(?:奖励|奖励资金|补助资金)用于(?:补助|奖励))"
    rf"|(?P<whole>(?:全额|全部)(?:奖励|返还|补助|补贴|奖补)给?)"
    rf"|(?P<big>(?<![\u4e00-\u9fff])重奖(?=[\u4e00-\u9fff]))"
    rf"|(?P<refer>(?:参照|视同|比照)[^,。;]{{2,30}}(?:执行|给予|享受|奖励))"
)
_CASE = re.compile(r"一事一议[^。;]{0,30}(?:给予|予以)[^。;]{0,20}(?:支持|扶持|奖励|补助)")
# How and when money is handed over that was promised elsewhere, and honours that are no money.
_HANDING_OVER = re.compile(
    r"(?:兑现|兑付|拨付|发放)(?![^,。;]{0,24}\d)[^,。;]{0,16}(?:奖励|奖补|补助|补贴|政策|资金)|应(?:奖励|奖补|补助|补贴)(?:金|资金|总)?额的\s?\d"
    r"|授予[^,。;]{0,24}(?:奖章|称号|荣誉|红旗手)"
)
# A new promise begins where another beneficiary or condition is named after one that is complete.
_NEXT = re.compile(
    r",(?=(?:对|凡|其中,?对|首次|再次|重新|被|获|整体|引进|入选|新|通过|连续)[^,。;]{2,60}(?:,[^,。;]{0,40})?(?:给予|予以|奖励|补助|补贴|资助|奖补|参照))"
)
_SYSTEMS = re.compile(
    r"(?:建立|健全|完善|探索|研究制定|制定|出台|落实|用好|宣传|争取|申报|申请|获得|加大|鼓励和支持)[^,。;]{0,40}$"
)
_SYSTEM_AFTER = re.compile(r"^[^,。;]{0,6}(?:制度|机制|政策|办法|体系|细则|方案|计划|专项)")
_PARTS = re.compile(r"[。;\n]")
_SHARE = re.compile(r"[%‰]")
_CEILING = re.compile(rf"(?:最高|最多|上限|封顶|不超过|限额)[^,。;%]{{0,8}}{MONEY}")
# “……给予补助;单个企业每年最高50万元”: the ceiling of the part before.
_CAP_ALONE = re.compile(
    rf"\s*(?:但|且|其中)?(?:单个|单一|单户|单项|同一|每个|每家|每户|同一家)?(?:企业|项目|机构|单位|平台)?(?:每年度?|年度|累计|当年)?"
    rf"(?:奖励|补助|补贴|资助|支持)?(?:资金|金额|总额|额度)?(?:最高|最多|上限|封顶|不超过|限额)"
    rf"(?:不超过|为|给予|可达|达)?(?:奖励|补助|补贴|资助|支持)?\s?{MONEY}(?=[。;\n]|$)"
)
_QUOTES = re.compile('[“”"]')


@dataclass(frozen=True)
class Statement:
    """One promise: the stretch it is made in, and where in it the promise itself begins."""

    piece: Piece
    head: int
    case_by_case: bool


def statements_in(content: Piece) -> Iterator[Statement]:
    """The promises of a clause's text, in order."""
    return islice(_statements(content), MOST_STATEMENTS) if _SIGN.search(content.text) else iter(())


def _statements(content: Piece) -> Iterator[Statement]:
    start = 0
    for end in _ends(content.text):
        part = content.part(start, min(end, start + LONGEST)).strip()
        if part.text:
            yield from _in_part(part)
        start = end + 1


def _ends(text: str) -> Iterator[int]:
    start = 0
    for match in _PARTS.finditer(text):
        if not _is_capped_next(text, start, match.start()):
            yield match.start()
            start = match.end()
    yield len(text)


def _is_capped_next(text: str, start: int, end: int) -> bool:
    """Whether a part promises a share without a ceiling, and the next part is nothing but the ceiling."""
    return bool(
        text[end] != "\n"
        and _CAP_ALONE.match(text, end + 1)
        and _SHARE.search(text, start, end)
        and not _CEILING.search(text, start, end)
    )


def _in_part(part: Piece) -> Iterator[Statement]:
    """One for each promise of a part of a sentence; what follows the last promise (its cap) belongs to it."""
    text = part.text
    starts = [0]
    for match in _NEXT.finditer(text):
        if HEAD.search(text, starts[-1], match.start()):
            starts.append(match.end())
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        statement = _statement(part.part(start, end))
        if statement is not None:
            yield statement


def _statement(piece: Piece) -> Statement | None:
    # Quotation marks in “一事一议” stand between the words.
    case = _CASE.search(_QUOTES.sub("", piece.text))
    head = next((match for match in HEAD.finditer(piece.text) if _promises(piece.text, match)), None)
    if head is not None:
        return Statement(piece, head.start(), case is not None)
    return Statement(piece, piece.text.index("一事一议"), True) if case else None


def _promises(text: str, head: re.Match[str]) -> bool:
    """Not the name of a system (奖励制度), nor something to be applied for elsewhere, nor how a promise is paid out."""
    if _HANDING_OVER.search(text, max(0, head.start() - 12), head.end() + 8):
        return False
    if head["give"] or head["pay"] or head["spent"] or head["refer"]:
        return not _SYSTEM_AFTER.match(text[head.end() :]) or re.search(r"\d", head[0]) is not None
    return not _SYSTEMS.search(text[: head.start()]) and not _SYSTEM_AFTER.match(text[head.end() :])
