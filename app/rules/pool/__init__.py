"""The whole pool at once: the rules of a book judged over columns, equal to the one-firm evaluator by law."""

from app.rules.pool.book import CompiledBook, CompiledRule, compile_book, compile_rule
from app.rules.pool.frame import PoolFrame, from_long, from_sheets
from app.rules.pool.result import PoolResult, judge_pool
from app.rules.pool.scheme import Slot

__all__ = [
    "CompiledBook",
    "CompiledRule",
    "PoolFrame",
    "PoolResult",
    "Slot",
    "compile_book",
    "compile_rule",
    "from_long",
    "from_sheets",
    "judge_pool",
]
