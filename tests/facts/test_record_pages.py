from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.facts import queries
from app.facts.archive import collections
from app.firms.models import Firm
from tests.browser import Visitor
from tests.factories import make_firm, make_user
from tests.facts.arrange import add, at, close, statements

Visits = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2026, 11, 23, 2)


@pytest.fixture
def firm(engine: sa.Engine) -> Firm:
    return make_firm()


@pytest.fixture
def officer(visitor: Visits) -> Visitor:
    return visitor(make_user(name="李科长"))


def patent(**more: Any) -> dict[str, Any]:
    return {
        "source": "firm",
        "starts_on": "2022-05-01",
        "value_number": "ZL202010012345.6",
        "value_sort": "发明专利",
        "value_mainland": "是",
        "value_linked": "",
        "value_holder_rank": "1",
        **more,
    }


def test_every_collection_but_the_titles_is_a_section(firm: Firm, officer: Visitor) -> None:
    page = officer.get(f"/firms/{firm.id}/records")

    headings = [heading.text for heading in page.all(".panel h2")]
    assert headings == [collection.label for collection in collections()]
    assert "资质" not in headings


def test_what_is_on_file_is_at_least_what_there_is(firm: Firm, officer: Visitor) -> None:
    add(firm, "ip", number="ZL1")
    add(firm, "ip", number="ZL2")

    page = officer.get(f"/firms/{firm.id}/records")

    assert "至少 2 项；尚未有人担保齐全" in page.one("#ip").text
    assert "尚无登记，不等于没有" in page.one("#incidents").text


def test_a_vouch_says_who_stands_for_what(firm: Firm, officer: Visitor) -> None:
    close(firm, "incidents", sort="安全事故")
    close(firm, "list_entries")
    close(None, "standards")

    page = officer.get(f"/firms/{firm.id}/records")

    partial, whole, district = (
        " ".join(page.one(f"#{code}").text.split()) for code in ("incidents", "list_entries", "standards")
    )
    assert "只在部分范围内有人担保齐全" in partial
    assert "由区市场监督管理局担保：自始至2026年11月23日齐全（事项：安全事故）" in partial
    assert "担保期内没有" in whole
    assert "全区名单" in district


def test_an_entry_is_added_as_its_collection_declares(firm: Firm, officer: Visitor, db: Session) -> None:
    answer = officer.post(f"/firms/{firm.id}/records?collection=ip", patent())

    record = queries.records_of(db, firm.id)[0]
    assert record.starts_on == date(2022, 5, 1)
    assert record.attributes == {
        "holder_rank": "1",
        "mainland": "true",
        "number": "ZL202010012345.6",
        "sort": "发明专利",
    }
    shown = " ".join(officer.follow(answer).one("#ip").text.split())
    assert "ZL202010012345.6 · 发明专利" in shown
    assert "类别：Ⅰ类" in shown
    assert "境内授权：是" in shown


