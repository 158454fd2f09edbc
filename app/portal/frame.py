"""The frame of a firm's own pages: its name, its few tabs, and whether somebody else is only looking."""

from typing import Any

from app.firms.access import FirmAccess
from app.web.pages import Pages
from app.web.tabs import tabs_of

TABS = (
    ("portal.show", "首页", "portal:read"),
    ("portal.mirror", "核对信息", "portal:read"),
    ("portal.ratings", "评价专员", "rating:write"),
    ("portal.people", "账号", "firmuser:read"),
    ("firms.show", "全部资料", "firm:read"),
)


def context(page: Pages, seen: FirmAccess, current: str) -> dict[str, Any]:
    """What `portal/frame.html` needs, for the tab whose route is `current`."""
    open_to = ((route, label) for route, label, permission in TABS if seen.may(permission))
    tabs = tabs_of(open_to, current, lambda route: page.url(route, firm_id=seen.firm.id))
    return {"firm": seen.firm, "seen": seen, "portal_tabs": tabs, "is_preview": not is_own(seen)}


def is_own(seen: FirmAccess) -> bool:
    """Whether the firm itself is looking, and not somebody who looks after it."""
    return seen.actor.firm_id == seen.firm.id
