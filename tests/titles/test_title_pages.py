from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.core import db as database
from app.facts import queries as fact_queries
from app.firms.models import Firm, StoredFile
from app.titles import queries, service
from app.titles.forms import TitleFields
from app.titles.models import Title
from tests.browser import Visitor
from tests.factories import assign, make_firm, make_user
from tests.facts.arrange import ENTERED, at, close, statements

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


def hold(firm: Firm, kind: str, issued: date, number: str = "1", **more: Any) -> Title:
    given = TitleFields(kind=kind, number=number, issued_on=issued, **more)
    with database.writing() as session:
        return service.record_title(session, None, session.get_one(Firm, firm.id), given, origin=ENTERED)


def paper(**more: Any) -> dict[str, Any]:
    return {"kind": "hnte", "number": "GR202465000111", "issued_on": "2024-10-28", "source": "platform", **more}


def words(element: Any) -> str:
    return " ".join(element.get_text(" ", strip=True).split())


def test_the_ladder_shows_the_rung_and_the_time_on_it(firm: Firm, officer: Visitor) -> None:
    hold(firm, "tsme", date(2024, 6, 10))
    hold(firm, "hnte", date(2024, 11, 24))

    page = officer.get(f"/firms/{firm.id}/titles")

    ladder = page.all("ol.ladder")[0]
    assert (
        words(ladder.select_one("[aria-current=step]"))
        == "高新技术企业 当前所在 2024年11月24日 至 2027年11月23日 已在此级 2 年"
    )
    assert [words(rung) for rung in ladder.select("li:not([aria-current])")] == [
        "科技型中小企业 已失效 2024年12月31日 到期",
        "创新型中小企业 尚未到达 未经此级",
        "科技领军企业 下一级",
    ]


def test_a_firm_on_no_rung_is_shown_the_first_as_the_next(firm: Firm, officer: Visitor) -> None:
    page = officer.get(f"/firms/{firm.id}/titles")

    assert "科技企业梯度：未入此梯度" in page
    assert "科技型中小企业 下一级" in words(page.all("ol.ladder")[0])
    assert "还没有登记任何资质" in page


@pytest.mark.parametrize(
    ("until", "word"),
    [
        (date(2027, 5, 23), "有效"),
        (date(2027, 5, 22), "将到期"),
        (date(2026, 11, 23), "将到期"),
        (date(2026, 11, 22), "已过期"),
    ],
)
def test_the_state_of_a_certificate_is_said_in_words(firm: Firm, officer: Visitor, until: date, word: str) -> None:
    hold(firm, "hnte", date(2023, 1, 1), valid_until=until)

    assert officer.get(f"/firms/{firm.id}/titles").one("#titles .light").text.strip() == word


def test_a_certificate_with_a_successor_is_no_cause_for_alarm(firm: Firm, officer: Visitor) -> None:
    hold(firm, "tsme", date(2025, 6, 10), "2025")
    hold(firm, "tsme", date(2026, 6, 10), "2026")

    rows = officer.get(f"/firms/{firm.id}/titles").all("#titles tbody tr")

    assert ["将到期" in rows[0].text, "已接续" in rows[1].text] == [True, True]


def test_a_certificate_is_recorded_with_its_scan(firm: Firm, officer: Visitor, db: Session) -> None:
    scan = {"file": ("证书.pdf", b"%PDF-1.7 certificate", "application/pdf")}

    answer = officer.post(f"/firms/{firm.id}/titles", paper(), files=scan)

    title = queries.titles_of(db, firm.id)[0]
    assert (title.valid_until, title.file.name) == (date(2027, 10, 27), "证书.pdf")
    link = officer.follow(answer).one("#titles a[href*='/files/']")
    assert officer.client.get(link["href"]).content == b"%PDF-1.7 certificate"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "champion_of_the_world"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"issued_on": ""}, "issued_on"),
        ({"issued_on": "2026-11-24"}, "issued_on"),
        ({"issued_on": "0024-10-28"}, "issued_on"),
        ({"valid_until": "2024-10-27"}, "valid_until"),
        ({"number": "号" * 65}, "number"),
        ({"authority": "局" * 101}, "authority"),
        ({"source": "import"}, "source"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    firm: Firm, officer: Visitor, db: Session, change: dict[str, str], field: str
) -> None:
    page = officer.post(f"/firms/{firm.id}/titles", paper(**change), status=422)

    assert page.one(f"#{field}-error").text.strip()
    assert queries.titles_of(db, firm.id) == []


