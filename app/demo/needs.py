"""Needs of a few demonstration firms, and who could help; kept by the same services as anybody's."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.seedfiles import SEEDS, read_yaml
from app.firms.models import Firm
from app.needs.declared import NeedKind, declared
from app.needs.forms import NeedFields, StepFields, need_fields
from app.needs.matching.forms import ReferralFields, ResultFields
from app.needs.matching.models import Result
from app.needs.matching.service import refer, report
from app.needs.models import Need, NeedState
from app.needs.resources.declared import registers
from app.needs.resources.forms import resource_fields
from app.needs.resources.models import Resource
from app.needs.resources.service import add_resource
from app.needs.service import raise_need, take_step


def load_needs(db: Session, ids: Mapping[str, int], users: Mapping[str, User], today: date) -> None:
    """`ids` gives the firm by the code of its archetype."""
    for each in read_yaml(SEEDS / "demo" / "needs.yaml")["needs"]:
        kind = declared().kinds[each["kind"]]
        actor, firm = users[each["by"]], db.get_one(Firm, ids[each["firm"]])
        need = raise_need(db, actor, firm, kind, _fields(kind, each, today))
        for step in each.get("steps", ()):
            if "refer" in step:
                _refer(db, actor, need, step, today)
                continue
            state, remark = NeedState.of(step["state"]), step.get("remark", "")
            take_step(db, actor, need, StepFields(state=state, remark=remark, version=need.version))


def load_resources(db: Session, actor: User) -> None:
    """Every register with a few invented entries."""
    given = read_yaml(SEEDS / "demo" / "resources.yaml")
    for code, register in registers().registers.items():
        for each in given[code]:
            own = {name: each.pop(name) for name in ("name", "organisation") if name in each}
            typed = {f"said_{column}": text for column, text in each.items()}
            add_resource(db, actor, register, resource_fields(register).model_validate({**own, **typed}))


def _refer(db: Session, actor: User, need: Need, step: Mapping[str, Any], today: date) -> None:
    """Bring a need to the resource of a name; where the step says so, with its result."""
    number = db.scalars(sa.select(Resource.id).where(Resource.name == step["refer"])).one()
    fields = ReferralFields(resource_id=number, due_on=today + timedelta(days=step["due"]), remark=step["remark"])
    referral = refer(db, actor, need, fields)
    if "done" in step:
        amount = step.get("amount")
        report(db, actor, referral, ResultFields(result=Result.DONE, remark=step["done"], amount=amount, version=1))


def _fields(kind: NeedKind, given: Mapping[str, Any], today: date) -> NeedFields:
    """What a person would have typed; a number of days becomes a date."""
    said = {code: _typed(value, today) for code, value in given["said"].items()}
    fields = need_fields(kind)
    return fields.model_validate({"title": given["title"], **{f"said_{code}": text for code, text in said.items()}})


def _typed(value: Any, today: date) -> str:
    return (today + timedelta(days=value)).isoformat() if isinstance(value, int) else str(value)
