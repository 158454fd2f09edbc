"""The targets that rest on clauses, for whoever asks what a changed clause touches."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.library.resting import Resting
from app.policies.models import Policy
from app.targets import queries

READ = "target:read"


def targets_resting_on(db: Session, actor: User, policy: Policy, paths: Collection[str]) -> list[Resting]:
    if not actor.may(READ):
        return []
    found = (each for each in queries.targets(db, policy_id=policy.id) if each.path in paths)
    return [Resting(each.path, "目标", str(each), "targets.show", {"target_id": each.id}) for each in found]
