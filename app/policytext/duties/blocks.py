"""Duties in running text: end blocks (责任单位：……), suffixes (……等负责), and sentences that name a leader."""

import re
from collections.abc import Iterator
from itertools import islice

from app.policytext.duties.duty import Form, NamedUnit, Part
from app.policytext.duties.names import is_unit, split_names
from app.policytext.text.plain import Piece

LONGEST_BLOCK = 1_500
MOST_BLOCKS = 200
LONGEST_SUFFIX = 400
_LEADS = "牵头|主办|主责|主管|主体责任"
_SUPPORTS = "配合|协助|协办|协同|参与|支持|参加"
_BODIES = re.compile(r"(?:局|委|政府|管委会|办公室)(?:\([^()]*\))?$")
_ROLE = re.compile(
    rf"(?P<role>(?:{_LEADS}|主要责任|责任|落实|实施|承办|负责|执行|政策执行|政策兑现|受理|{_SUPPORTS})(?:责任|配合|负责)?)(?:单位|部门|主体)(?:及配合单位|和配合单位)?\s*[:：]\s*"
)
_CLOSERS = {"(": ")", "〔": "〕", "【": "】", "[": "]", "（": "）"}
_SUFFIX_END = re.compile(r"(?:负责|牵头|配合|落实|参与|协助|协同|实施)(?=[)〕】\]])")
_VERB = re.compile(
    rf"(?:牵头(?:负责|实施|落实|组织)?|负责牵头|(?:{_SUPPORTS})(?:实施|落实|做好)?|(?:按照?(?:各自)?职责(?:分工)?|依职责|分别|共同|具体|组织)*(?:负责|落实|实施))(?=[,;，；。、]|$)"
)
# Who examines, pays or explains has a part in the procedure, not in the task of the clause.
_PROCEDURE = "解释|审批|审核|审定|审查|初审|拨付|发放|兑现|受理|监督|监管|评审|认定|管理"
_LEADING = (
    rf"(?:总牵头|共同牵头|负责牵头|牵头(?:抓总|总抓|负责|组织实施|组织|实施|落实|推进|协调)?|抓总)(?!{_PROCEDURE})"
)
_PROSE = re.compile(
    rf"(?:^|(?<=[。;,，；\n])|(?<=工作)|(?<=任务))由(?P<units>[^,。;由\n]{{2,60}}?)(?P<verb>{_LEADING}|(?:共同|具体|分别)?负责(?!{_PROCEDURE}))"
)
_PROSE_LED = re.compile(
    rf"(?:^|(?<=[。;；\n]))(?P<units>[^,。;，；\n]{{3,30}}?)(?P<verb>牵头负责|负责牵头|{_LEADING}(?=[,，。;；]|$)|为(?:总)?牵头单位)"
)
# What follows a leader in its sentence: “区统计局和各镇街配合”, “区财政局为配合单位”.
_PROSE_NEXT = re.compile(
    rf"[,，](?P<units>[^,。;，；\n]{{2,60}}?)(?P<verb>(?:密切|积极|协同|共同|做好)*(?:{_SUPPORTS})(?:实施|落实|做好)?|(?:按照?(?:各自)?职责(?:分工)?|分别|共同|具体)*负责(?:落实|实施)?|为(?:{_SUPPORTS}|责任)单位)(?=[,，。;；\n]|$)"
)


def duty_in(piece: Piece) -> tuple[list[NamedUnit], str, Form, Piece] | None:
    """The units a clause's own text names, in order: (units, open end, where written, the stretch), or None.

    An end block counts before a suffix, a suffix before a sentence: a clause that says its units in a block does not
    change them by mentioning one in passing.
    """
    for reader in (_blocks, _suffixes, _bare, _sentences):
        found = reader(piece)
        if found is not None:
            return found
    return None


def _blocks(piece: Piece) -> tuple[list[NamedUnit], str, Form, Piece] | None:
    text = piece.text
    matches = list(islice(_ROLE.finditer(text), MOST_BLOCKS))
    if not matches:
        return None
    units: list[NamedUnit] = []
    others = ""
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        limit = following.start() if following else len(text)
        end = _end_of_block(text, match, min(limit, match.end() + LONGEST_BLOCK))
        named, open_end = split_names(piece.part(match.end(), end))
        units += [NamedUnit(name.text, _part(match["role"]), name) for name in named]
        others = open_end or others
    return (units, others, Form.BLOCK, piece.part(matches[0].start(), end)) if units else None


