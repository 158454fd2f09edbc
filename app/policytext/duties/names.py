"""A list of units as written, taken apart: 区科技局、发改委(工信局)，各乡(镇)、街道等相关部门."""

import re
from collections.abc import Iterator

from app.policytext.text.plain import Piece

LONGEST_NAME = 40
_SEPARATORS = "、,;，；\n"
_AND = re.compile(r"(?<=[局委办部院会心府道镇乡区司行])(?:和|及|以及|与|会同|联合)(?=[\u4e00-\u9fff]{2})")
_OTHERS = re.compile(
    r"等(?:(?:其他|区级|区直|县级|县直|市级|市直|省级|相关|有关|各|各级|职能|成员|责任|配合|行业|主管)*(?:部门|单位|方面)?)?$"
)
# “各有关部门” alone names nobody.
_NOBODY = re.compile(r"(?:其他|其它|各级|各|市直|区直|县直)*(?:有关|相关|责任|成员)(?:部门|单位|方面)(?:和单位|单位)?")
_TAIL = re.compile(
    r"(?:按照?(?:各自)?职责(?:分工)?|依职责|分别|共同|分工|具体)?(?:负责|落实|实施|承担|推进|办理)?[。.)）]*$"
)
# What stands among the units of a block and is none: deadlines, remarks, persons.
_REMARK = re.compile(r"[:：]|时限|底前|年底|月底|下同|列第|排第|首位|第一位|为牵头|持续推进|长期坚持|责任人|领导$|^\d")
_LEADING = re.compile(r"^(?:由|以及|并由|其中|[:：\s])+")
_UNIT = re.compile(
    r"(?:局|委|办|部|院|会|中心|政府|公署|街道|乡|镇|乡镇|镇街|街镇|园区|园城|开发区|高新区|管理处|办公室|办事处|工会|团委|科协|妇联|工商联|银行|支行|"
    r"分行|公司|集团|专班|指挥部|领导小组|小组|法院|检察院|学院|学校|大学|站|所|队|厅|司|工委|党委|组织部|成员单位|部门|(?:旗|县|市|区|州|盟)(?:\(区\))?)(?:\([^()]*\))?$"
)


def split_names(piece: Piece) -> tuple[list[Piece], str]:
    """(the units named in a list, what the list leaves open such as “等相关部门”).

    Brackets stay with their name: “发改委(工信局、商务局)” is one unit.
    """
    found: list[Piece] = []
    others = ""
    for part in _parts(piece):
        name, open_end = _trimmed(part)
        others = open_end or others
        if name.text and not _REMARK.search(name.text) and len(name.text) <= LONGEST_NAME:
            found.append(name)
    return found, others


def is_unit(name: str) -> bool:
    """Whether a phrase reads like the name of a public body, and not like a sentence."""
    return len(name) <= LONGEST_NAME and _UNIT.search(name) is not None


def _parts(piece: Piece) -> Iterator[Piece]:
    text = piece.text
    depth = start = 0
    for at, each in enumerate(text):
        if each in "(（":
            depth += 1
        elif each in ")）":
            depth = max(0, depth - 1)
        elif each in _SEPARATORS and depth == 0:
            yield from _at_and(piece.part(start, at))
            start = at + 1
    yield from _at_and(piece.part(start, len(text)))


def _at_and(piece: Piece) -> Iterator[Piece]:
    start = 0
    for match in _AND.finditer(piece.text):
        yield piece.part(start, match.start())
        start = match.end()
    yield piece.part(start, piece.end - piece.start)


def _trimmed(part: Piece) -> tuple[Piece, str]:
    """A name without what stands around it, and the open end cut off."""
    part = part.strip()
    front = _LEADING.match(part.text)
    if front:
        part = part.part(front.end(), len(part.text))
    tail = _TAIL.search(part.text)
    if tail and not _closes_bracket(part.text, tail[0]):
        part = part.part(0, tail.start())
    if _NOBODY.fullmatch(part.text):
        return part.part(0, 0), part.text
    others = _OTHERS.search(part.text)
    if not others:
        return part.strip(), ""
    return part.part(0, others.start()).strip(), others[0]


def _closes_bracket(text: str, tail: str) -> bool:
    return tail in {")", "）"} and text.count("(") == text.count(")")
