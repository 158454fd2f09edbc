"""What the first visitors would otherwise wait for, done once the site is served and nobody waits."""

from collections.abc import Callable
from threading import Event, Thread

# Seconds after the start: the first page comes first.
AFTER = 2.0


class Warming:
    """Calls each of `ahead` in turn, on a thread of its own."""

    def __init__(self, *ahead: Callable[[], object], after: float = AFTER) -> None:
        self._ahead, self._after = ahead, after
        self._stop = Event()
        self._thread = Thread(target=self._work, name="warming", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        if self._stop.wait(self._after):
            return
        for call in self._ahead:
            call()
