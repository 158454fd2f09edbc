"""What computing scenarios found: a result, the firms behind its numbers, several side by side, on paper, as a file."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core.address import row_number
from app.core.errors import NotFound
from app.core.paging import page_asked, paginate
from app.exports.answer import answer
from app.policies.queries import rule_book
from app.simulations import chart, queries, service, shown
from app.simulations.exports import FIRMS, UNITS
from app.simulations.models import Judged, Scenario, Shift, Simulation
from app.simulations.tally import Slice, Tally
from app.simulations.views import Shown
from app.web.database import Db
from app.web.forms import Posted
from app.web.pages import Page, Pages

router = APIRouter()
MOST_COMPARED = 6


class ResultGate(ObjectGate):
    about = "simulation_id"

    def find(self, db: Session, actor: User, number: int) -> Simulation | None:  # noqa: ARG002
        return queries.simulation_of(db, number)


Reader = Annotated[User, Depends(Gate("simulation:read"))]
Lister = Annotated[User, Depends(Gate("simulation:list"))]
Result = Annotated[Simulation, Depends(ResultGate("simulation:read"))]
Listed = Annotated[Simulation, Depends(ResultGate("simulation:list"))]


class Urls:
    """The addresses behind the numbers of a result; none for whoever may not see firms."""

    def __init__(self, page: Pages, simulation: Simulation) -> None:
        self.page = page
        self.simulation = simulation
        self.open = bool(page.request.state.actor.may(queries.LIST))

    def __call__(
        self, *, shift: Shift | None = None, before: Judged | None = None, after: Judged | None = None, unit: str = ""
    ) -> str:
        if not self.open:
            return ""
        part = Slice(shift, before, after, unit)
        address = self.page.url("simulations.firms", simulation_id=self.simulation.id)
        return f"{address}?{part.query}" if part.query else address


@router.get("/simulations/compare", name="simulations.compare")
def compare(request: Request, page: Page, db: Db, _actor: Reader) -> Response:
    """Several scenarios of one rule by their latest results, side by side."""
    asked = [row_number(each) for each in request.query_params.getlist("id")]
    found = queries.scenarios_under(db, asked[:MOST_COMPARED])
    latest = queries.latest_of(db, found)
    made = [latest[each.id] for each in found if each.id in latest]
    tallies = queries.tallies(db, made)
    columns = [(each, tallies[latest[each.id].id]) for each in found if each.id in latest]
    return page.show(
        "simulations/compare.html",
        found=found,
        columns=columns,
        heads=[{"label": scenario.name, "align": "right"} for scenario, _ in columns],
        same_rule=len({each.rule_code for each in found}) == 1,
        same_base=len({(each.as_of, each.rule_digest, each.firms, each.revisions) for each in made}) == 1,
        rule_name=_rule_name(db, found[0]) if found else "",
        changes=_changes_by_place(columns),
        bars=chart.side_by_side([(scenario.name, tally.total) for scenario, tally in columns]),
        urls={tally.simulation.id: Urls(page, tally.simulation) for _, tally in columns},
        **_words(),
    )


@router.get("/simulations/{scenario_id}", name="simulations.show")
def show(page: Page, db: Db, scenario: Shown) -> Response:
    """A scenario by its latest result; before there is one, what it would change."""
    made = queries.simulations_of(db, scenario)
    if made:
        return page.show("simulations/result.html", **_context(page, db, queries.simulation_of(db, made[0].id), made))
    return page.show("simulations/show.html", scenario=scenario, rule_name=_rule_name(db, scenario))


@router.get("/simulations/results/{simulation_id}", name="simulations.result")
def result(page: Page, db: Db, simulation: Result) -> Response:
    made = queries.simulations_of(db, simulation.scenario)
    return page.show("simulations/result.html", **_context(page, db, simulation, made))


@router.get("/simulations/results/{simulation_id}/print", name="simulations.print")
def show_on_paper(page: Page, db: Db, simulation: Result) -> Response:
    return page.show("simulations/print.html", **_context(page, db, simulation, []))


@router.get("/simulations/results/{simulation_id}/firms", name="simulations.firms")
def firms(request: Request, page: Page, db: Db, simulation: Listed) -> Response:
    part = Slice.read(request.query_params)
    number, size = page_asked(request.query_params)
    found = paginate(db, queries.firms_in(request.state.actor, simulation.id, part), number=number, size=size)
    address = page.url("simulations.firms", simulation_id=simulation.id)
    return page.show(
        "simulations/firms.html",
        simulation=simulation,
        rule_name=_rule_name(db, simulation.scenario),
        found=found,
        part=part,
        chips=[
            {"label": label, "value": value, "remove_url": f"{address}?{part.without(name).query}"}
            for name, label, value in part.words
        ],
        clear_url=address,
        **_words(),
    )


@router.post("/exports/simulations", name="simulations.export")
def export(page: Page, db: Db, actor: Lister, posted: Posted) -> Response:
    return answer(page, db, actor, FIRMS, posted)


@router.post("/exports/simulations/units", name="simulations.export_units")
def export_units(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, UNITS, posted)


def _context(page: Pages, db: Session, simulation: Simulation | None, made: list[Simulation]) -> dict[str, Any]:
    if simulation is None:
        raise NotFound
    tally, book = queries.tally(db, simulation), rule_book(db)
    return {
        "simulation": simulation,
        "scenario": simulation.scenario,
        "rule_name": _rule_name(db, simulation.scenario),
        "tally": tally,
        "total": tally.total,
        "bars": chart.before_and_after(tally.total),
        "spans": {each.label: each for each in chart.spans(tally)},
        "outdated": service.why_outdated(db, book, [simulation])[simulation.id],
        "made": made,
        "url": Urls(page, simulation),
        **_words(),
    }


def _words() -> dict[str, Any]:
    """What the templates put numbers into words with."""
    return {
        "Judged": Judged,
        "Shift": Shift,
        "cost_words": shown.cost_words,
        "difference_words": shown.difference_words,
        "budget_words": shown.budget_words,
        "side_words": shown.side_words,
        "exact_wan": shown.exact_wan,
    }


def _rule_name(db: Session, scenario: Scenario) -> str:
    book = rule_book(db)
    return next((each.rule.name for each in book.entries if each.rule.code == scenario.rule_code), scenario.rule_code)


def _changes_by_place(columns: list[tuple[Scenario, Tally]]) -> list[tuple[Mapping[str, Any], list[str]]]:
    """Every figure that any of the results changes, and what each puts there."""
    found: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for _, tally in columns:
        for each in tally.simulation.told:
            found.setdefault((each["heading"], each["label"], each["before"]), each)
    return [(each, [_given(tally.simulation, key) for _, tally in columns]) for key, each in found.items()]


def _given(simulation: Simulation, key: tuple[str, str, str]) -> str:
    same = (each for each in simulation.told if (each["heading"], each["label"], each["before"]) == key)
    return next((str(each["after"]) for each in same), "")
