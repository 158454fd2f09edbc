"""The functions of the language: what each takes, and the node it makes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from lark import Token, Tree

from app.rules.errors import LanguageError
from app.rules.kinds import AttributeKind, CollectionKind
from app.rules.language import (
    AtLeast,
    Band,
    Bands,
    EachYear,
    Elapsed,
    Expr,
    Fact,
    Filter,
    Growth,
    IfElse,
    InForce,
    Known,
    Manual,
    Number,
    Period,
    Pick,
    Range,
    Records,
    Shift,
    Title,
    Whole,
    YearOf,
    Years,
)
from app.rules.vocabulary import TITLES, nearest

if TYPE_CHECKING:
    from app.rules.build import Builder

Branch = Tree[Token]
LONGEST_PERIOD = 100
_PERIOD = re.compile(r"近([0-9]{1,4})(年|个月|月|天|日)")
_WORD_PERIODS = ("上年及当年", "上年", "当年")


class Arguments:
    """The arguments of one call, taken one by one from the left."""

    def __init__(self, builder: Builder, name: str, trees: list[Branch], at: int) -> None:
        self.builder = builder
        self.name = name
        self.trees = trees
        self.at = at

    def refuse(self, message: str, at: int | None = None, suggestion: str = "") -> NoReturn:
        raise LanguageError(message, self.at if at is None else at, suggestion)

    def count(self, least: int, most: int, form: str) -> None:
        """Refuse a wrong number of arguments, showing the right form."""
        if not least <= len(self.trees) <= most:
            self.refuse(f"“{self.name}”应写成 {form}")

    def expression(self, place: int) -> Expr:
        return self.builder.build(self.trees[place])

    def expressions(self, start: int = 0) -> tuple[Expr, ...]:
        return tuple(self.builder.build(each) for each in self.trees[start:])

    def word(self, place: int) -> str:
        """The bare or quoted word at a place, or an empty text."""
        tree = self.trees[place]
        text = str(tree.children[0]) if tree.data in ("name", "string") else ""
        return text.strip('“”"')

    def place(self, index: int) -> int:
        meta = self.trees[index].meta
        return self.at if meta.empty else meta.start_pos

    def whole(self, place: int, what: str) -> int:
        node = self.expression(place)
        if isinstance(node, Number) and not node.scale and node.measure in ("", "年") and node.digits % 1 == 0:
            return self._small(int(node.digits), place)
        return self.refuse(f"“{self.name}”的{what}须是整数", self.place(place))

    def years(self, place: int) -> int:
        match = _PERIOD.fullmatch(self.word(place))
        if match is None or match[2] != "年":
            self.refuse(f"“{self.name}”的年限须写成“近3年”", self.place(place), "近3年")
        return self._small(int(match[1]), place)

    def _small(self, number: int, place: int) -> int:
        if not 0 <= number <= LONGEST_PERIOD:
            self.refuse(f"“{self.name}”里的数最多是{LONGEST_PERIOD}", self.place(place))
        return number


def _years(given: Arguments) -> Expr:
    given.count(2, 2, f"{given.name}(数据项, 近3年)")
    return Years(given.name, given.expression(0), max(1, given.years(1)), at=given.at)


def _each_year(given: Arguments) -> Expr:
    given.count(2, 2, f"{given.name}(近3年, 条件)")
    return EachYear(given.name, max(1, given.years(0)), given.expression(1), at=given.at)


def _shift(given: Arguments) -> Expr:
    given.count(2, 2, "往年(数据项, 2)")
    back = given.whole(1, "年数")
    if back < 1:
        given.refuse("“往年”的年数从1数起，1是上一会计年度；申报当年请写 当年(…)", given.place(1))
    return Shift(given.expression(0), back, at=given.at)


def _this_year(given: Arguments) -> Expr:
    given.count(1, 1, "当年(数据项)")
    return Shift(given.expression(0), 0, at=given.at)


def _known(given: Arguments) -> Expr:
    given.count(1, 1, "已有(数据项)")
    body = given.expression(0)
    if not isinstance(body.body if isinstance(body, Shift) else body, Fact):
        given.refuse("“已有”只能问一个数据项是否已经掌握", given.place(0))
    return Known(body, at=given.at)


def _growth(given: Arguments) -> Expr:
    if given.name == "增长率":
        given.count(1, 1, "增长率(数据项)")
        return Growth(given.name, given.expression(0), 1, at=given.at)
    given.count(2, 2, f"{given.name}(数据项, 3年)")
    years = given.whole(1, "年数")
    if years < 2:  # noqa: PLR2004 - growth needs two points
        given.refuse(f"“{given.name}”至少要跨2年", given.place(1))
    return Growth(given.name, given.expression(0), years, at=given.at)


def _at_least(given: Arguments) -> Expr:
    given.count(2, 60, "至少(2, 条件, 条件, 条件)")
    need = given.whole(0, "个数")
    if not 1 <= need <= len(given.trees) - 1:
        given.refuse(f"“至少”的个数须在1和条件的个数（{len(given.trees) - 1}）之间", given.place(0))
    return AtLeast(need, given.expressions(1), at=given.at)


def _if(given: Arguments) -> Expr:
    given.count(3, 3, "如果(条件, 是则, 否则)")
    test, then, other = given.expressions()
    return IfElse(test, then, other, at=given.at)


def _bands(given: Arguments) -> Expr:
    form = f"{given.name}(x, ≤5000万元: 5%, ≤2亿元: 4%, 其余: 3%)"
    given.count(3, 60, form)
    *limits, last = given.trees[1:]
    if last.data != "band" or not _is_word(last.children[0], "其余"):
        given.refuse(f"“{given.name}”的最后一档须是“其余: …”", given.place(len(given.trees) - 1), form)
    other = given.builder.build(_branch(last.children[1]))
    subject = given.expression(0)
    bands = tuple(band for each in limits for band in _band(given, each, subject))
    return Bands(given.name, subject, bands, other, at=given.at)


def _band(given: Arguments, tree: Branch, subject: Expr) -> list[Band]:
    at = tree.meta.start_pos
    choices = subject.kind.choices if isinstance(subject, Fact) else ()
    builder = given.builder
    value = builder.build(_branch(tree.children[-1])) if tree.data in ("limit", "among") else None
    if value is None:
        given.refuse(f"“{given.name}”的每一档须写成“≤5000万元: 5%”", at)
    if tree.data == "among":
        members = _branch(tree.children[1]).children
        return [Band("=", builder.member(_branch(each), choices), value, at=at) for each in members]
    sign = str(tree.children[0])
    operator = {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "==": "="}.get(sign, sign)
    if given.name == "分段累计" and operator not in ("<=", "<"):
        given.refuse("“分段累计”的每一档须用“≤”从小到大写", at)
    limit = builder.member(_branch(tree.children[1]), choices) if operator in ("=", "!=") else None
    return [Band(operator, limit or builder.build(_branch(tree.children[1])), value, at=at)]


def _branch(child: object) -> Branch:
    assert isinstance(child, Tree)
    return child


def _is_word(child: object, word: str) -> bool:
    return isinstance(child, Tree) and child.data == "name" and str(child.children[0]) == word


def _pick(given: Arguments) -> Expr:
    given.count(2, 60, f"{given.name}(a, b)")
    return Pick(given.name, given.expressions(), at=given.at)


def _whole(given: Arguments) -> Expr:
    given.count(1, 1, "取整(x)")
    return Whole(given.expression(0), at=given.at)


def _elapsed(given: Arguments) -> Expr:
    given.count(1, 2, f"{given.name}(日期)")
    since, *until = given.expressions()
    return Elapsed(given.name, since, until[0] if until else None, at=given.at)


def _year_of(given: Arguments) -> Expr:
    given.count(1, 1, "年份(日期)")
    return YearOf(given.expression(0), at=given.at)


def _doubt(given: Arguments) -> Expr:
    given.count(2, 2, "存疑(0~1, “原因”)")
    span = given.expression(0)
    if not isinstance(span, Range) or span.reason or given.trees[1].data != "string":
        given.refuse("“存疑”应写成 存疑(0~1, “原因”)")
    return Range(span.low, span.high, _reason(given, 1), at=given.at)


def _manual(given: Arguments) -> Expr:
    given.count(0, 1, "人工核定(“原因”)")
    return Manual(_reason(given, 0) if given.trees else "", at=given.at)


def _reason(given: Arguments, place: int) -> str:
    if given.trees[place].data != "string":
        given.refuse("原因须写在引号里", given.place(place))
    node = given.expression(place)
    return str(getattr(node, "word", ""))


def _records(given: Arguments) -> Expr:
    if given.name in ("总额", "最近", "种数"):
        given.count(2, 60, f"{given.name}(记录, 属性, 条件…)")
    given.count(1, 60, f"{given.name}(记录, 条件…)")
    collection = given.builder.vocabulary.collection(given.word(0))
    if collection is None:
        labels = [each.label for each in given.builder.vocabulary.collections.values()]
        given.refuse(f"没有“{given.word(0)[:40]}”这类记录", given.place(0), nearest(given.word(0), labels))
    attribute, start = None, 1
    if given.name in ("总额", "最近", "种数"):
        attribute, start = _attribute(given, collection, given.word(1), given.place(1)), 2
    filters = tuple(_filter(given, collection, place) for place in range(start, len(given.trees)))
    return Records(given.name, collection, attribute, filters, at=given.at)


def _attribute(given: Arguments, collection: CollectionKind, word: str, at: int) -> AttributeKind:
    found = collection.attribute(word)
    if found is None:
        near = nearest(word, collection.attribute_names())
        given.refuse(f"“{collection.label}”没有“{word[:40]}”这个属性", at, near)
    return found


def _filter(given: Arguments, collection: CollectionKind, place: int) -> Filter | InForce | Period:
    tree, at = given.trees[place], given.place(place)
    if tree.data == "name":
        return _bare_filter(given, collection, place)
    if tree.data == "call" and str(tree.children[0]) == "有效":
        arguments = [each for each in tree.children if isinstance(each, Tree)]
        if len(arguments) != 1:
            given.refuse("条件“有效”可带一个日期：有效(2024-03-31)", at)
        return InForce(given.builder.build(arguments[0]), at=at)
    if tree.data not in ("compare", "within", "not_within"):
        given.refuse("记录的条件须是“属性 = 值”、“有效”或“近3年”", at)
    left, right = (each for each in tree.children if isinstance(each, Tree))
    if left.data != "name":
        given.refuse("记录的条件须以属性名开头", at)
    attribute = _attribute(given, collection, str(left.children[0]), at)
    trees = [right] if tree.data == "compare" else [_branch(each) for each in right.children if isinstance(each, Tree)]
    values = tuple(_filter_value(given, attribute, each) for each in trees)
    return Filter(attribute, _filter_sign(tree), values, at=at)


def _filter_sign(tree: Branch) -> str:
    if tree.data != "compare":
        return "属于" if tree.data == "within" else "不属于"
    sign = next(str(each) for each in tree.children if isinstance(each, Token))
    return {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "==": "="}.get(sign, sign)


def _filter_value(given: Arguments, attribute: AttributeKind, tree: Branch) -> Expr:
    if attribute.type not in ("choice", "text"):
        return given.builder.build(tree)
    choices = attribute.choices
    if tree.data == "name":
        word = str(tree.children[0])
        title = given.builder.vocabulary.title(word) if attribute.code == "kind" else None
        choices = (*choices, word)
        if title is not None and word not in attribute.choices:
            tree = Tree("name", [Token("NAME", title.label)], tree.meta)
            choices = (title.label,)
    return given.builder.member(tree, choices)


def _bare_filter(given: Arguments, collection: CollectionKind, place: int) -> Filter | InForce | Period:
    word, at = given.word(place), given.place(place)
    if word == "有效":
        return InForce(at=at)
    if word in _WORD_PERIODS:
        return Period(word, at=at)
    match = _PERIOD.fullmatch(word)
    if match:
        unit = {"月": "个月", "日": "天"}.get(match[2], match[2])
        return Period(unit, max(1, int(match[1])), at=at)
    attribute = collection.attribute(word)
    if attribute is not None and attribute.type == "flag":
        return given.builder.flag_filter(attribute, at)
    return given.refuse(f"记录的条件“{word[:40]}”读不懂", at, nearest(word, ["有效", "近3年", *_WORD_PERIODS]))


def _title(given: Arguments) -> Expr:
    given.count(1, 2 if given.name == "有效" else 1, "有效(资质)" if given.name == "有效" else f"{given.name}(资质)")
    vocabulary = given.builder.vocabulary
    title = vocabulary.title(given.word(0))
    if title is None:
        labels = [each.label for each in vocabulary.titles.values()]
        given.refuse(f"没有“{given.word(0)[:40]}”这种资质", given.place(0), nearest(given.word(0), labels))
    on = given.expression(1) if len(given.trees) > 1 else None
    return Title(given.name, title, vocabulary.collections[TITLES], on, at=given.at)


FUNCTIONS: dict[str, Callable[[Arguments], Expr]] = {
    **dict.fromkeys(("合计", "平均", "最高", "最低"), _years),
    **dict.fromkeys(("每年", "任一年"), _each_year),
    "往年": _shift,
    "当年": _this_year,
    "已有": _known,
    **dict.fromkeys(("增长率", "平均增长率", "复合增长率"), _growth),
    "至少": _at_least,
    "如果": _if,
    **dict.fromkeys(("分档", "分段累计"), _bands),
    **dict.fromkeys(("较大", "较小"), _pick),
    "取整": _whole,
    **dict.fromkeys(("满年", "满月"), _elapsed),
    "年份": _year_of,
    "存疑": _doubt,
    "人工核定": _manual,
    **dict.fromkeys(("数量", "有", "无", "种数", "总额", "最近"), _records),
    **dict.fromkeys(("有效", "曾有", "首次", "再次", "到期日", "认定日"), _title),
}
