"""One's own account: who one is here, where one is signed in, and who tried."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts import browsers, passwords, queries, service, sessions
from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import SignedIn, User
from app.core import clock
from app.web.database import Db
from app.web.pages import Page

router = APIRouter()

Oneself = Annotated[User, Depends(Gate("account:read"))]


class OwnSessionGate(ObjectGate):
    """Lets a user reach sessions of their own; anybody else's look as if there were none."""

    about = "signed_in_id"

    def find(self, db: Session, actor: User, number: int) -> SignedIn | None:
        found = db.get(SignedIn, number)
        return found if found is not None and found.user_id == actor.id else None


OwnSession = Annotated[SignedIn, Depends(OwnSessionGate("account:read"))]


@router.get("/account", name="account.show")
def show(request: Request, page: Page, db: Db, actor: Oneself) -> Response:
    moment = clock.now()
    live = [signed_in for signed_in in queries.open_sessions(db, actor) if not sessions.why_over(signed_in, moment)]
    return page.show(
        "accounts/account.html",
        sessions=live,
        here=request.state.signed_in.id,
        attempts=queries.recent_attempts(db, actor),
        days_left=passwords.days_left(actor),
        browser_of=browsers.in_words,
    )


@router.post("/account/sessions/{signed_in_id}/ending", name="account.end_session")
def end_session(page: Page, db: Db, signed_in: OwnSession) -> Response:
    service.end_session(db, signed_in.user, signed_in)
    return page.go("account.show", done="已结束那一处的登录。")
