"""Registering and changing a firm: codes, names that look alike, and two people at once."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.accounts.permissions import Role
from app.core import db as database
from app.core.errors import FieldError
from app.firms import service
from app.firms.forms import FirmFields
from app.firms.models import Firm, FormerName
from tests.browser import Answer, Visitor
from tests.factories import make_code, make_firm, make_user


@pytest.fixture
def bureau(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(Role.BUREAU, name="李科长"))


def edited(page: Answer, **changes: Any) -> dict[str, Any]:
    """What the edit form would send, with some fields typed anew."""
    values = {field["name"]: field.get("value", "") for field in page.all("main form.form input")}
    values |= {field["name"]: field.text.strip() for field in page.all("main form.form textarea")}
    for select in page.all("main form.form select"):
        chosen = select.select_one("option[selected]")
        values[select["name"]] = chosen["value"] if chosen else ""
    values.pop("csrf_token")
    return {**values, **changes}


def test_a_registered_firm_is_in_the_ledger_and_in_the_trail(bureau: Visitor, db: Session) -> None:
    code = make_code()

    answer = bureau.post(
        "/firms", {"name": "新疆海朋有限公司", "credit_code": code.lower(), "registered_capital": "1.2亿元"}
    )

    firm = db.scalars(sa.select(Firm)).one()
    assert (firm.name, firm.credit_code, firm.registered_capital) == ("新疆海朋有限公司", code, 120_000_000)
    assert answer.headers["location"] == f"/firms/{firm.id}"
    event = db.scalars(sa.select(Event).where(Event.kind == "firm.registered")).one()
    assert (event.firm_id, json.loads(event.body)["changes"]["统一社会信用代码"]) == (firm.id, code)


@pytest.mark.parametrize(
    ("code", "said"), [("123", "18位"), ("91650107MA00000000", "校验位"), ("", "必填"), ("９１\x00", "字符")]
)
def test_a_code_that_cannot_be_is_refused_beside_its_field(code: str, said: str, bureau: Visitor) -> None:
    page = bureau.post("/firms", {"name": "甲公司", "credit_code": code}, status=422)

    assert said in page.one("#credit_code-error").text or code == ""
    assert page.one("#name")["value"] == "甲公司"
    assert "统一社会信用代码：" in page.one("#error-summary a").text


def test_a_taken_code_is_refused_beside_its_field(bureau: Visitor) -> None:
    firm = make_firm("甲公司")

    page = bureau.post("/firms", {"name": "乙公司", "credit_code": firm.credit_code}, status=422)

    assert "甲公司" in page.one("#credit_code-error").text


def test_a_code_taken_in_the_same_moment_is_refused_and_not_a_failure(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, gate, told = make_code(), threading.Barrier(2), []
    monkeypatch.setattr(service, "_check_code_is_free", lambda *_: None)

    def register(name: str) -> None:
        gate.wait()
        try:
            with database.writing() as session:
                service.register_firm(session, None, FirmFields(name=name, credit_code=code))
        except FieldError as error:
            told.append(error.field)

    threads = [threading.Thread(target=register, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with Session(engine) as session:
        assert told == ["credit_code"]
        assert session.scalar(sa.select(sa.func.count()).select_from(Firm)) == 1


@pytest.mark.parametrize(
    "name", ["新疆海朋（集团）有限公司", "新疆海朋集团股份有限公司", "新疆 海朋(集团)有限责任公司"]
)
def test_a_name_that_looks_alike_must_be_confirmed(name: str, bureau: Visitor) -> None:
    make_firm("新疆海朋(集团)有限责任公司")
    fields = {"name": name, "credit_code": make_code()}

    warned = bureau.post("/firms", fields, status=422)

    assert "新疆海朋(集团)有限责任公司" in warned.one("#same_name").text
    bureau.post("/firms", {**fields, "same_name_seen": "on"})


def test_a_former_name_counts_while_typing(bureau: Visitor) -> None:
    firm = make_firm("现名有限公司")
    bureau.post(f"/firms/{firm.id}", edited(bureau.get(f"/firms/{firm.id}/edit"), name="新名有限公司"))

    part = bureau.get("/firms/new?name=现名股份有限公司", headers={"hx-request": "true"})

    assert "<html" not in part.text
    assert "新名有限公司" in part


def test_a_change_of_name_keeps_the_former_one_with_its_date(bureau: Visitor, db: Session) -> None:
    firm = make_firm("旧名有限公司")
    typed = edited(bureau.get(f"/firms/{firm.id}/edit"), name="新名有限公司", renamed_on="2024-03-01")

    bureau.post(f"/firms/{firm.id}", typed)

    former = db.scalars(sa.select(FormerName)).one()
    assert (former.name, former.until.isoformat()) == ("旧名有限公司", "2024-03-01")
    assert "曾用名 旧名有限公司（至 2024年3月1日）" in bureau.get(f"/firms/{firm.id}")


def test_saving_without_a_change_changes_nothing(bureau: Visitor, db: Session) -> None:
    firm = make_firm(registered_capital=12_345_678)

    bureau.post(f"/firms/{firm.id}", edited(bureau.get(f"/firms/{firm.id}/edit")))

    now = db.get(Firm, firm.id)
    assert (now.revision, now.version, now.registered_capital) == (1, 1, 12_345_678)
    assert db.scalars(sa.select(Event).where(Event.kind == "firm.edited")).all() == []


def test_a_change_counts_as_one_revision(bureau: Visitor, db: Session) -> None:
    firm = make_firm()

    bureau.post(f"/firms/{firm.id}", edited(bureau.get(f"/firms/{firm.id}/edit"), industry="清洁能源"))

    now = db.get(Firm, firm.id)
    assert (now.revision, now.version, now.industry) == (2, 2, "清洁能源")


def test_whoever_saves_second_sees_both_versions_and_keeps_what_was_typed(
    visitor: Callable[..., Visitor], db: Session
) -> None:
    firm = make_firm()
    first, second = visitor(make_user(Role.BUREAU, name="王科员")), visitor(make_user(Role.BUREAU))
    mine, theirs = (edited(each.get(f"/firms/{firm.id}/edit")) for each in (second, first))
    first.post(f"/firms/{firm.id}", {**theirs, "industry": "清洁能源"})

    page = second.post(f"/firms/{firm.id}", {**mine, "industry": "装备制造"}, status=409)

    assert [cell.text for cell in page.all(".conflict tbody tr > *")] == ["所属行业", "装备制造", "清洁能源"]
    assert "王科员" in page.one(".conflict h2").text
    assert page.one("#industry")["value"] == "装备制造"
    second.post(f"/firms/{firm.id}", edited(page))
    assert db.get(Firm, firm.id).industry == "装备制造"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.BUREAU])
def test_only_the_bureau_registers_firms(role: Role, visitor: Callable[..., Visitor]) -> None:
    visitor(make_user(role)).post("/firms", {"name": "甲", "credit_code": make_code()}, status=403)


def test_the_timeline_tells_who_changed_what(bureau: Visitor) -> None:
    firm = make_firm("甲公司", industry="清洁能源")
    bureau.post(f"/firms/{firm.id}", edited(bureau.get(f"/firms/{firm.id}/edit"), industry="装备制造"))

    page = bureau.get(f"/firms/{firm.id}/timeline")

    assert "修改了企业“甲公司”" in page
    assert "李科长" in page
    assert "所属行业：清洁能源 → 装备制造" in page


def test_the_timeline_is_read_page_by_page_without_loss(bureau: Visitor) -> None:
    firm = make_firm()
    for number in range(35):
        bureau.post(f"/firms/{firm.id}", edited(bureau.get(f"/firms/{firm.id}/edit"), region=f"第{number}区"))

    newest = bureau.get(f"/firms/{firm.id}/timeline")
    earlier = bureau.get(next(link["href"] for link in newest.all("a") if link.text == "更早的动态"))

    assert (len(newest.all(".timeline > li")), len(earlier.all(".timeline > li"))) == (30, 5)


@given(
    number=st.integers(0, 9_999_999), place=st.integers(0, 17), sign=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY")
)
def test_one_wrong_sign_in_a_code_is_always_noticed(number: int, place: int, sign: str) -> None:
    code = make_code(number)
    wrong = code[:place] + sign + code[place + 1 :]

    assert FirmFields(name="甲", credit_code=code).credit_code == code
    if wrong != code:
        with pytest.raises(ValidationError):
            FirmFields(name="甲", credit_code=wrong)
