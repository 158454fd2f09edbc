"""What works beside the site for as long as it is served, each on a thread of its own."""

from abc import ABC, abstractmethod
from threading import Event, Thread


class Background(ABC):
    """Begins with `start`; `stop` asks it to end by setting `stopping`, and waits `patience` seconds for that."""

    name: str
    patience = 10.0

    def __init__(self) -> None:
        self.stopping = Event()
        self._thread = Thread(target=self.work, name=self.name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._thread.join(timeout=self.patience)

    @abstractmethod
    def work(self) -> None:
        """Everything the thread does; it returns soon after `stopping` is set."""
