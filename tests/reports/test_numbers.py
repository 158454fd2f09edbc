"""Home, board, expiry, questions: every number equals the rows behind its link, within each reader's reach."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.accounts.permissions import Role
from app.checks import service
from app.checks.models import Standing
from app.core import clock
from app.core import db as database
from app.facts.models import Source
from app.firms.merge.models import LikelyPair
from app.firms.models import Firm, Inquiry, Pool, PoolEntry, Tag
from app.policies.book import load_book
from app.titles.models import Title
from tests.browser import Answer, Visitor
from tests.checks.conftest import LAST, give
from tests.exports.taken import table
from tests.factories import assign, make_firm, make_unit, make_user
from tests.facts.arrange import statements

Enter = Callable[..., Visitor]


def hold(firm: Firm, kind: str, *, issued: date | None = None, until: date | None = None, **values: Any) -> None:
    with database.writing() as session:
        session.add(
            Title(
                firm_id=firm.id,
                thread=f"{firm.id}-{kind}-{until}",
                kind=kind,
                issued_on=issued or clock.today() - timedelta(days=400),
                valid_until=until,
                source=Source.PLATFORM,
                recorded_at=clock.now(),
                **values,
            )
        )


@pytest.fixture
def pool(engine: object) -> dict[str, Firm]:
    """Five firms: on three rungs, one lapsed, one with nothing but a name."""
    with database.writing() as session:
        load_book(session)
    day, unit = clock.today(), make_unit("西沟乡")
    firms = {name: make_firm(f"新疆{name}公司", unit_id=unit.id) for name in ("甲", "乙", "丙", "丁", "戊")}
    hold(firms["甲"], "tsme", until=day + timedelta(days=20))
    hold(firms["甲"], "hnte", until=day + timedelta(days=60))
    hold(firms["乙"], "hnte", until=day + timedelta(days=160))
    hold(firms["丙"], "tsme", until=day + timedelta(days=20))
    hold(firms["丁"], "hnte", until=day - timedelta(days=10))
    give(firms["丙"], "staff", Decimal(80), year=LAST)
    service.refresh_all()
    return firms


def mark(firms: dict[str, Firm]) -> None:
    """Give some of the firms a tag, put them in a pool, ask about them, take two for one, and lack one figure."""
    lacking = [{"what": "研发费用", "year": LAST, "by": "企业"}]
    moment = clock.now()
    with database.writing() as session:
        kept = Pool(name="培育库", made_at=moment)
        session.add(kept)
        session.flush()
        for name in ("甲", "乙", "丙"):
            number = firms[name].id
            session.add(Tag(firm_id=number, label="跟进", made_at=moment))
            session.add(PoolEntry(firm_id=number, pool_id=kept.id, entered_on=clock.today()))
            session.add(Inquiry(firm_id=number, question="研发费用是多少？", asked_at=moment))
        alike = LikelyPair(first_id=firms["甲"].id, second_id=firms["乙"].id, weight=1, reasons=["同"], found_at=moment)
        session.add(alike)
        waiting = Standing.firm_id.in_([firm.id for firm in firms.values()]), Standing.rule_code.in_(("hnte", "isme"))
        now = {"answer": "unknown", "unmet": 0, "unknown": 1, "missing": lacking, "asked_on": clock.today()}
        session.execute(sa.update(Standing).where(*waiting).values(now))


def rows_behind(reader: Visitor, address: str) -> int:
    """How many rows a number's address leads to, over all pages."""
    found, page = 0, 1
    while True:
        joiner = "&" if "?" in address else "?"
        answer = reader.get(f"{address}{joiner}page={page}&size=10")
        # A heading within a table and a table of counts beside the list are no rows of it.
        found += len(answer.all("table:not(.table-counts) tbody tr:not(.ledger-group)"))
        if not answer.all("a[rel=next]"):
            return found
        page += 1


def numbers(answer: Answer) -> list[tuple[int, str]]:
    """(number, address) of everything on a page that is a number and a link."""
    links = answer.all("main a.count-link, main .stat-value a, main .board-held a, main a:has(> .count)")
    told = (((link.select_one(".count") or link).find(string=True), link["href"]) for link in links)
    return [(int("".join(filter(str.isdigit, text))), address) for text, address in told if address.startswith("/")]


