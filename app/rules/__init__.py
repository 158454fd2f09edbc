"""The rules engine: a declared vocabulary, a closed language, three-valued judgement, explanation and gaps."""

from app.rules.check import check
from app.rules.errors import LanguageError, RuleError, RulesError, VocabularyError
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
from app.rules.types import Type
from app.rules.vocabulary import Vocabulary

__all__ = [
    "Amount",
    "AttributeKind",
    "CollectionKind",
    "Condition",
    "FactKind",
    "Hole",
    "Instalment",
    "LanguageError",
    "Lever",
    "Obligation",
    "Parameter",
    "Path",
    "Rule",
    "RuleError",
    "RuleVersion",
    "RulesError",
    "Score",
    "Share",
    "Stacking",
    "Term",
    "TitleKind",
    "Type",
    "Vocabulary",
    "VocabularyError",
    "Window",
    "check",
    "load_rule",
    "parse",
    "render",
]
