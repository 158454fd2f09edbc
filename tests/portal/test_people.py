"""Who may act for a firm, and how somebody comes to."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Role
from app.firms.models import Firm
from app.portal.models import SignUp, SignUpState
from tests.browser import Visitor
from tests.factories import make_code, make_firm, make_user

Enter = Callable[..., Visitor]


@pytest.fixture
def firm(engine: sa.Engine) -> Firm:
    return make_firm("达坂城风能有限公司")


def asking(code: str, phone: str = "13812345678") -> dict[str, str]:
    return {"credit_code": code, "firm_name": "达坂城风能有限公司", "person": "孙经理", "phone": phone}


def named(db: Session, username: str) -> User | None:
    db.rollback()
    return db.scalar(sa.select(User).where(User.username == username))


def test_the_first_user_of_a_firm_invites_others_and_stops_them(firm: Firm, visitor: Enter, db: Session) -> None:
    first, second = (make_user(Role.FIRM, firm_id=firm.id) for _ in range(2))
    keeper, other = visitor(first), visitor(second)
    people = f"/firms/{firm.id}/people"

    shown = keeper.post(people, {"name": "王会计", "username": "wang"}, status=200)
    refused = keeper.post(people, {"name": "王出纳", "username": "wang"}, status=422)
    other.post(people, {"name": "赵某", "username": "zhao"}, status=403)
    keeper.post(f"{people}/{second.id}/disabling")

    assert "/welcome/" in shown.text
    assert refused.one("#name")["value"] == "王出纳"
    made = named(db, "wang")
    assert made is not None
    assert (made.role, made.firm_id) == (Role.FIRM, firm.id)
    assert "/sign-in" in other.get(people, status=303).headers["location"]
    assert "不能停用自己" in keeper.post(f"{people}/{first.id}/disabling", status=409)


def test_nobody_reaches_the_users_of_another_firm(firm: Firm, visitor: Enter) -> None:
    other = make_firm()
    keeper = visitor(make_user(Role.FIRM, firm_id=firm.id))
    theirs = make_user(Role.FIRM, firm_id=other.id)

    keeper.post(f"/firms/{firm.id}/people/{theirs.id}/disabling", status=404)
    keeper.post(f"/firms/{other.id}/people/{theirs.id}/disabling", status=404)


def test_an_application_becomes_an_account_with_a_one_time_link(firm: Firm, visitor: Enter, db: Session) -> None:
    visitor().post("/sign-up", asking(firm.credit_code))
    desk = visitor(make_user())
    number = db.scalars(sa.select(SignUp.id)).one()

    taken = desk.post(f"/sign-ups/{number}/acceptance", {"name": "孙经理", "username": "李"}, status=422)
    shown = desk.post(f"/sign-ups/{number}/acceptance", {"name": "孙经理", "username": "sun"}, status=200)
    again = desk.post(f"/sign-ups/{number}/acceptance", {"name": "孙经理", "username": "sun2"}, status=409)

    assert "用户名须为" in taken
    assert "/welcome/" in shown.text
    made = named(db, "sun")
    assert made is not None
    assert made.firm_id == firm.id
    assert "已经处理过" in again


def test_a_code_outside_the_pool_waits_for_the_firm_to_be_registered(visitor: Enter, db: Session) -> None:
    visitor().post("/sign-up", asking(make_code()))
    desk = visitor(make_user())
    number = db.scalars(sa.select(SignUp.id)).one()

    desk.post(f"/sign-ups/{number}/acceptance", {"name": "孙经理", "username": "sun"}, status=422)
    desk.post(f"/sign-ups/{number}/refusal", {"reason": ""}, status=422)
    desk.post(f"/sign-ups/{number}/refusal", {"reason": "不在本区"})

    assert "企业库中没有这个代码" in desk.get("/sign-ups?state=refused")
    db.rollback()
    assert db.scalars(sa.select(SignUp)).one().state is SignUpState.REFUSED


def test_the_public_page_answers_alike_whatever_firms_there_are(firm: Firm, visitor: Enter, db: Session) -> None:
    make_user(Role.FIRM, firm_id=firm.id)

    known = visitor().post("/sign-up", asking(firm.credit_code))
    unknown = visitor().post("/sign-up", asking(make_code()))
    twice = visitor().post("/sign-up", asking(firm.credit_code))
    digit = "1" if firm.credit_code[-1] == "0" else "0"
    wrong = visitor().post("/sign-up", asking(firm.credit_code[:-1] + digit), status=422)

    assert known.headers["location"] == unknown.headers["location"] == twice.headers["location"]
    assert known.text == unknown.text == twice.text
    assert wrong.one("#person")["value"] == "孙经理"
    assert db.scalar(sa.select(sa.func.count()).select_from(SignUp)) == 2


def test_applications_come_at_a_measured_pace(visitor: Enter, db: Session) -> None:
    stranger, code = visitor(), make_code()
    for place in range(5):
        stranger.post("/sign-up", asking(code, f"1381234567{place}"))

    late = stranger.post("/sign-up", asking(code, "13812345679"), status=429)

    assert "提交次数过多" in late
    assert late.one("#phone")["value"] == "13812345679"
    assert db.scalar(sa.select(sa.func.count()).select_from(SignUp)) == 5
