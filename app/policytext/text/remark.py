"""What is odd about a text: findings for the person who confirms it, never corrections made in silence."""

from dataclasses import dataclass
from enum import StrEnum

from app.policytext.text.original import Span


class Oddity(StrEnum):
    """The kinds of finding about a text; the value is what people read."""

    TRADITIONAL = "繁体"
    PAGE_NUMBER = "页码"
    WRAP = "断行"
    SPACES = "多余空格"
    REPEATED = "重复内容"
    CHROME = "网页附加内容"
    SYMBOLS = "无意义字符"
    UNREADABLE = "乱码"
    NUMBERING = "编号"
    BRACKET = "括号不配对"
    BLANK = "待填空白"
    DRAFT = "征求意见稿"
    REPOST = "非官方转载"
    TABLE = "表格"
    MISSING = "缺附件"
    SCOPE = "口径"
    UNTITLED = "题名"
    TOO_LONG = "过长"
    EMPTY = "没有条款"


@dataclass(frozen=True)
class Remark:
    """One finding about the text, with the stretch of the original it is about."""

    oddity: Oddity
    words: str
    span: Span
