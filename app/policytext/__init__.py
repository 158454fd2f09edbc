"""Reading plans: a text becomes clauses, and clauses become targets, duties and incentives, for people to confirm."""

from app.policytext.clauses.clause import Clause, Level, Row, Table
from app.policytext.clauses.front import Front
from app.policytext.duties.duty import Duty, Form, NamedUnit, Part
from app.policytext.duties.roster import Expansion, RosterUnit, expand_units
from app.policytext.incentives.draft import DraftRule, draft_rule
from app.policytext.incentives.incentive import AmountKind, AwardAmount, Incentive, Term, TermKind, Tier
from app.policytext.reading import Reading, read_policy, title_of
from app.policytext.targets.target import Baseline, Comparator, Target, TargetKind
from app.policytext.text.errors import UnreadableError
from app.policytext.text.files import read_file, read_text
from app.policytext.text.original import Original, Place, Span
from app.policytext.text.plain import Piece, Plain
from app.policytext.text.remark import Oddity, Remark

__all__ = [
    "AmountKind",
    "AwardAmount",
    "Baseline",
    "Clause",
    "Comparator",
    "DraftRule",
    "Duty",
    "Expansion",
    "Form",
    "Front",
    "Incentive",
    "Level",
    "NamedUnit",
    "Oddity",
    "Original",
    "Part",
    "Piece",
    "Place",
    "Plain",
    "Reading",
    "Remark",
    "RosterUnit",
    "Row",
    "Span",
    "Table",
    "Target",
    "TargetKind",
    "Term",
    "TermKind",
    "Tier",
    "UnreadableError",
    "draft_rule",
    "expand_units",
    "read_file",
    "read_policy",
    "read_text",
    "title_of",
]
