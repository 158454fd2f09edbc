"""The list of firms."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.paging import paginate
from app.exports.answer import answer
from app.firms import ladder_column, queries
from app.firms.exports import FIRMS
from app.firms.models import FirmState
from app.firms.search import ORDERS, Search
from app.web.database import Db
from app.web.forms import Posted
from app.web.pages import Page, Pages

router = APIRouter()

Lister = Annotated[User, Depends(Gate("firm:list"))]

COLUMNS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("企业名称", "name", {}),
    ("梯度", "", {}),
    ("责任单位", "", {"hide_on_phone": True}),
    ("行业", "", {"hide_on_phone": True}),
    ("成立日期", "founded", {"hide_on_phone": True, "align": "right"}),
    ("注册资本（万元）", "capital", {"hide_on_phone": True, "align": "right"}),
    ("科技专员", "", {"hide_on_phone": True}),
    ("资料更新", "changed", {"hide_on_phone": True, "align": "right"}),
)


@router.get("/firms", name="firms.index")
def index(request: Request, page: Page, db: Db, actor: Lister) -> Response:
    search = Search.read(request.query_params)
    firms = paginate(db, queries.firms_matching(actor, search), **_place(request))
    return page.show(
        "firms/index.html",
        fragment="results",
        search=search,
        firms=firms,
        rungs=queries.rungs_of(db, firms.items),
        commissioners=queries.commissioners_of(db, firms.items),
        tabs=_tabs(page, search, queries.count_by_rung(db, actor, search)),
        columns=[_column(page, search, *column) for column in COLUMNS],
        empty=_empty(page, actor, search),
        **_choices(db, page, actor, search),
    )


@router.post("/exports/firms", name="firms.export")
def export(page: Page, db: Db, actor: Lister, posted: Posted) -> Response:
    return answer(page, db, actor, FIRMS, posted)


def _place(request: Request) -> dict[str, int]:
    """The number and size of the page; what is no number counts as not given."""
    given = ((name, request.query_params.get(key, "")) for name, key in (("number", "page"), ("size", "size")))
    return {name: int(text) for name, text in given if text.isascii() and text.isdigit() and len(text) < 7}  # noqa: PLR2004 - paging.FURTHEST


def _tabs(page: Pages, search: Search, counts: dict[str, int]) -> list[dict[str, Any]]:
    tabs = [("", "全部", sum(counts.values()))]
    tabs += [(code, label, counts[code]) for code, label in ladder_column.rung_options()]
    return [
        {"label": label, "count": count, "url": _url(page, search.but(rung=code)), "current": search.rung == code}
        for code, label, count in tabs
    ]


def _column(page: Pages, search: Search, label: str, sort: str, looks: dict[str, Any]) -> dict[str, Any]:
    if not sort:
        return {"label": label, **looks}
    current = search.sort == sort
    order = ORDERS[search.order == "asc"] if current else "asc"
    url = _url(page, search.but(sort=sort, order=order))
    return {"label": label, "sort_url": url, "sorted": search.order if current else "", **looks}


def _choices(db: Session, page: Pages, actor: User, search: Search) -> dict[str, Any]:
    """What the filters offer, and which of them are set."""
    units = queries.open_units(db)
    offered: dict[str, list[tuple[Any, str]]] = {
        "unit": queries.unit_options(units),
        "park": queries.park_options(units),
        "industry": [(industry, industry) for industry in queries.industries(db, actor)],
        "state": list(FirmState.options()),
    }
    return {"offered": offered, "chips": _chips(page, search, offered)}


def _chips(page: Pages, search: Search, offered: dict[str, list[tuple[Any, str]]]) -> list[dict[str, str]]:
    offered = {**offered, "rung": list(ladder_column.rung_options()), "q": [(search.q, f"“{search.q}”")]}
    labels = {"q": "搜索", "unit": "责任单位", "park": "园区", "industry": "行业", "state": "状态", "rung": "梯度"}
    return [
        {
            "label": label,
            "value": dict(offered[name]).get(getattr(search, name), "（已撤销）").strip(),
            "remove_url": _url(page, search.but(**{name: "" if isinstance(getattr(search, name), str) else None})),
        }
        for name, label in labels.items()
        if getattr(search, name)
    ]


def _empty(page: Pages, actor: User, search: Search) -> dict[str, str]:
    if search != Search(sort=search.sort, order=search.order):
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
