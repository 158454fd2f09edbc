"""What a document goes by: its title line, else the name of its file, else its first line that could be a title."""

import re
import unicodedata

from app.policytext.clauses.clause import Clause
from app.policytext.clauses.front import LONGEST_FRONT, Front
from app.policytext.text.original import Original
from app.policytext.text.plain import Piece
from app.policytext.text.remark import Oddity, Remark

UNTITLED = "（未署题名的文件）"
LEAST_HAN, LONGEST_LINE, MOST_LINES = 4, 60, 20
_RADICALS = re.compile("[\u2e80-\u2fdf]")
_SUFFIX = re.compile(r"\.(?:docx?|pdf|txt|html?|shtml|mht|wps)$", re.IGNORECASE)
_AROUND = re.compile(
    r"^(?:附件|附)?\s?[\d一二三四五六七八九十]{0,3}\s?[:：.、_\-—\s]+"
    r"|(?:[\s_\-—]*(?:[(（]?(?:定稿|终稿|最终版?|盖章版?|印发版?|扫描件|副本|\d{1,2}|20\d{6})[)）]?))+$"
)
_NAMELESS = re.compile(
    r"新建.{0,8}文[本档件].{0,4}|文[档件]\d*|未命名.*|正文|附件\d*|下载.*|扫描.*|微信.*|复件.*|公文|方案"
)
_NO_TITLE = re.compile(r"[。;!?:,，；：！？]|\d{3,}[-—]?\d{4,}|https?|[〔\[【]\s?20\d\d\s?[〕\]】]|20\d\d年\d{1,2}月")


def read_title(original: Original, front: Front, root: Clause, *, file_name: str = "") -> tuple[str, Remark | None]:
    """The title in one line, and a remark where the text itself has no title line.

    In: an original with its front and clauses, and the name of the file it came in. Out: the title as it stands in
    the original; else the file's name, else the first line before the clauses that could be one; else UNTITLED.
    """
    if front.title_piece is not None:
        return _as_written(original, front.title_piece), None
    named = _from_file(file_name)
    line = _first_line(root)
    if named:
        words = f"正文里没有题名，暂用文件名“{named}”，请核对"
    elif line is not None:
        words = "正文里没有像题名的一行，暂用第一行文字，请核对"
    else:
        words = "没有找到题名，请在“修改文件信息”中补填"
    span = root.body.plain.span(0, 0)
    return named or (_as_written(original, line) if line else UNTITLED), Remark(Oddity.UNTITLED, words, span)


def _as_written(original: Original, piece: Piece) -> str:
    """The original's own characters; a printed file writes some of them by their radicals."""
    words = original.quote(piece.span)
    signs = (unicodedata.normalize("NFKC", sign) if _RADICALS.match(sign) else sign for sign in words)
    return "".join("".join(signs).split()).strip("#*")


def _from_file(name: str) -> str:
    stem = _AROUND.sub("", _SUFFIX.sub("", name.strip())).strip()
    return "" if _NAMELESS.fullmatch(stem) or _han(stem) < LEAST_HAN else stem


def _first_line(root: Clause) -> Piece | None:
    front = root.body.part(0, LONGEST_FRONT)
    start = 0
    for text in front.text.split("\n")[:MOST_LINES]:
        bare = text.strip(" \t#*")
        if len(bare) <= LONGEST_LINE and _han(bare) >= LEAST_HAN and not _NO_TITLE.search(bare):
            return front.part(start, start + len(text)).strip()
        start += len(text) + 1
    return None


def _han(text: str) -> int:
    return len(re.findall("[\u3400-\u9fff]", text))
