"""The demonstration district's own plan: its targets, with values made up and entered as an officer would."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.fields import Fields
from app.core.seedfiles import SEEDS, read_yaml
from app.targets import queries, service
from app.targets.forms import ActualFields
from app.targets.seeding import load_targets

OWN_PLAN = "dabancheng-2023"
OFFICER = "bureau1"


class ActualSpec(Fields):
    """A value of the demonstration; `target` is a code of the plan."""

    target: str
    day: date
    value: Decimal
    source: str
    note: str = ""


def load_plans(db: Session) -> None:
    """Load the district's own plan once; again changes nothing."""
    officer = db.scalars(sa.select(User).where(User.username == OFFICER)).one()
    if load_targets(db, own=True):
        _report(db, officer)


def _report(db: Session, officer: User) -> None:
    for data in read_yaml(SEEDS / "demo" / "plans.yaml")["actuals"]:
        spec = ActualSpec(**data)
        target = queries.target_at(db, f"{OWN_PLAN}/{spec.target}")
        if target is not None:
            service.report(db, officer, target, ActualFields(**spec.model_dump(exclude={"target"})))
