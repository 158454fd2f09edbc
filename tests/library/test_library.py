"""The library: a plan is taken in, found, confirmed and mended, and nothing of it is lost."""

import io
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.accounts.permissions import Role
from app.facts.vocabulary import vocabulary
from app.library.models import PolicyClause, PolicyText, Provision, ProvisionKind, ProvisionState
from app.library.reader import parts_of, sections_of
from app.rules import load_rule
from tests.browser import Answer, Visitor
from tests.factories import make_user
from tests.library.plan import PLAN, address_of, offered

Enter = Callable[..., Visitor]


@pytest.fixture
def officer(visitor: Enter) -> Visitor:
    return visitor(make_user(Role.BUREAU))


def taken_in(officer: Visitor) -> Answer:
    return officer.get(address_of(officer))


def a_clause(*, starts: int, ends: int) -> PolicyClause:
    return PolicyClause(position=starts, depth=0, path=str(starts), heading="", words="", starts=starts, ends=ends)


def provisions_in(db: Session, kind: ProvisionKind = ProvisionKind.TARGET) -> list[Provision]:
    return list(db.scalars(sa.select(Provision).where(Provision.kind == kind).order_by(Provision.starts)))


def filled(provision: Provision, **changes: object) -> dict[str, object]:
    body = {name: "" if value is None else value for name, value in provision.body.items() if value is not False}
    return {**body, "version": provision.version, **changes}


def test_a_pasted_plan_becomes_clauses_and_provisions_that_wait(officer: Visitor, db: Session) -> None:
    page = taken_in(officer)

    assert page.status == 200
    assert "云岭区科技企业梯度培育行动方案" in page.one("h1").text
    assert [provision.body["low"] for provision in provisions_in(db)][:2] == ["40", "120"]
    assert {provision.state for provision in provisions_in(db)} == {ProvisionState.OPEN}
    assert [provision.body["lead"] for provision in provisions_in(db, ProvisionKind.DUTY)] == ["区科技局", ""]


def test_an_incentive_comes_with_its_amount_and_a_draft_rule(officer: Visitor, db: Session) -> None:
    page = taken_in(officer)

    first, *_ = provisions_in(db, ProvisionKind.INCENTIVE)

    assert "20 万元" in first.body["amount"]
    assert "一次性" in first.body["limits"]
    assert load_rule(yaml.safe_load(first.body["draft"]), vocabulary()).kind == "incentive"
    assert "20 万元" in page


def test_every_provision_quotes_the_original(officer: Visitor, db: Session) -> None:
    taken_in(officer)

    text = db.scalars(sa.select(PolicyText)).one()
    quotes = [text.words[provision.starts : provision.ends] for provision in provisions_in(db)]

    assert text.words == PLAN.strip()
    assert "40家" in quotes[0]
    assert "120家" in quotes[1]


def test_the_page_shows_the_whole_text_once(officer: Visitor) -> None:
    page = taken_in(officer)

    shown = "".join(each.text for each in page.all("p.original"))

    assert "".join(shown.split()) == "".join(PLAN.split())


def test_the_same_text_is_not_taken_in_twice(officer: Visitor, db: Session) -> None:
    taken_in(officer)

    again = offered(officer, PLAN)

    assert "已经在库中" in again
    assert again.one("#words").text.strip() == PLAN.strip()
    assert db.scalar(sa.select(sa.func.count()).select_from(PolicyText)) == 1


