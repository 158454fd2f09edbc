"""What a firm says of what is believed about it, and what becomes of that."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.facts.models import Fact, Source
from app.firms.models import Firm, StoredFile
from app.statements import service
from app.statements.forms import StatementFields
from app.statements.models import Sort, Stance, Statement, StatementState
from app.visits.questions import questions_of
from tests.browser import Visitor
from tests.factories import make_firm, make_user
from tests.facts.arrange import put
from tests.visits.test_replies import waits

Enter = Callable[..., Visitor]
LAST = clock.today().year - 1
PDF = ("证明.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")


@pytest.fixture
def firm(engine: sa.Engine) -> Firm:
    return make_firm("达坂城风能有限公司")


@pytest.fixture
def owner(firm: Firm, visitor: Enter) -> Visitor:
    return visitor(make_user(Role.FIRM, firm_id=firm.id, name="孙经理"))


@pytest.fixture
def desk(visitor: Enter) -> Visitor:
    return visitor(make_user(name="李科长"))


def about(fact: Fact, **more: Any) -> dict[str, Any]:
    return {"sort": "fact", "code": fact.kind, "year": str(fact.year or ""), "seen": str(fact.id), **more}


def say(owner: Visitor, firm: Firm, fields: dict[str, Any], *, status: int = 303, **options: Any) -> Any:
    return owner.post(f"/firms/{firm.id}/statements", fields, status=status, **options)


def decide(desk: Visitor, statement: Statement, what: str, fields: dict[str, Any], *, status: int = 303) -> Any:
    return desk.post(f"/firms/{statement.firm_id}/statements/{statement.id}/{what}", fields, status=status)


def standing(db: Session, kind: str) -> Fact | None:
    db.rollback()
    return db.scalar(sa.select(Fact).where(Fact.kind == kind, Fact.superseded_at.is_(None)))


def only(db: Session) -> Statement:
    db.rollback()
    return db.scalars(sa.select(Statement).order_by(Statement.id.desc())).first() or Statement()


def test_an_accepted_correction_becomes_the_firms_own_figure_and_keeps_its_evidence(
    firm: Firm, owner: Visitor, desk: Visitor, db: Session
) -> None:
    fact = put(firm, "sales", "5000", year=LAST, source=Source.TAX)
    fields = about(fact, stance="correct", value="5200", remark="审计报告第三页")

    say(owner, firm, fields, files={"evidence": PDF})
    waiting = desk.get("/statements")
    decide(desk, only(db), "acceptance", {"seen": str(fact.id)})

    assert "审计报告第三页" in waiting
    assert waiting.one("a[download]").text == "证明.pdf"
    now = standing(db, "sales")
    assert now is not None
    assert (now.number, now.source) == (Decimal(52_000_000), Source.FIRM)
    assert only(db).state is StatementState.TAKEN
    assert "已采纳" in owner.get(f"/firms/{firm.id}/mirror")


def test_a_refusal_is_told_with_its_reason_until_the_firm_has_read_it(
    firm: Firm, owner: Visitor, desk: Visitor, db: Session
) -> None:
    fact = put(firm, "sales", "5000", year=LAST)
    say(owner, firm, about(fact, stance="object", remark="口径不对"))

    nothing_said = decide(desk, only(db), "refusal", {"reason": ""}, status=422)
    decide(desk, only(db), "refusal", {"reason": "与审计报告一致"})
    told = owner.get("/statements?state=refused")
    owner.post(f"/firms/{firm.id}/statements/{only(db).id}/acknowledgement")

    assert "不采纳须写明原因" in nothing_said
    assert "与审计报告一致" in told
    assert only(db).state is StatementState.SETTLED
    kept = standing(db, "sales")
    assert kept is not None
    assert kept.id == fact.id


def test_an_accepted_objection_takes_the_figure_back(firm: Firm, owner: Visitor, desk: Visitor, db: Session) -> None:
    fact = put(firm, "sales", "5000", year=LAST)
    say(owner, firm, about(fact, stance="object", remark="是集团的数"))

    decide(desk, only(db), "acceptance", {"seen": str(fact.id)})

    assert standing(db, "sales") is None


def test_what_changed_behind_the_page_is_shown_and_nothing_typed_is_lost(
    firm: Firm, owner: Visitor, desk: Visitor, db: Session
) -> None:
    seen = put(firm, "sales", "5000", year=LAST)
    now = put(firm, "sales", "5100", year=LAST)

    answer = say(owner, firm, about(seen, stance="correct", value="5200", remark="半句话"), status=409)

    assert "页面上的值已变" in answer
    assert "5100" in answer.words().replace(",", "")
    assert answer.one("#value")["value"] == "5200"
    assert "半句话" in answer.one("#remark").text
    assert answer.one("input[name=seen]")["value"] == str(now.id)
    say(owner, firm, about(now, stance="correct", value="5200", remark="半句话"))
    put(firm, "sales", "5150", year=LAST)
    assert "刚刚被他人更新" in decide(desk, only(db), "acceptance", {"seen": str(now.id)}, status=409)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"stance": "correct", "value": "很多", "remark": "写到一半"}, "很多"),
        ({"stance": "correct", "value": "5000", "remark": "写到一半"}, "与现在的值相同"),
        ({"stance": "correct", "value": "5200"}, "理由"),
        ({"stance": "object", "value": ""}, "为什么有异议"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    firm: Firm, owner: Visitor, db: Session, more: dict[str, str], told: str
) -> None:
    fact = put(firm, "sales", "5000", year=LAST)

    answer = say(owner, firm, about(fact, **more), status=422, files={"evidence": PDF})

    assert told in answer.one("#error-summary").text
    assert answer.one("#value")["value"] == more["value"]
    assert more.get("remark", "") in answer.one("#remark").text
    assert db.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


def test_what_is_no_figure_is_mended_on_its_own_page_before_it_counts_as_taken(
    firm: Firm, owner: Visitor, desk: Visitor, db: Session
) -> None:
    page = owner.get(f"/firms/{firm.id}/statements/new?sort=identity&code=name")
    seen = page.one("input[name=seen]")["value"]
    fields = {"sort": "identity", "code": "name", "stance": "correct", "value": "达坂城新风能公司", "remark": "已更名"}
    say(owner, firm, {**fields, "seen": seen})

    too_soon = decide(desk, only(db), "acceptance", {"seen": seen}, status=409)
    renamed = {"name": "达坂城新风能公司", "credit_code": firm.credit_code, "version": 1, "until": ""}
    desk.post(f"/firms/{firm.id}", {name: value for name, value in renamed.items() if value})
    now = desk.get("/statements").one("input[name=seen]")["value"]
    decide(desk, only(db), "acceptance", {"seen": now})

    assert "还是原来的内容" in too_soon
    assert only(db).state is StatementState.TAKEN


def test_agreeing_with_a_fresh_figure_gives_nobody_work(firm: Firm, owner: Visitor, desk: Visitor, db: Session) -> None:
    fact = put(firm, "sales", "5000", year=LAST)

    say(owner, firm, about(fact, stance="agree"))

    assert only(db).state is StatementState.NOTED
    assert "没有这样的核对意见" in desk.get("/statements")
    assert "属实：已记下" in owner.get(f"/firms/{firm.id}/mirror")


def test_a_question_is_asked_once_and_never_while_its_answer_waits(
    firm: Firm, owner: Visitor, desk: Visitor, db: Session
) -> None:
    waits(firm, "one", ("职工总数", LAST))
    name = f"answer-staff-{LAST}"
    asked = owner.get(f"/firms/{firm.id}/mirror")

    wrong = owner.post(f"/firms/{firm.id}/answers", {name: "八十"}, status=422)
    owner.post(f"/firms/{firm.id}/answers", {name: "86", f"seen-staff-{LAST}": "0"})

    assert asked.all(f"#{name}")
    assert wrong.one(f"#{name}")["value"] == "八十"
    assert not owner.get(f"/firms/{firm.id}/mirror").all(f"#{name}")
    assert questions_of(db, [firm.id])[firm.id] == []
    decide(desk, only(db), "acceptance", {"seen": "0"})
    now = standing(db, "staff")
    assert now is not None
    assert (now.number, now.source) == (Decimal(86), Source.FIRM)
    assert "近一年企业已回答 1 项" in desk.get(f"/firms/{firm.id}/mirror")


def test_only_the_firm_itself_speaks_for_it(firm: Firm, visitor: Enter, desk: Visitor, db: Session) -> None:
    fact = put(firm, "sales", "5000", year=LAST)
    stranger = visitor(make_user(Role.FIRM, firm_id=make_firm().id))

    say(stranger, firm, about(fact, stance="agree"), status=404)
    say(desk, firm, about(fact, stance="agree"), status=403)

    stranger.get(f"/firms/{firm.id}/mirror", status=404)
    stranger.get(f"/firms/{firm.id}/portal", status=404)
    assert not desk.get(f"/firms/{firm.id}/mirror").all(f"form[action='/firms/{firm.id}/statements']")
    assert db.scalar(sa.select(sa.func.count()).select_from(Statement)) == 0


def test_agreeing_with_a_stale_figure_waits_because_taking_it_renews_it(
    firm: Firm, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = put(firm, "rd_unit", "是", source=Source.VISIT)
    owner, officer = make_user(Role.FIRM, firm_id=firm.id), make_user()
    later = clock.now() + timedelta(days=4000)
    monkeypatch.setattr(clock, "now", lambda: later)
    said = StatementFields(sort=Sort.FACT, code="rd_unit", stance=Stance.AGREE, seen=str(old.id))

    with database.writing() as session:
        held = session.get_one(Firm, firm.id)
        made = service.state(session, owner, held, said, lambda: None)
        assert made.state is StatementState.WAITING
        service.accept(session, officer, held, made, seen=str(old.id))

    now = standing(db, "rd_unit")
    assert now is not None
    assert (now.text, now.source, now.recorded_at) == ("true", Source.FIRM, later)
