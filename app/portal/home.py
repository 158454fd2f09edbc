"""The first page of a firm, put together from what the other parts of the system hold about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.checks import service as checks
from app.core import clock
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.needs.models import Need
from app.needs.queries import needs_of
from app.plans import queries as plans
from app.plans.models import Measure, Plan
from app.plans.shown import light
from app.portal.asking import Asked, asked_of
from app.portal.awards import Award, awards_of
from app.portal.deadlines import Deadline, deadlines_of
from app.portal.ladder import Step, next_steps, steps_of
from app.rules import Anchors
from app.titles.ladder import ladders
from app.titles.queries import titles_of
from app.titles.shown import Place, Shown, make_place, show_titles
from app.visits.models import Promise, Visit
from app.visits.queries import open_promises, visits_of

MOST_DEADLINES = 6
MOST_ROWS = 3


@dataclass(frozen=True)
class OwnPlan:
    """The plan being carried out: the measures that are the firm's part, and how many are the government's."""

    plan: Plan
    own: tuple[Measure, ...]
    others: int


@dataclass(frozen=True)
class Home:
    """Everything on the page, each part as its own domain gives it."""

    asked: Asked
    places: list[Place]
    titles: list[Shown]
    ladders: list[tuple[str, list[Step]]]
    aims: list[Step]
    deadlines: list[Deadline]
    awards: list[Award]
    out_of_reach: int
    plan: OwnPlan | None
    needs: list[Need]
    visits: list[Visit]
    promises: list[Promise]


def home_of(db: Session, firm: Firm) -> Home:
    """The page of a firm as of today, whoever looks at it."""
    today = clock.today()
    check = checks.check_firm(db, firm, Anchors(today, today))
    titles = titles_of(db, firm.id)
    in_force = [each for each in titles if each.in_force(today)]
    steps = steps_of(check, in_force, today)
    aims, plan = next_steps(steps), own_plan(db, firm)
    to_do = [each for each in plan.own if each.done_on is None] if plan else []
    offered, out_of_reach = awards_of(check.awards, today)
    return Home(
        asked=asked_of(db, firm),
        places=[make_place(titles, today, ladder) for ladder in ladders(vocabulary())],
        titles=[each for each in show_titles(titles, today) if each.title.in_force(today)],
        ladders=steps,
        aims=aims,
        deadlines=deadlines_of(check, in_force, to_do, aims, today),
        awards=offered,
        out_of_reach=out_of_reach,
        plan=plan,
        needs=needs_of(db, firm),
        visits=visits_of(db, firm)[:MOST_ROWS],
        promises=open_promises(db, [firm.id])[firm.id],
    )


def own_plan(db: Session, firm: Firm) -> OwnPlan | None:
    """The plan that counts, with the measures of which the firm itself is the owner, the most urgent first."""
    plan = plans.standing(db, firm.id, measures=True)
    if plan is None:
        return None
    own = sorted((each for each in plan.measures if each.owner_unit_id is None), key=_urgency)
    return OwnPlan(plan, tuple(own), len(plan.measures) - len(own))


def measure_lights(measures: Sequence[Measure]) -> dict[int, Any]:
    return {each.id: light(each) for each in measures}


def _urgency(measure: Measure) -> tuple[bool, Any, int]:
    return measure.done_on is not None, measure.due_on, measure.id
