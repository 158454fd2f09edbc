"""Keeps the standings true in the background while the site is being served."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from app.checks import service

EVERY = 2.0
log = logging.getLogger("tidu")


class Follower:
    """Looks every two seconds for firms that are behind; what it does not get to stays behind for the next process.

    `more` is what else follows the facts: each does some of its work and says how much there was.
    """

    def __init__(self, *more: Callable[[], int]) -> None:
        self._work = (service.refresh_some, service.ask_some, *more)
        self._stop = Event()
        self._thread = Thread(target=self._follow, name="checks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def _follow(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                while any(work() for work in self._work) and not self._stop.is_set():
                    pass
            except Exception:
                # A database that is away for a moment must not end the following for good.
                log.exception("checking the firms that are behind failed; trying again")
