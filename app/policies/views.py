"""The rule book for reading: what rules there are, from which clause, in which version."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core import clock
from app.core.text import day
from app.policies import queries
from app.policies.queries import Entry
from app.policies.shown import KINDS, amount_in_words, written
from app.rules import RuleVersion
from app.web.database import Db
from app.web.pages import Page, Pages
from app.web.tabs import Tab, tabs_of

router = APIRouter(prefix="/rules")
Reader = Annotated[User, Depends(Gate("rule:read"))]

TABS = (("here", "本区适用"), ("presets", "预置标准"), ("examples", "其他地区示例"))


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    entry: Entry
    version: RuleVersion | None
    amount: str


@router.get("", name="rules.index")
def index(page: Page, db: Db, _actor: Reader, tab: str = "here") -> Response:
    book = queries.rule_book(db)
    groups = {code: [row for row in map(_row, book.entries) if _tab_of(row.entry) == code] for code, _ in TABS}
    tab = tab if tab in groups else "here"
    counts = {code: len(rows) for code, rows in groups.items()}
    tabs = tabs_of(TABS, tab, lambda code: page.url("rules.index", query={"tab": code}), counts)
    return page.show("rules/index.html", rows=groups[tab], tabs=tabs, tab=tab, kinds=KINDS)


@router.get("/{code}", name="rules.show")
def show(page: Page, db: Db, _actor: Reader, code: str, on: date | None = None) -> Response:
    entry = queries.rule_book(db).entry(code)
    version = entry.rule.version_on(on or clock.today()) or entry.rule.versions[-1]
    return page.show(
        "rules/show.html",
        entry=entry,
        versions=_versions(page, entry, version),
        in_force=version is entry.rule.version_on(clock.today()),
        **written(entry.rule, version),
    )


def _versions(page: Pages, entry: Entry, shown: RuleVersion) -> list[Tab]:
    return tabs_of(
        ((each.starts, f"{day(each.starts)}起") for each in entry.rule.versions),
        shown.starts,
        lambda starts: page.url("rules.show", code=entry.rule.code, query={"on": starts}),
    )


def _row(entry: Entry) -> Row:
    version = entry.rule.version_on(clock.today())
    return Row(entry, version, amount_in_words(version or entry.rule.versions[-1]))


def _tab_of(entry: Entry) -> str:
    if entry.applies_here:
        return "here"
    return "presets" if entry.preset else "examples"
