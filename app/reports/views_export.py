"""What boards, radars and questions list, as files."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.exports.answer import answer
from app.reports import exports
from app.web.database import Db
from app.web.forms import Posted
from app.web.pages import Page

router = APIRouter(prefix="/exports")
Reader = Annotated[User, Depends(Gate("board:read"))]


@router.post("/expiry", name="expiry.export")
def expiry(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, exports.EXPIRING, posted)


@router.post("/judged", name="judged.export")
def judged(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, exports.JUDGED, posted)


@router.post("/questions", name="questions.export")
def questions(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, exports.ASKED, posted)


@router.post("/answers", name="questions.export_rows")
def answers(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, exports.WAITING, posted)


@router.post("/board", name="board.export")
def board(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, exports.ON_BOARD, posted)
