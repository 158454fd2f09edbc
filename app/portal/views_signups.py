"""开通申请: the public page on which a firm asks for an account, and the bureau's list."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts import sessions
from app.accounts.gate import Gate, ObjectGate, PublicGate
from app.accounts.models import User
from app.core.errors import FieldError, Throttled
from app.core.paging import counts_of, page_asked, paginate
from app.firms.models import Firm
from app.portal import people, signups
from app.portal.forms import PersonFields, RefusalFields, SignUpFields
from app.portal.models import SignUp, SignUpState
from app.portal.views_people import link_page
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import tabs_of

router = APIRouter()
TAKEN = "申请已收到。科技局核对后，会按您留下的电话联系您。"


class SignUpGate(ObjectGate):
    about = "sign_up_id"

    def find(self, db: Session, actor: User, number: int) -> SignUp | None:  # noqa: ARG002
        return db.get(SignUp, number)


Approver = Annotated[User, Depends(Gate("signup:approve"))]
Decided = Annotated[SignUp, Depends(SignUpGate("signup:approve"))]


@router.get("/sign-up", name="signups.new", dependencies=[Depends(PublicGate())])
def new(page: Page) -> Response:
    return page.show("portal/sign_up.html", form=Form())


@router.post("/sign-up", name="signups.create", dependencies=[Depends(PublicGate())])
def create(request: Request, page: Page, db: Db, posted: Posted) -> Response:
    form = Form.bind(SignUpFields, posted)
    if form.data:
        try:
            signups.ask(db, form.data, address=sessions.address_of(request))
        except Throttled as refusal:
            form.errors[""] = refusal.message
            return page.show("portal/sign_up.html", status=Throttled.status, form=form)
        return page.go("session.new", done=TAKEN)
    return page.show("portal/sign_up.html", status=422, form=form)


@router.get("/sign-ups", name="signups.index")
def index(page: Page, db: Db, _actor: Approver) -> Response:
    return _list_page(page, db)


@router.post("/sign-ups/{sign_up_id}/acceptance", name="signups.accept")
def accept(request: Request, page: Page, db: Db, signup: Decided, posted: Posted) -> Response:
    form = Form.bind(PersonFields, posted)
    if form.data:
        try:
            user, token = signups.accept(db, request.state.actor, signup, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return link_page(page, user, token, back=page.url("signups.index"))
    return _list_page(page, db, refused={"id": signup.id, "form": form}, status=422)


@router.post("/sign-ups/{sign_up_id}/refusal", name="signups.refuse")
def refuse(request: Request, page: Page, db: Db, signup: Decided, posted: Posted) -> Response:
    form = Form.bind(RefusalFields, posted)
    if form.data is None:
        return _list_page(page, db, refused={"id": signup.id, "form": form}, status=422)
    signups.refuse(db, request.state.actor, signup, reason=form.data.reason)
    return page.go("signups.index", done=f"已退回：{signup}。请按留下的电话告知对方。")


def _list_page(page: Pages, db: Session, *, refused: Any = None, status: int = 200) -> Response:
    state = SignUpState.find(page.request.query_params.get("state", "")) or SignUpState.WAITING
    number, size = page_asked(page.request.query_params)
    found = paginate(db, signups.signups(state), number=number, size=size)
    return page.show(
        "portal/sign_ups.html",
        status=status,
        found=found,
        rows=_rows(db, found.items, refused),
        tabs=tabs_of(
            ((each, each.label) for each in SignUpState),
            state,
            lambda each: page.url("signups.index", query={"state": each.code}),
            counts_of(db, {each: signups.signups(each) for each in SignUpState}),
        ),
        blank=Form(),
    )


def _rows(db: Session, asked: Sequence[SignUp], refused: Any) -> list[dict[str, Any]]:
    """Each application with the firm it is for; a refused form stands where it was typed."""
    firms = signups.firms_for(db, asked)
    names = people.free_usernames(db, {each.credit_code for each in asked})
    users = people.live_counts(db, [firm.id for firm in firms.values()])
    return [_row(each, firms.get(each.credit_code), names[each.credit_code], users, refused) for each in asked]


def _row(signup: SignUp, firm: Firm | None, username: str, users: dict[int, int], refused: Any) -> dict[str, Any]:
    values = {"name": signup.person, "username": username}
    mine = refused["form"] if refused and refused["id"] == signup.id else Form(values=values)
    count = users.get(firm.id, 0) if firm else 0
    return {"signup": signup, "firm": firm, "form": mine, "values": values | mine.values, "users": count}
