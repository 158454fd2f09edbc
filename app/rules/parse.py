"""Text in the rule language to expressions: limits, grammar, refusals that say where and why."""

import re
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from app.rules.build import Builder
from app.rules.errors import LanguageError
from app.rules.language import Expr, children
from app.rules.values import COUNT_UNITS, DAY_UNITS, MONEY_UNIT, MONTH_UNITS, PERCENT_UNITS, SCALES, narrow
from app.rules.vocabulary import NAME_PATTERN, Vocabulary

LONGEST_TEXT = 2_000
MOST_NODES = 200
DEEPEST = 25
_QUOTED = re.compile(r"(“[^”]*”|\"[^\"]*\")")
_SIGNS = {
    "$END": "到此结束",
    "COMPARE": "比较符号（如 >=）",
    "COLON": "冒号",
    "RPAR": "右括号",
    "LPAR": "左括号",
    "COMMA": "逗号",
}


def parse(text: str, vocabulary: Vocabulary, *, names: Collection[str] = ()) -> Expr:
    """Read one expression; `names` are the parameters, terms and scores it may speak of beside the vocabulary.

    Raises:
        LanguageError: a Chinese sentence with the position and, where there is one, what was probably meant.
    """
    if not isinstance(text, str):
        raise LanguageError("表达式须是文字")
    if len(text) > LONGEST_TEXT:
        raise LanguageError(f"表达式太长，最多{LONGEST_TEXT}个字，请拆成几个指标", LONGEST_TEXT)
    if not text.strip():
        raise LanguageError("表达式是空的")
    source = "".join(part if place % 2 else narrow(part) for place, part in enumerate(_QUOTED.split(text)))
    _check_brackets(source)
    tree = _read(source)
    _check_tree(tree)
    expression = Builder(vocabulary, names).build(tree)
    _check_size(expression)
    return expression


@cache
def grammar() -> Lark:
    """The parser, built once."""
    units = (MONEY_UNIT, *COUNT_UNITS, *DAY_UNITS, *MONTH_UNITS, *PERCENT_UNITS)
    unit = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    scale = "|".join(sorted(SCALES, key=len, reverse=True))
    text = files("app.rules").joinpath("grammar.lark").read_text(encoding="utf-8")
    quantity = rf"[0-9]+(\.[0-9]+)?([ ]?(({scale})?({unit})|({scale})))?"
    text = text.replace("%QUANTITY%", quantity).replace("%NAME%", NAME_PATTERN)
    return Lark(text, parser="lalr", lexer="contextual", propagate_positions=True, maybe_placeholders=False)


def _read(source: str) -> Tree[Token]:
    try:
        return grammar().parse(source)
    except UnexpectedInput as error:
        raise _refusal(source, error) from error


def _refusal(source: str, error: UnexpectedInput) -> LanguageError:
    position = min(max(error.pos_in_stream or 0, 0), len(source))
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return LanguageError("表达式没有写完，后面还缺内容（例如数、名称或右括号）", len(source.rstrip()))
    if isinstance(error, UnexpectedCharacters) and source[position : position + 1] in {"“", '"', "”"}:
        return LanguageError("引号没有成对", position)
    rest = re.match(r"\w+|.", source[position:], re.DOTALL)
    return LanguageError(f"“{rest.group()[:20] if rest else ''}”放在这里读不懂{_hint(source, position)}", position)


def _hint(source: str, position: int) -> str:
    before = source[:position].rstrip()
    if re.match(r"(>=|<=|!=|==?|[<>≥≤≠])", source[position:]) and re.search(r"[<>=≥≤≠]", before):
        return "；连续比较请用“且”连接，如“5% <= x 且 x <= 10%”"
    if re.search(r"[\w)%‰”]$", before) and re.match(r"\w", source[position:]):
        return "；两个名称或数之间缺少运算符号或逗号，名称里不能有空格"
    if source[position : position + 1] in ".;[]{}_\\":
        return "；规则语言没有这个符号"
    return ""


def _check_brackets(source: str) -> None:
    """Nesting and pairing are judged before the grammar, so that hostile depth never reaches it."""
    open_at: list[int] = []
    for place, part in enumerate(_signs_outside_quotes(source)):
        if part == "(":
            open_at.append(place)
            if len(open_at) > DEEPEST:
                raise LanguageError(f"括号套得太深，最多{DEEPEST}层，请拆成几个指标", place)
        elif part == ")":
            if not open_at:
                raise LanguageError("右括号多了，前面没有与它成对的左括号", place)
            open_at.pop()
    if open_at:
        raise LanguageError("左括号没有与它成对的右括号", open_at[-1])


def _signs_outside_quotes(source: str) -> str:
    return _QUOTED.sub(lambda match: " " * len(match.group()), source)


def _check_tree(tree: Tree[Token]) -> None:
    """The depth and size of the grammar's own tree, walked without recursion."""
    waiting: list[tuple[Tree[Token], int]] = [(tree, 0)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if depth > 2 * DEEPEST + 2 or seen > 2 * MOST_NODES:
            raise _too_large(node.meta.start_pos if not node.meta.empty else 0)
        waiting += [(child, depth + 1) for child in node.children if isinstance(child, Tree)]


def _check_size(expression: Expr) -> None:
    waiting = [(expression, 1)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_NODES:
            raise _too_large(node.at)
        waiting += [(child, depth + 1) for child in children(node)]


def _too_large(position: int) -> LanguageError:
    return LanguageError(f"表达式太复杂，最多{MOST_NODES}个部分、{DEEPEST}层，请拆成几个指标", position)
