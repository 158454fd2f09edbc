"""Work that only one process may do, held by a lock on a file."""

from pathlib import Path
from threading import Event

from app.core.alone import Alone

SOON = 10


class Work:
    def __init__(self) -> None:
        self.started, self.stopped = Event(), Event()

    def start(self) -> None:
        self.started.set()

    def stop(self) -> None:
        self.stopped.set()


def test_a_second_process_takes_over_when_the_first_has_ended(tmp_path: Path) -> None:
    mine, theirs = Work(), Work()
    first, second = (Alone(tmp_path / "lock", [work], every=0.01) for work in (mine, theirs))
    first.start()
    assert mine.started.wait(SOON)

    second.start()
    assert not theirs.started.wait(0.1), "two do the same work"
    first.stop()

    assert mine.stopped.is_set()
    assert theirs.started.wait(SOON)
    second.stop()
    assert theirs.stopped.is_set()


def test_who_never_had_its_turn_ends_at_once(tmp_path: Path) -> None:
    mine, theirs = Work(), Work()
    first, second = (Alone(tmp_path / "lock", [work], every=60) for work in (mine, theirs))
    first.start()
    assert mine.started.wait(SOON)
    second.start()

    second.stop()
    first.stop()

    assert not theirs.started.is_set()
    assert mine.stopped.is_set()