def test_a_refused_scan_refuses_the_certificate(firm: Firm, officer: Visitor, db: Session) -> None:
    page = officer.post(
        f"/firms/{firm.id}/titles", paper(), files={"file": ("证书.pdf", b"<script>", "application/pdf")}, status=422
    )

    assert page.one("#file-error").text.strip()
    assert page.one("#number")["value"] == "GR202465000111"
    assert queries.titles_of(db, firm.id) == []
    assert db.scalars(sa.select(StoredFile)).all() == []


def test_the_same_certificate_twice_is_refused_and_its_scan_is_not_kept(
    firm: Firm, officer: Visitor, db: Session
) -> None:
    officer.post(f"/firms/{firm.id}/titles", paper())

    page = officer.post(
        f"/firms/{firm.id}/titles", paper(), files={"file": ("证书.pdf", b"%PDF-1.7", "application/pdf")}, status=422
    )

    assert "不要重复登记" in page.one("#number-error").text
    assert db.scalars(sa.select(StoredFile)).all() == []


def test_a_correction_keeps_the_scan_and_what_was(firm: Firm, officer: Visitor, db: Session) -> None:
    officer.post(f"/firms/{firm.id}/titles", paper(), files={"file": ("证书.pdf", b"%PDF-1.7", "application/pdf")})
    link = officer.get(f"/firms/{firm.id}/titles").one("#titles th a")["href"]

    answer = officer.post(link, paper(number="GR202465000112", valid_until="2027-10-27"))

    page = officer.follow(answer)
    assert "GR202465000111" in page.one(".table").text
    title = queries.titles_of(db, firm.id)[0]
    assert (title.number, title.file.name) == ("GR202465000112", "证书.pdf")


def test_a_correction_made_too_late_shows_both_versions(firm: Firm, officer: Visitor, visitor: Visits) -> None:
    title = hold(firm, "hnte", date(2024, 10, 28), "GR1")
    url = f"/firms/{firm.id}/titles/{title.id}"
    visitor(make_user(name="古丽娜尔")).post(url, paper(number="GR2"))

    page = officer.post(url, paper(number="GR3"), status=409)

    shown = words(page.one(".conflict"))
    assert "古丽娜尔" in shown
    assert "编号 GR3 GR2" in shown
    assert page.one("#number")["value"] == "GR3"
    officer.post(page.all("form.form")[0]["action"], paper(number="GR3"))


def test_a_revocation_is_recorded_and_undone_by_correction(firm: Firm, officer: Visitor) -> None:
    title = hold(firm, "hnte", date(2024, 10, 28), "GR1")
    url = f"/firms/{firm.id}/titles/{title.id}"

    officer.get(f"{url}/revocation")
    officer.post(f"{url}/revocation", {"revoked_on": "2024-01-01", "reason": "x", "source": "department"}, status=422)
    answer = officer.post(
        f"{url}/revocation", {"revoked_on": "2026-05-31", "reason": "两年未报年报", "source": "department"}
    )
    officer.post(f"{url}/revocation", {"revoked_on": "2026-05-31", "reason": "x", "source": "department"}, status=409)

    page = officer.follow(answer)
    assert "已撤销" in page.all("main h2")[0].text
    assert "两年未报年报" in page
    officer.post(answer.headers["location"], paper(revoked_on="", revoke_reason="", valid_until="2027-10-27"))
    assert "有效" in officer.get(url).all("main h2")[0].text


