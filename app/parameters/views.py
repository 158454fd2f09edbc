"""The list of what is open, and the page of one: who is asked for it, and supplying it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.accounts.queries import unit_options
from app.core.errors import Conflict, FieldError, Stale
from app.library.queries import rules_here
from app.parameters import queries, service
from app.parameters.forms import KeeperFields, SupplyFields
from app.parameters.queries import OpenParameter, Progress
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of, with_all

router = APIRouter(prefix="/parameters")
Reader = Annotated[User, Depends(Gate("parameter:read"))]
Writer = Annotated[User, Depends(Gate("parameter:write"))]
Key = Annotated[str, Path(pattern=r"^(rule-[a-z0-9_]{1,64}|provision-[0-9]{1,18})$")]
SIGNS = {Progress.OPEN: "warn", Progress.DRAFTED: "accent", Progress.SUBMITTED: "accent", Progress.PUBLISHED: "good"}


@router.get("", name="parameters.index")
def index(page: Page, db: Db, actor: Reader, tab: str = "") -> Response:
    found = queries.open_parameters(db, actor)
    codes = {each.code for each in Progress}
    shown = [each for each in found if each.progress.code == tab] if tab in codes else found
    return page.show(
        "parameters/index.html", found=shown, tabs=_tabs(page, found, tab), signs=SIGNS, here=rules_here(db)
    )


def _tabs(page: Pages, found: list[OpenParameter], tab: str) -> list[Tab]:
    counts = {each: sum(one.progress is each for one in found) for each in Progress}
    return tabs_of(
        [ALL, *Progress.options()],
        tab,
        lambda code: page.url("parameters.index", query={"tab": code}),
        with_all(counts),
    )


@router.get("/{parameter}", name="parameters.show")
def show(page: Page, db: Db, actor: Reader, parameter: Key) -> Response:
    return _show(page, db, actor, parameter)


def _show(page: Pages, db: Db, actor: User, key: str, *, status: int = 200, **more: Any) -> Response:
    found = queries.open_parameter(db, actor, key)
    forms = {
        "keeper": Form[Any](values={"unit_id": found.keeper.id if found.keeper else ""}),
        "form": Form[Any](values={"document": found.waits_for}),
    }
    shown = {"found": found, "signs": SIGNS, "here": rules_here(db), "supplies": queries.supplies(db, key), **forms}
    return page.show("parameters/show.html", status=status, units=unit_options(db), **{**shown, **more})


@router.post("/{parameter}/keeper", name="parameters.assign")
def assign(page: Page, db: Db, actor: Writer, parameter: Key, posted: Posted) -> Response:
    found = queries.open_parameter(db, actor, parameter)
    form = Form.bind(KeeperFields, posted)
    if form.data:
        try:
            service.assign(db, actor, found, form.data.unit_id)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("parameters.show", parameter=parameter, done="已保存。")
    return _show(page, db, actor, parameter, status=422, keeper=form)


@router.post("/{parameter}/supplies", name="parameters.supply")
def supply(page: Page, db: Db, actor: Writer, parameter: Key, posted: Posted) -> Response:
    found = queries.open_parameter(db, actor, parameter)
    form = Form.bind(SupplyFields, posted)
    if form.data:
        try:
            draft = service.supply(db, actor, found, form.data)
        except FieldError as error:
            form.reject(error)
        except (Conflict, Stale) as refusal:
            form.reject(FieldError("value", refusal.message))
        else:
            said = "已写进规则草稿；送审并由另一人复核发布之后才生效，现行规则没有改动。"
            return page.go("drafts.show", draft_id=draft.id, done=said)
    return _show(page, db, actor, parameter, status=422, form=form)
