"""How documents stand to each other: found in their texts, confirmed by a person."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.errors import FieldError, NotFound, Stale
from app.firms.names import plain
from app.library.forms import LEVELS, RelationFields
from app.library.models import PolicyClause, PolicyRelation, PolicyText, RelationKind, RelationState
from app.policies.models import Policy
from app.policytext.citations.citation import Citation, Mention
from app.policytext.text.plain import Plain

if TYPE_CHECKING:
    from app.policytext.reading import Reading

SHORTEST_TITLE = 6
MOST_CITING = 200
LONGEST_QUOTE = 300
ISSUED = re.compile("^关于印发《?|》?的通知$")
# Province and autonomous region stand side by side, and so do district and county.
RANKS = dict(zip(LEVELS, (0, 1, 1, 2, 3, 3, 4), strict=True))
# Of several mentions of one document, the one that says most.
ORDER = (RelationKind.REPLACES, RelationKind.SUPERIOR, RelationKind.BASIS)


@dataclass(frozen=True)
class Said:
    """A clause of the original, and what it names in which words."""

    path: str
    words: str
    citation: Citation
    named: str


def said_in(reading: "Reading") -> list[Said]:
    """What each clause of a reading names, in order."""
    from app.policytext.citations.find import find_citations  # noqa: PLC0415 - part of the reader

    quote = reading.original.quote
    return [
        Said(clause.path, quote(clause.own.span), citation, quote(citation.piece.span))
        for clause in reading.root.walk()
        for citation in find_citations(clause.own)
    ]


def propose(db: Session, policy: Policy, said: Sequence[Said]) -> None:
    """Propose the relations of a policy to those documents it names that the library holds."""
    held = list(db.scalars(sa.select(Policy).where(Policy.id != policy.id)))
    found = [(other, each) for each in said for other in meant(each.citation, held)]
    _keep(db, [(policy, other, each) for other, each in found])


def propose_to(db: Session, policy: Policy) -> None:
    """Propose the relations of other documents to a policy that their texts name."""
    from app.policytext.citations.find import find_citations  # noqa: PLC0415 - part of the reader

    citing = db.scalars(_naming(policy).options(joinedload(PolicyClause.text).joinedload(PolicyText.policy)))
    found = [
        (clause.text.policy, policy, Said(clause.path, clause.words, citation, citation.piece.text))
        for clause in citing
        for citation in find_citations(Plain(clause.words).whole())
        if meant(citation, [policy])
    ]
    _keep(db, found)


def _naming(policy: Policy) -> sa.Select[Any]:
    """The clauses of other documents' latest texts in which a policy's title or number stands."""
    latest = sa.select(sa.func.max(PolicyText.id)).group_by(PolicyText.policy_id)
    names = [plain(name) for name in (_bare(policy.title), policy.number or "") if len(name) >= SHORTEST_TITLE]
    stands = [PolicyClause.search_text.contains(name, autoescape=True) for name in names] or [sa.false()]
    elsewhere = (PolicyText.id.in_(latest), PolicyText.policy_id != policy.id)
    return sa.select(PolicyClause).join(PolicyClause.text).where(*elsewhere, sa.or_(*stands)).limit(MOST_CITING)


def meant(citation: Citation, held: Iterable[Policy]) -> list[Policy]:
    """The held document that is named, by its number or else its title; none where several go by one title."""
    held = list(held)
    if citation.number:
        number = plain(citation.number)
        same = [each for each in held if each.number and number in map(plain, re.split("[；;]", each.number))]
        if same:
            return same[:1]
    title = plain(_bare(citation.title))
    same = [each for each in held if title and len(title) >= SHORTEST_TITLE and plain(_bare(each.title)) == title]
    return same if len(same) == 1 else []


def _bare(title: str) -> str:
    return ISSUED.sub("", title.strip())


def _keep(db: Session, found: Sequence[tuple[Policy, Policy, Said]]) -> None:
    """One proposal for each pair of documents that has none of its kind yet."""
    for policy, other, kind, said in _strongest(found):
        known = (PolicyRelation.policy_id == policy.id, PolicyRelation.other_id == other.id)
        if db.scalar(sa.select(PolicyRelation.id).where(*known).limit(1)) is None:
            proposed = PolicyRelation(policy_id=policy.id, other_id=other.id, kind=kind, path=said.path)
            proposed.quote = _around(said)
            db.add(proposed)


def _strongest(
    found: Sequence[tuple[Policy, Policy, Said]],
) -> Iterator[tuple[Policy, Policy, RelationKind, Said]]:
    told = [(policy, other, _kind(policy, other, said.citation), said) for policy, other, said in found]
    seen: set[tuple[int, int]] = set()
    for policy, other, kind, said in sorted(told, key=lambda each: ORDER.index(each[2])):
        if (policy.id, other.id) not in seen:
            seen.add((policy.id, other.id))
            yield policy, other, kind, said


def _kind(policy: Policy, other: Policy, citation: Citation) -> RelationKind:
    if citation.mention is Mention.REPLACED:
        return RelationKind.REPLACES
    higher = RANKS.get(other.level, len(RANKS)) < RANKS.get(policy.level, 0)
    return RelationKind.SUPERIOR if citation.mention is Mention.CARRIED_OUT and higher else RelationKind.BASIS


def _around(said: Said) -> str:
    """The sentence in which the document is named."""
    sentences = [each.strip() for each in re.split("(?<=[。；\n])", said.words)]
    return next((each for each in sentences if said.named in each), said.words)[:LONGEST_QUOTE]


def relations_of(db: Session, policy: Policy) -> list[PolicyRelation]:
    """Every relation of a policy in either direction, those that wait first."""
    mine = sa.or_(PolicyRelation.policy_id == policy.id, PolicyRelation.other_id == policy.id)
    whole = [joinedload(getattr(PolicyRelation, name)) for name in ("policy", "other", "decided_by")]
    found = db.scalars(sa.select(PolicyRelation).where(mine).options(*whole).order_by(PolicyRelation.id))
    return sorted(found, key=lambda each: [*RelationState].index(each.state))


def relation_of(db: Session, policy: Policy, relation_id: int) -> PolicyRelation:
    """A relation that a policy's own text states, locked for a decision."""
    mine = (PolicyRelation.id == relation_id, PolicyRelation.policy_id == policy.id)
    relation = db.scalar(sa.select(PolicyRelation).where(*mine).with_for_update(of=PolicyRelation))
    if relation is None:
        raise NotFound
    return relation