def test_a_certificate_entered_by_mistake_is_retracted(firm: Firm, officer: Visitor, db: Session) -> None:
    title = hold(firm, "hnte", date(2024, 10, 28))
    url = f"/firms/{firm.id}/titles/{title.id}"

    officer.post(f"{url}/retraction", {"reason": ""}, status=422)
    officer.post(f"{url}/retraction", {"reason": "别家的"})
    officer.post(f"{url}/retraction", {"reason": "别家的"}, status=409)
    officer.post(url, paper(), status=409)

    assert queries.titles_of(db, firm.id) == []
    assert "已撤回" in officer.get(url)


def test_a_certificate_of_another_firm_is_not_there(firm: Firm, officer: Visitor) -> None:
    theirs = hold(make_firm(), "hnte", date(2024, 10, 28))
    url = f"/firms/{firm.id}/titles/{theirs.id}"

    officer.get(url, status=404)
    officer.get(f"{url}/revocation", status=404)
    officer.post(url, paper(), status=404)
    officer.post(f"{url}/revocation", {"revoked_on": "2026-05-31", "reason": "x", "source": "tax"}, status=404)
    officer.post(f"{url}/retraction", {"reason": "x"}, status=404)


def test_someone_vouches_that_the_titles_are_complete(firm: Firm, officer: Visitor, db: Session) -> None:
    close(None, "titles", kind="科技型中小企业")
    given = {"collection": "titles", "scope": "kind=高新技术企业", "voucher": "自治区科技厅", "until": "2026-10-31"}

    answer = officer.post(f"/firms/{firm.id}/vouches", {**given, "source": "platform"})

    assert answer.headers["location"].startswith(f"/firms/{firm.id}/titles")
    shown = words(officer.follow(answer).one("#titles .closure"))
    assert "（种类：科技型中小企业） 全区名单" in shown
    assert "由自治区科技厅担保：自始至2026年10月31日齐全 （种类：高新技术企业）" in shown
    assert fact_queries.vouches_of(db, firm.id)[1].scope == {"kind": "高新技术企业"}


def test_titles_can_be_seen_as_known_on_a_day(firm: Firm, officer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2025, 3, 1)
    hold(firm, "hnte", date(2024, 10, 28), "GR1")
    at(monkeypatch, 2026, 11, 23)
    hold(firm, "leader", date(2024, 12, 1), "L1")

    then = officer.get(f"/firms/{firm.id}/titles?known=2025-06-30")

    assert "科技企业梯度：高新技术企业" in then
    assert "L1" not in then


def test_the_place_is_a_fragment_and_a_page(firm: Firm, officer: Visitor) -> None:
    hold(firm, "hnte", date(2024, 10, 28))

    page = officer.get(f"/firms/{firm.id}/place")
    fragment = officer.get(f"/firms/{firm.id}/place", headers={"hx-request": "true"})

    assert "高新技术企业" in page
    assert "<html" not in fragment.text
    assert "科技企业梯度：高新技术企业" in fragment


def test_readers_see_titles_and_no_way_to_change_them(firm: Firm, visitor: Visits) -> None:
    title = hold(firm, "hnte", date(2024, 10, 28))
    wang = make_user(Role.COMMISSIONER)
    assign(wang, firm)
    url = f"/firms/{firm.id}/titles/{title.id}"

    for reader in (visitor(wang), visitor(make_user(Role.FIRM, firm_id=firm.id))):
        reader.get(f"/firms/{firm.id}/titles")
        assert reader.get(url).all("main form") == []
        reader.get(f"/firms/{firm.id}/titles/new", status=403)
        reader.get(f"{url}/revocation", status=403)
        reader.post(f"/firms/{firm.id}/titles", paper(), status=403)
        reader.post(url, paper(), status=403)
        reader.post(f"{url}/revocation", {}, status=403)
        reader.post(f"{url}/retraction", {"reason": "x"}, status=403)


def test_the_page_asks_the_database_at_most_twelve_times(engine: sa.Engine, firm: Firm, officer: Visitor) -> None:
    for year in range(2015, 2026):
        hold(firm, "tsme", date(year, 6, 1), str(year))

    with statements(engine) as asked:
        officer.get(f"/firms/{firm.id}/titles")

    assert len(asked) <= 12, asked
