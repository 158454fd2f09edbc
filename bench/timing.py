"""Medians of repeated runs, and the machine they were made on."""

import os
import platform
import statistics
import time
from collections.abc import Callable

RUNS = 7


def median_ms(work: Callable[[], object], *, runs: int = RUNS) -> tuple[float, float]:
    """Median and spread (largest − smallest) of several runs, in milliseconds, after one to warm up."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), max(times) - min(times)


def machine() -> str:
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}, load {load:.1f}"