def test_money_in_an_entry_is_in_wan(firm: Firm, officer: Visitor, db: Session) -> None:
    officer.post(
        f"/firms/{firm.id}/records?collection=equity",
        {"source": "firm", "value_paid_in": "800", "value_qualified": "否"},
    )

    assert queries.records_of(db, firm.id)[0].attributes == {"paid_in": "8000000", "qualified": "false"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_on": "2027-01-01"}, "starts_on"),
        ({"starts_on": "0202-05-01"}, "starts_on"),
        ({"ends_on": "2021-01-01"}, "ends_on"),
        ({"value_sort": "永动机"}, "value_sort"),
        ({"value_holder_rank": "第一"}, "value_holder_rank"),
        ({"value_holder_rank": "-1"}, "value_holder_rank"),
        ({"value_mainland": "也许"}, "value_mainland"),
        ({"source": ""}, "source"),
        ({"value_name": "字" * 201}, "value_name"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    firm: Firm, officer: Visitor, db: Session, change: dict[str, str], field: str
) -> None:
    page = officer.post(f"/firms/{firm.id}/records?collection=ip", patent(**change), status=422)

    assert page.one(f"#{field}-error").text.strip()
    assert page.one("#value_number")["value"] == "ZL202010012345.6"
    assert queries.records_of(db, firm.id) == []


def test_an_empty_entry_is_refused(firm: Firm, officer: Visitor) -> None:
    officer.post(f"/firms/{firm.id}/records?collection=ip", {"source": "firm"}, status=422)


def test_the_same_number_twice_is_refused(firm: Firm, officer: Visitor) -> None:
    officer.post(f"/firms/{firm.id}/records?collection=ip", patent())

    page = officer.post(f"/firms/{firm.id}/records?collection=ip", patent(value_number="zl 202010012345.6"), status=422)

    assert "已经登记过" in page.one("#value_number-error").text


def test_a_correction_keeps_what_was(firm: Firm, officer: Visitor, db: Session) -> None:
    first = add(firm, "ip", number="ZL1", sort="实用新型", holder_rank=Decimal(2))

    answer = officer.post(f"/firms/{firm.id}/records/{first.id}", patent(value_number="ZL1"))

    page = officer.follow(answer)
    assert [row.attributes["sort"] for row in queries.history_of_record(db, firm.id, first.thread)] == [
        "发明专利",
        "实用新型",
    ]
    assert "现行" in page.one(".table").text
    assert "已停用" in page.one(".table").text
    assert page.one("#value_sort option[selected]").text == "发明专利"


def test_a_correction_made_too_late_shows_both_versions(
    firm: Firm, officer: Visitor, visitor: Visits, db: Session
) -> None:
    first = add(firm, "ip", number="ZL1", sort="实用新型")
    visitor(make_user(name="古丽娜尔")).post(f"/firms/{firm.id}/records/{first.id}", patent(value_number="ZL1"))

    page = officer.post(f"/firms/{firm.id}/records/{first.id}", patent(value_number="ZL9"), status=409)

    shown = page.one(".conflict").get_text(" ", strip=True)
    assert "古丽娜尔" in shown
    assert "ZL9" in shown
    assert "ZL1" in shown
    assert page.one("#value_number")["value"] == "ZL9"
    again = page.all("form.form")[0]["action"]
    officer.post(again, patent(value_number="ZL9"))
    assert [record.attributes["number"] for record in queries.records_of(db, firm.id)] == ["ZL9"]


def test_a_race_lost_while_a_mistake_was_mended_is_still_seen(
    firm: Firm, officer: Visitor, visitor: Visits, db: Session
) -> None:
    first = add(firm, "ip", number="ZL1", sort="实用新型")
    visitor(make_user()).post(f"/firms/{firm.id}/records/{first.id}", patent(value_number="ZL1"))
    page = officer.post(f"/firms/{firm.id}/records/{first.id}", patent(value_holder_rank="第一"), status=422)

    officer.post(page.all("form.form")[0]["action"], patent(), status=409)

    assert [record.attributes["number"] for record in queries.records_of(db, firm.id)] == ["ZL1"]


def test_an_entry_is_retracted_with_a_reason(firm: Firm, officer: Visitor, db: Session) -> None:
    first = add(firm, "ip", number="ZL1")
    url = f"/firms/{firm.id}/records/{first.id}"

    officer.post(f"{url}/retraction", {"reason": ""}, status=422)
    officer.post(f"{url}/retraction", {"reason": "是别家企业的"})
    officer.post(f"{url}/retraction", {"reason": "是别家企业的"}, status=409)
    officer.post(url, patent(), status=409)

    assert queries.records_of(db, firm.id) == []
    assert "已撤回" in officer.get(url)


def test_an_entry_of_another_firm_is_not_there(firm: Firm, officer: Visitor, db: Session) -> None:
    other = make_firm()
    theirs = add(other, "ip", number="ZL1")
    url = f"/firms/{firm.id}/records/{theirs.id}"

    officer.get(url, status=404)
    officer.post(url, patent(), status=404)
    officer.post(f"{url}/retraction", {"reason": "x"}, status=404)

    assert [record.id for record in queries.records_of(db, other.id)] == [theirs.id]


@pytest.mark.parametrize(
    "path", ["records/new?collection=titles", "records/new", "records/x", "records/" + "9" * 40, "vouches/0"]
)
def test_what_is_no_record_has_no_page(firm: Firm, officer: Visitor, path: str) -> None:
    officer.get(f"/firms/{firm.id}/{path}", status=404)


def test_a_collection_is_closed_within_a_scope_and_opened_again(firm: Firm, officer: Visitor, db: Session) -> None:
    given = {"collection": "incidents", "voucher": "区应急管理局", "scope": "sort=安全事故", "source": "department"}
    answer = officer.post(f"/firms/{firm.id}/vouches", {**given, "since": "2023-01-01", "until": "2026-10-31"})

    made = queries.vouches_of(db, firm.id)[0]
    assert (made.scope, made.since, made.until) == ({"sort": "安全事故"}, date(2023, 1, 1), date(2026, 10, 31))
    link = officer.follow(answer).one("#incidents .closure a")
    assert link.text == "由区应急管理局担保：2023年1月1日至2026年10月31日齐全"

    officer.post(f"{link['href']}/retraction", {"reason": "漏了一起"})
    assert "尚未有人担保齐全" in officer.get(f"/firms/{firm.id}/records").one("#incidents").text
    officer.post(f"{link['href']}/retraction", {"reason": "漏了一起"}, status=404)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until": "2027-01-01"}, "until"),
        ({"until": ""}, "until"),
        ({"since": "2026-11-01", "until": "2026-10-01"}, "since"),
        ({"scope": "sort=火灾"}, "scope"),
        ({"scope": "grade"}, "scope"),
        ({"voucher": ""}, "voucher"),
    ],
)
def test_a_vouch_that_cannot_be_is_refused(
    firm: Firm, officer: Visitor, db: Session, change: dict[str, str], field: str
) -> None:
    given = {"collection": "incidents", "voucher": "区应急管理局", "source": "department", "until": "2026-10-31"}

    page = officer.post(f"/firms/{firm.id}/vouches", {**given, **change}, status=422)

    assert page.one(f"#{field}-error").text.strip()
    assert queries.vouches_of(db, firm.id) == []


