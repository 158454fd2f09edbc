"""One character for one character: wide forms to narrow, traditional to simplified, so that offsets stay."""

import unicodedata
from functools import cache
from operator import ne

import opencc

# A line counts as traditional from this share of its characters on; a single 乾 in a place name stays what it is.
_TRADITIONAL_SHARE = 0.05
_BREAKS = {0x0B: "\n", 0x0C: "\n", 0x1C: "\n", 0x1D: "\n", 0x1E: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_OTHERS = {
    0x00A0: " ", 0x3000: " ", 0x2002: " ", 0x2003: " ", 0x2009: " ", 0x202F: " ", 0x2215: "/", 0x2236: ":",
    0xFE30: ":", 0x2012: "-", 0x2010: "-", 0x2011: "-", 0x2212: "-", 0x2500: "—", 0x2501: "—", 0x2015: "—",
    0x301C: "~", 0x223C: "~", 0x02D9: "·", 0x2022: "·", 0x30FB: "·", 0xFF65: "·", 0x25CF: "·",
}  # fmt: skip


# Files made by printing hold radicals that only look like characters; these have no compatibility form.
_RADICALS = dict(zip(
    map(ord, "⺠⻓⻔⻋⻅⻉⻚⻛⻜⻢⻥⻦⻄⻝⻆⻘⻩⻬⻮⻰⻣⻤⺟⻁⻨⻳⻧⻙"),
    "民长门车见贝页风飞马鱼鸟西食角青黄齐齿龙骨鬼母虎麦龟卤韦",
    strict=True,
))  # fmt: skip


def narrow(text: str) -> str:
    """Full-width letters, digits and punctuation, odd spaces and breaks in their plain form; as long as the text was.

    Circled and Roman numerals stay: they number clauses and name classes.
    """
    table = {ord(each): _plain(each) for each in set(text) if not each.isascii()}
    return text.translate({**table, **_OTHERS, **_BREAKS, **_RADICALS})


def simplify(text: str) -> str:
    """Traditional lines in simplified characters, as long as the text was; simplified lines untouched."""
    table = _to_simplified(text)
    if not table:
        return text
    return "\n".join(_simplify_line(line, table) for line in text.split("\n"))


def is_traditional(text: str) -> bool:
    """Whether a text, as a whole, is written in traditional characters."""
    return _share(text, text.translate(_to_simplified(text))) >= _TRADITIONAL_SHARE


def _plain(each: str) -> str:
    category = unicodedata.category(each)
    # Lone surrogates cannot be encoded by any library downstream.
    if category == "Cs":
        return "\ufffd"
    form = unicodedata.normalize("NFKC", each)
    return form if len(form) == 1 and category not in {"No", "Nl"} else each


def _to_simplified(text: str) -> dict[int, str]:
    distinct = [each for each in set(text) if "\u3400" <= each <= "\u9fff" or each >= "\U00020000"]
    converted = _converter().convert("\n".join(distinct)).split("\n")
    pairs = zip(distinct, converted, strict=False)
    return {ord(old): new for old, new in pairs if old != new and len(new) == 1}


def _simplify_line(line: str, table: dict[int, str]) -> str:
    by_character = line.translate(table)
    if _share(line, by_character) < _TRADITIONAL_SHARE:
        return line
    # The dictionary knows words, such as 乾隆; but only a line of the same length keeps its offsets.
    by_word = _converter().convert(line)
    return by_word if len(by_word) == len(line) else by_character


def _share(old: str, new: str) -> float:
    if old == new:
        return 0.0
    changed: int = sum(map(ne, old, new))
    return changed / len(old)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
