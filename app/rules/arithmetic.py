"""The types of sums, products and quotients, and how a mixture is refused."""

from typing import NoReturn

from app.rules.errors import LanguageError
from app.rules.language import Arithmetic, Expr
from app.rules.render import render
from app.rules.types import DATE, MONEY, NUMBER, RATIO, SPAN, Type, join


def refuse(message: str, node: Expr, suggestion: str = "") -> NoReturn:
    """Refuse an expression where it stands. Raises LanguageError."""
    raise LanguageError(message, node.at, suggestion)


def short(expression: Expr) -> str:
    """The text of an expression, cut to fit into a sentence."""
    text = render(expression)
    return text if len(text) <= 30 else f"{text[:29]}…"  # noqa: PLR2004 - a label inside a sentence


def date_arithmetic(node: Arithmetic, left: Type, right: Type) -> Type:
    """A date less a date, or a date and a stretch of time. Raises LanguageError."""
    if node.operator == "-" and left.kind == right.kind == "date":
        return SPAN
    length = right.kind == "duration" or (right.kind == "count" and right.unit in ("年", "月", "天"))
    if node.operator in "+-" and left.kind == "date" and length:
        return DATE
    refuse("日期只能加减一段时间（如 成立日期 + 3年），或两个日期相减", node)


def times(node: Arithmetic, left: Type, right: Type) -> Type:
    """A product: money by the piece is money, a share of anything is the same thing. Raises LanguageError."""
    if left.kind == right.kind == "money":
        refuse("两笔金额不能相乘", node)
    if "money" in (left.kind, right.kind):
        return MONEY
    for one, two in ((left, right), (right, left)):
        if one.kind == "count":
            return NUMBER if two.kind == "count" else one
    return RATIO if "ratio" in (left.kind, right.kind) else join(left, right) or NUMBER


def over(node: Arithmetic, left: Type, right: Type) -> Type:
    """A quotient: like by like is a ratio. Raises LanguageError."""
    if left.kind == "money":
        return RATIO if right.kind == "money" else MONEY
    if right.kind == "money":
        refuse(f"“{short(node.left)}”不是金额，不能除以金额", node)
    if left.kind == "count":
        if right.kind == "count":
            return RATIO if left.unit == right.unit else NUMBER
        return left
    return NUMBER if right.kind == "count" else join(left, right) or NUMBER
