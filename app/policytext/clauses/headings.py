"""Where a clause's heading ends and its body begins."""

import re

LONGEST_HEADING = 60
LONGEST_LINE = 400
LONGEST_BEFORE_GAP = 24
LONGEST_BEFORE_COLON = 16
LONGEST_BEFORE_LINE = 30
_END = re.compile(r"[。:;!?]")
_SENTENCE = re.compile(r"[。;!?]")
# A sentence that pays or counts is no heading.
_PROMISE = re.compile(r"给予|\d[\d.]*\s?(?:%|[万亿]?[元家个项名件人])")
_GAP = re.compile(r"(?<=[\u4e00-\u9fff)》”])[ ]+(?=[\u4e00-\u9fff《“(])")


def split_heading(text: str) -> tuple[int, int]:
    """(end of the heading, start of the body) within what follows a clause's number.

    A heading is a short line of its own, or what stands before the first full stop, colon or gap of a longer line; a
    clause that goes straight into its sentence has an empty heading: (0, 0).
    """
    line = text[:LONGEST_LINE].split("\n", 1)[0]
    stop = _END.search(line)
    if stop is None and len(line.rstrip()) <= LONGEST_HEADING:
        return len(line.rstrip()), len(line)
    gap = _GAP.search(line, 0, LONGEST_BEFORE_GAP + 2)
    if gap and not _SENTENCE.search(line, 0, gap.start()) and "," not in line[: gap.start()]:
        return gap.start(), gap.end()
    if stop is None or stop.start() > LONGEST_HEADING:
        return 0, 0
    more = len(text) > len(line) and text[len(line) :].strip()
    return _before(line, stop, more=bool(more))


def _before(line: str, stop: re.Match[str], *, more: bool) -> tuple[int, int]:
    rest, head = line[stop.end() :].strip(), line[: stop.start()]
    if stop[0] == ":":
        short = len(head) <= LONGEST_BEFORE_COLON and "," not in head and (rest or more)
        return (stop.start(), stop.end()) if short else (0, 0)
    if stop[0] != "。" or _PROMISE.search(head) or not (rest or (more and len(head) <= LONGEST_BEFORE_LINE)):
        return 0, 0
    return stop.start(), stop.end()
