"""The whole pool at once: the rules of a book judged over columns, equal to the one-firm evaluator by law."""

from app.rules.pool.book import CompiledBook, CompiledRule, compile_book, compile_rule
from app.rules.pool.frame import PoolFrame, from_long, from_sheets
from app.rules.pool.ledger import lay_records, lay_vouches
from app.rules.pool.result import PoolResult, judge_pool
from app.rules.pool.scheme import Slot, column_type

__all__ = [
    "CompiledBook",
    "CompiledRule",
    "PoolFrame",
    "PoolResult",
    "Slot",
    "column_type",
    "compile_book",
    "compile_rule",
    "from_long",
    "from_sheets",
    "judge_pool",
    "lay_records",
    "lay_vouches",
]
