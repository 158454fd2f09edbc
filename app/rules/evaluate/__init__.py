"""Evaluation of rules on intervals, with three answers."""

from app.rules.evaluate.judge import Outline, answer_of, decide, evaluate, outline_of

__all__ = ["Outline", "answer_of", "decide", "evaluate", "outline_of"]
