"""The rule book for reading: what rules there are, from which clause, in which version."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core import clock
from app.policies import queries
from app.policies.queries import Entry
from app.rules import RuleVersion, render
from app.web.database import Db
from app.web.pages import Page

router = APIRouter(prefix="/rules")
Reader = Annotated[User, Depends(Gate("rule:read"))]

TABS = (("here", "本区适用"), ("presets", "预置标准"), ("examples", "其他地区示例"))
KINDS = {"standard": "认定标准", "incentive": "奖补", "entry": "入库", "exclusion": "排除"}


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
    base = page.url("rules.index")
    tabs = [
        {"label": label, "count": len(groups[code]), "url": f"{base}?tab={code}", "current": code == tab}
        for code, label in TABS
    ]
    return page.show("rules/index.html", rows=groups[tab], tabs=tabs, tab=tab, kinds=KINDS)


@router.get("/{code}", name="rules.show")
def show(page: Page, db: Db, _actor: Reader, code: str, on: date | None = None) -> Response:
    entry = queries.rule_book(db).entry(code)
    version = entry.rule.version_on(on or clock.today()) or entry.rule.versions[-1]
    return page.show(
        "rules/show.html",
        entry=entry,
        version=version,
        in_force=version is entry.rule.version_on(clock.today()),
        kinds=KINDS,
        written=render,
        amount=amount_in_words(version),
        parts=parts_of(version),
    )


def amount_in_words(version: RuleVersion | None) -> str:
    """What an incentive pays, as a reader of the book wants to see it."""
    amount = version.amount if version else None
    if amount is None:
        return "—"
    if amount.value is None:
        return "金额待定"
    return f"{'不超过 ' if amount.discretionary else ''}{render(amount.value)}"


@dataclass(frozen=True)
class Part:
    """A heading and the conditions under it: required, one of several paths, or vetoes."""

    heading: str
    note: str
    conditions: tuple[str, ...]


def parts_of(version: RuleVersion) -> list[Part]:
    """The conditions of a version in the order in which they decide."""
    parts = [Part("必须全部符合", "", version.needs)] if version.needs else []
    for path in version.paths:
        note = f"{'以下任一条' if path.any else '以下各条'}符合即可走这条路径"
        parts.append(Part(f"路径：{path.name}", note, (*path.needs, *path.any)))
    if version.vetoes:
        parts.append(Part("否决", "有一条成立即不符合", version.vetoes))
    return parts


def _row(entry: Entry) -> Row:
    version = entry.rule.version_on(clock.today())
    return Row(entry, version, amount_in_words(version or entry.rule.versions[-1]))


def _tab_of(entry: Entry) -> str:
    if entry.applies_here:
        return "here"
    return "presets" if entry.preset else "examples"
