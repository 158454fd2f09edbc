"""账号: the users of one firm, and inviting, stopping and reinstating them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts import service as accounts
from app.accounts.gate import noting_denials
from app.accounts.models import User
from app.accounts.service.links import link_path
from app.core.errors import FieldError
from app.firms.access import FirmAccess, FirmGate
from app.portal import frame, people
from app.portal.forms import PersonFields
from app.settings import settings
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()
Reader = Annotated[FirmAccess, Depends(FirmGate("firmuser:read"))]
Keeper = Annotated[FirmAccess, Depends(FirmGate("firmuser:write"))]
HERE = "portal.people"


@router.get("/firms/{firm_id}/people", name="portal.people")
def index(page: Page, db: Db, seen: Reader) -> Response:
    return _people_page(page, db, seen, Form(values=_suggested(db, seen)))


@router.post("/firms/{firm_id}/people", name="people.invite")
def invite(page: Page, db: Db, seen: Keeper, posted: Posted) -> Response:
    _check(page, db, seen)
    form = Form.bind(PersonFields, posted)
    if form.data:
        try:
            user, token = people.invite(db, seen.actor, seen.firm, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return link_page(page, user, token, back=page.url(HERE, firm_id=seen.firm.id))
    return _people_page(page, db, seen, form, status=422)


@router.post("/firms/{firm_id}/people/{firm_user_id}/link", name="people.link")
def link(page: Page, db: Db, seen: Keeper, firm_user_id: int) -> Response:
    _check(page, db, seen)
    user = people.get_user(db, seen.firm, firm_user_id)
    token = accounts.one_time_link(db, user, actor=seen.actor)
    return link_page(page, user, token, back=page.url(HERE, firm_id=seen.firm.id))


@router.post("/firms/{firm_id}/people/{firm_user_id}/disabling", name="people.disable")
def disable(page: Page, db: Db, seen: Keeper, firm_user_id: int) -> Response:
    _check(page, db, seen)
    user = people.get_user(db, seen.firm, firm_user_id)
    accounts.disable_user(db, seen.actor, user)
    return page.go(HERE, firm_id=seen.firm.id, done=f"已停用“{user.name}”，其登录已全部退出。")


@router.post("/firms/{firm_id}/people/{firm_user_id}/reinstating", name="people.reinstate")
def reinstate(page: Page, db: Db, seen: Keeper, firm_user_id: int) -> Response:
    _check(page, db, seen)
    user = people.get_user(db, seen.firm, firm_user_id)
    accounts.reinstate_user(db, seen.actor, user)
    return page.go(HERE, firm_id=seen.firm.id, done=f"已恢复“{user.name}”。")


def link_page(page: Pages, user: User, token: str, *, back: str) -> Response:
    """The link is shown once, in the answer itself: it is kept nowhere it could be read again."""
    return page.show("portal/link.html", user=user, link=settings().public_origin + link_path(token), back=back)


def _check(page: Pages, db: Session, seen: FirmAccess) -> None:
    with noting_denials(page.request):
        people.check_may_keep(db, seen)


def _suggested(db: Session, seen: FirmAccess) -> dict[str, Any]:
    code = seen.firm.credit_code
    return {"username": people.free_usernames(db, [code])[code]}


def _people_page(page: Pages, db: Session, seen: FirmAccess, form: Form[Any], *, status: int = 200) -> Response:
    users = people.users_of(db, seen.firm)
    return page.show(
        "portal/people.html",
        status=status,
        # The bureau does not only look at this one.
        **frame.context(page, seen, HERE) | {"is_preview": False},
        users=users,
        keeps=people.may_keep(db, seen),
        form=form,
    )
