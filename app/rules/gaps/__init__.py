"""The smallest moves that turn a rule to 符合, found with the evaluator itself."""

from app.rules.gaps.bound import is_ruled_out
from app.rules.gaps.gap import Gap, Move, say_gap
from app.rules.gaps.search import find_gaps

__all__ = ["Gap", "Move", "find_gaps", "is_ruled_out", "say_gap"]