def every_number(reader: Visitor) -> dict[str, int]:
    """Address → the number that leads to it, of every page in the menu of a person."""
    pages = {link["href"] for link in reader.get("/home").all("nav a") if link["href"].startswith("/")}
    return {address: number for page in sorted(pages) for number, address in numbers(reader.get(page))}


@pytest.mark.parametrize("role", [Role.BUREAU, Role.COMMISSIONER])
def test_every_number_of_every_page_equals_the_rows_behind_it(
    visitor: Enter, pool: dict[str, Firm], role: Role
) -> None:
    user = make_user(role)
    mark(pool)
    assign(user, pool["甲"])
    assign(user, pool["丙"])
    reader = visitor(user)
    reader.post("/views?tag=跟进&sort=name&order=asc", {"name": "跟进的"})

    found = every_number(reader)

    pages = {urlsplit(address).path.split("/")[1] for address in found}
    assert {"board", "judged", "expiry", "questions", "firms"} <= pages
    assert role is Role.COMMISSIONER or {"duplicates", "lists"} <= pages
    assert sum(found.values()) > 20
    assert {address: rows_behind(reader, address) for address in found} == found


def test_the_lanes_of_the_radar_equal_their_rows(visitor: Enter, pool: dict[str, Firm]) -> None:
    officer = visitor(make_user(Role.BUREAU))

    tabs = officer.get("/expiry").all(".tabs a")
    counts = [int(tab.select_one(".count").text.strip("（）")) for tab in tabs]

    assert counts == [2, 1, 1, 1]
    for tab, count in zip(tabs, counts, strict=True):
        assert rows_behind(officer, tab["href"]) == count


def test_the_highest_title_in_force_decides_the_rung(visitor: Enter, pool: dict[str, Firm]) -> None:
    officer = visitor(make_user(Role.BUREAU))

    high, first = officer.get("/board/hnte/held"), officer.get("/board/tsme/held")

    assert "新疆甲公司" in high
    assert "新疆乙公司" in high
    assert "新疆丁公司" not in high
    assert "新疆丙公司" in first
    assert "新疆甲公司" not in first


def test_a_renewed_title_does_not_expire(visitor: Enter, pool: dict[str, Firm]) -> None:
    hold(pool["甲"], "tsme", issued=clock.today(), until=clock.today() + timedelta(days=800))

    page = visitor(make_user(Role.BUREAU)).get("/expiry?lane=30")

    assert "新疆甲公司" not in page
    assert "新疆丙公司" in page


def test_a_commissioner_sees_only_firms_assigned(visitor: Enter, pool: dict[str, Firm]) -> None:
    user = make_user(Role.COMMISSIONER)
    assign(user, pool["乙"])
    commissioner = visitor(user)

    board, radar = commissioner.get("/board/hnte/held"), commissioner.get("/expiry?lane=90")

    assert "新疆乙公司" in board
    assert "新疆甲公司" not in board
    assert "新疆甲公司" not in radar


def test_a_question_leads_to_the_answers_it_would_settle(visitor: Enter, pool: dict[str, Firm]) -> None:
    officer = visitor(make_user(Role.BUREAU))

    for number, link in numbers(officer.get("/questions")):
        assert urlsplit(link).path == "/questions/rows"
        assert number > 0


def test_roles_without_a_pool_get_a_plain_home(visitor: Enter, pool: dict[str, Firm]) -> None:
    page = visitor(make_user(Role.AUDIT)).get("/home")

    assert "操作审计" in page


def test_a_firm_lands_on_its_own_page(visitor: Enter, pool: dict[str, Firm]) -> None:
    answer = visitor(make_user(Role.FIRM, firm_id=pool["甲"].id)).get("/home", status=303)

    assert answer.headers["location"] == f"/firms/{pool['甲'].id}/portal"


def test_a_rung_or_list_that_does_not_exist_is_not_found(visitor: Enter, pool: dict[str, Firm]) -> None:
    officer = visitor(make_user(Role.BUREAU))

    officer.get("/board/giant/held", status=404)
    officer.get("/board/hnte/everything", status=404)


