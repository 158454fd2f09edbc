"""Recording, sending again, correcting and reading visits."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.core import clock
from app.core.filestore import path_of
from app.needs.models import Need, NeedState
from app.visits.models import Promise, Visit, VisitPhoto, VisitPlan, VisitVersion
from tests.browser import Visitor
from tests.factories import assign, make_firm, make_user
from tests.visits.arrange import photo, photo_bytes, short, visit

Enter = Callable[..., Visitor]
DEVICE = {"accept": "application/json"}


def test_a_short_visit_is_recorded_and_plans_the_next(visitor: Enter, db: Session) -> None:
    commissioner, firm = make_user(Role.COMMISSIONER), make_firm("风电叶片厂")
    assign(commissioner, firm)
    phone = visitor(commissioner)
    assert "风电叶片厂" in phone.get("/visits/today")
    form = phone.get(f"/visits/firms/{firm.id}/new")
    key, later = form.one("input[name=key]")["value"], clock.today() + timedelta(days=30)

    sent = short(
        key=key, problems="缺检测设备", promise_1="对接检测中心", due_1=later.isoformat(), next_on=later.isoformat()
    )
    shown = phone.follow(phone.post(f"/visits/firms/{firm.id}", sent))

    assert "缺检测设备" in shown
    assert "对接检测中心" in shown
    assert db.scalars(sa.select(VisitPlan.planned_on)).all() == [later]
    assert "缺检测设备" in phone.get("/visits")
    assert "记录了" in phone.get(f"/firms/{firm.id}/timeline")


def test_the_same_sent_again_is_kept_once_and_anything_else_under_its_id_is_refused(
    visitor: Enter, db: Session
) -> None:
    commissioner, firm = make_user(Role.COMMISSIONER), make_firm()
    assign(commissioner, firm)
    phone, sent = visitor(commissioner), short(problems="第一行\r\n第二行 ")

    first = phone.post(f"/visits/firms/{firm.id}", sent, status=200, headers=DEVICE)
    again = phone.post(f"/visits/firms/{firm.id}", {**sent, "problems": "第一行\n第二行"}, status=200, headers=DEVICE)
    other = phone.post(f"/visits/firms/{firm.id}", {**sent, "problems": "别的"}, status=409, headers=DEVICE)

    assert first.response.json() == again.response.json()
    assert "另外的内容" in other
    assert db.scalars(sa.select(Visit.problems)).all() == ["第一行\n第二行"]


def test_a_visit_raises_one_need_however_often_it_is_sent(visitor: Enter, db: Session) -> None:
    commissioner, firm = make_user(Role.COMMISSIONER), make_firm("风电叶片厂")
    assign(commissioner, firm)
    phone = visitor(commissioner)
    sent = short(needs="流动资金紧张\n想贷 300 万元", need_kind="financing")

    for _ in range(2):
        phone.post(f"/visits/firms/{firm.id}", sent, status=200, headers=DEVICE)

    [need] = db.scalars(sa.select(Need))
    assert (need.title, need.kind, need.state) == ("流动资金紧张", "financing", NeedState.OPEN)
    assert 0 < need.clarity < 70
    visited = f"/firms/{firm.id}/visits/{need.visit_id}"
    assert phone.get(f"/needs/{need.id}").all(f'a[href$="{visited}"]')
    assert phone.get(visited).all(f'a[href$="/needs/{need.id}"]')


def test_a_kind_without_a_need_is_refused_and_a_need_without_a_kind_stays_in_the_visit(
    visitor: Enter, db: Session
) -> None:
    officer, firm = make_user(), make_firm()
    desk, address = visitor(officer), f"/visits/firms/{firm.id}"

    refused = desk.post(address, short(people="王厂长", need_kind="talent"), status=422)
    desk.post(address, short(needs="缺焊工"))

    assert "请在“提出的需求”里写几个字" in refused
    assert refused.one("#people")["value"] == "王厂长"
    assert db.scalar(sa.select(sa.func.count(Need.id))) == 0


def test_a_promise_is_given_to_somebody_who_looks_after_the_firm_and_to_nobody_else(
    visitor: Enter, db: Session
) -> None:
    commissioner, firm = make_user(Role.COMMISSIONER, name="周专员"), make_firm()
    officer, stranger = make_user(name="李科长"), make_user(Role.COMMISSIONER, name="外人")
    assign(commissioner, firm)
    phone, address = visitor(commissioner), f"/visits/firms/{firm.id}"

    refused = phone.post(address, short(promise_1="对接银行", owner_1=stranger.id), status=422)
    shown = phone.follow(phone.post(address, short(promise_1="对接银行", owner_1=officer.id, promise_2="送政策")))

    assert "不负责这家企业" in refused
    assert "对接银行（李科长，未办）" in shown
    assert "送政策（周专员，未办）" in shown
    promise = db.scalars(sa.select(Promise).where(Promise.what == "对接银行")).one()
    moved = phone.post(f"/firms/{firm.id}/promises/{promise.id}/owner", {"owner_id": commissioner.id})
    assert "对接银行（周专员，未办）" in phone.follow(moved)
    phone.post(f"/firms/{firm.id}/promises/{promise.id}/fulfilment")
    refused = phone.post(f"/firms/{firm.id}/promises/{promise.id}/owner", {"owner_id": officer.id}, status=409)
    assert "已经办结" in refused


def test_a_visit_without_a_word_is_refused_and_keeps_its_id_and_text(visitor: Enter, db: Session) -> None:
    commissioner, firm = make_user(Role.COMMISSIONER), make_firm()
    assign(commissioner, firm)
    sent = short(topics="", people="王厂长")

    page = visitor(commissioner).post(f"/visits/firms/{firm.id}", sent, status=422)

    assert "请至少选一个主题" in page
    assert page.one("#people")["value"] == "王厂长"
    assert page.one("input[name=key]")["value"] == sent["key"]
    assert db.scalar(sa.select(sa.func.count(Visit.id))) == 0


def test_a_correction_keeps_what_was_and_a_late_one_shows_both(visitor: Enter, db: Session) -> None:
    officer, firm = make_user(), make_firm()
    made = visit(officer, firm, problems="原来的话")
    desk, address = visitor(officer), f"/firms/{firm.id}/visits/{made.id}"
    sent = {**short(problems="改后的话", reason="听错了"), "version": 1}

    shown = desk.follow(desk.post(f"{address}/correction", sent))
    late = desk.post(f"{address}/correction", {**sent, "problems": "更晚的话"}, status=409)

    assert "改后的话" in shown
    assert "原来的话" in shown
    assert "听错了" in shown
    assert "更晚的话" in late
    assert "改后的话" in late
    assert [each.number for each in db.scalars(sa.select(VisitVersion))] == [1, 2]


def test_only_who_made_a_visit_or_the_bureau_corrects_it(visitor: Enter) -> None:
    earlier, now, firm = make_user(Role.COMMISSIONER), make_user(Role.COMMISSIONER), make_firm()
    assign(now, firm)
    made = visit(earlier, firm)

    visitor(now).get(f"/firms/{firm.id}/visits/{made.id}")
    visitor(now).get(f"/firms/{firm.id}/visits/{made.id}/correction", status=403)
    visitor(make_user()).get(f"/firms/{firm.id}/visits/{made.id}/correction")


def test_a_former_commissioner_sees_nothing_through_any_door(visitor: Enter) -> None:
    former, firm = make_user(Role.COMMISSIONER), make_firm("旧日企业有限公司")
    made = visit(former, firm, problems="旧日问题")
    number = photo(former, made)
    assign(former, firm, ends_on=clock.today() - timedelta(days=1))
    phone, address = visitor(former), f"/firms/{firm.id}/visits"

    doors = (address, f"{address}/{made.id}", f"{address}/{made.id}/print", f"{address}/{made.id}/photos/{number}")
    for door in (*doors, f"/visits/firms/{firm.id}/new"):
        phone.get(door, status=404)
    phone.post(f"/visits/firms/{firm.id}", short(), status=404)
    exported = phone.post("/visits/export", {"format": "xlsx"}, status=200)
    cells = [str(cell) for row in load_workbook(io.BytesIO(exported.response.content)).active.values for cell in row]

    assert "旧日" not in phone.get("/visits").words() + phone.get("/visits/today").words()
    assert not [cell for cell in cells if "旧日" in cell]


def test_a_firm_reads_its_visits_without_what_is_for_staff(visitor: Enter) -> None:
    officer, firm = make_user(), make_firm()
    own = visitor(make_user(Role.FIRM, firm_id=firm.id))
    made = visit(officer, firm, problems="设备老旧", remarks="负责人态度冷淡")
    address = f"/firms/{firm.id}/visits/{made.id}"
    visitor(officer).post(f"{address}/correction", {**short(problems="设备更旧", reason="补"), "version": 1})

    pages = [own.get(door).words() for door in (address, f"{address}/print", f"/firms/{firm.id}/visits")]

    assert all("设备更旧" in page for page in pages)
    assert not any("态度冷淡" in page or "设备老旧" in page for page in pages)
    own.get("/visits", status=403)


def test_a_photo_is_made_anew_upright_and_without_anything_hidden(visitor: Enter, db: Session) -> None:
    officer, firm = make_user(), make_firm()
    made = visit(officer, firm)
    desk, sent = visitor(officer), {"visit": made.key, "key": str(uuid.uuid4())}
    given = photo_bytes((60, 40))

    for _ in range(2):
        answer = desk.post(
            f"/visits/firms/{firm.id}/photos", sent, files={"photo": ("a.jpg", given)}, status=200, headers=DEVICE
        )
    kept = db.scalars(sa.select(VisitPhoto)).one()
    stored = path_of(kept.file_key).read_bytes()
    shown = desk.get(f"/firms/{firm.id}/visits/{made.id}/photos/{kept.id}")

    assert b"SECRETPHONE" in given
    assert b"SECRET" not in stored
    assert Image.open(io.BytesIO(stored)).size == (40, 60)
    assert not Image.open(io.BytesIO(stored)).getexif()
    assert answer.response.json()["digest"] == kept.sent_sha256
    assert shown.response.content == stored
    assert shown.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"%PDF-1.4", photo_bytes()[:200], b""])
def test_what_is_no_photo_is_refused_in_words(content: bytes, visitor: Enter, db: Session) -> None:
    officer, firm = make_user(), make_firm()
    made = visit(officer, firm)

    page = visitor(officer).post(
        f"/visits/firms/{firm.id}/photos",
        {"visit": made.key, "key": str(uuid.uuid4())},
        files={"photo": ("a.jpg", content)},
        status=422,
    )

    assert "照片" in page.one("#error-summary").get_text()
    assert db.scalar(sa.select(sa.func.count(VisitPhoto.id))) == 0


def test_a_photo_of_another_firms_visit_cannot_be_reached_or_added(visitor: Enter) -> None:
    officer, firm, other = make_user(), make_firm(), make_firm()
    made = visit(officer, firm)
    number = photo(officer, made)
    desk = visitor(officer)

    desk.get(f"/firms/{other.id}/visits/{made.id}/photos/{number}", status=404)
    desk.post(
        f"/visits/firms/{other.id}/photos",
        {"visit": made.key, "key": str(uuid.uuid4())},
        files={"photo": ("a.jpg", photo_bytes())},
        status=404,
    )


def test_the_list_is_narrowed_and_its_export_says_the_same(visitor: Enter) -> None:
    officer, one, other = make_user(name="李科长"), make_firm("甲装备有限公司"), make_firm("乙建材有限公司")
    visit(officer, one, topics="融资", problems="缺资金", promise_1="约银行")
    visit(officer, other, topics=["人才", "知识产权"])
    desk = visitor(officer)

    by_topic = desk.get("/visits?topic=知识产权").words()
    owing = desk.get("/visits?owing=1&q=甲装备").words()
    exported = desk.post("/visits/export?topic=融资", {"format": "csv"}, status=200).response.content.decode(
        "utf-8-sig"
    )

    assert ("乙建材" in by_topic, "甲装备" in by_topic) == (True, False)
    assert ("甲装备" in owing, "乙建材" in owing) == (True, False)
    assert "约银行（李科长，未办）" in exported
    assert "乙建材" not in exported
