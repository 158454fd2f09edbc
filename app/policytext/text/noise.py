"""What stands in a text but is not part of it: page numbers, web chrome, repeats, stray characters. Found, not lost."""

import re
from collections import Counter
from collections.abc import Iterator

from app.policytext.text.lines import Line
from app.policytext.text.original import Original, Span
from app.policytext.text.remark import Oddity, Remark
from app.policytext.text.web import MENU_PLACE

_PAGE_LINE = re.compile(
    r"\s*(?:[-—–]{1,2}\s*\d{1,3}\s*[-—–]{1,2}|第\s*\d{1,3}\s*页(?:\s*[,/]?\s*共\s*\d{1,3}\s*页)?|[1-9]\d{0,2}\s*/\s*[1-9]\d{0,2}\s*页?|[Pp]age\s*\d{1,3})\s*"
)
_PAGE_FRONT = re.compile(r"\s*[-—–]{1,2}\s?\d{1,3}\s?[-—–]{1,2}(?=\s*[\u4e00-\u9fff])")
_PAGE_INSIDE = re.compile(r"(?<=[\u4e00-\u9fff,、。;])[ ]?[-—–]{1,2}\s?\d{1,3}\s?[-—–]{1,2}(?=[ ]?[\u4e00-\u9fff])")
_CHROME_WORDS = (
    "打印本页", "打印本文", "打印", "关闭窗口", "关闭本页", "关闭", "收藏本页", "收藏", "点赞", "分享到?", "返回顶部",
    "返回首页", "返回列表", "返回", "首页", "网站首页", "网站地图", "设为首页", "加入收藏", "登录", "注册", "微信",
    "微博", "无障碍(?:阅读|浏览)?", "长者模式", "繁体版?", "简体版?", "扫一扫.{0,20}", "手机版", "客户端", "朗读",
    "语音播报", "听全文", "上一篇.{0,60}", "下一篇.{0,60}", "相关(?:阅读|链接|文章|稿件|文件|解读)",
    "责任编辑.{0,20}", "编辑.{0,3}[:：].{0,12}", "作者[:：].{0,12}", "浏览次数.{0,12}", "访问量.{0,12}",
    "点击(?:数|量|次数).{0,12}", "阅读(?:数|量|次数)?[:：].{0,12}", "字体?[:：]?[\\[【]?[大中小 ]{1,8}",
    "字号.{0,12}", "分享.{0,12}", "我要纠错", "网站声明", "联系我们", "隐私保护", "版权所有.{0,60}",
    "主办(?:单位)?[:：].{0,40}", "承办(?:单位)?[:：].{0,40}", "网站标识码.{0,30}", "备案(?:序)?号.{0,40}",
    ".{0,6}ICP备.{0,30}", ".{0,4}公网安备.{0,30}", "当前位置.{0,80}", "您(?:现在)?(?:的|所在)位置.{0,80}",
    "来源[:：].{0,20}", "信息来源[:：].{0,30}", "(?:发布|发文|时间|日期)(?:时间|日期)?[:：]\\s*\\d{4}.{0,20}",
    "[^\\u4e00-\\u9fff]{0,20}://[^\\u4e00-\\u9fff]{0,110}",
    "\\d{1,4}[/-]\\d{1,2}[/-]\\d{1,4},? \\d{1,2}:\\d\\d(?::\\d\\d)?(?: [AP]M)?",
    "https?://\\S{1,200}", "www\\.\\S{1,100}", "点击(?:查看|下载).{0,20}", "下载附件.{0,20}",
)  # fmt: skip
_CHROME = re.compile(rf"\s*(?:[\[【(<]?(?:{'|'.join(_CHROME_WORDS)})[\]】)>]?\s*)+")
_SYMBOLS = re.compile(r"[\W_]+")
_SEPARATORS = re.compile(r"[\s|:+\-—=│┃─]+")
_STRAY = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\ufff0-\ufffb\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\r]+"
)
_TAG = re.compile(
    r"</?(?:p|br|span|div|strong|b|font|td|tr|table|a|img|u|em|o:p|h\d|li|ul)(?:\s[^<>\n]{0,300})?/?>", re.IGNORECASE
)
_GARBLED = re.compile("\ufffd+")
_DUTY_LINE = re.compile(r"\s*[(〔【\[]?(?:牵头|责任|配合|主办|协办|落实|实施)(?:单位|部门)")
LEAST_REPEATED = 40
LEAST_RUNNING_HEADS = 3
LONGEST_RUNNING_HEAD = 40
LONGEST_CHROME = 120


def find_noise(text: str, lines: list[Line], original: Original) -> list[Remark]:
    """Every stretch that is not part of the plan, as remarks whose spans are to be left out of the reading.

    In: an equally long, narrowed and simplified reading of the original, its lines, and the original for its places.
    """
    found = [*_stray(text), *_menus(original)]
    for line in lines:
        found.extend(_in_line(line))
    return [*found, *_running_heads(lines), *_repeats(lines)]


