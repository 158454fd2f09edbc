import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import User
from app.accounts.password_rules import objection
from app.core import clock
from app.core import db as database
from app.core.db import Model
from app.core.errors import Conflict
from app.demo.accounts import FILE, demo_password
from app.demo.load import load_demo
from app.facts.models import Vouch
from app.firms.models import Firm
from tests.factories import make_firm

pytestmark = pytest.mark.usefixtures("data_dir")


def load() -> None:
    with database.writing() as session:
        load_demo(session)


def rows_by_table(db: Session) -> dict[str, int]:
    count = sa.select(sa.func.count())
    return {table.name: db.scalar(count.select_from(table)) or 0 for table in Model.metadata.sorted_tables}


def user(db: Session, username: str) -> User:
    return db.scalars(sa.select(User).where(User.username == username)).one()


def tomorrow(monkeypatch: pytest.MonkeyPatch, days: int = 1) -> None:
    now: datetime = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_loading_twice_changes_nothing(engine: sa.Engine) -> None:
    load()
    with database.reading() as db:
        once = rows_by_table(db)

    load()

    with database.reading() as db:
        assert rows_by_table(db) == once
    assert once["firm"] > 280
    assert once["fact"] > 10_000


def revisions_in(db: Session) -> dict[int, int]:
    return {row.id: row.revision for row in db.execute(sa.select(Firm.id, Firm.revision))}


def test_the_next_day_every_vouch_is_made_again_and_the_old_ones_are_kept(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    with database.reading() as db:
        before = len(db.scalars(sa.select(Vouch.id)).all())
        standing = len(db.scalars(sa.select(Vouch.id).where(Vouch.superseded_at.is_(None))).all())
        revisions = revisions_in(db)
    tomorrow(monkeypatch)

    load()

    with database.reading() as db:
        current = db.scalars(sa.select(Vouch).where(Vouch.superseded_at.is_(None))).all()
        assert {each.until for each in current} == {clock.today()}
        assert len(current) == standing
        assert len(db.scalars(sa.select(Vouch.id)).all()) == before + standing
        assert revisions_in(db) == {firm: revision + 1 for firm, revision in revisions.items()}


def test_invented_firms_never_come_among_real_ones(engine: sa.Engine) -> None:
    make_firm("真实企业有限公司")

    with pytest.raises(Conflict, match="数据库中已有企业"):
        load()

    with database.reading() as db:
        assert rows_by_table(db)["firm"] == 1
        assert rows_by_table(db)["user"] == 0


def test_the_password_is_strong_differs_by_installation_and_is_kept_for_the_owner_alone(
    data_dir: Path,
) -> None:
    first = demo_password()
    mode = stat.S_IMODE((data_dir / FILE).stat().st_mode)
    (data_dir / FILE).unlink()

    assert mode == 0o600
    assert demo_password() != first
    assert objection(first, "bureau1", "李科长") == ""


def test_deleting_the_password_file_gives_the_accounts_a_new_password(engine: sa.Engine, data_dir: Path) -> None:
    load()
    old = demo_password()
    (data_dir / FILE).unlink()

    load()

    with database.reading() as db:
        kept = user(db, "bureau1").password_hash
    assert passwords.matches(demo_password(), kept)
    assert not passwords.matches(old, kept)
