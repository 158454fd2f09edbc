"""The list of firms."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.paging import page_asked, paginate
from app.exports.answer import answer_of_firms
from app.exports.listing import listings_of_firms
from app.firms.bulk.actions import offered_to
from app.firms.lists import columns, ladder_column, rows, saved
from app.firms.search.address import ORDERS, Search
from app.firms.search.filters import Filter, filters
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of

router = APIRouter()

Lister = Annotated[User, Depends(Gate("firm:list"))]

ON_A_PHONE = ("name", "rung")
RIGHT = ("day", "money", "count")


@router.get("/firms", name="firms.index")
def index(request: Request, page: Page, db: Db, actor: Lister) -> Response:
    return show_list(page, db, actor, Search.read(request.query_params))


@router.post("/exports/firms", name="firms.export")
def export(page: Page, db: Db, actor: Lister, posted: Posted) -> Response:
    return answer_of_firms(page, db, actor, posted)


def show_list(
    page: Pages,
    db: Session,
    actor: User,
    search: Search,
    *,
    keeping: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    """The list; with the refused form of somebody who is `keeping` it under a name."""
    counts = rows.count_by_rung(db, actor, search)
    number, size = page_asked(page.request.query_params)
    total = counts[search.value("rung")] if search.value("rung") else sum(counts.values())
    wanted = rows.firms_matching(actor, search)
    firms = paginate(db, wanted, number=number, size=size, total=total, along=rows.along())
    shown = columns.columns_of(search)
    return page.show(
        "firms/index.html",
        fragment="results",
        status=status,
        search=search,
        firms=firms,
        shown=shown,
        cells=columns.cells(db, firms.items, shown),
        tabs=_tabs(page, search, counts),
        headings=[_heading(page, search, column) for column in shown],
        choosable=columns.columns(),
        kept=list(search.showing(()).pairs.items()),
        usual_url=_url(page, search.showing(())),
        bulk=offered_to(actor),
        exports=listings_of_firms(),
        # Asked for only by the whole page: typing in the search box renews the rows alone.
        views=lambda: _views(page, db, actor, search),
        here=page.request.url.replace(path=page.url("firms.index")),
        keeping=keeping or Form(),
        may_share=saved.may_share(actor),
        empty=_empty(page, actor, search),
        **_choices(page, search, rows.offers(db, actor)),
    )


def _views(page: Pages, db: Session, actor: User, search: Search) -> list[dict[str, Any]]:
    views = saved.views_of(db, actor)
    return [
        {
            "name": view.name,
            "shared": view.shared,
            "count": count,
            "url": f"{page.url('firms.index')}?{view.query}",
            "current": view.query == search.query,
            "remove_url": page.url("views.remove", view_id=view.id) if saved.may_remove(actor, view) else "",
        }
        for view, count in zip(views, saved.counts_of(db, actor, views), strict=True)
    ]


def _tabs(page: Pages, search: Search, counts: dict[str, int]) -> list[Tab]:
    return tabs_of(
        [ALL, *ladder_column.rung_options()],
        search.value("rung"),
        lambda code: _url(page, search.but(rung=code)),
        {"": sum(counts.values()), **counts},
    )


def _heading(page: Pages, search: Search, column: columns.Column) -> dict[str, Any]:
    looks = {"label": column.label, "hide_on_phone": column.code not in ON_A_PHONE}
    if column.kind in RIGHT:
        looks["align"] = "right"
    if not column.sort:
        return looks
    current = search.sort == column.sort
    order = ORDERS[search.order == "asc"] if current else "asc"
    url = _url(page, search.but(sort=column.sort, order=order))
    return {**looks, "sort_url": url, "sorted": search.order if current else ""}


def _choices(page: Pages, search: Search, offered: dict[str, list[tuple[str, str]]]) -> dict[str, Any]:
    """What the filters offer, and which of them are set."""
    # The tabs above the list choose the rung.
    bar = [_field(each, offered[each.code]) for each in filters() if each.code != "rung"]
    return {"bar": bar, "chips": _chips(page, search, offered)}


def _field(each: Filter, options: list[tuple[str, str]]) -> dict[str, Any]:
    return {"code": each.code, "label": each.label, "grouped": each.grouped, "options": _in_groups(each, options)}


def _in_groups(each: Filter, options: list[tuple[str, str]]) -> list[Any]:
    """The options as they are; those of a grouped filter under the groups that their labels begin with."""
    if not each.grouped:
        return list(options)
    groups: dict[str, list[tuple[str, str]]] = {}
    for value, label in options:
        group, _, name = label.partition("：")
        groups.setdefault(group, []).append((value, name))
    return list(groups.items())


def _chips(page: Pages, search: Search, offered: dict[str, list[tuple[str, str]]]) -> list[dict[str, str]]:
    return [
        {"label": said.label, "value": said.value, "remove_url": _url(page, search.but(**{said.code: ""}))}
        for said in rows.said(search, offered)
    ]


def _empty(page: Pages, actor: User, search: Search) -> dict[str, str]:
    if search.narrows:
        return {
            "text": "没有符合条件的企业。可以少选几个条件，或换一个词再找。",
            "action": "重置",
            "url": page.url("firms.index"),
        }
    if actor.may("firm:create"):
        return {"text": "名录里还没有企业。", "action": "新增企业", "url": page.url("firms.new")}
    return {"text": "您的管理范围内还没有企业。如有疑问，请联系科技局。"}


def _url(page: Pages, search: Search) -> str:
    query = search.query
    return f"{page.url('firms.index')}?{query}" if query else page.url("firms.index")