def confirm(db: Session, actor: User, relation: PolicyRelation, kind: RelationKind, *, version: int, note: str) -> None:
    """The documents stand so to each other. Stale if somebody decided since; FieldError where it is known already."""
    _insist_on(relation, version)
    if kind is not relation.kind:
        _insist_on_a_new_one(db, relation.policy_id, relation.other_id, kind)
    relation.kind = kind
    _decide(db, actor, relation, RelationState.CONFIRMED, note)


def reject(db: Session, actor: User, relation: PolicyRelation, *, version: int, note: str) -> None:
    """They do not; the proposal stays to be seen, and is not made again."""
    _insist_on(relation, version)
    _decide(db, actor, relation, RelationState.REJECTED, note)


def add(db: Session, actor: User, policy: Policy, fields: RelationFields, path: str) -> PolicyRelation:
    """A relation that a person states. FieldError where it cannot be."""
    if fields.other_id == policy.id or db.get(Policy, fields.other_id) is None:
        raise FieldError("other_id", "请选择另一份文件。")
    _insist_on_a_new_one(db, policy.id, fields.other_id, fields.kind)
    relation = PolicyRelation(policy_id=policy.id, other_id=fields.other_id, kind=fields.kind, path=path)
    relation.quote = fields.quote.strip()
    db.add(relation)
    db.flush()  # the event needs its number
    _decide(db, actor, relation, RelationState.CONFIRMED, fields.note)
    return relation


def _insist_on(relation: PolicyRelation, version: int) -> None:
    if relation.version != version:
        raise Stale(relation)


def _insist_on_a_new_one(db: Session, policy_id: int, other_id: int, kind: RelationKind) -> None:
    same = (PolicyRelation.policy_id == policy_id, PolicyRelation.other_id == other_id, PolicyRelation.kind == kind)
    if db.scalar(sa.select(PolicyRelation.id).where(*same)) is not None:
        raise FieldError("kind", "这两份文件之间已经有这种关系，请在列表中核对。")


def _decide(db: Session, actor: User, relation: PolicyRelation, state: RelationState, note: str) -> None:
    relation.state, relation.note = state, note or None
    relation.decided_at, relation.decided_by_id = clock.now(), actor.id
    db.flush()
    audit.record(db, actor, "relation.decided", relation, changes={"状态": state.label})