def find_garbled(text: str) -> Iterator[Remark]:
    """Characters nothing could decode; they stay in the text, where they stand."""
    for match in _GARBLED.finditer(text):
        yield Remark(Oddity.UNREADABLE, "有无法辨认的字符，请对照原件", Span(*match.span()))


def _stray(text: str) -> Iterator[Remark]:
    # Invisible characters and the carriage returns of Windows are no finding: nobody could see them.
    for match in _STRAY.finditer(text):
        yield Remark(Oddity.SYMBOLS, "", Span(*match.span()))
    for match in _TAG.finditer(text):
        yield Remark(Oddity.CHROME, f"正文里夹有网页标记“{match[0][:20]}”", Span(*match.span()))


def _menus(original: Original) -> Iterator[Remark]:
    ends = [place.start for place in original.places[1:]] + [len(original.text)]
    for place, end in zip(original.places, ends, strict=False):
        if place.name.startswith(MENU_PLACE):
            yield Remark(Oddity.CHROME, "网页导航或页脚，不属于文件", Span(place.start, end))


def _in_line(line: Line) -> Iterator[Remark]:
    if not line.bare:
        return
    if _PAGE_LINE.fullmatch(line.text):
        yield _remark(Oddity.PAGE_NUMBER, f"单独成行的页码“{line.bare}”", line)
    elif len(line.text) <= LONGEST_CHROME and _CHROME.fullmatch(line.text):
        yield _remark(Oddity.CHROME, f"网页附加内容“{line.bare[:30]}”，不属于文件", line)
    elif _SYMBOLS.fullmatch(line.text) and not _SEPARATORS.fullmatch(line.text) and len(line.bare) > 1:
        yield _remark(Oddity.SYMBOLS, f"没有文字的一行“{line.bare[:20]}”", line)
    else:
        yield from _page_numbers_inside(line)


def _page_numbers_inside(line: Line) -> Iterator[Remark]:
    if "-" not in line.text and "—" not in line.text and "–" not in line.text:
        return
    front = _PAGE_FRONT.match(line.text)
    for match in [*([front] if front else []), *_PAGE_INSIDE.finditer(line.text)]:
        span = Span(line.start + match.start(), line.start + match.end())
        yield Remark(Oddity.PAGE_NUMBER, f"夹在句子里的页码“{match[0].strip()}”，读时略去", span)


def _running_heads(lines: list[Line]) -> Iterator[Remark]:
    """A short line that comes back again and again, apart from itself, is the head or foot of the pages."""
    counted = Counter(line.bare for line in lines if _may_be_head(line))
    heads = {text for text, times in counted.items() if times >= LEAST_RUNNING_HEADS}
    seen: dict[str, int] = {}
    for number, line in enumerate(lines):
        if line.bare in heads and _may_be_head(line):
            if line.bare in seen and number - seen[line.bare] > LEAST_RUNNING_HEADS:
                yield _remark(Oddity.REPEATED, f"反复出现的页眉或页脚“{line.bare}”", line)
            seen[line.bare] = number


def _may_be_head(line: Line) -> bool:
    if not 4 <= len(line.bare) <= LONGEST_RUNNING_HEAD or line.is_row() or line.starts_clause():  # noqa: PLR2004
        return False
    return not _DUTY_LINE.match(line.text) and not line.is_finished() and not line.bare.isascii()


def _repeats(lines: list[Line]) -> Iterator[Remark]:
    """Blocks that say word for word what an earlier block said: the later one is left out."""
    first: dict[str, int] = {}
    dropped: set[int] = set()
    for number, line in enumerate(lines):
        key = line.bare
        if len(key) < LEAST_REPEATED or line.is_row() or _DUTY_LINE.match(key):
            continue
        if key in first and number not in dropped:
            dropped.update(_block(lines, first[key], number))
        first.setdefault(key, number)
    for number in sorted(dropped):
        if lines[number].bare:
            yield _remark(Oddity.REPEATED, f"与前文逐字重复：“{lines[number].bare[:20]}……”", lines[number])


def _block(lines: list[Line], earlier: int, later: int) -> range:
    """The run of lines around `later` that equals the run around `earlier`."""
    up = 0
    while earlier - up > 0 and later - up - 1 > earlier and lines[earlier - up - 1].bare == lines[later - up - 1].bare:
        up += 1
    down = 1
    while (
        later + down < len(lines)
        and earlier + down < later - up
        and (lines[earlier + down].bare == lines[later + down].bare)
    ):
        down += 1
    return range(later - up, later + down)


def _remark(oddity: Oddity, words: str, line: Line) -> Remark:
    return Remark(oddity, words, Span(line.start, line.end))
