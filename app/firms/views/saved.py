"""Keeping the list in front of a person under a name, and taking the name away."""

from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core.errors import FieldError
from app.firms.lists import saved
from app.firms.lists.models import SavedView
from app.firms.lists.saved import ViewFields
from app.firms.search.address import Search
from app.firms.views.listing import show_list
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page

router = APIRouter(prefix="/views")

Lister = Annotated[User, Depends(Gate("firm:list"))]


class ViewGate(ObjectGate):
    about: ClassVar[str | None] = "view_id"

    def find(self, db: Session, actor: User, number: int) -> SavedView | None:
        view = db.get(SavedView, number)
        return view if view and saved.may_remove(actor, view) else None


Removable = Annotated[SavedView, Depends(ViewGate("view:remove"))]


@router.post("", name="views.create")
def create(page: Page, db: Db, actor: Lister, posted: Posted) -> Response:
    search = Search.read_address(page.request.url.query)
    form = Form.bind(ViewFields, posted)
    if form.data:
        try:
            view = saved.keep(db, actor, form.data, search)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go_to(f"{page.url('firms.index')}?{search.query}", done=f"已保存视图“{view.name}”。")
    return show_list(page, db, actor, search, status=422, keeping=form)


@router.post("/{view_id}/removal", name="views.remove")
def remove(request: Request, page: Page, db: Db, view: Removable) -> Response:
    saved.remove(db, request.state.actor, view)
    return page.go("firms.index", done=f"已删除视图“{view.name}”。")
