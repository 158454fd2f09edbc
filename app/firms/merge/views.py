"""Firms that may be one: the list of pairs, two of them side by side, a merge and its way back."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session, joinedload
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core.errors import Conflict, FieldError
from app.core.paging import counts_of, page_asked, paginate
from app.firms.merge import pairs, searching, service
from app.firms.merge.forms import MergeFields, PairFields
from app.firms.merge.models import LikelyPair, Merge
from app.firms.models import Firm
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import Tab, tabs_of

router = APIRouter(prefix="/duplicates")

Merger = Annotated[User, Depends(Gate("merge:write"))]
STATES = {"open": "待核对", "dismissed": "已确认不同", "merged": "合并记录"}


class PairGate(ObjectGate):
    about: ClassVar[str | None] = "pair_id"

    def find(self, db: Session, actor: User, number: int) -> LikelyPair | None:  # noqa: ARG002 - the bureau sees all
        both = (joinedload(each) for each in (LikelyPair.first, LikelyPair.second))
        places = (each.joinedload(place) for each in both for place in (Firm.unit, Firm.park))
        return db.get(LikelyPair, number, options=tuple(places))


class MergeGate(ObjectGate):
    about: ClassVar[str | None] = "merge_id"

    def find(self, db: Session, actor: User, number: int) -> Merge | None:  # noqa: ARG002 - the bureau sees all
        return db.scalar(service.merges().where(Merge.id == number))


Paired = Annotated[LikelyPair, Depends(PairGate("merge:write"))]
Made = Annotated[Merge, Depends(MergeGate("merge:write"))]


@router.get("", name="duplicates.index")
def index(request: Request, page: Page, db: Db, actor: Merger) -> Response:
    state = request.query_params.get("state", "open")
    return _list_page(page, db, actor, Form(), state if state in STATES else "open")


@router.post("/search", name="duplicates.search")
def search(page: Page, db: Db, actor: Merger) -> Response:
    answer = searching.search_or_enqueue(db, actor)
    if isinstance(answer, str):
        return page.go("duplicates.index", done=answer)
    return page.go("jobs.show", job_id=answer.id, done="企业较多，正在后台查找。")


@router.post("", name="duplicates.create")
def create(page: Page, db: Db, actor: Merger, posted: Posted) -> Response:
    form = Form.bind(PairFields, posted)
    if form.data:
        try:
            pair = pairs.name_by_hand(db, actor, [form.data.first, form.data.second])
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("duplicates.show", pair_id=pair.id)
    return _list_page(page, db, actor, form, "open", status=422)


@router.get("/{pair_id}", name="duplicates.show")
def show(request: Request, page: Page, db: Db, pair: Paired) -> Response:
    keep = "second" if request.query_params.get("keep") == "second" else "first"
    return _pair_page(page, db, pair, keep)


@router.post("/{pair_id}/dismissal", name="duplicates.dismiss")
def dismiss(request: Request, page: Page, db: Db, pair: Paired) -> Response:
    pairs.dismiss(db, request.state.actor, pair)
    return page.go("duplicates.index", done="已记下：这两家不是同一家企业。")


@router.post("/{pair_id}/restoration", name="duplicates.restore")
def restore(request: Request, page: Page, db: Db, pair: Paired) -> Response:
    pairs.restore(db, request.state.actor, pair)
    return page.go("duplicates.index", done="已放回待核对。")


@router.post("/{pair_id}/merging", name="merges.create")
def merge(request: Request, page: Page, db: Db, pair: Paired, posted: Posted) -> Response:
    form = Form.bind(MergeFields, posted)
    if form.data is None:
        raise Conflict("没有收到完整的选择，请返回重新核对后再合并。")
    kept, gone = _both(pair, form.data.keep)
    made = service.merge(db, request.state.actor, kept, gone, form.data)
    return page.go("merges.show", merge_id=made.id, done=f"已把“{gone.name}”并入“{kept.name}”。")


@router.get("/merges/{merge_id}", name="merges.show")
def show_merge(page: Page, made: Made) -> Response:
    notes = made.detail.get("notes", [])
    return page.show("merge/merged.html", made=made, moved=service.moved_by_word(made), notes=notes)


@router.post("/merges/{merge_id}/undoing", name="merges.undo")
def undo(request: Request, page: Page, db: Db, made: Made) -> Response:
    notes = service.undo(db, request.state.actor, made)
    done = "已撤销合并，两家企业恢复为合并前的样子。" if not notes else f"已撤销合并，{len(notes)} 处保留，见下。"
    return page.go("merges.show", merge_id=made.id, done=done)


def _both(pair: LikelyPair, keep: str) -> tuple[Firm, Firm]:
    return (pair.second, pair.first) if keep == "second" else (pair.first, pair.second)


def _pair_page(page: Pages, db: Session, pair: LikelyPair, keep: str) -> Response:
    kept, gone = _both(pair, keep)
    merged = kept.merged_into_id is not None or gone.merged_into_id is not None
    return page.show(
        "merge/pair.html",
        pair=pair,
        keep=keep,
        tabs=_keep_tabs(page, pair, keep),
        merged=merged,
        outlook=None if merged else service.outlook(db, kept, gone),
    )


def _keep_tabs(page: Pages, pair: LikelyPair, keep: str) -> list[Tab]:
    """The first is kept where the address says nothing."""
    choices = (("", f"保留 {pair.first.name}"), ("second", f"保留 {pair.second.name}"))
    chosen = "" if keep == "first" else keep
    return tabs_of(choices, chosen, lambda code: page.url("duplicates.show", pair_id=pair.id, query={"keep": code}))


def _list_page(
    page: Pages, db: Session, actor: User, form: Form[PairFields], state: str, *, status: int = 200
) -> Response:
    lists: dict[str, Any] = {code: pairs.pairs(actor, code) for code in ("open", "dismissed")}
    lists["merged"] = service.merges()
    number, size = page_asked(page.request.query_params)
    tabs = tabs_of(
        STATES.items(),
        state,
        lambda code: page.url("duplicates.index", query={"state": code}),
        counts_of(db, lists),
    )
    found = paginate(db, lists[state], number=number, size=size)
    last = searching.last_search(db)
    return page.show("merge/index.html", status=status, form=form, state=state, tabs=tabs, found=found, last=last)
