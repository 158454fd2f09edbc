"""Addresses of a place on a page, and of a page with some of its query changed."""

from typing import Any

from app.web.pages import Pages


def address(page: Pages, route: str, *, query: dict[str, Any] | None = None, anchor: str = "", **path: Any) -> str:
    """The address of a route with its query, and of a place on its page."""
    return page.url(route, query=query, **path) + (f"#{anchor}" if anchor else "")


def here(page: Pages, **changed: Any) -> str:
    """This very page with some of its query changed."""
    url = page.request.url.include_query_params(**changed)
    return f"{url.path}?{url.query}"
