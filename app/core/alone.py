"""What only one process of several may do: whoever holds the lock on a file does it, until that process ends."""

import fcntl
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from app.core.background import Background

EVERY = 3.0


class Part(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


class Alone(Background):
    """Starts its parts as soon as no other process does the same work; the system frees the lock of one that died."""

    name = "alone"
    # Its parts are waited for one after the other.
    patience = 30.0

    def __init__(self, path: Path, parts: Sequence[Part], *, every: float = EVERY) -> None:
        super().__init__()
        self._path, self._parts, self._every = path, parts, every

    def work(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            while not _held(file):
                if self.stopping.wait(self._every):
                    return
            for part in self._parts:
                part.start()
            self.stopping.wait()
            for part in self._parts:
                part.stop()


def _held(file: IO[str]) -> bool:
    """Whether this process has the lock now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
