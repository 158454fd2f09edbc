"""A text on its way into the library: kept at once, read by a job, refused without losing a word."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.core import db as database
from app.library.models import Intake, IntakeState, PolicyText
from app.policytext import reading
from app.policytext.text.original import Original
from tests.browser import Visitor
from tests.factories import make_user
from tests.library.plan import PLAN, address_of, arrived
from tests.work import work_off

Enter = Callable[..., Visitor]


@pytest.fixture
def officer(visitor: Enter) -> Visitor:
    return visitor(make_user(Role.BUREAU))


def test_a_text_is_kept_at_once_and_its_page_leads_on_by_itself(officer: Visitor, db: Session) -> None:
    asked = officer.post("/policies", {"words": PLAN})

    waiting = officer.follow(asked)
    texts = db.scalar(sa.select(sa.func.count()).select_from(PolicyText))
    work_off()
    polled = officer.get(asked.headers["location"], status=204, headers={"hx-request": "true"})

    assert texts == 0
    assert "正在读取" in waiting
    assert waiting.one("a[href^='/policies/intakes/']").text == "立即刷新"
    assert polled.headers["hx-redirect"].startswith("/policies/")


def test_nothing_is_locked_for_writing_while_a_text_is_read(officer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    read = reading.read_policy

    def read_while_others_write(original: Original) -> reading.Reading:
        make_user(Role.LEADER, name="同时登记的人")
        return read(original)

    monkeypatch.setattr(reading, "read_policy", read_while_others_write)
    address_of(officer)

    with database.reading() as db:
        assert db.scalar(sa.text("SELECT count(*) FROM \"user\" WHERE name = '同时登记的人'")) == 1


def test_what_was_given_is_dropped_once_it_is_read(officer: Visitor, db: Session) -> None:
    address_of(officer, "", files={"file": ("方案.txt", PLAN.encode(), "text/plain")})

    intake = db.scalars(sa.select(Intake)).one()

    assert (intake.state, intake.words, intake.content) == (IntakeState.DONE, "", None)


def test_an_empty_paste_is_refused_beside_its_field(officer: Visitor) -> None:
    page = officer.post("/policies", {"words": "  "}, status=422)

    assert "请粘贴正文" in page.one("#words-error").text


def test_a_refused_paste_can_be_mended_where_it_was_typed(officer: Visitor) -> None:
    address_of(officer)
    refused = arrived(officer, PLAN, status=200)

    given = {each["name"]: each.text for each in refused.all("textarea")}
    address = address_of(officer, given["words"].replace("40家", "41家"))

    assert "您粘贴的内容仍在下面" in refused
    assert officer.get(address).status == 200


def test_somebody_elses_text_on_its_way_is_not_shown(officer: Visitor, visitor: Enter) -> None:
    asked = officer.post("/policies", {"words": PLAN})

    visitor(make_user(Role.BUREAU)).get(asked.headers["location"], status=404)


@pytest.mark.parametrize(
    ("name", "title"), [("云岭区培育方案（定稿）.txt", "云岭区培育方案"), ("新建文本文档.txt", "为企业服务的几件事")]
)
def test_a_text_without_a_title_goes_by_its_file_or_its_first_line(officer: Visitor, name: str, title: str) -> None:
    words = "为企业服务的几件事\n\n一、总体目标\n\n到2028年，全区高新技术企业达到40家。\n"

    page = officer.get(address_of(officer, "", files={"file": (name, words.encode(), "text/plain")}))

    assert page.one("h1").text.strip() == title
    assert "正文里没有" in page
