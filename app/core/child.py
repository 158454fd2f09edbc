"""A process of its own for opening what strangers made: limited before it reads a byte, stopped when it takes too long.

The module that is run calls `limit` first and imports its parsers afterwards.
"""

import os
import resource
import signal
import subprocess
import sys
from typing import IO

from app.settings import ROOT

MEMORY = 1024**3
SECONDS = 20
OUTPUT = 160 * 1024**2
# The clock on the wall runs on while the child waits for a processor.
GRACE = 5


def limit(*, memory: int = MEMORY, seconds: int = SECONDS) -> None:
    """From here on the process can neither grow, nor run, nor write beyond its limits."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(module: str, *arguments: str, output: IO[bytes] | int = subprocess.DEVNULL, seconds: int = SECONDS) -> bool:
    """Run a module of ours as a process; whether it came to its end. What it wrote before it was stopped stays."""
    child = subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    )
    try:
        return child.wait(seconds + GRACE) == 0
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return False
