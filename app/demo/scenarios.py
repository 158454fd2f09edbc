"""Two scenarios of one rule for the demonstration, made and computed by the same service as any officer's."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.policies.queries import rule_book
from app.simulations import scenarios, service
from app.simulations.forms import changes_in, scenario_fields

RULE = "t16_rd"
# Name of a scenario → what is typed into the fields of its figures.
SCENARIOS: Mapping[str, Mapping[str, str]] = {
    "门槛降到 300 万元": {"figure_condition_P1_0": "300"},
    "比例提高到 3%，封顶 80 万元": {"figure_value__0": "3%", "figure_cap__0": "80"},
}
REMARKS = "借用合川区的条款，看本区照此办理要花多少钱；只供测算，不作兑付依据。"
BUDGET = "800"


def load_scenarios(db: Session, actor: User) -> None:
    """Make and compute the scenarios; nothing to do where the book has no such rule."""
    book = rule_book(db)
    if all(entry.rule.code != RULE for entry in book.entries):
        return
    base = scenarios.base_for(book, RULE, on=clock.today())
    for name, typed in SCENARIOS.items():
        own = {"name": name, "remarks": REMARKS, "as_of": clock.today().isoformat(), "budget": BUDGET}
        fields = scenario_fields(base.version).model_validate({**own, **typed})
        scenario = service.create_scenario(db, actor, base, fields, changes_in(base.version, fields))
        service.simulate(db, actor, scenario)
