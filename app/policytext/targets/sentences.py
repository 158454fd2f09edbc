"""A clause's text in sentences and segments, with titles, quotations and remarks in brackets blanked out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.policytext.text.plain import Piece

LONGEST_SENTENCE = 1_500
MOST_SENTENCES = 4_000
_TITLES = re.compile(
    r"《[^《》\n]{0,80}》|[(〔][^()〔〕\n]{0,60}(?:单位|部门)[:：][^〔〕\n]{0,1500}|[“\"][^”\"\n]{1,40}[”\"]"
)
_BRACKETED = re.compile(r"[(][^()\n]{0,60}[)]")
_END = re.compile(r"[。!?！？\n]|(?<=[^\d])\.(?=[\u4e00-\u9fff])")


@dataclass(frozen=True)
class Sentence:
    """A sentence and its text with what must not be read as figures blanked out, of the same length."""

    piece: Piece
    masked: str


def sentences_of(content: Piece) -> Iterator[Sentence]:
    """The sentences of a piece of text, in order; no sentence is longer than 1,500 characters."""
    text = content.text
    masked = _BRACKETED.sub(_blank, _TITLES.sub(_blank_unless_plan, text))
    start = 0
    for end in islice(_ends(text), MOST_SENTENCES):
        for begin in range(start, end, LONGEST_SENTENCE):
            stop = min(end, begin + LONGEST_SENTENCE)
            if text[begin:stop].strip():
                yield Sentence(content.part(begin, stop), masked[begin:stop])
        start = end


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        yield match.end()
    yield len(text)


def _blank(match: re.Match[str]) -> str:
    return "□" * len(match[0])


def _blank_unless_plan(match: re.Match[str]) -> str:
    # “十四五” in quotation marks is a date, not a quotation.
    return match[0] if re.fullmatch(r"[“\"]十[二三四五六]五[”\"]", match[0]) else _blank(match)
