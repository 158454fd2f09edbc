"""What was decided about the former version of a text, carried over to the next where the next says the same."""

import json
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from app.library import queries
from app.library.models import PolicyClause, PolicyText, Provision, ProvisionKind, ProvisionState
from app.library.service import find_quote
from app.policytext.versions.pair import Pair, Worded


def aligned(old: Sequence[PolicyClause], new: Sequence[PolicyClause]) -> list[Pair]:
    """Which clause of one version became which of another, by their places."""
    from app.policytext.versions.aligning import align  # noqa: PLC0415 - part of the reader

    first, second = ([Worded(each.path, each.words) for each in side] for side in (old, new))
    return align(first, second)


def carried_over(
    db: Session, former: PolicyText, words: str, clauses: Sequence[PolicyClause], found: Sequence[Provision]
) -> list[Provision]:
    """Decide what reads as it did in the clause it was in; what persons added comes back as new provisions.

    Whatever is not found again waits anew, or stays with the former version.
    """
    old = queries.clauses(db, former)
    became = {
        old[pair.old].path: clauses[pair.new]
        for pair in aligned(old, clauses)
        if pair.old is not None and pair.new is not None
    }
    before = queries.provisions(db, former)
    _decide_alike(before, found, {clause.path: path for path, clause in became.items()})
    return list(_added_again(former, before, words, became))


def _decide_alike(before: Sequence[Provision], found: Sequence[Provision], was: Mapping[str, str]) -> None:
    decided = {_reads(each, each.path): each for each in before if each.state is not ProvisionState.OPEN}
    for provision in found:
        same = decided.get(_reads(provision, was.get(provision.path, provision.path)))
        if same is not None:
            _take_over(provision, same)


def _take_over(provision: Provision, decided: Provision) -> None:
    provision.state, provision.body, provision.note = decided.state, decided.body, decided.note
    provision.decided_at, provision.decided_by_id = decided.decided_at, decided.decided_by_id


def _reads(provision: Provision, path: str) -> tuple[ProvisionKind, str, str]:
    return provision.kind, path, json.dumps(provision.read, sort_keys=True)


def _added_again(
    former: PolicyText, before: Sequence[Provision], words: str, became: Mapping[str, PolicyClause]
) -> Iterator[Provision]:
    """What a person added by quoting it, where the quotation stands in the clause that the old one became."""
    for each in before:
        clause = became.get(each.path)
        if each.read is not None or clause is None:
            continue
        where = find_quote(words[clause.starts : clause.ends], former.words[each.starts : each.ends])
        if where is not None:
            starts, ends = clause.starts + where[0], clause.starts + where[1]
            again = Provision(kind=each.kind, path=clause.path, starts=starts, ends=ends, read=None)
            _take_over(again, each)
            yield again
