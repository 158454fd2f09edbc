"""The annual figures of a list of firms, as a file."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.exports.answer import answer
from app.facts.exports import FIGURES
from app.web.database import Db
from app.web.forms import Posted
from app.web.pages import Page

router = APIRouter()

Lister = Annotated[User, Depends(Gate("firm:list"))]


@router.post("/exports/figures", name="facts.export")
def export(page: Page, db: Db, actor: Lister, posted: Posted) -> Response:
    return answer(page, db, actor, FIGURES, posted)
