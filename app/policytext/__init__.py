"""Reading plans: a text becomes clauses, and clauses become targets, duties and incentives, for people to confirm."""

from app.policytext.clauses.clause import Clause, Level, Row, Table
from app.policytext.clauses.front import Front
from app.policytext.reading import Reading, read_policy
from app.policytext.text.errors import UnreadableError
from app.policytext.text.files import read_file, read_text
from app.policytext.text.original import Original, Place, Span
from app.policytext.text.plain import Piece, Plain
from app.policytext.text.remark import Oddity, Remark

__all__ = [
    "Clause",
    "Front",
    "Level",
    "Oddity",
    "Original",
    "Piece",
    "Place",
    "Plain",
    "Reading",
    "Remark",
    "Row",
    "Span",
    "Table",
    "UnreadableError",
    "read_file",
    "read_policy",
    "read_text",
]
