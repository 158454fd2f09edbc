"""Two people at once: whatever the timing, an import is written once."""

import threading
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.firms.models import Firm
from tests.browser import Visitor
from tests.factories import make_user
from tests.imports.corpus import plain
from tests.imports.journey import mapped


def test_two_people_who_apply_at_once_write_once(visitor: Callable[..., Visitor], db: Session) -> None:
    officers = [visitor(make_user()) for _ in range(3)]
    batch = mapped(officers[0], "list.xlsx", plain(20))
    version = officers[0].get(f"/imports/{batch}/preview").one("input[name=version]")["value"]
    answers: list[int] = []

    def press(officer: Visitor) -> None:
        answers.append(officer.post(f"/imports/{batch}/application", {"version": version}).status)

    threads = [threading.Thread(target=press, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [303, 303, 303]
    assert db.scalar(sa.select(sa.func.count()).select_from(Firm)) == 20
    assert db.scalar(sa.select(sa.func.count()).where(Event.kind == "import.applied")) == 1


def test_two_files_with_the_same_firms_never_double_them(visitor: Callable[..., Visitor], db: Session) -> None:
    officers = [visitor(make_user()) for _ in range(2)]
    batches = [mapped(officer, "list.xlsx", plain(20)) for officer in officers]

    def press(officer: Visitor, batch: int) -> None:
        version = officer.get(f"/imports/{batch}/preview").one("input[name=version]")["value"]
        officer.post(f"/imports/{batch}/application", {"version": version})

    threads = [threading.Thread(target=press, args=pair) for pair in zip(officers, batches, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert db.scalar(sa.select(sa.func.count()).select_from(Firm)) == 20
    assert db.scalar(sa.select(sa.func.count()).where(Event.kind == "import.applied")) == 1
