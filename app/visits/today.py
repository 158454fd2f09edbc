"""今日走访: one card per firm, with what is planned, what was promised and what to ask there."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.firms.models import Firm
from app.visits import queries
from app.visits.models import Promise, VisitPlan
from app.visits.questions import Asking, questions_of


@dataclass(frozen=True)
class Stop:
    """A firm that somebody looks after, as it stands today."""

    firm: Firm
    plan: VisitPlan | None
    last_on: date | None
    promises: list[Promise]
    questions: list[Asking]

    @property
    def is_due(self) -> bool:
        return self.plan is not None and self.plan.planned_on <= clock.today()

    @property
    def overdue(self) -> list[Promise]:
        return [each for each in self.promises if each.due_on and each.due_on < clock.today()]

    @property
    def settles(self) -> int:
        """How many findings the questions would settle, each by itself."""
        return sum(each.settles for each in self.questions)


def stops(db: Session, actor: User) -> list[Stop]:
    """Due plans first, then overdue promises, then where most would be settled, then whoever waits longest."""
    firms = queries.firms_to_visit(db, actor)
    ids = [firm.id for firm in firms]
    plans, last = queries.next_plans(db, actor, ids), queries.last_visits(db, ids)
    promises, questions = queries.open_promises(db, ids), questions_of(db, ids)
    made = [Stop(firm, plans.get(firm.id), last.get(firm.id), promises[firm.id], questions[firm.id]) for firm in firms]
    return sorted(made, key=_urgency)


def _urgency(stop: Stop) -> tuple[bool, date, int, int, date]:
    due = stop.plan.planned_on if stop.plan and stop.is_due else date.max
    return not stop.is_due, due, -len(stop.overdue), -stop.settles, stop.last_on or date.min
