"""Looks every minute for what people must be told and for what must be sent, while the site is served."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock
from app.core import db as database
from app.core.background import Background
from app.notices import digest, service
from app.settings import settings

EVERY = 60.0
log = logging.getLogger("tidu")


class Courier(Background):
    """As many as there are processes share one database: rows decide who does what, and nothing is done twice."""

    name = "courier"

    def work(self) -> None:
        while not self.stopping.wait(EVERY):
            try:
                self.go_round(clock.now())
            except IntegrityError:
                log.info("another process was quicker with the notices of this minute")
            except Exception:
                # A database or a mail server that is away for a moment must not end the round for good.
                log.exception("a round of notices failed; trying again")

    def go_round(self, moment: datetime) -> None:
        """One round: tell what is due today, write the digests whose hour has come, send what waits.

        Each looks before it writes: a database has one writer, and most rounds have nothing to do.
        """
        day = clock.local_day(moment)
        if self._asks(lambda db: not service.is_swept(db, day)):
            with database.writing() as db:
                service.sweep_once(db, day)
        if is_quiet(moment):
            return
        if self._asks(lambda db: bool(digest.ready(db, moment))):
            with database.writing() as db:
                digest.write_digests(db, moment)
        while not self.stopping.is_set() and self._send_next(moment):
            pass

    def _asks(self, question: Callable[[Session], bool]) -> bool:
        with database.reading() as db:
            return question(db)

    def _send_next(self, moment: datetime) -> bool:
        if not self._asks(lambda db: digest.waits(db, moment)):
            return False
        with database.writing() as db:
            delivery = digest.take_next(db, moment)
        if delivery is None:
            return False
        refusal = digest.deliver(delivery)
        with database.writing() as db:
            digest.note_outcome(db, delivery.id, refusal, clock.now())
        return True


def is_quiet(moment: datetime) -> bool:
    """Whether nothing is sent at this hour: the quiet hours go over midnight."""
    hour = moment.astimezone(clock.BEIJING).hour
    return hour >= settings().quiet_from or hour < settings().quiet_until
