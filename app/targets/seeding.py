"""Loading the targets of the plans under seeds/plans; what is there already is left as people keep it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.core.fields import Fields
from app.core.seedfiles import SEEDS, read_yaml
from app.policies.models import Policy
from app.policytext.targets.target import Comparator, TargetKind
from app.targets import queries
from app.targets.models import Target
from app.targets.service import first_day


class TargetSpec(Fields):
    """A target as a file has it; `parent` and `repeats` are codes of targets above it in the same file."""

    code: str
    path: str
    indicator: str
    scope: str = ""
    year: int | None = None
    every_year: bool = False
    measure: TargetKind
    comparator: Comparator
    low: Decimal
    high: Decimal | None = None
    unit: str = ""
    soft: bool = False
    base_year: int | None = None
    base_value: Decimal | None = None
    base_words: str = ""
    starts_on: date | None = None
    counts: str | None = None
    parent: str | None = None
    repeats: str | None = None
    note: str = ""


class DutySpec(Fields):
    """Who answers for a clause, each as the plan writes it; `task` says in our own words what is to be done."""

    path: str
    task: str
    lead: Sequence[str] = ()
    responsible: Sequence[str] = ()
    supporting: Sequence[str] = ()
    others: str = ""


class IncentiveSpec(Fields):
    """A rule of the book that says what a clause promises."""

    path: str
    rules: Sequence[str]


class PlanFile(Fields):
    policy: str
    starts: date | None
    ends: date | None
    targets: Sequence[TargetSpec] = ()
    duties: Sequence[DutySpec] = ()
    incentives: Sequence[IncentiveSpec] = ()


@cache
def plan_files() -> tuple[PlanFile, ...]:
    """Every plan under seeds/plans."""
    files = (read_yaml(file) for file in sorted((SEEDS / "plans").glob("*.yaml")))
    return tuple(_plan(data) for data in files)


def _plan(data: Mapping[str, Any]) -> PlanFile:
    rest = {name: value for name, value in data.items() if name not in {"from", "until"}}
    return PlanFile(**rest, starts=data["from"], ends=data["until"])


def plans_with_policy(db: Session, *, own: bool) -> list[tuple[Policy, PlanFile]]:
    """The plans whose document is in the library: this district's own, or those of others."""
    held = {policy.code: policy for policy in db.scalars(sa.select(Policy))}
    known = ((held[plan.policy], plan) for plan in plan_files() if plan.policy in held)
    return [(policy, plan) for policy, plan in known if bool(policy.body.get("own")) is own]


def load_targets(db: Session, *, own: bool) -> int:
    """Add the targets that are not there yet; how many were added."""
    added = sum(_load(db, policy, plan) for policy, plan in plans_with_policy(db, own=own))
    if added:
        audit.record(db, None, "targets.loaded", changes={"count": added})
    return added


def _load(db: Session, policy: Policy, plan: PlanFile) -> int:
    made: dict[str, Target] = {}
    added = 0
    for position, spec in enumerate(plan.targets):
        code = f"{plan.policy}/{spec.code}"
        target = queries.target_at(db, code)
        if target is None:
            target, added = _make(policy, plan, spec, made), added + 1
            target.code, target.position = code, position
            db.add(target)
            db.flush()  # targets below may hang on this one
        made[spec.code] = target
    return added


def _make(policy: Policy, plan: PlanFile, spec: TargetSpec, made: Mapping[str, Target]) -> Target:
    same = spec.model_dump(exclude={"code", "parent", "repeats", "measure", "comparator", "starts_on"})
    target = Target(policy=policy, measure=spec.measure.value, comparator=spec.comparator.value, **same)
    target.parent_id = made[spec.parent].id if spec.parent else None
    target.repeats_id = made[spec.repeats].id if spec.repeats else None
    yearly = first_day(target, policy) if spec.measure is TargetKind.INCREMENT and spec.year else plan.starts
    target.starts_on = spec.starts_on or yearly
    target.ends_on = None if spec.year else plan.ends
    return target
