"""Contacts and commissioners of a firm."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.firms.models import Assignment, Contact, Firm
from tests.browser import Visitor
from tests.factories import assign, make_firm, make_user

NUMBER = "13812345678"


def make_contact(firm: Firm) -> Contact:
    with database.writing() as session:
        contact = Contact(firm_id=firm.id, name="张建国", post="总经理", phone=NUMBER)
        session.add(contact)
        return contact


@pytest.fixture
def bureau(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(Role.BUREAU))


@pytest.mark.parametrize("role", [Role.BUREAU, Role.LEADER, Role.FINANCE, Role.FIRM])
def test_a_number_is_masked_for_everyone_at_first(role: Role, visitor: Callable[..., Visitor]) -> None:
    firm = make_firm()
    make_contact(firm)

    page = visitor(make_user(role, firm_id=firm.id)).get(f"/firms/{firm.id}")

    assert "138****5678" in page
    assert NUMBER not in page.text


def test_asking_for_a_number_shows_it_and_is_written_down(bureau: Visitor, db: Session) -> None:
    firm = make_firm()
    contact = make_contact(firm)

    page = bureau.post(f"/firms/{firm.id}/contacts/{contact.id}/disclosure", status=200)

    assert NUMBER in page
    assert db.scalars(sa.select(Event).where(Event.kind == "contact.revealed")).one().firm_id == firm.id


@pytest.mark.parametrize("role", [Role.LEADER, Role.FINANCE, Role.UNIT])
def test_who_may_not_ask_is_refused_and_offered_nothing(role: Role, visitor: Callable[..., Visitor]) -> None:
    firm = make_firm()
    contact = make_contact(firm)
    guest = visitor(make_user(role))

    guest.post(f"/firms/{firm.id}/contacts/{contact.id}/disclosure", status=403)

    if role is not Role.UNIT:
        assert not guest.get(f"/firms/{firm.id}").all("form[action$=disclosure]")


def test_another_firms_contact_is_not_there(bureau: Visitor) -> None:
    contact, other = make_contact(make_firm()), make_firm()

    for address in ("disclosure", "departure"):
        bureau.post(f"/firms/{other.id}/contacts/{contact.id}/{address}", status=404)
    bureau.get(f"/firms/{other.id}/contacts/{contact.id}/edit", status=404)


def test_the_trail_and_the_timeline_hold_no_whole_number(bureau: Visitor, db: Session) -> None:
    firm = make_firm()
    bureau.post(f"/firms/{firm.id}/contacts", {"name": "张建国", "phone": NUMBER})
    contact = db.scalars(sa.select(Contact)).one()

    bureau.post(f"/firms/{firm.id}/contacts/{contact.id}", {"name": "张建国", "phone": "13900001111", "version": "1"})

    bodies = "".join(db.scalars(sa.select(Event.body).where(Event.firm_id == firm.id)))
    assert NUMBER not in bodies
    assert "138****5678 → 139****1111" in bureau.get(f"/firms/{firm.id}/timeline")


@pytest.mark.parametrize("number", ["abc", "12", "1381234567x", "<script>"])
def test_what_is_no_number_is_refused(number: str, bureau: Visitor) -> None:
    firm = make_firm()

    page = bureau.post(f"/firms/{firm.id}/contacts", {"name": "张建国", "phone": number}, status=422)

    assert page.one("#phone")["value"] == number
    assert page.one("#phone-error")


def test_whoever_saves_a_contact_second_sees_both_versions(visitor: Callable[..., Visitor], db: Session) -> None:
    firm = make_firm()
    address = f"/firms/{firm.id}/contacts/{make_contact(firm).id}"
    first, second = visitor(make_user(Role.BUREAU, name="王科员")), visitor(make_user(Role.BUREAU))
    first.post(address, {"name": "张建国", "post": "董事长", "phone": NUMBER, "version": "1"})

    page = second.post(address, {"name": "张建国", "post": "顾问", "phone": NUMBER, "version": "1"}, status=409)

    assert [cell.text for cell in page.all(".conflict tbody tr > *")] == ["职务", "顾问", "董事长"]
    assert page.one("#post")["value"] == "顾问"
    assert db.scalars(sa.select(Contact)).one().post == "董事长"


def test_a_contact_who_left_is_kept_among_the_former(bureau: Visitor) -> None:
    firm = make_firm()
    contact = make_contact(firm)

    bureau.post(f"/firms/{firm.id}/contacts/{contact.id}/departure")

    assert "以往联系人 1 人" in bureau.get(f"/firms/{firm.id}")
    bureau.post(f"/firms/{firm.id}/contacts/{contact.id}/departure", status=404)


def test_a_commissioner_is_assigned_and_sees_the_firm_from_then_on(visitor: Callable[..., Visitor]) -> None:
    firm, user = make_firm(), make_user(Role.COMMISSIONER, name="王专员")
    guest = visitor(user)
    guest.get(f"/firms/{firm.id}", status=404)

    visitor(make_user(Role.BUREAU)).post(
        f"/firms/{firm.id}/assignments", {"user_id": str(user.id), "starts_on": str(clock.today())}
    )

    assert "王专员" in guest.get(f"/firms/{firm.id}")


def test_the_last_day_still_counts_and_the_next_does_not(visitor: Callable[..., Visitor]) -> None:
    firm, user = make_firm(), make_user(Role.COMMISSIONER)
    assignment = assign(user, firm)
    bureau, guest = visitor(make_user(Role.BUREAU)), visitor(user)
    end = f"/firms/{firm.id}/assignments/{assignment.id}/ending"

    bureau.post(end, {"ends_on": str(clock.today())})
    guest.get(f"/firms/{firm.id}")
    bureau.post(end, {"ends_on": str(clock.today() - timedelta(days=1))})

    guest.get(f"/firms/{firm.id}", status=404)


def test_the_same_commissioner_is_not_assigned_twice_at_once(bureau: Visitor, db: Session) -> None:
    firm, user = make_firm(), make_user(Role.COMMISSIONER)
    assign(user, firm)

    page = bureau.post(
        f"/firms/{firm.id}/assignments", {"user_id": str(user.id), "starts_on": "2026-01-01"}, status=422
    )

    assert "已经派驻" in page.one("#user_id-error").text
    assert db.scalar(sa.select(sa.func.count()).select_from(Assignment)) == 1


def test_only_a_commissioner_can_be_assigned(bureau: Visitor) -> None:
    firm, leader = make_firm(), make_user(Role.LEADER)

    for user_id in (str(leader.id), "999999", "", "abc"):
        page = bureau.post(f"/firms/{firm.id}/assignments", {"user_id": user_id}, status=422)
        assert page.one("#user_id-error")
