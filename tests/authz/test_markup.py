"""Stored, typed and asked-for text never becomes markup: every text column and field filled, every page looked at."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

import html5lib
import pytest
import sqlalchemy as sa

from app.accounts import audit
from app.accounts.history import SENTENCES
from app.accounts.models import User
from app.checks import service as checks
from app.core import db as database
from app.core.db import Code, Model
from app.firms.models import Firm
from app.main import build, create_app
from tests.authz.inventory import Route, inventory
from tests.authz.samples import SAMPLES, Sample
from tests.authz.trial import Cell, Trial, start
from tests.authz.world import OWN, World
from tests.browser import HEADERS

# Breaks out of text, of all three kinds of attributes, of elements that hold raw text, and of templates.
MARKUP = (
    """甲 data-xss=1 onmouseover=__xss() "'`><script data-xss>__xss()</script><img src=x onerror=__xss() data-xss>"""
    """</textarea></title></select></script></style><svg onload=__xss() data-xss></svg>-->"""
    """<a href="javascript:__xss()" data-xss>乙</a><iframe srcdoc="<b data-xss>" data-xss></iframe>"""
    """<base href="//evil.example" data-xss><form action="//evil.example" data-xss></form>"""
    """<div hx-get="/x" hx-trigger="load" data-xss></div>{{ 7*191 }}${7*191}#{7*191}"""
)
COMPUTED = str(7 * 191)
# What the program itself writes and reads back: codes, keys, hashes, addresses within the tree.
NOT_TYPED = {
    *(
        "answer",
        "body",
        "book",
        "code",
        "collection",
        "credit_code",
        "device",
        "digest",
        "holder",
        "key",
        "kind",
        "mac",
    ),
    *("media_type", "name_key", "name_sound", "password_hash", "path", "previous", "result", "rule_code", "scope"),
    *("search_text", "sha256", "state", "thread", "token_hash", "totp_seed", "code_hash", "username"),
}
ASKED = (
    *("q", "name", "state", "lane", "kind", "what", "group", "until", "known", "facts_on", "policy_on", "next"),
    *("from", "before", "on", "person", "firm", "since", "page", "size", "sort", "industry", "collection"),
)
SCHEMES = ("javascript:", "data:", "vbscript:", "//")
ROUTES = inventory(build())


def problems(text: str) -> Iterator[str]:
    """Everything on a page that came from the canary and is more than text."""
    page = html5lib.parse(text, namespaceHTMLElements=False)
    for element in page.iter():
        if "data-xss" in element.attrib:
            yield f"markup: {told(element)}"
        addresses = (element.get(name, "").strip().lower() for name in ("href", "src", "action"))
        if any(address.startswith(SCHEMES) for address in addresses):
            yield f"address: {told(element)}"
    if COMPUTED in "".join(page.itertext()):
        yield "a template was carried out"


def told(element: Element) -> str:
    return f"<{element.tag}> {element.attrib}"[:200]


@pytest.fixture(scope="module")
def trial(furnished: World, matrix_engine: sa.Engine) -> Trial:
    return start(create_app(), matrix_engine, furnished)


@pytest.fixture
def marked(world: World, trial: Trial) -> Iterator[Trial]:
    """The furnished world with markup in every text a person may have typed, and an event of every kind."""
    assert trial.snapshot is not None
    checks.refresh_all()
    with database.writing() as session:
        _write_events(session, world)
    with trial.engine.begin() as connection:
        for table in Model.metadata.sorted_tables:
            _fill(connection, table)
    yield trial
    trial.restore()


def test_no_stored_text_becomes_markup_for_anybody(marked: Trial) -> None:
    found: list[str] = []
    shown = 0
    for route, cell in _readings(marked):
        answer = marked.ask(route, cell)
        if "text/html" in answer.headers.get("content-type", ""):
            shown += "__xss" in answer.text
            found += [f"{route.path} as {cell.person.label}: {each}" for each in problems(answer.text)]

    assert found == []
    assert shown > len(ROUTES) // 3, "the canary must be on the pages it is looked for on"


