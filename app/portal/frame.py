"""The frame of a firm's own pages: its name, its few tabs, and whether somebody else is only looking."""

from typing import Any

from app.firms.access import FirmAccess
from app.web.pages import Pages

TABS = (
    ("portal.show", "首页", "portal:read"),
    ("portal.mirror", "核对信息", "portal:read"),
    ("portal.ratings", "评价专员", "rating:write"),
    ("portal.people", "账号", "firmuser:read"),
    ("firms.show", "全部资料", "firm:read"),
)


def context(page: Pages, seen: FirmAccess, current: str) -> dict[str, Any]:
    """What `portal/frame.html` needs, for the tab whose route is `current`."""
    tabs = [
        {"label": label, "url": page.url(route, firm_id=seen.firm.id), "current": route == current}
        for route, label, permission in TABS
        if seen.may(permission)
    ]
    return {"firm": seen.firm, "seen": seen, "portal_tabs": tabs, "is_preview": not is_own(seen)}


def is_own(seen: FirmAccess) -> bool:
    """Whether the firm itself is looking, and not somebody who looks after it."""
    return seen.actor.firm_id == seen.firm.id
