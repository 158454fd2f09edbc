"""Types and units of expressions: 人 is never compared with 元, a flag never with a number."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from app.rules.arithmetic import date_arithmetic, over, refuse, short, times
from app.rules.errors import LanguageError
from app.rules.language import (
    All,
    AnyOf,
    Arithmetic,
    AtLeast,
    Bands,
    Compare,
    Day,
    EachYear,
    Elapsed,
    Expr,
    Fact,
    Filter,
    Flag,
    Growth,
    IfElse,
    InForce,
    Known,
    Manual,
    Member,
    Named,
    Negate,
    Not,
    Number,
    Period,
    Pick,
    Range,
    Records,
    Shift,
    Title,
    Today,
    Whole,
    Within,
    YearOf,
    Years,
)
from app.rules.render import render
from app.rules.types import (
    DATE,
    LITERAL,
    NUMBER,
    NUMERIC,
    ORDERED,
    PURE,
    RATIO,
    TALLY,
    TEST,
    TEXT,
    Type,
    declared_type,
    describe,
    join,
    measured,
)
from app.rules.values import DAY_UNITS, MONTH_UNITS, show_number
from app.rules.vocabulary import Vocabulary, nearest

_EXPECTED: dict[str, tuple[frozenset[str], str]] = {
    "test": (frozenset({"test"}), "一个条件（能答是或否）"),
    "number": (PURE | {"count"}, "一个数"),
    "money": (frozenset({"money"}), "一笔金额，请写明元或万元"),
    "amount": (frozenset({"money"}), "一笔金额，请写明元或万元"),
    "ratio": (PURE, "一个比例"),
    "count": (frozenset({"count", "literal", "number"}), "一个数量"),
    "date": (frozenset({"date"}), "一个日期"),
    "duration": (frozenset({"duration", "span"}), "一段时间"),
    "any": (ORDERED | {"test", "choice", "text"}, "一个值"),
}


def check(
    expression: Expr,
    vocabulary: Vocabulary,
    expected: str = "test",
    *,
    names: Mapping[str, Type] = MappingProxyType({}),
) -> Type:
    """Work out what an expression is worth and refuse what mixes units; marks every node with its unit.

    `expected` is test, number, money, ratio, count, date, duration or any; `names` gives the types of named terms.

    Raises:
        LanguageError: naming both sides, with the position.
    """
    found = Checker(vocabulary, names).type_of(expression)
    allowed, wish = _EXPECTED[expected]
    if found.kind not in allowed:
        raise LanguageError(f"这里需要{wish}，“{short(expression)}”却是{describe(found)}", expression.at)
    return found


class Checker:
    """Works out types against one vocabulary and one set of names."""

    def __init__(self, vocabulary: Vocabulary, names: Mapping[str, Type]) -> None:
        self.vocabulary = vocabulary
        self.names = names
        self._found: dict[int, Type] = {}

    def type_of(self, node: Expr) -> Type:
        """The type of a node, whose unit is noted on the node. Raises LanguageError."""
        kept = self._found.get(id(node))
        if kept is not None:
            return kept
        found = self._found[id(node)] = _RULES[type(node)](self, node)
        # The unit is worked out once, here, and is no part of the node's meaning (it is left out of equality).
        object.__setattr__(node, "unit", found.unit or found.kind)
        return found

    def numeric(self, node: Expr) -> Type:
        found = self.type_of(node)
        if found.kind not in NUMERIC:
            refuse(f"这里需要一个数，“{short(node)}”却是{describe(found)}", node)
        return found

    def test(self, node: Expr) -> Type:
        found = self.type_of(node)
        if found.kind != "test":
            refuse(
                f"这里需要一个条件，“{short(node)}”却是{describe(found)}；请写成比较，例如“{short(node)} >= …”", node
            )
        return TEST

    def date(self, node: Expr) -> Type:
        found = self.type_of(node)
        if found.kind != "date":
            refuse(f"这里需要一个日期，“{short(node)}”却是{describe(found)}", node)
        return DATE

    def same(self, left: Expr, right: Expr, verb: str) -> Type:
        """The common type of two expressions, or a refusal naming both."""
        one, two = self.type_of(left), self.type_of(right)
        joined = join(one, two) or _zero(left, two) or _zero(right, one)
        if joined is None:
            hint = "；金额请写明元或万元" if {"money", "literal"} == {one.kind, two.kind} else ""
            refuse(f"“{short(left)}”是{describe(one)}，“{short(right)}”是{describe(two)}，不能{verb}{hint}", right)
        return joined


def _zero(node: Expr, other: Type) -> Type | None:
    """Nought needs no unit."""
    plain = isinstance(node, Number) and not node.digits and not node.measure
    return other if plain and other.kind in NUMERIC | {"span"} else None


def _number(_: Checker, node: Number) -> Type:
    if node.measure in DAY_UNITS:
        return Type("duration", "天")
    if node.measure in MONTH_UNITS:
        return Type("duration", "年" if node.measure == "年" else "月")
    return measured(node.measure) if node.measure else LITERAL


def _range(checker: Checker, node: Range) -> Type:
    found = checker.same(node.low, node.high, "作为一个范围")
    if found.kind not in NUMERIC:
        refuse("范围的两端须是数", node)
    return found


def _named(checker: Checker, node: Named) -> Type:
    if node.name not in checker.names:
        refuse(f"“{node.name}”在这里还没有定义", node, nearest(node.name, checker.names))
    return checker.names[node.name]


def _shift(checker: Checker, node: Shift) -> Type:
    if isinstance(node.body, Fact) and not node.body.kind.annual:
        refuse(f"“{node.body.kind.label}”不分年度，不能问往年或当年", node)
    return checker.type_of(node.body)


def _negate(checker: Checker, node: Negate) -> Type:
    return checker.numeric(node.body)


def _arithmetic(checker: Checker, node: Arithmetic) -> Type:
    left, right = checker.type_of(node.left), checker.type_of(node.right)
    if "date" in (left.kind, right.kind):
        return date_arithmetic(node, left, right)
    for side, found in ((node.left, left), (node.right, right)):
        if found.kind not in NUMERIC:
            hint = "；要算满几年请写 满年(日期)" if found.kind == "span" else ""
            refuse(f"“{short(side)}”是{describe(found)}，不能参与加减乘除{hint}", side)
    if node.operator in "+-":
        return checker.same(node.left, node.right, "相加减")
    return times(node, left, right) if node.operator == "*" else over(node, left, right)


def _compare(checker: Checker, node: Compare) -> Type:
    found = checker.same(node.left, node.right, "比较")
    if node.operator not in ("=", "!=") and found.kind not in ORDERED:
        refuse(f"“{short(node.left)}”是{describe(found)}，只能用“=”“!=”“属于”，不能比大小", node)
    for side, other in ((node.left, node.right), (node.right, node.left)):
        _check_member(checker, side, other)
        _check_reachable(side, other)
    return TEST


def _check_member(checker: Checker, side: Expr, other: Expr) -> None:
    known = checker.type_of(other)
    if isinstance(side, Member) and known.kind == "choice" and known.choices and side.word not in known.choices:
        near = nearest(side.word, known.choices)
        refuse(f"“{short(other)}”没有“{side.word[:40]}”这个选项，只有{'、'.join(known.choices[:12])}", side, near)


def _check_reachable(side: Expr, other: Expr) -> None:
    """A threshold no value can reach is a slip of the pen, most often a forgotten %."""
    if not isinstance(side, Fact) or not isinstance(other, Number) or side.kind.type not in ("ratio", "money", "count"):
        return
    low, high = side.kind.bounds
    if (high is not None and other.value > high) or (low is not None and other.value < low):  # type: ignore[operator]
        unit = "%" if side.kind.type == "ratio" else side.kind.unit
        near = f"{render(other)}%" if side.kind.type == "ratio" else ""
        shown = "到".join(show_number(each, unit) for each in (low, high) if each is not None)  # type: ignore[arg-type]
        refuse(f"“{side.kind.label}”的取值范围是{shown}，永远达不到“{render(other)}”", other, near)


def _within(checker: Checker, node: Within) -> Type:
    for each in node.members:
        _compare(checker, Compare("=", node.left, each, at=each.at))
    return TEST


def _logic(checker: Checker, node: All | AnyOf | AtLeast) -> Type:
    for part in node.parts:
        checker.test(part)
    return TEST


def _not(checker: Checker, node: Not | EachYear) -> Type:
    return checker.test(node.body)


def _if(checker: Checker, node: IfElse) -> Type:
    checker.test(node.test)
    return checker.same(node.then, node.other, "作为同一个结果的两种情形")


def _years(checker: Checker, node: Years) -> Type:
    if isinstance(node.body, Fact) and not node.body.kind.annual:
        refuse(f"“{node.body.kind.label}”不分年度，不能按年汇总", node)
    return checker.numeric(node.body)


def _known(checker: Checker, node: Known) -> Type:
    checker.type_of(node.body)
    return TEST


def _growth(checker: Checker, node: Growth) -> Type:
    if isinstance(node.body, Fact) and not node.body.kind.annual:
        refuse(f"“{node.body.kind.label}”不分年度，没有增长率", node)
    checker.numeric(node.body)
    return RATIO


def _bands(checker: Checker, node: Bands) -> Type:
    for band in node.bands:
        _compare(checker, Compare(band.operator, node.subject, band.limit, at=band.at))
    values = [*(band.value for band in node.bands), node.other]
    if node.how == "分段累计":
        return _marginal(checker, node, values)
    # The joint type is folded from the left; a nought takes the unit of its neighbours.
    found = checker.type_of(values[0])
    for value in values[1:]:
        two = checker.type_of(value)
        joined = join(found, two) or _zero(value, found) or (two if found == LITERAL and _noughts(values) else None)
        if joined is None:
            refuse(f"各档的结果须同类：前面是{describe(found)}，“{short(value)}”是{describe(two)}", value)
        found = joined
    return found


def _noughts(values: list[Expr]) -> bool:
    bare = [each for each in values if isinstance(each, Number) and not each.measure]
    return all(not each.digits for each in bare)


def _marginal(checker: Checker, node: Bands, rates: list[Expr]) -> Type:
    for rate in rates:
        if checker.type_of(rate).kind not in PURE:
            refuse("“分段累计”的每一档须是比例", rate)
    limits = [band.limit for band in node.bands]
    values = [limit.value for limit in limits if isinstance(limit, Number)]
    if len(values) != len(limits) or values != sorted(set(values)):
        refuse("“分段累计”的界限须是从小到大的数", node)
    return checker.numeric(node.subject)


def _pick(checker: Checker, node: Pick) -> Type:
    found = checker.type_of(node.parts[0])
    for one, two in zip(node.parts, node.parts[1:], strict=False):
        found = join(found, checker.same(one, two, "放在一起比大小")) or found
    if found.kind not in NUMERIC | {"date"}:
        refuse(f"“{node.how}”只能比数、金额或日期", node)
    return found


def _elapsed(checker: Checker, node: Elapsed) -> Type:
    for each in (node.since, node.until):
        if each is not None:
            checker.date(each)
    return Type("count", "年" if node.how == "满年" else "月")


def _year_of(checker: Checker, node: YearOf) -> Type:
    checker.date(node.body)
    return NUMBER


def _records(checker: Checker, node: Records) -> Type:
    for each in node.filters:
        checker.type_of(each)
    if node.attribute is None:
        return TALLY if node.how == "数量" else TEST
    if node.how == "种数":
        return TALLY
    found = declared_type(node.attribute)
    if node.how == "总额" and found.kind not in ("money", "count", "number", "ratio"):
        refuse(f"“{node.attribute.label}”是{describe(found)}，不能求总额", node)
    return found


def _filter(checker: Checker, node: Filter) -> Type:
    found = declared_type(node.attribute)
    for value in node.values:
        two = checker.type_of(value)
        if join(found, two) is None and _zero(value, found) is None:
            refuse(f"“{node.attribute.label}”是{describe(found)}，“{short(value)}”是{describe(two)}，不能比较", value)
        if found.kind == "choice" and isinstance(value, Member) and value.word not in found.choices:
            near = nearest(value.word, found.choices)
            shown = "、".join(found.choices[:12])
            refuse(f"“{node.attribute.label}”没有“{value.word[:40]}”这个选项，只有{shown}", value, near)
    if node.operator in (">=", ">", "<", "<=") and found.kind not in ORDERED:
        refuse(f"“{node.attribute.label}”是{describe(found)}，不能比大小", node)
    return TEST


def _in_force(checker: Checker, node: InForce) -> Type:
    return checker.date(node.on) if node.on else TEST


def _title(checker: Checker, node: Title) -> Type:
    if node.on is not None:
        checker.date(node.on)
    return DATE if node.how in ("到期日", "认定日") else TEST


_RULES: dict[type[Expr], Callable[[Checker, Any], Type]] = {
    Number: _number,
    Range: _range,
    Day: lambda *_: DATE,
    Flag: lambda *_: TEST,
    Member: lambda *_: TEXT,
    Manual: lambda *_: TEST,
    Fact: lambda _, node: declared_type(node.kind),
    Named: _named,
    Today: lambda *_: DATE,
    Shift: _shift,
    Negate: _negate,
    Arithmetic: _arithmetic,
    Compare: _compare,
    Within: _within,
    All: _logic,
    AnyOf: _logic,
    AtLeast: _logic,
    Not: _not,
    EachYear: _not,
    IfElse: _if,
    Years: _years,
    Known: _known,
    Growth: _growth,
    Bands: _bands,
    Pick: _pick,
    Whole: lambda checker, node: checker.numeric(node.body),
    Elapsed: _elapsed,
    YearOf: _year_of,
    Period: lambda *_: TEST,
    InForce: _in_force,
    Filter: _filter,
    Records: _records,
    Title: _title,
}
