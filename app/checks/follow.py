"""Keeps the standings true in the background while the site is being served."""

import logging
from collections.abc import Callable

from app.checks import service
from app.core.background import Background

EVERY = 2.0
log = logging.getLogger("tidu")


class Follower(Background):
    """Looks every two seconds for firms that are behind; what it does not get to stays behind for the next process.

    `more` is what else follows the facts: each does some of its work and says how much there was.
    """

    name = "checks"

    def __init__(self, *more: Callable[[], int]) -> None:
        super().__init__()
        self._kinds = (service.refresh_some, service.ask_some, *more)

    def work(self) -> None:
        while not self.stopping.wait(EVERY):
            try:
                while any(work() for work in self._kinds) and not self.stopping.is_set():
                    pass
            except Exception:
                # A database that is away for a moment must not end the following for good.
                log.exception("checking the firms that are behind failed; trying again")
