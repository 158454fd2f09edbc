"""What the demonstration's people do for its firms: visits with promises and needs, and plans that are carried out."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Unit, User
from app.core import clock
from app.core.fields import Fields
from app.core.seedfiles import SEEDS, read_yaml
from app.firms.models import Firm
from app.plans import progress, queries, service
from app.plans.access import loaded
from app.plans.forms import DecisionFields, MeasureFields, PlanFields, ReportFields
from app.plans.models import Measure, Plan
from app.plans.work import draft_now
from app.visits.forms import VisitFields
from app.visits.models import Promise, Visit
from app.visits.service import keep_promise, record_visit


class PromiseSpec(Fields):
    what: str
    due: int
    owner: str = ""
    kept: bool = False


class VisitSpec(Fields):
    """A visit some days ago (`day`, `due`, `next`: days from today)."""

    firm: str
    by: str
    day: int
    people: str
    topics: list[str]
    problems: str = ""
    needs: str = ""
    need_kind: str = ""
    promises: Sequence[PromiseSpec] = ()
    next: int | None = None


class MeasureSpec(Fields):
    """What is changed of a drafted measure, and what was said of it once the plan counted."""

    due: int
    unit: str = ""
    say: str = ""
    done: str = ""


class PlanSpec(Fields):
    firm: str
    rule: str
    by: str
    second: str
    state: Literal["submitted", "returned", "approved"]
    summary: str
    words: str = ""
    measures: Sequence[MeasureSpec] = ()


def load_visits(db: Session, ids: Mapping[str, int], users: Mapping[str, User]) -> None:
    """`ids` gives the firm by the code of its archetype."""
    for data in read_yaml(SEEDS / "demo" / "helping.yaml")["visits"]:
        _visit(db, VisitSpec(**data), ids, users)


def load_firm_plans(db: Session, ids: Mapping[str, int]) -> None:
    """Plans as people drafted, approved and carried them out; the firms have been judged before."""
    users = {user.username: user for user in db.scalars(sa.select(User))}
    for data in read_yaml(SEEDS / "demo" / "helping.yaml")["plans"]:
        spec = PlanSpec(**data)
        _plan(db, spec, db.get_one(Firm, ids[spec.firm]), users)


def _visit(db: Session, spec: VisitSpec, ids: Mapping[str, int], users: Mapping[str, User]) -> None:
    actor, firm, today = users[spec.by], db.get_one(Firm, ids[spec.firm]), clock.today()
    said = {name: getattr(spec, name) for name in ("people", "topics", "problems", "needs", "need_kind")}
    for number, promise in enumerate(spec.promises, 1):
        owner = users[promise.owner].id if promise.owner else None
        due = today + timedelta(days=promise.due)
        said |= {f"promise_{number}": promise.what, f"due_{number}": due, f"owner_{number}": owner}
    said |= {"visited_on": today + timedelta(days=spec.day), "place": firm.address or ""}
    fields = VisitFields(**said, next_on=today + timedelta(days=spec.next) if spec.next else None)
    content = sorted([name, str(value)] for name, value in said.items() if value and not isinstance(value, list))
    visit = record_visit(db, actor, firm, fields, (), key=str(uuid.uuid4()), content=content)
    _keep(db, actor, visit, [promise.what for promise in spec.promises if promise.kept])


def _keep(db: Session, actor: User, visit: Visit, kept: Sequence[str]) -> None:
    mine = sa.select(Promise).where(Promise.visit_id == visit.id, Promise.what.in_(kept))
    for promise in db.scalars(mine).all():
        keep_promise(db, actor, promise)


def _plan(db: Session, spec: PlanSpec, firm: Firm, users: Mapping[str, User]) -> None:
    writer, second = users[spec.by], users[spec.second]
    drafted = draft_now(db, writer, firm, spec.rule)
    plan = db.scalars(loaded().where(Plan.id == drafted.id).execution_options(populate_existing=True)).one()
    fields = PlanFields(declares_on=plan.declares_on, summary=spec.summary, version=plan.version)
    service.edit_plan(db, writer, plan, fields)
    pairs = list(zip(queries.measures_of(db, plan.id), spec.measures, strict=False))
    for measure, changed in pairs:
        _change(db, writer, measure, changed)
    service.submit(db, writer, plan)
    match spec.state:
        case "returned":
            service.send_back(db, second, plan, spec.words)
        case "approved":
            _carry_out(db, writer, second, plan, pairs)
        case "submitted":
            pass


def _carry_out(
    db: Session, writer: User, second: User, plan: Plan, pairs: Sequence[tuple[Measure, MeasureSpec]]
) -> None:
    service.approve(db, second, plan, DecisionFields(words="同意。", version=plan.version))
    for measure, changed in pairs:
        if changed.say:
            progress.report(db, writer, measure, ReportFields(words=changed.say))
        if changed.done:
            progress.complete(db, writer, measure, changed.done)


def _change(db: Session, writer: User, measure: Measure, changed: MeasureSpec) -> None:
    named = sa.select(Unit.id).where(Unit.name == changed.unit)
    owner = db.scalars(named).one() if changed.unit else measure.owner_unit_id
    told = {name: getattr(measure, name) for name in ("kind", "name", "detail", "steps", "aims", "helper", "version")}
    due = clock.today() + timedelta(days=changed.due)
    service.edit_measure(db, writer, measure, MeasureFields(**told, owner_unit_id=owner, due_on=due))
