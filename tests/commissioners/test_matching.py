"""派驻匹配: suggested with reasons, taken or overruled with a reason, and seen by the person at once."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.commissioners.matching.models import Matching, Pairing, PairingState
from app.core import clock
from app.core import db as database
from app.firms.models import Assignment, Firm, FirmState
from tests.browser import Visitor
from tests.commissioners.arrange import commissioner
from tests.factories import assign, make_firm, make_unit, make_user
from tests.facts.arrange import put


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(name="李科长"))


def matched(officer: Visitor, **more: Any) -> str:
    typed = {"starts_on": clock.today().isoformat(), **more}
    return str(officer.post("/matchings", typed).headers["location"])


def of_field(name: str, field: str = "新材料") -> Any:
    firm = make_firm(name)
    put(firm, "hightech_field", field, year=0)
    return firm


def test_a_suggestion_says_why_and_what_would_be_next_best(officer: Visitor) -> None:
    unit = make_unit("东沟乡")
    firm = make_firm("除冰材料有限公司", unit_id=unit.id)
    put(firm, "hightech_field", "新材料", year=0)
    officer.post(f"/firms/{firm.id}/needs?kind=technology", {"title": "叶片除冰", "said_object": "风机叶片"})
    commissioner(name="合适", fields=["新材料"], words="叶片除冰", unit_ids=[unit.id])
    commissioner(name="也行", fields=["新材料"])

    page = officer.get(matched(officer))

    row = next(each.get_text(" ", strip=True) for each in page.all("tbody tr") if "除冰材料" in each.get_text())
    assert "合适 57 技术领域同为新材料（30 分）；就近：东沟乡（15 分）；专长对得上需求：叶片除冰（12 分）" in row
    assert "也行 全盘少 27 分" in row


def test_only_firms_without_somebody_and_people_who_may_be_sent_take_part(officer: Visitor, db: Session) -> None:
    free, kept, gone = of_field("没人管"), of_field("有人管"), of_field("已注销")
    with_account, account = commissioner(name="在任", fields=["新材料"])
    commissioner(name="没申报", fields=["新材料"], declared_on="")
    commissioner(name="已期满", fields=["新材料"], starts_on="2020-01-01", ends_on="2021-01-01")
    assign(account, kept)
    _close(gone.id)

    page = officer.get(matched(officer))

    assert [(each.firm_id, each.commissioner_id) for each in db.scalars(sa.select(Pairing))] == [
        (free.id, with_account.id)
    ]
    assert "没申报（还没有申报利益关系）" in page
    assert "已期满（那一天期满）" in page


def _close(firm_id: int) -> None:
    with database.writing() as session:
        session.get_one(Firm, firm_id).state = FirmState.CLOSED


def test_taking_all_sends_people_who_see_their_firms_at_once(visitor: Callable[..., Visitor], officer: Visitor) -> None:
    firm = of_field("新派驻有限公司")
    _, account = commissioner(fields=["新材料"])
    eyes = visitor(account)
    address = matched(officer)
    eyes.get(f"/firms/{firm.id}", status=404)

    officer.post(f"{address}/acceptance")

    assert "新派驻有限公司" in eyes.get(f"/firms/{firm.id}")
    assert "采纳" in officer.get(address)


def test_sending_another_person_asks_for_a_reason_that_is_kept(officer: Visitor, db: Session) -> None:
    firm = of_field("改派有限公司")
    commissioner(name="建议的", fields=["新材料"])
    other, account = commissioner(name="改派的", fields=["资源与环境"])
    matched(officer)
    number = db.scalars(sa.select(Pairing.id)).one()
    typed = {"decision": "change", "commissioner_id": other.id, "version": 1}

    refused = officer.post(f"/pairings/{number}/decision", typed, status=422)
    assert "改派请写明为什么不用建议的人选" in refused
    officer.post(f"/pairings/{number}/decision", {**typed, "reason": "企业点名要他"})

    db.rollback()
    pairing = db.scalars(sa.select(Pairing)).one()
    assert (pairing.state, pairing.decided_id, pairing.reason) == (PairingState.CHANGED, other.id, "企业点名要他")
    assert db.scalars(sa.select(Assignment.user_id)).one() == account.id
    assert "办理了匹配建议" in officer.get(f"/firms/{firm.id}/timeline")


def test_what_has_changed_since_is_not_overrun(officer: Visitor, db: Session) -> None:
    first, second = of_field("甲"), of_field("乙")
    person, account = commissioner(name="王专员", fields=["新材料"])
    address = matched(officer)
    assign(make_user(Role.COMMISSIONER), first)
    officer.post(f"/commissioners/{person.id}/interests", {"firm": second.credit_code, "kind": "held"})

    page = officer.post(f"{address}/acceptance", status=409)

    assert "甲：匹配之后这家企业已经派驻了专员" in page
    assert "乙：王专员申报过利益关系（本人持股），不能派驻" in page
    assert not db.scalars(sa.select(Assignment).where(Assignment.user_id == account.id)).all()


@pytest.mark.parametrize("arranged", ["nobody", "no firm"])
def test_there_is_nothing_to_match_without_people_or_firms(officer: Visitor, db: Session, arranged: str) -> None:
    if arranged == "no firm":
        commissioner(fields=["新材料"])

    refused = officer.post("/matchings", {"starts_on": clock.today().isoformat()}, status=422)

    assert ("没有可以派驻的专员" if arranged == "nobody" else "在营企业都已有专员") in refused
    assert not db.scalars(sa.select(Matching)).all()
