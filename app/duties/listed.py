"""What the addresses of the matrix ask for."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Scope
from app.duties import queries
from app.duties.queries import READ
from app.policies.models import Policy
from app.targets.queries import OTHER


@dataclass(frozen=True)
class Asked:
    """The plans to choose from, and the one that is shown; None where there is none."""

    other: bool
    plans: list[Policy]
    policy: Policy | None
    counts: tuple[int, int]


def plan_asked(db: Session, actor: User, given: Mapping[str, str]) -> Asked:
    """This district's plans, or those of others for whoever reads the whole district."""
    every = queries.plans(db)
    own = [policy for policy in every if policy.body.get("own")]
    others = [policy for policy in every if policy not in own] if actor.scope(READ) is Scope.ANY else []
    other = given.get("whose", "") == OTHER and bool(others)
    shown = others if other else own
    chosen = next((policy for policy in shown if str(policy.id) == given.get("policy", "")), None)
    return Asked(other, shown, chosen or (shown[0] if shown else None), (len(own), len(others)))
