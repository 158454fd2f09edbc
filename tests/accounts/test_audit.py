"""The trail: one event with each change, and ten ways of tampering with it that all show."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import anchors, audit
from app.accounts.models import Event
from app.accounts.permissions import Role
from app.core import db as database
from tests.factories import make_firm, make_unit, make_user

ROWS = 12


@pytest.fixture
def trail(engine: sa.Engine) -> sa.Engine:
    """A trail of a dozen events, anchored in the middle and at its end; its guards taken away, as an attacker would."""
    user = make_user(Role.ADMIN)
    for number in range(ROWS):
        with database.writing() as session:
            audit.record(session, user, "unit.created", changes={"name": f"单位{number}"})
            if number in {5, ROWS - 1}:
                audit.anchor(session)
    with engine.begin() as connection:
        for statement in WITHOUT_GUARDS[engine.dialect.name]:
            connection.execute(sa.text(statement))
    return engine


WITHOUT_GUARDS = {
    "sqlite": ("DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"),
    "postgresql": ("ALTER TABLE event DISABLE TRIGGER ALL",),
}


def flaws(*, say: str = "") -> list[str]:
    with database.reading() as session:
        return [str(flaw) for flaw in audit.verify(session) if say in str(flaw)]


def run(*statements: str) -> None:
    with database.writing() as session:
        for statement in statements:
            session.execute(sa.text(statement))


def rewrite_from(number: int, *, seal: Callable[[Event], str]) -> None:
    """Change an event and make everything after it fit, as far as one can."""
    with database.writing() as session:
        events = session.scalars(sa.select(Event).where(Event.id >= number).order_by(Event.id)).all()
        before = session.scalar(sa.select(Event.mac).where(Event.id == number - 1)) or audit.START
        body = json.loads(events[0].body)
        body["changes"] = {"name": "改过"}
        events[0].body = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for event in events:
            event.previous = before
            event.mac = before = seal(event)


def test_an_untouched_trail_has_no_flaw(trail: sa.Engine) -> None:
    assert flaws() == []


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (lambda: run("UPDATE event SET body = replace(body, '单位3', '单位X') WHERE id = 4"), "内容与校验码不符"),
        (lambda: run("UPDATE event SET actor_id = 999 WHERE id = 4"), "检索列与正文不一致"),
        (lambda: run("DELETE FROM event WHERE id = 7"), "缺了记录"),
        (
            lambda: run(
                "UPDATE event SET id = 100 WHERE id = 7",
                "UPDATE event SET id = 7 WHERE id = 8",
                "UPDATE event SET id = 8 WHERE id = 100",
            ),
            "链接不符",
        ),
        (
            lambda: run(
                "INSERT INTO event (id, at, kind, actor_id, firm_id, result, body, previous, mac) "
                "SELECT 13, at, kind, actor_id, firm_id, result, body, previous, mac FROM event WHERE id = 12"
            ),
            "内容与校验码不符",
        ),
        (lambda: run("DELETE FROM event WHERE id > 9"), "末尾被截去"),
        (lambda: run("DELETE FROM event"), "末尾被截去"),
        (lambda: rewrite_from(4, seal=lambda event: f"{event.id:064x}"), "内容与校验码不符"),
        (lambda: rewrite_from(4, seal=audit.seal), "与库外锚点不符"),
        (lambda: run("UPDATE event SET at = '2020-01-01 00:00:00' WHERE id = 7"), "时间早于上一条"),
    ],
    ids=[
        "edit", "edit a column", "delete", "swap", "insert", "cut the tail", "empty", "rewrite without the key",
        "rewrite with the key", "move in time",
    ],
)  # fmt: skip
def test_tampering_shows(trail: sa.Engine, attack: Callable[[], None], said: str) -> None:
    attack()

    assert flaws(say=said)


def test_an_old_copy_put_back_shows(trail: sa.Engine, engine: sa.Engine) -> None:
    with database.reading() as session:
        old = [tuple(row) for row in session.execute(sa.text("SELECT * FROM event WHERE id <= 8 ORDER BY id"))]
    user = make_user(Role.ADMIN)
    run("DELETE FROM event WHERE id > 8")
    for number in range(4):
        with database.writing() as session:
            audit.record(session, user, "unit.created", changes={"name": f"新{number}"})

    assert len(old) == 8
    assert flaws(say="与库外锚点不符")


def test_without_anchors_a_rewriting_with_the_key_would_not_show(trail: sa.Engine, anchor_file: Path) -> None:
    anchor_file.unlink()

    rewrite_from(4, seal=audit.seal)

    assert flaws() == ["第 0 条：库外锚点文件缺失，无法发现整条链被重写"]


def test_a_damaged_line_of_the_anchors_shows(trail: sa.Engine, anchor_file: Path) -> None:
    with anchor_file.open("a") as file:
        file.write("garbage\n")

    assert flaws() == ["第 0 条：库外锚点记得这一条，库中没有：末尾被截去，或恢复了旧备份"]


def test_the_end_is_anchored_every_hundred_events_and_every_hour(
    engine: sa.Engine, clock: Callable[..., None], anchor_file: Path
) -> None:
    with database.writing() as session:
        for _ in range(100):
            audit.record(session, None, "rulebook.loaded")
    clock(minutes=61)
    with database.writing() as session:
        audit.record(session, None, "rulebook.loaded")

    assert [int(line.split(" ")[1]) for line in anchor_file.read_text().splitlines()] == [100, 101]


def give_up() -> None:
    with database.writing() as session:
        audit.record(session, None, "rulebook.loaded")
        raise LookupError


def test_what_was_rolled_back_is_never_anchored(engine: sa.Engine, anchor_file: Path) -> None:
    with pytest.raises(LookupError):
        give_up()

    assert not anchor_file.exists()
    assert anchors.read() == {}


def test_a_change_and_its_event_stand_or_fall_together(
    visitor: Any, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = visitor(make_user(Role.ADMIN))

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the trail cannot be written")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", fail)
        admin.post("/units", {"name": "甲镇", "kind": "township"}, status=500)

    assert db.scalar(sa.text("SELECT count(*) FROM unit")) == 0
    assert db.scalar(sa.text("SELECT count(*) FROM event")) == 0


def test_an_event_says_who_what_when_and_from_where(visitor: Any, db: Session) -> None:
    user = make_user(Role.ADMIN, name="管理员甲")

    visitor(user).post("/units", {"name": "甲镇", "kind": "township"})

    event = db.scalars(sa.select(Event)).one()
    body = json.loads(event.body)
    assert body["actor"] == {"id": user.id, "name": "管理员甲", "role": "admin"}
    assert body["subject"]["name"] == "甲镇"
    assert body["address"] == "testclient"
    assert re.fullmatch(r"[0-9a-f]{16}", body["request"])
    assert event.at.utcoffset() == timedelta(0)


def test_a_change_of_a_firm_is_found_under_the_firm(engine: sa.Engine, db: Session) -> None:
    firm = make_firm()

    with database.writing() as session:
        audit.record(session, None, "firm.registered", firm)

    assert db.scalar(sa.select(Event.firm_id)) == firm.id


def test_the_auditor_reads_the_trail_and_leaves_a_trace(visitor: Any, db: Session) -> None:
    visitor(make_user(Role.ADMIN, name="管理员甲")).post("/units", {"name": "甲镇", "kind": "township"})
    auditor = visitor(make_user(Role.AUDIT))

    page = auditor.get("/events?person=管理员甲")

    assert "新增了单位“甲镇”" in page
    assert "第一条" not in page
    reading = db.scalars(sa.select(Event).where(Event.kind == "event.read")).one()
    assert '"person":"管理员甲"' in reading.body


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True), ("person=甲", True), ("person=nobody", False), ("person=%25", False), ("kind=unit.created", True),
        ("kind=unit.closed", False), ("result=denied", False), ("result=done", True), ("firm=乙", False),
        ("since=2026-01-01&until=2099-12-31", True), ("until=2020-01-01", False), ("since=x&before=y&kind=%00", True),
        ("before=1", False), ("until=9999-12-31", True), ("before=99999999999999999999999", True),
    ],
)  # fmt: skip
def test_the_trail_is_narrowed(visitor: Any, query: str, shown: bool) -> None:  # noqa: FBT001
    visitor(make_user(Role.ADMIN, name="管理员甲")).post("/units", {"name": "甲镇", "kind": "township"})

    page = visitor(make_user(Role.AUDIT)).get(f"/events?{query}")

    assert ("新增了单位“甲镇”" in page) is shown


def test_older_events_are_reached_page_by_page(visitor: Any) -> None:
    user = make_user(Role.ADMIN)
    with database.writing() as session:
        for number in range(60):
            audit.record(session, user, "unit.created", make_unit_named(number))
    auditor = visitor(make_user(Role.AUDIT))

    first = auditor.get("/events?kind=unit.created")
    second = auditor.get(first.one("a[rel=next]")["href"])

    assert "单位号59" in first
    assert "单位号9" in second
    assert "单位号59" not in second
    assert not second.all("a[rel=next]")


def make_unit_named(number: int) -> Any:
    unit = make_unit.__globals__["Unit"](name=f"单位号{number}")
    unit.id = number + 1
    return unit


def test_the_check_of_the_trail_is_a_page_and_an_event(visitor: Any, trail: sa.Engine, db: Session) -> None:
    auditor = visitor(make_user(Role.AUDIT))

    whole = auditor.get("/events/verification")
    run("UPDATE event SET kind = 'unit.closed' WHERE id = 4")
    broken = auditor.get("/events/verification")

    assert "审计链完整" in whole
    assert "检索列与正文不一致" in broken
    told = db.scalars(sa.select(Event.body).where(Event.kind == "chain.verified").order_by(Event.id)).all()
    assert ['"outcome":"完整"' in body for body in told] == [True, False]


def test_line_breaks_and_controls_cannot_forge_an_entry(engine: sa.Engine, db: Session) -> None:
    user = make_user(name="甲\n2026 管理员 登录\u2028\x1b[31m")

    with database.writing() as session:
        audit.record(session, user, "session.started", user, changes={"name": "x" * 100_000 + "\n"})

    body = db.scalar(sa.select(Event.body)) or ""
    assert "\n" not in body
    assert json.loads(body)["actor"]["name"].startswith("甲\n")
