"""The clean reading of an original, and the findings about its text."""

from app.policytext.text.characters import is_traditional, narrow, simplify
from app.policytext.text.joining import find_spaces, find_wraps
from app.policytext.text.lines import Line, lines_of
from app.policytext.text.noise import find_garbled, find_noise
from app.policytext.text.original import Original, Span
from app.policytext.text.plain import Plain, keep
from app.policytext.text.remark import Oddity, Remark

# A megabyte of Chinese is 350,000 characters; the longest plans have a third of that.
MOST_CHARACTERS = 400_000
MOST_LINES = 15_000
# Findings of these kinds are told once for the whole text, with their number.
_TOLD_ONCE = {Oddity.WRAP: "处句中断行，已接上", Oddity.SPACES: "处多余空格，读时略去"}


def clean(original: Original) -> tuple[Plain, list[Remark], list[Span]]:
    """Read an original: simplified, narrow, without noise, sentences whole.

    Out: the clean text, the findings about the text, and every stretch of the original that was left out. Each
    character of the original is in the clean text or in a stretch left out, and each of the clean text stands for
    exactly one of the original.
    """
    wide = narrow(original.text)
    end = _readable(wide)
    text = simplify(wide[:end])
    beyond = _beyond(wide, end)
    lines = lines_of(text)
    noise = find_noise(text, lines, original)
    gone, cut = _lines_touched(lines, noise)
    small = [remark for line in lines for remark in find_spaces(line)]
    small += find_wraps(lines, gone, cut)
    noise += beyond
    dropped = [remark.span for remark in (*noise, *small)]
    remarks = [remark for remark in noise if remark.words] + _told_once(small) + list(find_garbled(text))
    if is_traditional(wide):
        remarks.insert(0, Remark(Oddity.TRADITIONAL, "全文为繁体字，按简体阅读；引文仍是原字", Span(0, len(text))))
    return keep(text, dropped), remarks, dropped


def _readable(text: str) -> int:
    """Where reading stops: a text of more than a book's length is not one plan."""
    at = -1
    if text.count("\n") > MOST_LINES:
        for _ in range(MOST_LINES):
            at = text.index("\n", at + 1)
    end = at + 1 if at >= 0 else len(text)
    return min(end, MOST_CHARACTERS)


def _beyond(text: str, end: int) -> list[Remark]:
    if end >= len(text):
        return []
    words = f"文本过长，只读了前 {end} 个字，其余 {len(text) - end} 个字没有读。请只提供一份文件的正文"
    return [Remark(Oddity.TOO_LONG, words, Span(end, len(text)))]


def _lines_touched(lines: list[Line], noise: list[Remark]) -> tuple[set[int], set[int]]:
    """The numbers of the lines that are left out whole, and of those a page number stands in front of."""
    spans = {(remark.span.start, remark.span.end) for remark in noise}
    pages = {remark.span.start for remark in noise if remark.oddity is Oddity.PAGE_NUMBER}
    gone = {number for number, line in enumerate(lines) if (line.start, line.end) in spans and line.bare}
    return gone, {number for number, line in enumerate(lines) if line.start in pages} - gone


def _told_once(remarks: list[Remark]) -> list[Remark]:
    told = []
    for oddity, words in _TOLD_ONCE.items():
        these = [remark for remark in remarks if remark.oddity is oddity]
        if these:
            told.append(Remark(oddity, f"{len(these)} {words}", these[0].span))
    return told
