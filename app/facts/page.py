"""What the pages of figures share: the window of years, the states with their counts, and the day things were known."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.core import clock
from app.core.address import row_number
from app.core.errors import NotFound
from app.facts.forms import value_name
from app.facts.links import address, here
from app.facts.service import EARLIEST_YEAR
from app.facts.sheet import STANDING, STATES, Sheet, years_until
from app.facts.values import entry_unit
from app.rules import FactKind
from app.rules.values import read_date
from app.web.pages import Pages
from app.web.tabs import tabs_of

YEARS_OFFERED = 12
LONGEST_YEAR = 4


def known_moment(text: str) -> tuple[date, datetime | None]:
    """“2026-03-01” → that day and its last moment, as UTC; today and None for anything else, or for the future."""
    try:
        day = read_date(text)
    except ValueError:
        return clock.today(), None
    if day >= clock.today() or day.year < EARLIEST_YEAR:
        return clock.today(), None
    return day, clock.day_ends(day) - timedelta(microseconds=1)


def read_year(text: str) -> int:
    """A year of an address; 0 for none. NotFound for what is no year."""
    if not text:
        return STANDING
    if not (len(text) <= LONGEST_YEAR and text.isascii() and text.isdigit()):
        raise NotFound
    return int(text)


def row_id(text: str) -> int:
    """An id of an address; NotFound for what cannot be one."""
    if number := row_number(text):
        return number
    raise NotFound


def sheet_context(page: Pages, make: Callable[[tuple[int, ...]], Sheet], until: str) -> dict[str, Any]:
    """The sheet narrowed to the group and state of the address, with the counts of every other choice."""
    last = _last_year(until)
    whole = make(years_until(last))
    group = page.request.query_params.get("group", "")
    chosen = whole.of_group(group)
    state = _state(page.request.query_params.get("state", ""), chosen)
    return {
        "sheet": chosen.only(state),
        "state": state,
        "group": group if len(chosen.groups) == 1 else "",
        "group_options": [(each.name, f"{each.name}（{len(each.rows)}）") for each in whole.groups],
        "until": last,
        "until_options": [(year, f"{year} 年") for year in _years_offered()],
        "state_tabs": tabs_of(
            STATES.items(), state, lambda code: here(page, state=code), {code: chosen.count(code) for code in STATES}
        ),
    }


def _state(asked: str, sheet: Sheet) -> str:
    if asked in STATES:
        return asked
    # A firm nobody has reported on yet opens with what there is to fill in.
    return "held" if sheet.has_figures else "missing"


def _last_year(text: str) -> int:
    this = clock.today().year
    year = int(text) if len(text) <= LONGEST_YEAR and text.isascii() and text.isdigit() else 0
    return year if EARLIEST_YEAR < year <= this else this - 1


def _years_offered() -> range:
    this = clock.today().year
    return range(this, this - YEARS_OFFERED, -1)


@dataclass(frozen=True)
class FirmPages:
    """The addresses of a firm's figures, for the templates shared with the region's."""

    page: Pages
    firm_id: int
    writable: bool

    def index(self, group: str = "") -> str:
        return address(self.page, "facts.index", query={"group": group}, firm_id=self.firm_id)

    def edit(self, group: str, year: int, code: str = "") -> str:
        query = {"group": group, "year": year or ""}
        return address(self.page, "facts.edit", query=query, anchor=code and value_name(code), firm_id=self.firm_id)

    def record(self, group: str, year: int) -> str:
        return address(self.page, "facts.record", query={"group": group, "year": year or ""}, firm_id=self.firm_id)

    def history(self, code: str, year: int) -> str:
        return address(self.page, "facts.history", firm_id=self.firm_id, kind=code, year=year)

    def replace(self, code: str, year: int) -> str:
        return address(self.page, "facts.replace", firm_id=self.firm_id, kind=code, year=year)

    def retract(self, code: str, year: int) -> str:
        return address(self.page, "facts.retract", firm_id=self.firm_id, kind=code, year=year)

    @staticmethod
    def unit(kind: FactKind) -> str:
        return entry_unit(kind)


@dataclass(frozen=True)
class RegionPages:
    """The same for the figures of the region, which are one group."""

    page: Pages
    writable: bool

    def index(self, _group: str = "") -> str:
        return self.page.url("regionfacts.index")

    def edit(self, _group: str, year: int, code: str = "") -> str:
        anchor = code and value_name(code)
        return address(self.page, "regionfacts.edit", query={"year": year}, anchor=anchor)

    def record(self, _group: str, year: int) -> str:
        return address(self.page, "regionfacts.record", query={"year": year})

    def history(self, code: str, year: int) -> str:
        return self.page.url("regionfacts.history", kind=code, year=year)

    def replace(self, code: str, year: int) -> str:
        return self.page.url("regionfacts.replace", kind=code, year=year)

    def retract(self, code: str, year: int) -> str:
        return self.page.url("regionfacts.retract", kind=code, year=year)

    @staticmethod
    def unit(kind: FactKind) -> str:
        return entry_unit(kind)