def _end_of_block(text: str, match: re.Match[str], limit: int) -> int:
    """Where the names end: at the bracket that closes the block, the end of the line, or the end of the sentence."""
    depth = 0
    for at in range(match.end(), limit):
        each = text[at]
        if each in _CLOSERS:
            depth += 1
        elif each in _CLOSERS.values():
            if depth == 0:
                return at
            depth -= 1
        elif each in "\n。" and depth == 0:
            return at
    return limit


def _part(role: str) -> Part:
    if re.match(_LEADS, role):
        return Part.LEAD
    return Part.SUPPORTING if re.match(_SUPPORTS, role) else Part.RESPONSIBLE


def _suffixes(piece: Piece) -> tuple[list[NamedUnit], str, Form, Piece] | None:
    units: list[NamedUnit] = []
    others = ""
    last = None
    for match in islice(_SUFFIX_END.finditer(piece.text), MOST_BLOCKS):
        start = _opener_before(piece.text, match.end())
        named, open_end = _phrases(piece.part(start, match.end())) if start else ([], "")
        if named:
            units, others, last = units + named, open_end or others, piece.part(start - 1, match.end() + 1)
    return (units, others, Form.SUFFIX, last) if last is not None else None


def _opener_before(text: str, end: int) -> int:
    """The offset right after the bracket that is still open at `end`, or 0."""
    depth = 0
    for at in range(end - 1, max(-1, end - LONGEST_SUFFIX), -1):
        if text[at] in _CLOSERS.values():
            depth += 1
        elif text[at] in _CLOSERS:
            if depth == 0:
                return at + 1
            depth -= 1
    return 0


def _phrases(piece: Piece) -> tuple[list[NamedUnit], str]:
    """“区科技局牵头，区财政局、各镇街配合”: each verb says the part of the names before it."""
    units: list[NamedUnit] = []
    others, start = "", 0
    for match in _VERB.finditer(piece.text):
        named, open_end = split_names(piece.part(start, match.start()))
        if not all(is_unit(name.text) for name in named):
            return [], ""
        units += [NamedUnit(name.text, _part_of_verb(match[0]), name) for name in named]
        others, start = open_end or others, match.end()
    return units, others


def _part_of_verb(verb: str) -> Part:
    if "牵头" in verb:
        return Part.LEAD
    return Part.SUPPORTING if re.search(_SUPPORTS, verb) else Part.RESPONSIBLE


def _bare(piece: Piece) -> tuple[list[NamedUnit], str, Form, Piece] | None:
    """A bracket at the end of a line that holds nothing but public bodies, as the State Council writes them."""
    end = len(piece.text.rstrip())
    start = _opener_before(piece.text, end - 1) if piece.text[end - 1 : end] in {")", "〕"} else 0
    if not start:
        return None
    named, others = split_names(piece.part(start, end - 1))
    bodies = [name for name in named if _BODIES.search(name.text)]
    if len(named) < 2 or not bodies or not all(is_unit(name.text) for name in named):  # noqa: PLR2004
        return None
    units = [NamedUnit(name.text, Part.RESPONSIBLE, name) for name in named]
    return units, others, Form.SUFFIX, piece.part(start - 1, end)


def _sentences(piece: Piece) -> tuple[list[NamedUnit], str, Form, Piece] | None:
    for match in _prose(piece.text):
        named, others = split_names(piece.part(*match.span("units")))
        if named and all(is_unit(name.text) for name in named):
            part = _part_of_verb(match["verb"])
            units = [NamedUnit(name.text, part, name) for name in named]
            more, open_end, end = _followers(piece, match.end())
            return units + more, open_end or others, Form.PROSE, piece.part(match.start(), end)
    return None


def _followers(piece: Piece, start: int) -> tuple[list[NamedUnit], str, int]:
    """The units to which the rest of the sentence gives a part, what it leaves open, and where it ends."""
    units: list[NamedUnit] = []
    others = ""
    while match := _PROSE_NEXT.match(piece.text, start):
        named, open_end = split_names(piece.part(*match.span("units")))
        if not all(is_unit(name.text) for name in named):
            break
        units += [NamedUnit(name.text, _part_of_verb(match["verb"]), name) for name in named]
        others, start = open_end or others, match.end()
    return units, others, start


def _prose(text: str) -> Iterator[re.Match[str]]:
    yield from islice(_PROSE.finditer(text), MOST_BLOCKS)
    yield from islice(_PROSE_LED.finditer(text), MOST_BLOCKS)
