"""待确认回答: what firms said on visits, to be confirmed or refused by the firm or the bureau."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, noting_denials
from app.accounts.models import User
from app.core.paging import page_asked, paginate
from app.facts.queries import standing_fact
from app.facts.values import joined
from app.firms.access import FirmAccess, FirmGate
from app.visits import queries, replies
from app.visits.forms import DecisionFields, RefusalFields
from app.visits.models import Reply, ReplyState
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import Tab, tabs_of

router = APIRouter()

Approver = Annotated[User, Depends(Gate("reply:approve"))]
Approving = Annotated[FirmAccess, Depends(FirmGate("reply:approve"))]


@router.get("/replies", name="replies.index")
def index(page: Page, db: Db, actor: Approver) -> Response:
    return _list_page(page, db, actor)


@router.post("/firms/{firm_id}/replies/{reply_id}/confirmation", name="replies.confirm")
def confirm(page: Page, db: Db, seen: Approving, reply_id: int, posted: Posted) -> Response:
    reply = queries.get_reply(db, seen.firm, reply_id)
    form = Form.bind(DecisionFields, posted)
    with noting_denials(page.request):
        replies.confirm(db, seen.actor, seen.firm, reply, seen=form.data.seen if form.data else 0)
    return page.go("replies.index", done=f"{replies.label_of(reply)}已记入。")


@router.post("/firms/{firm_id}/replies/{reply_id}/refusal", name="replies.refuse")
def refuse(page: Page, db: Db, seen: Approving, reply_id: int, posted: Posted) -> Response:
    reply = queries.get_reply(db, seen.firm, reply_id)
    form = Form.bind(RefusalFields, posted)
    if form.data is None:
        return _list_page(page, db, seen.actor, refused={"id": reply.id, "form": form}, status=422)
    with noting_denials(page.request):
        replies.refuse(db, seen.actor, seen.firm, reply, reason=form.data.reason)
    return page.go("replies.index", done=f"{replies.label_of(reply)}的回答没有采用。")


def _list_page(page: Pages, db: Session, actor: User, *, refused: Any = None, status: int = 200) -> Response:
    asked = _state(page.request)
    number, size = page_asked(page.request.query_params)
    found = paginate(db, queries.replies(actor, asked), number=number, size=size)
    return page.show(
        "visits/replies.html",
        status=status,
        found=found,
        rows=[_row(db, actor, reply) for reply in found.items],
        state=asked,
        tabs=_tabs(page, db, actor, asked),
        refused=refused,
    )


def _state(request: Request) -> ReplyState:
    return ReplyState.find(request.query_params.get("state", "")) or ReplyState.WAITING


def _tabs(page: Pages, db: Session, actor: User, asked: ReplyState) -> list[Tab]:
    return tabs_of(
        ((each, each.label) for each in ReplyState),
        asked,
        lambda each: page.url("replies.index", query={"state": each.code}),
        queries.reply_counts(db, actor),
    )


def _row(db: Session, actor: User, reply: Reply) -> dict[str, Any]:
    """An answer beside the figure that stands now."""
    standing = standing_fact(db, reply.firm_id, reply.kind, reply.year)
    kind = replies.kind_of(reply)
    now = kind.show(joined(kind, standing.number, standing.text)) if kind and standing else ""
    return {
        "reply": reply,
        "label": replies.label_of(reply),
        "value": replies.shown_value(reply),
        "standing": standing,
        "now": now,
        "decidable": reply.state is ReplyState.WAITING and replies.may_decide(actor, reply),
    }
