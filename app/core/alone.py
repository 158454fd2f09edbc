"""What only one process of several may do: whoever holds the lock on a file does it, until that process ends."""

import fcntl
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from typing import IO, Protocol

EVERY = 3.0


class Part(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


class Alone:
    """Starts its parts as soon as no other process does the same work; the system frees the lock of one that died."""

    def __init__(self, path: Path, parts: Sequence[Part], *, every: float = EVERY) -> None:
        self._path, self._parts, self._every = path, parts, every
        self._stop = Event()
        self._thread = Thread(target=self._work, name="alone", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    def _work(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            while not _held(file):
                if self._stop.wait(self._every):
                    return
            for part in self._parts:
                part.start()
            self._stop.wait()
            for part in self._parts:
                part.stop()


def _held(file: IO[str]) -> bool:
    """Whether this process has the lock now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
