"""What the first visitors would otherwise wait for, done once the site is served and nobody waits."""

from collections.abc import Callable

from app.core.background import Background

# Seconds after the start: the first page comes first.
AFTER = 2.0


class Warming(Background):
    """Calls each of `ahead` in turn."""

    name = "warming"

    def __init__(self, *ahead: Callable[[], object], after: float = AFTER) -> None:
        super().__init__()
        self._ahead, self._after = ahead, after

    def work(self) -> None:
        if self.stopping.wait(self._after):
            return
        for call in self._ahead:
            call()
