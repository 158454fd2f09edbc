"""The frame of every page of a firm: its head, its tabs, and its neighbours in the list it was opened from."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.firms.access import FirmAccess
from app.firms.lists.rows import neighbours
from app.firms.search.address import Search
from app.web.pages import Pages
from app.web.tabs import Tab, tabs_of

# The route of each tab, its label, and what opens it: needs are read by some who see nothing else of a firm.
TABS = (
    ("firms.show", "概况", "firm:read"),
    ("facts.index", "数据", "firm:read"),
    ("titles.index", "资质", "firm:read"),
    ("records.index", "档案记录", "firm:read"),
    ("checks.show", "体检", "check:read"),
    ("needs.of_firm", "需求", "need:read"),
    ("plans.of_firm", "一企一策", "plan:read"),
    ("visits.firm", "走访", "visit:read"),
    ("firms.timeline", "动态", "firm:read"),
    ("portal.show", "企业门户", "portal:read"),
)


@dataclass(frozen=True)
class Around:
    """The way back to the list, and on to the firms before and after this one in it."""

    list_url: str
    before_url: str
    after_url: str
    number: int
    total: int


def context(page: Pages, db: Session, seen: FirmAccess, current: str) -> dict[str, Any]:
    """What `firms/frame.html` needs, for the tab whose route is `current`."""
    return {
        "firm": seen.firm,
        "seen": seen,
        "firm_tabs": tabs(page, seen, current),
        "around": around(page, db, seen, current),
    }


def tabs(page: Pages, seen: FirmAccess, current: str) -> list[Tab]:
    """The tabs of a firm's page that this person may open, each an address that its own domain serves."""
    open_to = ((route, label) for route, label, permission in TABS if seen.may(permission))
    return tabs_of(open_to, current, lambda route: _url(page, route, seen.firm.id))


def around(page: Pages, db: Session, seen: FirmAccess, current: str) -> Around | None:
    """None for whoever has no list, or did not come from one."""
    query = page.opened_from
    if not query or not seen.may("firm:list"):
        return None
    search = Search.read_address(query)
    found = neighbours(db, seen.actor, search, seen.firm)
    list_url = f"{page.url('firms.index')}?{search.query}"
    if found is None:
        return Around(list_url, "", "", 0, 0)
    before, after = (_url(page, current, firm_id) if firm_id else "" for firm_id in (found.before, found.after))
    return Around(list_url, before, after, found.number, found.total)


def _url(page: Pages, route: str, firm_id: int) -> str:
    """A page of a firm, be it this one or a neighbour, that keeps the list."""
    return page.url(route, query={"from": page.opened_from}, firm_id=firm_id)
