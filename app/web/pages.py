"""Pages: show and go, the only ways in which a view answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.core import clock, text
from app.settings import ROOT, VERSION, settings
from app.web import flash
from app.web.assets import asset
from app.web.compiled import CompiledTemplates
from app.web.forms import TOKEN_FIELD
from app.web.named_errors import named
from app.web.nav import menu_for

LONGEST_LIST = 8000
THING = 2
TEMPLATES: Path = ROOT / "templates"


@cache
def templates() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=CompiledTemplates(settings().data_dir / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings().env == "dev",
    )
    for written in (text.wan, text.percent, text.day, text.moment, text.mask_phone, text.age):
        env.filters[written.__name__] = written
    env.globals.update(asset=asset, settings=settings, release=VERSION, today=clock.today)
    env.globals["ui"] = env.get_template("ui/ui.html").module
    return env


@dataclass(frozen=True)
class Todo:
    """What waits for the person who is signed in: how many rows, and the list that holds them."""

    url: str
    count: int


class Pages:
    """What a view gets to answer with; knows the request, so views need not."""

    def __init__(self, request: Request) -> None:
        self.request = request

    def show(self, template: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
        """The page; or, when htmx asks, only the block named `fragment`."""
        block = fragment if self._asks_for_fragment() else None
        whole = {**self._frame(), "todo": None if block else self._todo(), **context}
        assert not whole.keys() & templates().globals.keys(), "a page hides what every page shows"
        body = render_block(templates(), template, block, whole) if block else _render(template, whole)
        response = HTMLResponse(named(body), status_code=status, headers={"Vary": "HX-Request"})
        if flash.COOKIE in self.request.cookies:
            response.delete_cookie(flash.COOKIE)
        return response

    def go(self, route: str, *, done: str | None = None, **parameters: Any) -> Response:
        """On to another page after a change, with a word about what was done."""
        return self.go_to(self.url(route, **parameters), done=done)

    def go_to(self, address: str, *, done: str | None = None) -> Response:
        """On to an address of our own; anything else leads home."""
        address = address if is_own_path(address) else "/"
        response: Response = RedirectResponse(address, status_code=303)
        if self.request.headers.get("hx-request"):
            response = Response(status_code=204, headers={"HX-Redirect": address})
        if done:
            flash.leave(response, "done", done)
        return response

    def url(self, route: str, *, query: Mapping[str, Any] | None = None, **parameters: Any) -> str:
        """The address of a route; empty values of the query are left out.

        Pages of one thing (/firms/7/…) lead on to each other with the list the thing was opened from.
        """
        path = self._path(route, **parameters)
        given = {**(query or {}), **({"from": self.opened_from} if self._is_of_the_same_thing(path) else {})}
        kept = urlencode({name: value for name, value in given.items() if value not in ("", None)})
        return f"{path}?{kept}" if kept else path

    def _path(self, route: str, **parameters: Any) -> str:
        # A page has hundreds of links; the framework would look through every route for each of them.
        found = self.request.app.state.addresses[route].url_path_for(route, **parameters)
        return str(self.request.scope.get("root_path", "")) + str(found)

    @property
    def opened_from(self) -> str:
        """The list that the page was opened from, as its own address carries it; empty where there was none."""
        return self.request.query_params.get("from", "")[:LONGEST_LIST]

    def _is_of_the_same_thing(self, path: str) -> bool:
        here, there = (each.split("/")[1:3] for each in (self.request.url.path, path))
        return len(there) == THING and here == there

    def _asks_for_fragment(self) -> bool:
        headers = self.request.headers
        return (
            bool(headers.get("hx-request"))
            and not headers.get("hx-boosted")
            and not headers.get("hx-history-restore-request")
        )

    def _frame(self) -> dict[str, Any]:
        actor = getattr(self.request.state, "actor", None)
        return {
            "request": self.request,
            "actor": actor,
            "nav": menu_for(actor, self.request),
            "flashes": flash.waiting(self.request),
            "url_for": self.url,
            "csrf": getattr(self.request.state, "csrf", ""),
            "csrf_field": TOKEN_FIELD,
            "opened_from": self.opened_from,
        }

    def _todo(self) -> Todo | None:
        """Counted by what the application was given for it, once a request, and only while its transaction is open."""
        state, counted = self.request.state, getattr(self.request.app.state, "todo", None)
        db = getattr(state, "db", None)
        if not hasattr(state, "todo") and counted and db is not None and db.in_transaction():
            state.todo = counted(self, db, state.actor)
        return getattr(state, "todo", None)


def _render(template: str, context: dict[str, Any]) -> str:
    return templates().get_template(template).render(context)


def is_own_path(address: str) -> bool:
    """Whether an address is a plain path on this site: no host, no scheme, no tricks with slashes."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or not address.isprintable():
        return False
    if "\\" in address or any(character.isspace() for character in address):
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


Page = Annotated[Pages, Depends(Pages)]
