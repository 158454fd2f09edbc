"""The pages of targets: the list, one target with its values, the firms behind a number, paper and file."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core import clock
from app.core.errors import FieldError, NotFound, Stale
from app.core.fields import LARGEST_ID
from app.core.paging import count, page_asked, paginate, slice_of
from app.core.text import moment
from app.exports.answer import answer
from app.facts.vocabulary import vocabulary
from app.firms.access import visible
from app.policytext.targets.target import TargetKind
from app.targets import counting, queries, service, shown
from app.targets.assess import Assessed, assess
from app.targets.exports import TARGETS
from app.targets.forms import ActualFields, Following, Retraction
from app.targets.listed import listed
from app.targets.models import Actual, Given, Target
from app.targets.progress import TargetState
from app.targets.queries import OTHER, WHOSE, TargetSearch
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import Tab, tabs_of

router = APIRouter()
SEE_FIRMS = "firm:read"


class TargetGate(ObjectGate):
    about = "target_id"

    def find(self, db: Session, actor: User, number: int) -> Target | None:  # noqa: ARG002
        return queries.target(db, number)


Reader = Annotated[User, Depends(Gate("target:read"))]
Shown = Annotated[Target, Depends(TargetGate("target:read"))]
Kept = Annotated[Target, Depends(TargetGate("target:write"))]
ActualId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/targets", name="targets.index")
def index(request: Request, page: Page, db: Db, _actor: Reader) -> Response:
    wanted, every = TargetSearch.read(request.query_params), queries.targets(db)
    found = listed(db, every, wanted, clock.today())
    number, size = page_asked(request.query_params)
    mine = [target for target in every if target.is_own is not wanted.other]
    years = sorted({target.year for target in mine if target.year})
    return page.show(
        "targets/index.html",
        fragment="results",
        found=slice_of(found.rows, number=number, size=size),
        states=_states(page, found.states, wanted.state),
        tabs=_tabs(page, every, wanted.whose),
        wanted=wanted,
        policies=[(policy.id, _named(policy, wanted.other)) for policy in queries.policies_of(mine)],
        years=[*((year, f"{year}年") for year in years), ("every", "每年")],
        state_options=TargetState.options(),
        shown=shown,
    )


def _named(policy: Any, other: bool) -> str:  # noqa: FBT001
    region = policy.body.get("region") or policy.issuer
    return f"{region}：{policy.title}" if other and region else policy.title


def _tabs(page: Pages, every: list[Target], whose: str) -> list[Tab]:
    own = sum(target.is_own for target in every)
    counts = {"": own, OTHER: len(every) - own}
    return tabs_of(WHOSE, whose, lambda code: page.url("targets.index", query={"whose": code}), counts)


def _states(page: Pages, counts: dict[TargetState, int], current: str) -> list[dict[str, Any]]:
    """One number per state, each a link to its targets."""
    given = {name: value for name, value in page.request.query_params.items() if name not in {"state", "page"}}
    return [
        {"state": state, "count": n, "url": page.url("targets.index", query={**given, "state": state.code})}
        for state, n in counts.items()
        if not current or state.code == current
    ]


@router.get("/targets/print", name="targets.print")
def show_on_paper(request: Request, page: Page, db: Db, _actor: Reader) -> Response:
    wanted = TargetSearch.read(request.query_params)
    found = listed(db, queries.targets(db), wanted, clock.today())
    back = page.url("targets.index", query=dict(request.query_params))
    return page.show("targets/print.html", found=found, wanted=wanted, shown=shown, back=back)


@router.post("/exports/targets", name="targets.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, TARGETS, posted)


@router.get("/targets/{target_id}", name="targets.show")
def show(page: Page, db: Db, target: Shown) -> Response:
    return _show(page, db, target, Form(values={"given": Given.LEVEL.code}))


def _show(page: Pages, db: Db, target: Target, form: Form[Any], *, status: int = 200) -> Response:
    today = clock.today()
    (assessed,) = assess(db, [target], today)
    parts = queries.children(db, target)
    return page.show(
        "targets/show.html",
        status=status,
        target=target,
        assessed=assessed,
        parts=assess(db, parts, today),
        sums=shown.sums(target, parts),
        history=queries.history(db, target.repeats_id or target.id),
        form=form,
        given=_given_options(target),
        forecast=_forecast_url(page, target),
        today_count=_count_link(page, db, target, today) if assessed.is_counted else None,
        decided=_count_link(page, db, target, _counted_on(assessed)) if assessed.is_counted else None,
        shown=shown,
    )


def _given_options(target: Target) -> list[tuple[str, str]]:
    """Nothing to choose where the indicator itself is the result."""
    return [] if target.kind in {TargetKind.STOCK, TargetKind.INCREMENT} else Given.options()


def _counted_on(assessed: Assessed) -> date:
    assert assessed.verdict.point is not None, "what is counted has a point"
    return assessed.verdict.point.day


def _count_link(page: Pages, db: Db, target: Target, day: date) -> dict[str, Any]:
    url = page.url("targets.firms", target_id=target.id, query={"on": day.isoformat()})
    return {"n": counting.count_on(db, target, day), "url": url, "day": day}


def _forecast_url(page: Pages, target: Target) -> str:
    """达标推演 with this target filled in; empty where it is no stock of a title of ours."""
    if not counting.is_counted(target) or target.kind is not TargetKind.STOCK:
        return ""
    due = target.due
    until = due.strftime("%Y-%m") if due and due >= clock.today() else ""
    name = f"{target}目标"[:80]
    asked = {"name": name, "kind_1": target.counts, "count_1": int(target.low), "until": until}
    return page.url("forecasts.new", query=asked)


@router.get("/targets/{target_id}/firms", name="targets.firms")
def firms(request: Request, page: Page, db: Db, target: Shown, on: date | None = None) -> Response:
    if not counting.is_counted(target):
        raise NotFound("这个目标不由系统按资质计数，没有企业名单。")
    day = min(on or clock.today(), clock.today())
    mine = counting.counted_firms(target, day).where(visible(request.state.actor, SEE_FIRMS))
    number, size = page_asked(request.query_params)
    return page.show(
        "targets/firms.html",
        target=target,
        day=day,
        found=paginate(db, mine, number=number, size=size),
        total=counting.count_on(db, target, day),
        left_out=count(db, counting.left_out(target, day)),
        shown=shown,
    )


@router.post("/targets/{target_id}/actuals", name="actuals.create")
def report(request: Request, page: Page, db: Db, target: Kept, posted: Posted) -> Response:
    form = Form.bind(ActualFields, posted)
    if form.data:
        try:
            service.report(db, request.state.actor, target, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("targets.show", target_id=target.id, done="已填报。")
    return _show(page, db, target, form, status=422)


@router.get("/targets/{target_id}/actuals/{actual_id}/edit", name="actuals.edit")
def edit_actual(page: Page, db: Db, target: Kept, actual_id: ActualId) -> Response:
    actual = queries.actual_of(db, target, actual_id)
    values = {name: getattr(actual, name) for name in ("day", "whole", "source")}
    plain = {"value": f"{actual.value:f}", "given": actual.given.code, "note": ""}
    return _show_actual(page, target, actual, Form(values={**values, **plain}))


@router.post("/targets/{target_id}/actuals/{actual_id}", name="actuals.correct")
def correct(request: Request, page: Page, db: Db, target: Kept, actual_id: ActualId, posted: Posted) -> Response:
    form = Form.bind(ActualFields, posted)
    standing = queries.latest_of(db, target, actual_id)
    if standing is not None and standing.id != actual_id:
        return _show_late(page, db, target, standing, form)
    actual = queries.actual_of(db, target, actual_id, held=True)
    if form.data:
        try:
            service.correct(db, request.state.actor, target, actual, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("targets.show", target_id=target.id, done="已更正；原来的值保留在历史中。")
    return _show_actual(page, target, actual, form, status=422)


def _show_late(page: Pages, db: Session, target: Target, standing: Actual, form: Form[Any]) -> Response:
    """Somebody corrected the value first: both are shown, and the form now corrects theirs."""
    mine = {"实际值": str(form.values.get("value", "")), "来源": str(form.values.get("source", ""))}
    conflict = both_versions(db, standing, mine, {"实际值": f"{standing.value:f}", "来源": standing.source})
    conflict |= {"who": str(standing.recorded_by), "when": moment(standing.recorded_at)}
    return _show_actual(page, target, standing, form, status=Stale.status, conflict=conflict)


def _show_actual(
    page: Pages,
    target: Target,
    actual: Actual,
    form: Form[Any],
    *,
    status: int = 200,
    conflict: dict[str, Any] | None = None,
) -> Response:
    given = _given_options(target)
    told: dict[str, Any] = {"target": target, "actual": actual, "form": form, "given": given, "conflict": conflict}
    return page.show("targets/actual.html", status=status, shown=shown, **told)


@router.post("/targets/{target_id}/actuals/{actual_id}/retraction", name="actuals.retract")
def retract(request: Request, page: Page, db: Db, target: Kept, actual_id: ActualId, posted: Posted) -> Response:
    actual = queries.actual_of(db, target, actual_id, held=True)
    form = Form.bind(Retraction, posted)
    if form.data is None:
        return _show_actual(page, target, actual, form, status=422)
    service.retract(db, request.state.actor, actual, form.data.reason)
    return page.go("targets.show", target_id=target.id, done="已撤回；原来的值保留在历史中。")


@router.get("/targets/{target_id}/edit", name="targets.edit")
def edit(page: Page, db: Db, target: Kept) -> Response:
    return _show_edit(page, db, target, Form(values=_values(target)))


@router.post("/targets/{target_id}", name="targets.update")
def update(request: Request, page: Page, db: Db, target: Kept, posted: Posted) -> Response:
    form = Form.bind(Following, posted)
    if form.data:
        try:
            service.edit(db, request.state.actor, target, form.data)
            return page.go("targets.show", target_id=target.id, done="已保存。")
        except FieldError as error:
            form.reject(error)
        except Stale:
            mine, theirs = _in_words(form.values), service.followed_in_words(target)
            form.values["version"] = target.version
            conflict = both_versions(db, target, mine, theirs)
            return _show_edit(page, db, target, form, status=Stale.status, conflict=conflict)
    return _show_edit(page, db, target, form, status=422)


LABELS = {"starts_on": "起算日", "ends_on": "期限", "base_year": "基期年份", "base_value": "基期值", "note": "备注"}


def _in_words(values: dict[str, Any]) -> dict[str, str]:
    kind = vocabulary().titles.get(str(values.get("counts") or ""))
    said = {label: str(values.get(name) or "") for name, label in LABELS.items()}
    return {**said, "系统计数": kind.label if kind else "", "分项有交叉": "是" if values.get("overlaps") else ""}


def _values(target: Target) -> dict[str, Any]:
    names = ("starts_on", "ends_on", "base_year", "counts", "parent_id", "overlaps", "repeats_id", "note", "version")
    base = "" if target.base_value is None else f"{target.base_value:f}"
    return {**{name: getattr(target, name) for name in names}, "base_value": base}


def _show_edit(page: Pages, db: Db, target: Target, form: Form[Any], *, status: int = 200, **more: Any) -> Response:
    others = [each for each in queries.targets(db, policy_id=target.policy_id) if each.id != target.id]
    return page.show(
        "targets/edit.html",
        status=status,
        target=target,
        form=form,
        kinds=[(kind.code, kind.label) for kind in vocabulary().titles.values()],
        others=[(each.id, f"{each.path} {each}") for each in others],
        shown=shown,
        **{"conflict": None, **more},
    )
