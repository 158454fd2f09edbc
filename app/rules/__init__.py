"""The rules engine: a declared vocabulary, a closed language, three-valued judgement, explanation and gaps."""

from app.rules.answer import Answer
from app.rules.check import check
from app.rules.errors import LanguageError, RuleError, RulesError, VocabularyError
from app.rules.evaluate import answer_of, evaluate
from app.rules.explain import Explanation, Line, explain, say_amount, say_comparison, say_difference, say_missing
from app.rules.finding import (
    AmountFinding,
    Anchors,
    Comparison,
    ConditionFinding,
    Finding,
    HoleFinding,
    Missing,
    Part,
    PathFinding,
    PortionFinding,
    ScoreFinding,
    StackingFinding,
    TermFinding,
    TotalFinding,
    Used,
)
from app.rules.gaps import Gap, Move, find_gaps, say_gap
from app.rules.interval import Interval
from app.rules.kinds import AttributeKind, CollectionKind, FactKind, Lever, TitleKind
from app.rules.load import load_rule
from app.rules.parse import parse
from app.rules.render import render
from app.rules.rule import (
    Amount,
    Condition,
    Hole,
    Instalment,
    Obligation,
    Parameter,
    Path,
    Rule,
    RuleVersion,
    Score,
    Share,
    Stacking,
    Term,
    Window,
)
from app.rules.sheet import FactSheet, KnownFact, KnownRecord, Vouch
from app.rules.stacking import Chosen, Dropped, StackingResult, Total, combine
from app.rules.types import Type
from app.rules.vocabulary import Vocabulary

__all__ = [
    "Amount",
    "AmountFinding",
    "Anchors",
    "Answer",
    "AttributeKind",
    "Chosen",
    "CollectionKind",
    "Comparison",
    "Condition",
    "ConditionFinding",
    "Dropped",
    "Explanation",
    "FactKind",
    "FactSheet",
    "Finding",
    "Gap",
    "Hole",
    "HoleFinding",
    "Instalment",
    "Interval",
    "KnownFact",
    "KnownRecord",
    "LanguageError",
    "Lever",
    "Line",
    "Missing",
    "Move",
    "Obligation",
    "Parameter",
    "Part",
    "Path",
    "PathFinding",
    "PortionFinding",
    "Rule",
    "RuleError",
    "RuleVersion",
    "RulesError",
    "Score",
    "ScoreFinding",
    "Share",
    "Stacking",
    "StackingFinding",
    "StackingResult",
    "Term",
    "TermFinding",
    "TitleKind",
    "Total",
    "TotalFinding",
    "Type",
    "Used",
    "Vocabulary",
    "VocabularyError",
    "Vouch",
    "Window",
    "answer_of",
    "check",
    "combine",
    "evaluate",
    "explain",
    "find_gaps",
    "load_rule",
    "parse",
    "render",
    "say_amount",
    "say_comparison",
    "say_difference",
    "say_gap",
    "say_missing",
]
