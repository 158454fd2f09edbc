"""Addresses within a firm's pages; each keeps the list that the firm was opened from."""

from typing import Any
from urllib.parse import urlencode

from app.web.pages import Pages


def address(page: Pages, route: str, *, query: dict[str, Any] | None = None, anchor: str = "", **path: Any) -> str:
    """The address of a route with its query; empty values are left out."""
    given = {**(query or {}), "from": page.request.query_params.get("from", "")}
    kept = urlencode({name: value for name, value in given.items() if value not in ("", None)})
    return page.url(route, **path) + (f"?{kept}" if kept else "") + (f"#{anchor}" if anchor else "")


def here(page: Pages, **changed: Any) -> str:
    """This very page with some of its query changed."""
    url = page.request.url.include_query_params(**changed)
    return f"{url.path}?{url.query}"
