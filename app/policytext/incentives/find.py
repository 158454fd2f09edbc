"""Every incentive of a clause tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.policytext.clauses.clause import Clause
from app.policytext.incentives.amounts import read_amount
from app.policytext.incentives.beneficiaries import read_beneficiary
from app.policytext.incentives.incentive import AmountKind, Incentive, Term
from app.policytext.incentives.statements import Statement, statements_in
from app.policytext.incentives.tables import RowPromise, row_promises
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
    found: list[_Found] = list(
        islice((each for clause in root.walk() for each in _of(clause, latest)), MOST_INCENTIVES)
    )
    terms = find_terms(root) if found else []
    paying = {each.path for each in found}
    return [_incentive(each, terms_for(each.path, terms, paying)) for each in found]


@dataclass(frozen=True)
class _Found:
    """A promise in a sentence or in a row of a table, with the heading and the promise before it."""

    path: str
    heading: str
    promise: Statement | RowPromise
    before: str


def _of(clause: Clause, latest: dict[str, str]) -> Iterator[_Found]:
    """The promises of a clause itself; `latest` is the last promise of the clause beside it."""
    if clause.table is not None:
        for row in row_promises(clause.table):
            yield _Found(row.path, clause.heading.text, row, clause.heading.text)
        return
    if not clause.path and clause.children:
        return
    in_table = any(each.table is not None and any(row_promises(each.table)) for each in clause.children)
    for path, content in _contents(clause):
        parent = path.rpartition("/")[0]
        before = f"{clause.heading.text} {latest.get(parent, '')}"
        for statement in statements_in(content):
            if not _is_other_money(statement) and not (in_table and _leads_to_table(statement)):
                yield _Found(path, clause.heading.text, statement, before)
                before = latest[parent] = f"{clause.heading.text} {statement.piece.text}"


def _leads_to_table(statement: Statement) -> bool:
    """“对下列情形给予奖励,标准见下表”: the promises are in the rows."""
    return re.search(r"下列|下表|如下|表\s?\d", statement.piece.text) is not None and not re.search(
        r"\d\s?[万亿]?元|\d\s?%", statement.piece.text
    )


def _contents(clause: Clause) -> list[tuple[str, Piece]]:
    own = clause.own.plain.piece(clause.marker.end, clause.body.end)
    return [(clause.path, own)] if clause.path else clause.paragraphs()


def _incentive(found: _Found, terms: tuple[Term, ...]) -> Incentive:
    match found.promise:
        case Statement() as statement:
            beneficiary, conditions = read_beneficiary(statement)
            amount = read_amount(statement)
            one_time = "一次性" in statement.piece.text[max(0, statement.head - 12) :]
            case_by_case = statement.case_by_case and amount.kind is AmountKind.UNSPECIFIED
        case RowPromise(_, beneficiary, conditions, amount, one_time):
            case_by_case = False
    return Incentive(
        path=found.path,
        heading=found.heading,
        beneficiary=beneficiary,
        conditions=conditions,
        amount=amount,
        one_time=one_time,
        case_by_case=case_by_case,
        terms=terms,
        follows=found.before,
        piece=found.promise.piece,
    )


def _is_other_money(statement: Statement) -> bool:
    before = statement.piece.text[: statement.head]
    return _BUDGET.search(before) is not None or _PAST.search(before) is not None
