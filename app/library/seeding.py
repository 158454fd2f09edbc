"""Relations between documents that the list of policies declares: which one took the place of which."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.library.models import PolicyRelation, RelationKind, RelationState
from app.policies.models import Policy


def load_relations(db: Session) -> int:
    """Keep each declared replacement as confirmed, unless the library already has a relation of the two.

    Out: how many are new. What a person has decided about two documents stands.
    """
    db.flush()  # documents of the same load need their numbers
    policies = {policy.code: policy for policy in db.scalars(sa.select(Policy))}
    pairs = [(policies.get(str(each.body.get("superseded_by"))), each) for each in policies.values()]
    new = [(later, ended) for later, ended in pairs if later is not None and not _is_known(db, later, ended)]
    for later, ended in new:
        db.add(
            PolicyRelation(
                policy_id=later.id, other_id=ended.id, kind=RelationKind.REPLACES, state=RelationState.CONFIRMED
            )
        )
    return len(new)


def _is_known(db: Session, later: Policy, ended: Policy) -> bool:
    both = (PolicyRelation.policy_id == later.id, PolicyRelation.other_id == ended.id)
    return db.scalar(sa.select(PolicyRelation.id).where(*both).limit(1)) is not None
