"""The numbers clauses begin with, wherever they may stand in a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.policytext.clauses.clause import Level
from app.policytext.text.lines import Line
from app.policytext.text.numerals import read_han

# More numbers than this in one line are no clauses.
MOST_INSIDE = 60
_N = "[零〇一二三四五六七八九十百]"
_AT_START = re.compile(
    rf"""[ \t]*[*#]{{0,6}}[ ]?(?:
      第\s?(?P<part>{_N}{{1,4}}|\d{{1,2}})\s?(?:编|部分)(?=[\s:、])
    | 第\s?(?P<chapter>{_N}{{1,4}}|\d{{1,3}})\s?章
    | 第\s?(?P<section>{_N}{{1,4}}|\d{{1,3}})\s?节
    | 第\s?(?P<article>{_N}{{1,5}}|\d(?:[ ]?\d){{0,2}})\s?条(?![第款件])
    | (?P<han>{_N}{{1,4}})[ ]?[、.](?!{_N}?[、]?[二三]产)
    | [(〔【][ ]?(?P<han_bracket>{_N}{{1,4}})[ ]?[)〕】][、.]?
    | (?P<han_sign>[㈠-㈩])[、.]?
    | (?P<decimal>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}})[、.]?[ ]?(?=[\u4e00-\u9fff《“])(?![年月日万亿元家个项件名人户倍分])
    | (?P<digit>\d{{1,3}})\s?[.、](?:(?=20\d\d年)|(?!\d)(?![ ]?[年月日%]))
    | [(](?P<digit_bracket>\d{{1,3}})[)][、.]?
    | (?P<digit_sign>[⑴-⒇])
    | (?P<half_bracket>\d{{1,2}})[)][、.]?
    | (?P<circle>[①-⑳])[、.]?
    | (?P<annex>附件|附表|附录|附(?=[:：]))\s?(?P<annex_number>\d{{1,2}}|{_N}{{1,2}})?\s*(?:[:：.、]|$
      |(?<=[\s\d一二三四五六七八九十])(?![所中的和与及至为列内])(?=[\u4e00-\u9fff《“][^。,;:]{{1,40}}$))
    | (?P<table>专栏|表)\s?(?P<table_number>\d{{1,3}}|{_N}{{1,3}})(?=[\s:、.|\u4e00-\u9fff《“]|$)[:、.]?
    | (?P<dash>——|--|—(?=[\u4e00-\u9fff])|[·●◆■➢▪])[ ]?
    )[ \t]*""",
    re.VERBOSE,
)
# Inside a line a number begins a clause only after the end of a sentence or a gap.
_INSIDE = re.compile(
    rf"(?<=[。;)〕】\]\s])(?=第{_N}{{1,4}}[章节条]|{_N}{{1,3}}、|[(]{_N}{{1,3}}[)]|\d{{1,2}}[.、](?!\d)|[(]\d{{1,2}}[)]|[①-⑳])"
)
_LEVELS = {
    "part": Level.PART, "chapter": Level.CHAPTER, "section": Level.SECTION, "article": Level.ARTICLE, "han": Level.HAN,
    "han_bracket": Level.HAN_BRACKET, "han_sign": Level.HAN_BRACKET, "decimal": Level.DECIMAL, "digit": Level.DIGIT,
    "digit_bracket": Level.DIGIT_BRACKET, "digit_sign": Level.DIGIT_BRACKET, "half_bracket": Level.HALF_BRACKET,
    "circle": Level.CIRCLE, "annex": Level.ANNEX, "table": Level.TABLE, "dash": Level.DASH,
}  # fmt: skip
_SIGNS = {"han_sign": "㈠", "digit_sign": "⑴", "circle": "①"}
_LABELS = {
    Level.PART: "编{}", Level.CHAPTER: "章{}", Level.SECTION: "节{}", Level.ARTICLE: "条{}", Level.ANNEX: "附件{}",
    Level.DIGIT_BRACKET: "({})", Level.HALF_BRACKET: "{})", Level.DIGIT: "{}", Level.DASH: "——{}",
}  # fmt: skip
_HAN_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Marker:
    """A number that may begin a clause: [start, end) of the clean text; `label` is its part of the path."""

    start: int
    end: int
    level: Level
    number: int
    label: str
    inside: bool


def find_markers(line: Line) -> Iterator[Marker]:
    """Every place of a line where a clause may begin, in order; whether it does depends on what came before."""
    first = _marker(line, 0, inside=False)
    if first is not None:
        yield first
    if first is not None and first.level >= Level.TABLE:
        return
    begin = first.end - line.start if first is not None else 1
    for match in islice(_INSIDE.finditer(line.text, begin), MOST_INSIDE):
        marker = _marker(line, match.end(), inside=True)
        if marker is not None and marker.level < Level.DASH:
            yield marker


def _marker(line: Line, at: int, *, inside: bool) -> Marker | None:
    match = _AT_START.match(line.text, at)
    if match is None or match.lastgroup is None:
        return None
    kind = next(name for name in _LEVELS if match[name])
    level, number = _LEVELS[kind], _number(match, kind)
    label = match[kind] if kind == "decimal" else _label(level, number, match[kind])
    start = line.start + match.start() if inside else line.start
    return Marker(start, line.start + match.end(), level, number, label, inside)


def _number(match: re.Match[str], kind: str) -> int:
    if kind in _SIGNS:
        return ord(match[kind]) - ord(_SIGNS[kind]) + 1
    if kind == "decimal":
        return int(match[kind].rsplit(".", 1)[1])
    written = match[f"{kind}_number"] if kind in {"annex", "table"} else "" if kind == "dash" else match[kind]
    if not written:
        return 0
    # A scanner may set the digits of a number apart: 第 1 0 条.
    digits = written.replace(" ", "")
    return int(digits) if digits.isdigit() else read_han(written)


def _label(level: Level, number: int, written: str) -> str:
    if level is Level.HAN:
        return to_han(number)
    if level is Level.HAN_BRACKET:
        return f"({to_han(number)})"
    if level is Level.CIRCLE:
        return written
    if level is Level.TABLE:
        return f"{written}{number}"
    return _LABELS[level].format(number or "")


def to_han(number: int) -> str:
    """1 … 999 in Chinese, as clauses are numbered: 一, 十, 十二, 二十."""
    hundreds, rest = divmod(number, 100)
    if hundreds:
        gap = "零" if 0 < rest < 10 else ""  # noqa: PLR2004
        return _HAN_DIGITS[hundreds % 10] + "百" + gap + (to_han(rest) if rest else "")
    tens, ones = divmod(rest, 10)
    front = ("" if tens == 1 else _HAN_DIGITS[tens]) + "十" if tens else ""
    return front + (_HAN_DIGITS[ones] if ones or not tens else "")