@pytest.mark.parametrize("role", [Role.BUREAU, Role.LEADER, Role.COMMISSIONER, Role.UNIT, Role.ADMIN])
def test_the_number_in_the_top_bar_is_the_length_of_all_its_lists(
    visitor: Enter, pool: dict[str, Firm], role: Role
) -> None:
    user = make_user(role, unit_id=make_unit("东沟乡").id)
    make_user(Role.FINANCE)
    with database.writing() as session:
        session.execute(sa.update(User).where(User.role == Role.FINANCE).values(password_hash=None))
    if role is Role.COMMISSIONER:
        assign(user, pool["甲"])
    reader = visitor(user)

    todo = reader.get("/account").one("a.todo")

    expected = {Role.COMMISSIONER: 1, Role.UNIT: 0, Role.ADMIN: 1}.get(role, 2)
    assert int(todo.b.text) == expected
    lists = [link["href"] for link in reader.get(todo["href"]).all("tbody td a")]
    assert sum(rows_behind(reader, each) for each in lists) == expected


def test_the_number_costs_one_statement(visitor: Enter, engine: sa.Engine, pool: dict[str, Firm]) -> None:
    reader = visitor(make_user(Role.BUREAU))

    with statements(engine) as asked:
        reader.get("/account")

    assert sum("FROM title" in each and "count(*)" in each for each in asked) == 1


def test_a_refusal_needs_no_number(visitor: Enter, engine: sa.Engine, pool: dict[str, Firm]) -> None:
    assert visitor(make_user(Role.BUREAU)).get("/users", status=403).all("a.todo") == []


def test_the_whole_pool_is_counted_rule_by_rule(visitor: Enter, pool: dict[str, Firm]) -> None:
    officer = visitor(make_user(Role.BUREAU))

    overview = officer.get("/judged")

    rows = [
        [int(link.find(string=True)) for link in row.select(".count-link")] for row in overview.all("main tbody tr")
    ]
    assert len(rows) >= 8
    assert all(len(row) == 3 and sum(row) == len(pool) for row in rows)


def test_open_answers_of_a_rule_say_what_to_ask_first(visitor: Enter, pool: dict[str, Firm]) -> None:
    officer = visitor(make_user(Role.BUREAU))

    answers = [officer.get(f"/judged/{code}/unknown") for code in ("tsme", "isme", "hnte")]

    assert all("新疆戊公司" in answer for answer in answers)
    assert all("还不知道" in answer for answer in answers)


def test_a_rule_that_does_not_bind_here_has_no_list(visitor: Enter, pool: dict[str, Firm]) -> None:
    officer = visitor(make_user(Role.BUREAU))

    officer.get("/judged/hnte/maybe", status=404)
    officer.get("/judged/nothing/met", status=404)


@pytest.mark.parametrize("role", [Role.BUREAU, Role.UNIT, Role.COMMISSIONER])
def test_every_role_takes_out_what_its_list_shows(visitor: Enter, pool: dict[str, Firm], role: Role) -> None:
    user = make_user(role, unit_id=pool["甲"].unit_id if role is Role.UNIT else None)
    assign(user, pool["甲"])
    mark(pool)
    reader = visitor(user)
    asked = [address for _, address in numbers(reader.get("/questions"))][:1]
    lists = {
        "/expiry?lane=30": "/exports/expiry?lane=30",
        "/judged/hnte/unknown": "/exports/judged?code=hnte&answer=unknown",
        "/board/hnte/held": "/exports/board?kind=hnte&state=held",
        "/board/tsme/near": "/exports/board?kind=tsme&state=near",
        "/questions": "/exports/questions",
        **{address: address.replace("/questions/rows", "/exports/answers") for address in asked},
    }

    assert len(asked) == 1
    for shown, taken in lists.items():
        names = [cell.get_text(strip=True) for cell in reader.get(shown).all("main tbody th")]
        rows = table(reader.post(taken, {"format": "xlsx"}, status=200))[1:]

        assert len(rows) == rows_behind(reader, shown), taken
        assert [row[0] for row in rows if row[0] in names] == [row[0] for row in rows] or shown == "/questions"


def test_nobody_takes_out_a_list_that_there_is_not(visitor: Enter, pool: dict[str, Firm]) -> None:
    officer = visitor(make_user(Role.BUREAU))

    officer.post("/exports/judged?code=hnte&answer=maybe", {"format": "csv"}, status=404)
    officer.post("/exports/board?kind=giant&state=held", {"format": "csv"}, status=404)
    visitor(make_user(Role.FINANCE)).post("/exports/expiry", {"format": "csv"}, status=403)
