"""The measures for firms that carry out clauses of the district's own plan."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.core.paging import count
from app.firms.models import Firm
from app.library.resting import Resting
from app.plans.access import LEDGER, visible_measures
from app.plans.models import Measure, Plan, PlanState
from app.policies.models import Policy

# Nobody reads more in a comparison.
MOST = 20


def measures_resting_on(db: Session, actor: User, policy: Policy, paths: Collection[str]) -> list[Resting]:
    """Those of plans that are carried out and not done; measures cite clauses of the own plan only."""
    if not policy.body.get("own") or not actor.may(LEDGER):
        return []
    carried_out = (Plan.state == PlanState.APPROVED, Measure.done_on.is_(None), Measure.clause.in_(paths))
    mine = sa.select(Measure).join(Measure.plan).join(Plan.firm).where(*carried_out, visible_measures(actor, LEDGER))
    named = mine.options(joinedload(Measure.plan).joinedload(Plan.firm)).order_by(Measure.clause, Firm.name, Measure.id)
    found = [
        Resting(each.clause, "措施", f"{each.plan.firm.name}：{each.name}", "measures.show", {"measure_id": each.id})
        for each in db.scalars(named.limit(MOST))
    ]
    more = count(db, mine) - len(found)
    return [*found, Resting(found[-1].path, "措施", f"还有 {more} 项，见台账", "ledger.show")] if more else found