def test_nothing_asked_for_in_an_address_becomes_markup(world: World, trial: Trial) -> None:
    query = "&".join(f"{name}={quote(MARKUP)}" for name in ASKED)
    found: list[str] = []
    for route, cell in _allowed(trial, changing=False):
        headers = {**HEADERS, "cookie": f"s={cell.person.token}"}
        answer = trial.caller.ask("GET", f"{cell.address}?{query}", headers=headers)
        found += [f"{route.path}: {each}" for each in problems(answer.text)]

    assert found == []


def test_nothing_typed_into_a_form_comes_back_as_markup(world: World, trial: Trial) -> None:
    assert trial.snapshot is not None
    found: list[str] = []
    returned = 0
    for route, cell in _allowed(trial, changing=True):
        sample = SAMPLES[route.name]
        typed = Sample(dict.fromkeys(sample.body, MARKUP), query=sample.query)
        trial.samples = {**SAMPLES, route.name: typed}
        answer = trial.ask(route, cell)
        trial.restore()
        returned += "__xss" in answer.text
        found += [f"{route.path}: {each}" for each in problems(answer.text)]
    trial.samples = SAMPLES

    assert found == []
    assert returned > len(SAMPLES) // 4, "what was typed must come back where it is refused"


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{MARKUP}</p>",
        f"<input value={MARKUP}>",
        f"<input value='{MARKUP}'>",
        f'<textarea>{MARKUP}</textarea><a href="{MARKUP}">x</a>',
        '<a href="javascript:alert(1)">x</a>',
        f"<p>{COMPUTED}</p>",
    ],
)
def test_the_oracle_sees_every_kind_of_slip(page: str) -> None:
    assert list(problems(page))


def _allowed(trial: Trial, *, changing: bool) -> Iterator[tuple[Route, Cell]]:
    """Each route with somebody who may; a route whose sample finds nothing has nobody."""
    for route in (route for route in ROUTES if route.changes == changing):
        cell = trial.allowed(route)
        if cell is not None:
            yield route, cell


def _readings(trial: Trial) -> Iterator[tuple[Route, Cell]]:
    for route in (route for route in ROUTES if not route.changes):
        for person in trial.world.people.values():
            for cell in trial.cells(route, person):
                if cell.relation == OWN and not cell.is_denied:
                    yield route, cell


def _write_events(session: Any, world: World) -> None:
    actor = session.get(User, world.people["bureau"].user.id)
    firm = session.get(Firm, world.firms[OWN].id)
    firm.name = actor.name = MARKUP
    for kind in SENTENCES:
        audit.record(session, actor, kind, firm, changes={"原因": MARKUP, "记录": MARKUP, MARKUP: [MARKUP, MARKUP]})


def _fill(connection: sa.Connection, table: sa.Table) -> None:
    if table.name == "event":
        return
    for column in table.columns:
        if isinstance(column.type, sa.JSON) and column.name in {"missing", "attributes", "detail"}:
            _fill_json(connection, table, column)
        elif isinstance(column.type, sa.String) and not isinstance(column.type, Code) and column.name not in NOT_TYPED:
            keys = (each.columns for each in table.constraints if isinstance(each, sa.UniqueConstraint))
            unique = sa.cast(table.c.id, sa.String) if any(column.name in key for key in keys) else ""
            change = sa.update(table).where(column.is_not(None)).values({column.name: unique + sa.literal(MARKUP)})
            connection.execute(change)


def _fill_json(connection: sa.Connection, table: sa.Table, column: sa.Column[Any]) -> None:
    for number, value in connection.execute(sa.select(table.c.id, column)).all():
        connection.execute(sa.update(table).where(table.c.id == number).values({column.name: _filled(value)}))


def _filled(value: Any) -> Any:
    """The same structure with markup in the texts that people write: what is missing, numbers of records, remarks."""
    match value:
        case dict():
            typed = {"what", "by", "number", "problem"}
            return {key: MARKUP if key in typed else _filled(each) for key, each in value.items()}
        case list():
            return [_filled(each) for each in value]
    return value
