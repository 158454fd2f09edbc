"""Anchors: the end of the audit trail, written from time to time to a file outside the database.

Whoever can rewrite the database and has the key could make a trail that looks whole; it would not fit the
anchors. The file is to be copied to another machine or printed (docs/operating.md).
"""

import os
import re
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.settings import settings

EVERY_EVENTS = 100
EVERY = timedelta(hours=1)
LONGEST_LINE = 200
WAITING = "anchor"
LINE = re.compile(r"^(\S+) (\d+) ([0-9a-f]{64})$")
UNREADABLE = 0


def file() -> Path:
    return settings().data_dir / "audit-anchors.log"


def note(db: Session, event: Event) -> None:
    """Anchor an event once its transaction has been committed, if it is time for an anchor."""
    if WAITING in db.info:
        db.info[WAITING] = event
    elif event.id % EVERY_EVENTS == 0 or event.id == 1 or _is_old(event.at):
        db.info[WAITING] = event
        sa_event.listen(db, "after_commit", lambda session: append(session.info.pop(WAITING)), once=True)


def append(event: Event) -> None:
    """One line: when, number, MAC; a single write, so that lines of several processes do not mix."""
    file().parent.mkdir(parents=True, exist_ok=True)
    line = f"{event.at.isoformat()} {event.id} {event.mac}\n"
    descriptor = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def read() -> dict[int, set[str]]:
    """Event number → the MACs anchored for it (more than one only where a trail was rewritten).

    A damaged line stands as event 0, which no trail has.
    """
    known: dict[int, set[str]] = defaultdict(set)
    for line in _lines():
        found = LINE.match(line)
        known[int(found[2]) if found else UNREADABLE].add(found[3] if found else line)
    return known


def _is_old(moment: datetime) -> bool:
    last = _last_line()
    return not last or moment - datetime.fromisoformat(last.split(" ")[0]) >= EVERY


def _lines() -> list[str]:
    return file().read_text().splitlines() if file().exists() else []


def _last_line() -> str:
    """The end of the file alone: it grows for years, and every event asks."""
    if not file().exists():
        return ""
    with file().open("rb") as lines:
        lines.seek(0, os.SEEK_END)
        lines.seek(max(0, lines.tell() - LONGEST_LINE))
        ending = lines.read().decode().splitlines()
    return ending[-1] if ending else ""
