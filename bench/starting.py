"""Starting again: from the command of `make run`, everything prepared, to the first sign-in page."""

import argparse
import os
import signal
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.settings import ROOT
from bench.timing import machine

PORT = 8397
ADDRESS = f"http://127.0.0.1:{PORT}/sign-in"
LONGEST = 300
# Python writes what it compiled beside the sources; a shell that forbids it would have every start compile anew.
UNSAID = {"PYTHONDONTWRITEBYTECODE", "TIDU_DATA_DIR", "TIDU_PUBLIC_ORIGIN"}


@dataclass(frozen=True)
class Start:
    """Seconds by the clock, and of the processors, until the page had come."""

    clock: float
    processor: float


def main() -> None:
    asked = _arguments()
    print(f"starting again, {machine()}")
    starts: dict[Path, list[Start]] = {folder.resolve(): [] for folder in (*asked.beside, ROOT)}
    for folder in starts:
        start_once(folder)  # prepares what is not prepared, and compiles
    for _ in range(asked.runs):
        for folder, done in starts.items():
            done.append(start_once(folder))
    for folder, done in starts.items():
        _tell(folder, done)


def start_once(folder: Path) -> Start:
    """Start the demonstration in a clone, fetch the sign-in page, stop it."""
    begun = time.perf_counter()
    command = [str(folder / ".venv/bin/python"), "-m", "app.cli", "demo", "--port", str(PORT)]
    server = subprocess.Popen(command, cwd=folder, env=_environment(), stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait_for_page(server)
        return Start(time.perf_counter() - begun, _processor_of(server.pid))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait_for_page(server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(ADDRESS, timeout=LONGEST) as answer:
                assert answer.status == 200, answer.status
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"no sign-in page within {LONGEST} s")


def _processor_of(process: int) -> float:
    """Seconds of processor that a running process has used, by the kernel's own count."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if name not in UNSAID}


def _tell(folder: Path, done: list[Start]) -> None:
    by_clock, by_processor = sorted(start.clock for start in done), sorted(start.processor for start in done)
    print(
        f"{folder}: median {statistics.median(by_clock):.2f} s ({by_clock[0]:.2f} to {by_clock[-1]:.2f}),"
        f" processor {statistics.median(by_processor):.2f} s"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--beside", type=Path, nargs="*", default=[], help="other clones, started in turn with this one"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
