"""The automatic numbers of a Word file: what Word prints before a paragraph although it is not in its text."""

from collections import defaultdict
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN = frozenset({
    "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "japaneseCounting", "taiwaneseCounting",
    "taiwaneseCountingThousand", "ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital",
})  # fmt: skip
_DIGITS = "零一二三四五六七八九"
_DEEPEST = 9


def han(number: int) -> str:
    """1 … 999 as Word counts in Chinese: 一, 十, 十二, 二十, 一百零三."""
    if number >= 100:  # noqa: PLR2004 - hundreds are written out
        rest = number % 100
        joint = "零" if 0 < rest < 10 else ""  # noqa: PLR2004
        return _DIGITS[number // 100 % 10] + "百" + joint + (han(rest) if rest else "")
    tens, ones = divmod(number, 10)
    front = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return front + (_DIGITS[ones] if ones or not tens else "")


class Numbering:
    """The list definitions of one file and the counters while its paragraphs are read in order."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self.levels = _levels(numbering)
        self.styles = _style_numbers(styles)
        self.counters: defaultdict[str, dict[int, int]] = defaultdict(dict)

    def before(self, paragraph: Any) -> str:
        """The number printed before this paragraph, or nothing; counts on, so ask once per paragraph, in order."""
        number, depth = self._reference(paragraph)
        levels = self.levels.get(number, {})
        if depth not in levels:
            return ""
        counters = self.counters[number]
        counters[depth] = counters.get(depth, levels[depth].start - 1) + 1
        for deeper in [each for each in counters if each > depth]:
            del counters[deeper]
        return self._written(levels, counters, depth)

    def _reference(self, paragraph: Any) -> tuple[str, int]:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return "", 0
        own = _reference_in(properties)
        style = properties.find(f"{W}pStyle")
        inherited = self.styles.get(style.get(f"{W}val", "")) if style is not None else None
        return own or inherited or ("", 0)

    def _written(self, levels: dict[int, "_Level"], counters: dict[int, int], depth: int) -> str:
        text = levels[depth].text
        for each in range(_DEEPEST):
            if f"%{each + 1}" in text and each in levels:
                text = text.replace(f"%{each + 1}", levels[each].show(counters.get(each, levels[each].start)))
        return text


class _Level:
    def __init__(self, element: Any) -> None:
        self.form = _value(element, "numFmt", "decimal")
        self.text = _value(element, "lvlText", "")
        start = _value(element, "start", "1")
        self.start = int(start) if start.isdigit() else 1

    def show(self, number: int) -> str:
        if self.form in _HAN:
            return han(number)
        if self.form.startswith("decimalEnclosedCircle") and 1 <= number <= 20:  # noqa: PLR2004 - ① to ⑳
            return chr(0x2460 + number - 1)
        return "" if self.form in {"bullet", "none"} else str(number)


def _levels(numbering: Any) -> dict[str, dict[int, _Level]]:
    if numbering is None:
        return {}
    abstract = {
        each.get(f"{W}abstractNumId"): {
            int(level.get(f"{W}ilvl", "0")): _Level(level) for level in each.iter(f"{W}lvl")
        }
        for each in numbering.iter(f"{W}abstractNum")
    }
    return {
        each.get(f"{W}numId", ""): abstract.get(_value(each, "abstractNumId", ""), {}) for each in _numbers(numbering)
    }


def _numbers(numbering: Any) -> Any:
    return numbering.findall(f"{W}num")


def _style_numbers(styles: Any) -> dict[str, tuple[str, int]]:
    if styles is None:
        return {}
    found = {}
    for style in styles.iter(f"{W}style"):
        properties = style.find(f"{W}pPr")
        reference = _reference_in(properties) if properties is not None else None
        if reference:
            found[style.get(f"{W}styleId", "")] = reference
    return found


def _reference_in(properties: Any) -> tuple[str, int] | None:
    inside = properties.find(f"{W}numPr")
    if inside is None:
        return None
    depth = _value(inside, "ilvl", "0")
    return _value(inside, "numId", ""), int(depth) if depth.isdigit() else 0


def _value(element: Any, name: str, default: str) -> str:
    child = element.find(f"{W}{name}")
    return default if child is None else str(child.get(f"{W}val", default))
