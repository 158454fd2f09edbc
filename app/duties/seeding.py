"""Loading who answers for which clause from seeds/plans; what is there already is left as people keep it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.accounts import audit
from app.duties import queries, service
from app.duties.models import DutyPart
from app.policies.models import Policy
from app.targets.seeding import DutySpec, PlanFile, plans_with_policy


def load_duties(db: Session, *, own: bool) -> int:
    """Add the clauses that are not there yet; how many were added."""
    added = sum(_load(db, policy, plan) for policy, plan in plans_with_policy(db, own=own))
    if added:
        audit.record(db, None, "duties.loaded", changes={"count": added})
    return added


def _load(db: Session, policy: Policy, plan: PlanFile) -> int:
    added = 0
    for position, spec in enumerate(plan.duties):
        code = f"{plan.policy}/{spec.path}"
        if queries.clause_at(db, code) is None:
            said = {"code": code, "path": spec.path, "position": position, "task": spec.task, "others": spec.others}
            service.make_clause(db, policy, {**said, "named": list(_named(spec))})
            added += 1
    return added


def _named(spec: DutySpec) -> Iterator[dict[str, str]]:
    parts = (
        (DutyPart.LEAD, spec.lead),
        (DutyPart.RESPONSIBLE, spec.responsible),
        (DutyPart.SUPPORTING, spec.supporting),
    )
    for part, names in parts:
        yield from ({"name": name, "part": part.code} for name in names)
