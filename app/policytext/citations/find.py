"""The other documents that a text names: by title in 《》, by number, and what it says of them."""

import re
from collections.abc import Iterator
from itertools import islice

from app.policytext.citations.citation import Citation, Mention
from app.policytext.clauses.front import NUMBER
from app.policytext.text.plain import Piece

MOST_CITATIONS = 300
NEAR = 40
_NAMED = re.compile(r"《(?P<title>[^《》\n]{4,100})》")
_NUMBER_AFTER = re.compile(rf"\s?[(（]\s?(?P<number>{NUMBER.pattern})")
_BEFORE = re.compile(r"[^。;\n]{0,40}$")
_ENDS = re.compile(r"(?:同时|即行|自行|相应|予以)?(?:废止|停止执行|停止施行|不再执行|失效)")
_REPLACES = re.compile(r"(?:代替|取代|替代)[^。;]{0,10}$")
_CARRIES_OUT = re.compile(r"(?:贯彻|落实)[^。;]{0,30}$")


def find_citations(whole: Piece) -> list[Citation]:
    """Every document a text names, in order.

    In: any piece of a clean text. Out: titles without their brackets and numbers, with what is said of each: that it
    ends (REPLACED), that it is carried out (贯彻落实), or only that it is named.
    """
    return list(islice(_citations(whole), MOST_CITATIONS))


def _citations(whole: Piece) -> Iterator[Citation]:
    text, done = whole.text, 0
    found = [*_NAMED.finditer(text), *NUMBER.finditer(text)]
    for match in sorted(found, key=lambda each: each.start()):
        if match.start() < done:
            continue
        after = _NUMBER_AFTER.match(text, match.end()) if match[0].startswith("《") else None
        done = after.end() if after else match.end()
        title = match["title"] if match[0].startswith("《") else ""
        number = after["number"] if after else "" if title else match[0]
        yield Citation(title, _narrow(number), _mention(text, match.start(), done), whole.part(match.start(), done))


def _mention(text: str, start: int, end: int) -> Mention:
    before = _BEFORE.search(text, max(0, start - NEAR), start)
    ahead = re.split("[。;\n《]", text[end : end + NEAR], maxsplit=1)[0]
    if _ENDS.search(ahead) or (before and _REPLACES.search(before[0])):
        return Mention.REPLACED
    return Mention.CARRIED_OUT if before and _CARRIES_OUT.search(before[0]) else Mention.BASIS


def _narrow(number: str) -> str:
    """Without blanks, nor the words of the sentence that run into it."""
    return re.sub(r"\s|^.*(?:按照|依据|根据|参照|依照|执行|落实|符合|以及|[按以见由和与及])", "", number)
