"""Needs of the district: the list with its counts, one need, its steps, the ledger on paper and as a file."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core.clock import local_day
from app.core.errors import Conflict, FieldError, Stale
from app.core.paging import count, page_asked, paginate
from app.core.text import moment
from app.exports.answer import answer
from app.needs import queries, service, shown
from app.needs.declared import declared
from app.needs.exports import NEEDS
from app.needs.forms import StepFields
from app.needs.matching import queries as matching
from app.needs.models import Need, NeedState
from app.needs.search import CLEAR, DUE, NeedSearch
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of, with_all

router = APIRouter()
MOST_PRINTED = 500


@dataclass(frozen=True)
class NeedAccess:
    """A user in front of a need that they may see."""

    actor: User
    need: Need


class NeedGate(ObjectGate):
    """Hands on a need of a firm that the permission reaches, with who asks."""

    about = "need_id"

    def find(self, db: Session, actor: User, number: int) -> NeedAccess | None:
        need = queries.need_for(db, actor, self.permission, number)
        return NeedAccess(actor, need) if need else None


Reader = Annotated[User, Depends(Gate("need:read"))]
Shown = Annotated[NeedAccess, Depends(NeedGate("need:read"))]
Handled = Annotated[NeedAccess, Depends(NeedGate("need:approve"))]


@router.get("/needs", name="needs.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    search = NeedSearch.read(request.query_params)
    number, size = page_asked(request.query_params)
    counts = queries.counts(db, actor, search)
    return page.show(
        "needs/index.html",
        fragment="results",
        search=search,
        found=paginate(db, queries.needs_matching(actor, search), number=number, size=size),
        tabs=_tabs(page, search, counts),
        table=_by_kind(page, search, counts),
        states=list(NeedState),
        kinds=declared().options(),
        clear_options=CLEAR,
        due_options=DUE,
        signs=shown.SIGNS,
    )


@router.get("/needs/ledger", name="needs.ledger")
def ledger(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    """企业科技需求台账 on paper: the same rows, in fixed columns."""
    search = NeedSearch.read(request.query_params)
    wanted = queries.needs_matching(actor, search)
    needs = db.scalars(queries.with_steps(wanted).limit(MOST_PRINTED)).all()
    return page.show(
        "needs/ledger.html", search=search, needs=needs, total=count(db, wanted), contents=shown.contents,
        progress=shown.progress, raised_on=lambda need: local_day(need.raised_at).isoformat(),
    )  # fmt: skip


@router.post("/exports/needs", name="needs.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, NEEDS, posted)


@router.get("/needs/{need_id}", name="needs.show")
def show(page: Page, db: Db, seen: Shown) -> Response:
    return show_need(page, db, seen, Form(values={"version": seen.need.version}))


@router.post("/needs/{need_id}/steps", name="needs.move")
def move(page: Page, db: Db, seen: Handled, posted: Posted) -> Response:
    form = Form.bind(StepFields, posted)
    if form.data:
        try:
            helped = matching.has_success(db, seen.need)
            need = service.take_step(db, seen.actor, seen.need, form.data, helped=helped)
        except FieldError as error:
            form.reject(error)
        except Stale as stale:
            return _raced(page, db, seen, form, stale)
        else:
            return page.go("needs.show", done=f"已转为“{need.state}”。", need_id=need.id)
    return show_need(page, db, seen, form, status=422)


def show_need(page: Pages, db: Session, seen: NeedAccess, form: Form[Any], **options: Any) -> Response:
    """The page of a need; `form` is that of its next step."""
    need, actor = seen.need, seen.actor
    kind = declared().kinds.get(need.kind)
    return page.show(
        "needs/show.html",
        **{
            "need": need,
            "form": form,
            "around": _around(page, db, seen),
            "parts": shown.parts(need),
            "clarity": service.clarity_of(need),
            "clear_from": declared().clear_from,
            "history": shown.history(need),
            "way": shown.way(need),
            "sign": shown.SIGNS[need.state],
            "next_states": [(state.code, state.label) for state in service.NEXT[need.state]],
            "handles": actor.may("need:approve") and bool(service.NEXT[need.state]),
            "editable": kind is not None and service.may_edit(actor, need),
            "unlike": None,
            **_help(db, actor, need),
            **options,
        },
    )


def _help(db: Session, actor: User, need: Need) -> dict[str, Any]:
    """Who could help, and whom the need was brought to; nobody is suggested before the need is published."""
    is_open = need.state in matching.OPEN_TO_HELP
    return {
        "referrals": matching.referrals_of(db, need),
        "referral_signs": shown.RESULT_SIGNS,
        "suggestions": matching.suggestions(db, need) if is_open else {},
        "refers": is_open and actor.may("need:approve"),
    }


def _raced(page: Pages, db: Session, seen: NeedAccess, form: Form[Any], stale: Stale) -> Response:
    """Both versions of a step; what was typed stays in the form."""
    need: Need = stale.current
    found = queries.need_for(db, seen.actor, "need:approve", need.id)
    if found is None:  # pragma: no cover - the gate has just let it through
        raise Conflict("这条需求已不在您的管理范围内，办理没有保存。")
    last = found.steps[0]
    wanted = dict(NeedState.options()).get(str(form.values.get("state")), "—")
    rows = [
        {"label": "状态", "mine": wanted, "theirs": found.state.label},
        {"label": "备注", "mine": form.values.get("remark") or "—", "theirs": last.remark or "—"},
    ]
    form.values["version"] = found.version
    who = last.taken_by.name if last.taken_by else "另一人"
    unlike = {"rows": rows, "who": who, "when": moment(last.taken_at)}
    return show_need(page, db, NeedAccess(seen.actor, found), form, status=Stale.status, unlike=unlike)


def _around(page: Pages, db: Session, seen: NeedAccess) -> dict[str, Any]:
    """The way back to the list, and on to the needs before and after this one in it."""
    query = page.opened_from
    search = NeedSearch.read_address(query)
    list_url = f"{page.url('needs.index')}?{search.query}" if search.query else page.url("needs.index")
    found = queries.neighbours(db, seen.actor, search, seen.need) if query else None
    if found is None:
        return {"list_url": list_url, "before": "", "after": "", "number": 0, "total": 0}
    before, after = (
        page.url("needs.show", query={"from": query}, need_id=number) if number else ""
        for number in (found.before, found.after)
    )
    return {"list_url": list_url, "before": before, "after": after, "number": found.number, "total": found.total}


def _tabs(page: Pages, search: NeedSearch, counts: Any) -> list[Tab]:
    """All, then each state, with how many needs it has; the other filters stay."""
    mine = {key: number for key, number in counts.items() if search.kind in ("", key[0])}
    return tabs_of(
        [ALL, *NeedState.options()],
        search.state,
        lambda code: _list_url(page, search.but(state=code)),
        with_all({each: sum(n for (_, state), n in mine.items() if state is each) for each in NeedState}),
    )


def _by_kind(page: Pages, search: NeedSearch, counts: Any) -> list[dict[str, Any]]:
    """Each kind with its numbers by state; every number leads to its rows."""
    return [
        {
            "label": label,
            "cells": [
                {"n": counts.get((code, s), 0), "url": _list_url(page, search.but(kind=code, state=s.code))}
                for s in NeedState
            ],
            "total": sum(n for (kind, _), n in counts.items() if kind == code),
            "url": _list_url(page, search.but(kind=code, state="")),
        }
        for code, label in declared().options()
    ]


def _list_url(page: Pages, search: NeedSearch) -> str:
    return f"{page.url('needs.index')}?{search.query}"