def test_a_vouch_for_the_whole_district_is_not_taken_back_on_one_firms_page(firm: Firm, officer: Visitor) -> None:
    made = close(None, "standards")

    page = officer.get(f"/firms/{firm.id}/vouches/{made.id}")

    assert page.all("#reason") == []
    officer.post(f"/firms/{firm.id}/vouches/{made.id}/retraction", {"reason": "x"}, status=409)


def test_a_vouch_for_another_firm_is_not_there(firm: Firm, officer: Visitor) -> None:
    made = close(make_firm(), "standards")

    officer.get(f"/firms/{firm.id}/vouches/{made.id}", status=404)
    officer.post(f"/firms/{firm.id}/vouches/{made.id}/retraction", {"reason": "x"}, status=404)


def test_readers_see_the_records_and_no_way_to_change_them(firm: Firm, visitor: Visits) -> None:
    record, vouch = add(firm, "ip", number="ZL1"), close(firm, "ip")
    reader = visitor(make_user(Role.FIRM, firm_id=firm.id))

    assert reader.get(f"/firms/{firm.id}/records").all(".panel .button") == []
    assert reader.get(f"/firms/{firm.id}/records/{record.id}").all("main form") == []
    assert reader.get(f"/firms/{firm.id}/vouches/{vouch.id}").all("main form") == []
    reader.get(f"/firms/{firm.id}/records/new?collection=ip", status=403)
    reader.post(f"/firms/{firm.id}/records?collection=ip", patent(), status=403)
    reader.post(f"/firms/{firm.id}/records/{record.id}", patent(), status=403)
    reader.post(f"/firms/{firm.id}/records/{record.id}/retraction", {"reason": "x"}, status=403)
    reader.post(f"/firms/{firm.id}/vouches", {"collection": "ip"}, status=403)
    reader.post(f"/firms/{firm.id}/vouches/{vouch.id}/retraction", {"reason": "x"}, status=403)


def test_records_can_be_seen_as_known_on_a_day(firm: Firm, officer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2026, 3, 1)
    add(firm, "ip", number="ZL1")
    at(monkeypatch, 2026, 6, 1)
    add(firm, "ip", number="ZL2")
    at(monkeypatch, 2026, 11, 23)

    then = officer.get(f"/firms/{firm.id}/records?known=2026-04-01")

    assert "ZL1" in then
    assert "ZL2" not in then
    assert then.all(".panel .button") == []


def test_the_page_asks_the_database_at_most_twelve_times(engine: sa.Engine, firm: Firm, officer: Visitor) -> None:
    for number in range(12):
        add(firm, "ip", number=f"ZL{number}")

    with statements(engine) as asked:
        officer.get(f"/firms/{firm.id}/records")

    assert len(asked) <= 12, asked
