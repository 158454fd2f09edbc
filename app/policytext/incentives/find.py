"""Every incentive of a clause tree."""

import re
from collections.abc import Iterator
from itertools import islice

from app.policytext.clauses.clause import Clause
from app.policytext.incentives.amounts import read_amount
from app.policytext.incentives.beneficiaries import read_beneficiary
from app.policytext.incentives.incentive import AmountKind, Incentive, Term
from app.policytext.incentives.statements import Statement, statements_in
from app.policytext.incentives.terms import find_terms, terms_for
from app.policytext.text.plain import Piece

MOST_INCENTIVES = 500
_BUDGET = re.compile(r"(?:安排|设立|预算|列支|统筹)[^,。;]{0,30}(?:资金|经费)[^。;]{0,24}$")
_PAST = re.compile("截至|累计|已(?:兑现|发放|拨付)|近年来|去年|上年度?(?:共|兑现|发放)")


def find_incentives(root: Clause) -> list[Incentive]:
    """The incentives of every clause, in the order of the text.

    In: the root of a clause tree. Out: promises as written; what a plan leaves open stays open, sums are in 元.
    """
    latest: dict[str, str] = {}
    found = list(islice((each for clause in root.walk() for each in _of(clause, latest)), MOST_INCENTIVES))
    terms = find_terms(root) if found else []
    paying = {path for path, _, _ in found}
    return [_incentive(path, statement, before, terms_for(path, terms, paying)) for path, statement, before in found]


def _of(clause: Clause, latest: dict[str, str]) -> Iterator[tuple[str, Statement, str]]:
    """(path, promise, heading and the promise before it) for each promise; `latest` is that of the clause beside it."""
    if clause.table is not None or (not clause.path and clause.children):
        return
    for path, content in _contents(clause):
        parent = path.rpartition("/")[0]
        before = f"{clause.heading.text} {latest.get(parent, '')}"
        for statement in statements_in(content):
            if not _is_other_money(statement):
                yield path, statement, before
                before = latest[parent] = f"{clause.heading.text} {statement.piece.text}"


def _contents(clause: Clause) -> list[tuple[str, Piece]]:
    own = clause.own.plain.piece(clause.marker.end, clause.body.end)
    return [(clause.path, own)] if clause.path else clause.paragraphs()


def _incentive(path: str, statement: Statement, before: str, terms: tuple[Term, ...]) -> Incentive:
    beneficiary, conditions = read_beneficiary(statement)
    amount = read_amount(statement)
    return Incentive(
        path=path,
        beneficiary=beneficiary,
        conditions=conditions,
        amount=amount,
        one_time="一次性" in statement.piece.text[max(0, statement.head - 12) :],
        case_by_case=statement.case_by_case and amount.kind is AmountKind.UNSPECIFIED,
        terms=terms,
        follows=before,
        piece=statement.piece,
    )


def _is_other_money(statement: Statement) -> bool:
    before = statement.piece.text[: statement.head]
    return _BUDGET.search(before) is not None or _PAST.search(before) is not None
