"""The pages of forecasts: ask, watch, read, list, print, export, ask again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core.errors import FieldError, NotFound
from app.core.paging import page_asked, paginate
from app.exports.answer import answer
from app.firms.queries import open_units, unit_options
from app.forecasts import queries, service, shown
from app.forecasts.exports import FORECAST
from app.forecasts.forms import PLACES, ForecastFields
from app.forecasts.models import Fate, Forecast, ForecastFirm, ForecastTarget
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of, with_all

router = APIRouter()


class ForecastGate(ObjectGate):
    """Hands on a forecast; its numbers are for every reader, its firms only for who may see firms."""

    about = "forecast_id"

    def find(self, db: Session, actor: User, number: int) -> Forecast | None:  # noqa: ARG002
        return queries.forecast(db, number)


Reader = Annotated[User, Depends(Gate("forecast:read"))]
Writer = Annotated[User, Depends(Gate("forecast:write"))]
Shown = Annotated[Forecast, Depends(ForecastGate("forecast:read"))]
Renewed = Annotated[Forecast, Depends(ForecastGate("forecast:write"))]

SHOWN_SPARE, SHOWN_LAPSING, MOST_CHOSEN = 10, 20, 200
FIRST = {"handling": 3, "most_searched": 40}


@router.get("/forecasts", name="forecasts.index")
def index(request: Request, page: Page, db: Db, _actor: Reader) -> Response:
    number, size = page_asked(request.query_params)
    found = paginate(db, queries.forecasts(), number=number, size=size)
    return page.show("forecasts/index.html", fragment="results", found=found, signs=shown.SIGNS)


@router.get("/forecasts/new", name="forecasts.new")
def new(request: Request, page: Page, db: Db, _actor: Writer) -> Response:
    """The form, with what an address asks for filled in: a target leads here with its own figures."""
    asked = {name: value[:80] for name, value in request.query_params.items() if name in ForecastFields.model_fields}
    return _show_form(page, db, Form(values={**FIRST, **asked}))


@router.post("/forecasts", name="forecasts.create")
def create(page: Page, db: Db, actor: Writer, posted: Posted) -> Response:
    form = Form.bind(ForecastFields, posted)
    if form.data:
        try:
            made = service.make_forecast(db, actor, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("forecasts.show", forecast_id=made.id, done="已提交，正在推演。")
    return _show_form(page, db, form, status=422)


def _show_form(page: Pages, db: Session, form: Form[Any], *, status: int = 200) -> Response:
    return page.show(
        "forecasts/new.html",
        status=status,
        form=form,
        places=PLACES,
        kinds=[(code, entry.rule.name) for code, entry in queries.judged_kinds(db).items()],
        units=unit_options(open_units(db)),
        months=[(day.strftime("%Y-%m"), f"{day.year}年{day.month}月末") for day in service.days_ahead()],
    )


@router.get("/forecasts/{forecast_id}", name="forecasts.show")
def show(request: Request, page: Page, db: Db, forecast: Shown) -> Response:
    actor = request.state.actor
    common: dict[str, Any] = {
        "forecast": forecast,
        "changed": queries.changed_since(db, forecast),
        "newer": queries.newer(db, forecast),
        "renewable": service.can_renew(db, forecast),
    }
    if forecast.computed_at is None:
        return page.show("forecasts/wait.html", fragment="status", job=service.job_of(db, forecast), **common)
    if request.headers.get("hx-request"):
        # The page that waited asks for its status; what it gets is the way to the result.
        return page.go("forecasts.show", forecast_id=forecast.id)
    target = _target(forecast, request.query_params.get("target", ""))
    return page.show(
        "forecasts/show.html",
        **common,
        **_result(db, actor, target),
        tabs=_tabs(page, forecast, target),
        fates=_fates(page, db, actor, target),
        assumptions=shown.assumptions(forecast, target),
    )


@router.get("/forecasts/{forecast_id}/firms", name="forecasts.firms")
def firms(request: Request, page: Page, db: Db, forecast: Shown) -> Response:
    target = _target(forecast, request.query_params.get("target", ""))
    fate = Fate.find(request.query_params.get("fate", ""))
    number, size = page_asked(request.query_params)
    wanted = queries.rows(request.state.actor, target.id)
    if fate is not None:
        wanted = wanted.where(ForecastFirm.fate == fate)
    return page.show(
        "forecasts/firms.html",
        forecast=forecast,
        target=target,
        fate=fate,
        tabs=_fate_tabs(page, db, target, fate),
        found=paginate(db, wanted, number=number, size=size),
        needs=shown.needs,
        fates=shown.FATES,
    )


@router.get("/forecasts/{forecast_id}/print", name="forecasts.print")
def show_on_paper(request: Request, page: Page, db: Db, forecast: Shown) -> Response:
    if forecast.computed_at is None:
        raise NotFound("推演还没有完成，完成后才能打印。")
    results = [_result(db, request.state.actor, target) for target in forecast.targets]
    return page.show(
        "forecasts/print.html", forecast=forecast, results=results, changed=queries.changed_since(db, forecast),
        assumptions=shown.assumptions,
    )  # fmt: skip


@router.post("/forecasts/{forecast_id}/renewal", name="forecasts.renew")
def renew(request: Request, page: Page, db: Db, forecast: Renewed) -> Response:
    made = service.renew_forecast(db, request.state.actor, forecast)
    return page.go("forecasts.show", forecast_id=made.id, done="已提交，正在按现在的数据重新推演。")


@router.post("/exports/forecasts", name="forecasts.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, FORECAST, posted)


def _target(forecast: Forecast, kind: str) -> ForecastTarget:
    return next((each for each in forecast.targets if each.kind == kind), forecast.targets[0])


def _result(db: Session, actor: User, target: ForecastTarget) -> dict[str, Any]:
    """One target as the page and the sheet of paper show it."""
    most = min(target.outcome["need"], MOST_CHOSEN) + SHOWN_SPARE
    candidates = db.scalars(queries.candidates(actor, target.id).limit(most)).all()
    return {
        "target": target,
        "sign": shown.SIGNS[target.reach] if target.reach else "warn",
        "verdict": shown.verdict(target),
        "chart": shown.chart(target),
        "months": shown.months(target),
        "chosen": [each for each in candidates if each.chosen],
        "spare": [each for each in candidates if not each.chosen],
        "lapsing": db.scalars(queries.lapsing(actor, target.id).limit(SHOWN_LAPSING)).all(),
        "needs": shown.needs,
        "sees_firms": actor.may(queries.SEE_FIRMS),
    }


def _tabs(page: Pages, forecast: Forecast, target: ForecastTarget) -> list[Tab]:
    url = page.request.url.path
    return tabs_of(
        ((each.kind, each.label) for each in forecast.targets), target.kind, lambda kind: f"{url}?target={kind}"
    )


def _firms_url(page: Pages, target: ForecastTarget, fate: str) -> str:
    query = {"target": target.kind, "fate": fate}
    return page.url("forecasts.firms", forecast_id=target.forecast_id, query=query)


def _fates(page: Pages, db: Session, actor: User, target: ForecastTarget) -> list[dict[str, Any]]:
    """Where every firm in scope ends up; a link for whoever may see which firms they are."""
    sees = actor.may(queries.SEE_FIRMS)
    counts = queries.fate_counts(db, target)
    links = {fate: _firms_url(page, target, fate.code) if sees else "" for fate in counts}
    return [{"label": fate.label, "why": shown.FATES[fate], "n": n, "url": links[fate]} for fate, n in counts.items()]


def _fate_tabs(page: Pages, db: Session, target: ForecastTarget, current: Fate | None) -> list[Tab]:
    counts = queries.fate_counts(db, target)
    return tabs_of(
        [ALL, *((fate.code, fate.label) for fate in counts)],
        current.code if current else "",
        lambda code: _firms_url(page, target, code),
        with_all(counts),
    )
