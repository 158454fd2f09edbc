"""What a plan says about itself before its first clause: title, number, issuer, date, period, whether it is a draft."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, pairwise

from app.policytext.clauses.clause import Clause
from app.policytext.clauses.force import Force, read_force
from app.policytext.text.numerals import read_decimal, read_han
from app.policytext.text.plain import Piece
from app.policytext.text.remark import Oddity, Remark

KINDS = (
    "行动方案", "行动计划", "实施方案", "工作方案", "培育方案", "方案", "规划纲要", "发展规划", "规划", "实施计划",
    "工作计划", "计划", "若干政策措施", "若干措施", "政策措施", "措施", "实施意见", "若干意见", "意见", "实施细则",
    "细则", "管理办法", "暂行办法", "实施办法", "奖励办法", "办法", "若干政策", "政策", "若干规定", "规定", "通知",
)  # fmt: skip
LONGEST_FRONT = 10_000
LONGEST_LINE = 1_000
MOST_BLANKS = 20
_TAIL = r"(?:\s*[(〔【](?:20\d\d|试行|暂行|征求|草案|送审|修订|\d{4}|讨论|公开|第|“?十)[^)〕】\n]{0,30}[)〕】]){0,3}"
_TITLE = re.compile(rf"\s*(?:关于)?[^\n。;|]{{2,70}}?(?P<kind>{'|'.join(KINDS)}){_TAIL}\s*")
_PERIOD_ONLY = re.compile(r"\s*[(〔]\s*20\d\d\s*年?\s*[-—–~至]{1,2}\s*20\d\d\s*年?\s*[)〕]\s*")
NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,12}(?:\([\u4e00-\u9fff]{1,6}\))?\s?[〔\[(【]\s?(?:19|20)\d\d\s?[〕\])】]\s?\d{1,4}\s?号"
)
_DAY = re.compile(
    r"(20\d\d|[二〇零一二三四五六七八九]{4})年\s?(\d{1,2}|[一二三四五六七八九十]{1,3})月\s?(\d{1,2}|[一二三四五六七八九十]{1,3})日"
)
_ISSUER = re.compile(r"\s*[\u4e00-\u9fff()、 ]{2,40}(?:局|政府|办公室|委员会|党委|公署|管委会|厅|领导小组|委|部)\s*")
_PERIOD = re.compile(r"(20\d\d)\s*年?\s*[-—–~至到]{1,2}\s*(20\d\d)\s*年?")
_FIVE_YEARS = {"十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030)}
_DRAFT = re.compile(r"征求意见稿|草案|送审稿|讨论稿|公开征求意见")
_REPOST = re.compile(r"来源于?网友|网友上传|不代表本站|仅供参考|本文来自|转载自|文库")
_BLANK = re.compile(
    r"(?:20\d\d|[xX×*]{2,4})年\s*(?:[xX×*]{1,2}|\s|_{1,4})\s*月\s*(?:[xX×*]{1,2}|\s|_{1,4})\s*日|[×xX]{2,}[\u4e00-\u9fff]|_{4,}"
)


@dataclass(frozen=True)
class Front:
    """What the document says about itself; what it does not say is empty or None, never guessed.

    `starts` and `ends` are the first and last year of its period, `force` the days it applies; `status` is
    征求意见稿, 转载 or empty.
    """

    title: str
    title_piece: Piece | None
    kind: str
    number: str
    issuer: str
    issued: date | None
    starts: int | None
    ends: int | None
    force: Force
    status: str


def read_front(root: Clause) -> Front:
    """Read what stands before the first clause (and, for the signature, after the last)."""
    lines = _lines(root)
    title = _title(lines)
    words = title.text if title else ""
    issued = _issued(lines, root)
    starts, ends = _period(words, [piece.text for piece in lines])
    match = _TITLE.fullmatch(words)
    return Front(
        title=re.sub(r"\s+", "", words).strip("#*"),
        title_piece=title,
        kind=match["kind"] if match else "",
        number=_number(lines),
        issuer=_issuer(lines),
        issued=issued,
        starts=starts,
        ends=ends,
        force=read_force(root.body.plain.text, issued),
        status=_status(words, lines),
    )


def front_remarks(front: Front, root: Clause) -> Iterator[Remark]:
    """What is odd about the document as a document: a draft, a repost, blanks left to fill in."""
    text, plain = root.body.plain.text, root.body.plain
    repost = _REPOST.search(root.body.text[:LONGEST_FRONT])
    if repost:
        words = "不是官方发布的文本，内容和日期须与原件核对"
        yield Remark(Oddity.REPOST, words, root.body.part(*repost.span()).span)
    if front.status == "征求意见稿" and front.title_piece:
        yield Remark(Oddity.DRAFT, "这是征求意见稿，不能作为兑现依据", front.title_piece.span)
    for match in islice(_BLANK.finditer(text), MOST_BLANKS):
        yield Remark(Oddity.BLANK, f"文件留空待填：“{match[0].strip()}”", plain.span(*match.span()))


def _lines(root: Clause) -> list[Piece]:
    """The lines before the first clause; long ones are prose and say nothing about the document."""
    front = replace(root, body=root.body.part(0, LONGEST_FRONT))
    return [piece for _, piece in front.paragraphs() if piece.end - piece.start <= LONGEST_LINE]


def _title(lines: list[Piece]) -> Piece | None:
    """The last title before the clauses that is not a notice, with a line of its own for the period joined on."""
    found = None
    for at, line in enumerate(lines):
        match = _TITLE.fullmatch(line.text)
        if not match or _ends_like_prose(line.text):
            continue
        if found is not None and match["kind"] == "通知":
            continue
        following = lines[at + 1] if at + 1 < len(lines) else None
        joined = following is not None and _PERIOD_ONLY.fullmatch(following.text)
        found = line.plain.piece(line.start, following.end) if joined and following else line
    return found


def _ends_like_prose(text: str) -> bool:
    return text.count(",") > 1 or text.strip().startswith(("根据", "按照", "为", "依据", "现将", "附件"))


def _number(lines: list[Piece]) -> str:
    """The document's own number stands on a line with nothing else; numbers in sentences are other documents'."""
    for line in lines:
        match = NUMBER.search(line.text)
        if match and len(line.text.strip()) - len(match[0]) <= 6:  # noqa: PLR2004 - “文号：” may stand before it
            return re.sub(r"\s", "", match[0])
    return ""


def _issuer(lines: list[Piece]) -> str:
    """Who signed: the line before a line that is only a date."""
    for line, following in pairwise(lines):
        if _DAY.fullmatch(following.text.strip()) and _ISSUER.fullmatch(line.text):
            return line.text.strip()
    return ""


def _issued(lines: list[Piece], root: Clause) -> date | None:
    ends = [child.body for child in root.children if child.marker.start == child.marker.end]
    for piece in [*lines, *ends]:
        match = _DAY.fullmatch(piece.text.strip())
        day = _day(match) if match else None
        if day:
            return day
    return None


def _day(match: re.Match[str]) -> date | None:
    try:
        year = int(match[1]) if match[1].isdigit() else read_han(match[1])
        return date(year, int(read_decimal(match[2])), int(read_decimal(match[3])))
    except ValueError:
        return None


def _period(title: str, lines: list[str]) -> tuple[int | None, int | None]:
    for text in [title, *lines]:
        match = _PERIOD.search(text)
        if match and 0 <= int(match[2]) - int(match[1]) <= 20:  # noqa: PLR2004 - no plan is longer
            return int(match[1]), int(match[2])
    for name, years in _FIVE_YEARS.items():
        if name in title:
            return years
    return None, None


def _status(title: str, lines: list[Piece]) -> str:
    if _DRAFT.search(title) or any(_DRAFT.search(line.text) for line in lines[:3]):
        return "征求意见稿"
    return "转载" if any(_REPOST.search(line.text) for line in lines) else ""
