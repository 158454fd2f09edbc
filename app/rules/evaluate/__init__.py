"""Evaluation of rules on intervals, with three answers."""

from app.rules.evaluate.judge import answer_of, evaluate

__all__ = ["answer_of", "evaluate"]
