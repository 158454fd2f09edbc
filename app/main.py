"""The web application: its routers, its guards, its one list of what is served."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from sqlalchemy.orm import configure_mappers
from starlette.types import ASGIApp

from app.accounts import denials
from app.accounts.gate import check_gates, every_route
from app.accounts.service import factor
from app.accounts.views import router as accounts
from app.checks.follow import Follower
from app.checks.views import router as checks
from app.commissioners.deeds.views import router as service_records
from app.commissioners.deeds.views_appraisals import router as appraisals
from app.commissioners.deeds.views_deeds import router as deeds
from app.commissioners.matching.views import router as matchings
from app.commissioners.selection.views import router as selections
from app.commissioners.selection.views_candidates import router as candidates
from app.commissioners.views import router as commissioners
from app.commissioners.views_handovers import router as handovers
from app.core import collector, safety
from app.core.alone import Alone
from app.core.warming import Warming
from app.documents.views import router as templates
from app.duties.views import router as duties
from app.duties.views_matrix import router as duty_matrix
from app.facts.views import router as facts
from app.facts.views_lists import router as lists
from app.facts.views_records import router as records
from app.facts.views_region import router as region_facts
from app.facts.views_vouches import router as vouches
from app.firms import names
from app.firms.bulk.views import router as bulk
from app.firms.merge.views import router as merges
from app.firms.views import router as firms
from app.forecasts.views import router as forecasts
from app.imports.views import router as imports
from app.jobs.runner import Runner
from app.jobs.views import router as jobs
from app.ledgers.views import router as ledgers
from app.library.views import router as library
from app.library.views_comparison import router as comparisons
from app.library.views_intake import router as intakes
from app.library.views_relations import router as relations
from app.needs.calls.views import router as calls
from app.needs.matching.views import router as referrals
from app.needs.resources.views import router as resources
from app.needs.views import router as needs
from app.needs.views_raising import router as raised_needs
from app.notices.courier import Courier
from app.notices.views import router as notices
from app.parameters.views import router as parameters
from app.plans.progress import follow_some as follow_plans
from app.plans.views import router as plans
from app.plans.views_documents import router as plan_documents
from app.plans.views_measures import router as measures
from app.policies.views import router as policies
from app.portal.views import router as portal
from app.portal.views_mirror import router as mirror
from app.portal.views_people import router as people
from app.portal.views_ratings import router as ratings
from app.portal.views_signups import router as sign_ups
from app.registrations import register_all
from app.reports.judged import router as judged
from app.reports.todo import todo_of
from app.reports.views import router as reports
from app.reports.views_export import router as exported_reports
from app.settings import settings
from app.simulations.views import router as scenarios
from app.simulations.views_results import router as simulations
from app.statements.views import router as statements
from app.targets.views import router as targets
from app.titles.views import router as titles
from app.visits.views import router as visits
from app.visits.views_firm import router as firm_visits
from app.visits.views_replies import router as replies
from app.web import errors
from app.web.assets import FOLDERS, Assets
from app.web.gated import OnlyGated
from app.web.headers import SecurityHeaders
from app.web.origin import KnownHost, NotTooLarge, SameOrigin
from app.workbench.views import router as workbench
from app.workbench.views_cases import router as rule_cases
from app.workbench.views_drafts import router as drafts
from app.workbench.views_previews import router as previews

ROUTERS: tuple[APIRouter, ...] = (
    *(accounts, jobs, notices, policies, intakes, library, relations, comparisons, firms, bulk, merges),
    *(facts, records, vouches, lists, region_facts),
    *(titles, targets, duties, duty_matrix, checks, plans, measures, plan_documents, templates),
    *(reports, exported_reports, judged, imports, scenarios, simulations, forecasts),
    *(workbench, drafts, rule_cases, previews, parameters),
    *(needs, raised_needs, calls, referrals, resources),
    *(visits, firm_visits, replies, ledgers),
    *(portal, mirror, people, ratings, sign_ups, statements),
    *(commissioners, handovers, selections, candidates, matchings),
    *(service_records, deeds, appraisals),
)


def create_app() -> ASGIApp:
    """The application with its guards around it; the outermost sees every answer, errors included."""
    safety.insist_on_safety()
    factor.insist_on_known_roles()
    app = build()
    ours = SameOrigin(app, denials.cross_site(app))
    return SecurityHeaders(KnownHost(NotTooLarge(OnlyGated(ours), most_bytes(), errors.too_large(app))))


def most_bytes() -> int:
    """The largest body of a request: one upload, and what a form says around it."""
    return settings().upload_limit + 1024 * 1024


@asynccontextmanager
async def working(_app: FastAPI) -> AsyncIterator[None]:
    """While the site is served, the standings of firms follow what becomes known, and jobs are done."""
    alone = Alone(settings().data_dir / "background.lock", (Follower(follow_plans), Courier()))
    background = (alone, Runner(settings().job_threads), Warming(configure_mappers, names.learn))
    for each in background:
        each.start()
    collector.settle()
    yield
    for each in background:
        each.stop()


def build() -> FastAPI:
    """The routes and error pages alone; tests walk these."""
    register_all()
    app = FastAPI(
        title="梯度",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=working,
        telemetry={"tracing": False},
        max_body_size=most_bytes(),
        # Included routers would have FastAPI look through the dependencies of every route a second time.
        routes=[route for router in ROUTERS for route in router.routes],
    )
    for name, folder in FOLDERS.items():
        app.mount(f"/static/{name}", Assets(directory=folder()), name=f"static.{name}")
    app.state.todo = todo_of
    app.state.addresses = {route.name: route for route in every_route(app)}
    errors.install(app)
    denials.install(app)
    check_gates(app)
    return app