def test_confirming_what_was_read_and_mending_it_are_told_apart(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    first, second = provisions_in(db)[:2]

    officer.post(f"{address}/provisions/{first.id}/decision", filled(first))
    officer.post(f"{address}/provisions/{second.id}/decision", filled(second, low="130", note="以会议纪要为准"))

    db.rollback()
    assert (first.state, second.state) == (ProvisionState.CONFIRMED, ProvisionState.MENDED)
    assert (second.body["low"], second.read["low"], second.note) == ("130", "120", "以会议纪要为准")
    decided = sa.select(sa.func.count()).where(Event.kind == "provision.decided")
    assert db.scalar(decided) == 2


def test_a_refused_value_stays_in_its_field_with_a_sentence(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    provision = provisions_in(db)[0]

    page = officer.post(f"{address}/provisions/{provision.id}/decision", filled(provision, low="四十来家"), status=422)

    assert page.one("#low")["value"] == "四十来家"
    assert "请输入数字" in page


def test_whoever_decides_second_is_told_and_keeps_what_was_typed(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    provision = provisions_in(db)[0]
    officer.post(f"{address}/provisions/{provision.id}/decision", filled(provision))

    page = officer.post(f"{address}/provisions/{provision.id}/decision", filled(provision, low="55"), status=409)

    assert "刚被他人处理过" in page
    assert page.one("#low")["value"] == "55"


def test_a_rejected_provision_stays_to_be_seen(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    provision = provisions_in(db)[0]

    officer.post(
        f"{address}/provisions/{provision.id}/rejection", {"version": provision.version, "reason": "是去年的数"}
    )

    db.rollback()
    assert provision.state is ProvisionState.REJECTED
    assert "是去年的数" in officer.get(address)


def test_a_person_adds_what_was_not_read_by_quoting_it(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    clause = db.scalars(sa.select(PolicyClause).where(PolicyClause.path == "二/(一)")).one()
    form = {
        "path": clause.path,
        "quote": "实行动态\n管理",
        "lead": "区科技局",
        "responsible": "",
        "supporting": "",
        "others": "",
    }

    officer.post(f"{address}/provisions?kind=duty", form)

    db.rollback()
    added = db.scalars(sa.select(Provision).where(Provision.read.is_(None))).one()
    text = db.scalars(sa.select(PolicyText)).one()
    assert text.words[added.starts : added.ends] == "实行动态管理"
    assert added.state is ProvisionState.MENDED


def test_words_that_do_not_stand_there_are_not_quoted(officer: Visitor) -> None:
    address = address_of(officer)

    form = {"path": "二/(一)", "quote": "太阳从西边出来", "lead": "区科技局"}

    page = officer.post(f"{address}/provisions?kind=duty", form, status=422)

    assert "没有这段文字" in page


@pytest.mark.parametrize("word", ["研发准备金", "研發準備金", "研发 准备金"])
def test_a_clause_is_found_in_either_script(officer: Visitor, word: str) -> None:
    taken_in(officer)

    page = officer.get(f"/policies/search?q={word}")

    assert [row.text for row in page.all("tbody th")] == ["云岭区科技企业梯度培育行动方案（2026—2028年）"]


def test_an_uploaded_file_is_kept_and_given_back(officer: Visitor) -> None:
    content = PLAN.encode("gb18030")

    address = address_of(officer, "", files={"file": ("方案.txt", io.BytesIO(content), "text/plain")})

    assert officer.client.get(f"{address}/file").content == content


def test_a_file_that_holds_no_text_is_refused_beside_the_field(officer: Visitor) -> None:
    picture = ("扫描.png", io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(100)), "image/png")

    page = offered(officer, "", files={"file": picture})

    assert "图片" in page.one("#file-error").text


def test_what_a_document_is_can_be_mended(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    form = {"title": "云岭区培育方案", "number": "云政办〔2026〕3号", "level": "区", "status": "现行"}
    form["starts_on"] = "2026-03-01"

    officer.post(address, {**form, "version": "1"})

    text = db.scalars(sa.select(PolicyText)).one()
    assert (text.policy.status, text.policy.body["from"]) == ("现行", "2026-03-01")
    assert "云政办〔2026〕3号" in officer.get("/policies")


def test_a_long_text_is_shown_in_parts_that_hold_every_clause() -> None:
    words = "字" * 100_000
    clauses = [a_clause(starts=number * 9_000, ends=(number + 1) * 9_000) for number in range(11)]

    sections = sections_of(PolicyText(words=words), clauses, [])
    parts = parts_of(sections)

    assert [each for part in parts for each in part] == sections
    assert max(sum(each.clause.ends - each.clause.starts for each in part) for part in parts) <= 40_000


def test_provisions_that_overlap_lose_no_words() -> None:
    clause = a_clause(starts=0, ends=10)
    provisions = [
        SimpleNamespace(starts=2, ends=6),
        SimpleNamespace(starts=4, ends=8),
        SimpleNamespace(starts=4, ends=5),
    ]

    (section,) = sections_of(PolicyText(words="零一二三四五六七八九"), [clause], provisions)  # type: ignore[arg-type]

    assert "".join(each.words for each in section.stretches) == "零一二三四五六七八九"
    assert [each.words for each in section.stretches if each.provision] == ["二三四五", "六七"]


def test_a_new_version_keeps_what_was_decided_about_what_reads_the_same(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    first, second = provisions_in(db)[:2]
    for each in (first, second):
        officer.post(f"{address}/provisions/{each.id}/decision", filled(each))
    number = address.rpartition("/")[2]

    address_of(officer, PLAN.replace("120家", "150家"), policy_id=number)

    db.rollback()
    held = db.scalars(sa.select(PolicyText).where(PolicyText.number == 2)).one()
    states = {each.body["low"]: each.state for each in provisions_in(db) if each.text_id == held.id}
    assert (states["40"], states["150"]) == (ProvisionState.CONFIRMED, ProvisionState.OPEN)
    assert str(held.policy_id) == number


def test_whoever_rejects_second_is_told(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    provision = provisions_in(db)[0]
    officer.post(f"{address}/provisions/{provision.id}/decision", filled(provision))

    page = officer.post(f"{address}/provisions/{provision.id}/rejection", {"version": provision.version}, status=409)

    assert "刚被他人处理过" in page


def test_every_form_of_an_open_provision_posts_what_its_address_takes(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    provision = provisions_in(db)[0]
    page = officer.get(f"{address}?provision={provision.id}")
    (form,) = [each for each in page.all("form") if each["action"].endswith("/rejection")]

    posted = {each["name"]: each.get("value", "") for each in form.select("input, select, textarea")}
    officer.post(form["action"], posted)

    db.rollback()
    assert provision.state is ProvisionState.REJECTED


def test_a_title_printed_with_radicals_is_written_as_usual(officer: Visitor) -> None:
    printed = PLAN.replace("行动方案", "\u2f8f动\u2f45案")

    page = officer.get(address_of(officer, printed))

    assert "云岭区科技企业梯度培育行动方案（2026—2028年）" in page.one("h1").text


def test_an_incentive_confirmed_as_it_stands_counts_as_read(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    first, *_ = provisions_in(db, ProvisionKind.INCENTIVE)
    sent = {name: value.replace("\n", "\r\n") for name, value in first.body.items()}

    officer.post(f"{address}/provisions/{first.id}/decision", {**sent, "version": first.version})

    db.rollback()
    assert first.state is ProvisionState.CONFIRMED


@pytest.mark.parametrize("form", ["words", "file"])
def test_signs_no_database_holds_are_replaced_and_the_rest_is_kept(officer: Visitor, db: Session, form: str) -> None:
    words = PLAN.strip().replace("总体目标", "总体\x00目标")
    given = {"files": {"file": ("方案.txt", words.encode(), "text/plain")}} if form == "file" else {}

    address_of(officer, words if form == "words" else "", **given)

    assert db.scalars(sa.select(PolicyText)).one().words == words.replace("\x00", "\ufffd")
