"""What a large export costs everybody else: `python -m bench.export --folder data/bench/pages-10000`.

The mix of bench.load goes on all the time; now and then somebody exports the whole list with every column. Requests
are counted apart by whether an export was under way when they were due, so both are of the same sitting.
"""

import argparse
import asyncio
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psutil

from bench.load import Person, Seen, ask, choose, prepare, report, served, up

WARM_UP, QUIET_BEFORE = 30, 20
SAMPLE_EVERY = 0.25
BOTH = (False, True)
LOOK_EVERY, MOST_LOOKS = 0.5, 600


@dataclass
class Measured:
    """Requests and the site's memory, by whether an export was under way; of each export memory before, most, seconds.

    What is asked while the site warms up is not counted.
    """

    seen: dict[bool, dict[str, Seen]] = field(default_factory=lambda: {each: defaultdict(Seen) for each in BOTH})
    memory: dict[bool, list[float]] = field(default_factory=lambda: {each: [] for each in BOTH})
    exports: list[tuple[float, float, float]] = field(default_factory=list)
    exporting: bool = False
    done: bool = False


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--firms", type=int, default=10_000)
    given.add_argument("--rate", type=float, default=8, help="requests a second")
    given.add_argument("--exports", type=int, default=5)
    given.add_argument("--sessions", type=int, default=100)
    given.add_argument("--format", choices=("xlsx", "csv"), default="xlsx")
    given.add_argument("--folder", type=Path, help="where the pool is kept; data/bench/pages-N otherwise")
    options = given.parse_args()
    with served(options.folder or Path(f"data/bench/pages-{options.firms}")) as start:
        people = prepare(options.firms, options.sessions)
        asyncio.run(_measure(people, start(), options))


async def _measure(people: list[Person], server: subprocess.Popen[bytes], options: argparse.Namespace) -> None:
    import os

    import httpx2

    from bench.timing import machine
    from bench.visit import HEADERS

    found, base = Measured(), os.environ["TIDU_PUBLIC_ORIGIN"]
    limits = httpx2.Limits(max_connections=200, max_keepalive_connections=100)
    async with httpx2.AsyncClient(base_url=base, headers=HEADERS, limits=limits, timeout=60) as client:
        await up(client, server)
        pressing = asyncio.create_task(_press(client, people, options.rate, found))
        watching = asyncio.create_task(_watch(server.pid, found))
        exporter = next(person for person in people if person.role == "bureau")
        await asyncio.sleep(WARM_UP)
        for each in found.seen.values():
            each.clear()
        for _ in range(options.exports):
            await asyncio.sleep(QUIET_BEFORE)
            await _export(client, exporter, options.format, found)
        found.done = True
        await asyncio.gather(pressing, watching)
    print(f"{machine()}; {options.rate:g} requests a second, {len(people)} sessions, {options.exports} exports")
    _tell(found)


async def _press(client: Any, people: list[Person], rate: float, found: Measured) -> None:
    random, start, number, under_way = Random("load"), time.perf_counter(), 0, []  # noqa: S311 - no secret
    while not found.done:
        due = start + number / rate
        await asyncio.sleep(max(0, due - time.perf_counter()))
        person = random.choice(people)
        under_way.append(
            asyncio.create_task(ask(client, person, choose(random, person), due, found.seen[found.exporting]))
        )
        number += 1
    await asyncio.gather(*under_way)


async def _watch(pid: int, found: Measured) -> None:
    """The memory of the site and of whatever it started."""
    server = psutil.Process(pid)
    while not found.done:
        each = [process.memory_info().rss for process in (server, *server.children(recursive=True))]
        found.memory[found.exporting].append(sum(each) / 2**20)
        await asyncio.sleep(SAMPLE_EVERY)


async def _export(client: Any, person: Person, form: str, found: Measured) -> None:
    """The whole list with every column, from the wish to the file."""
    from app import registrations  # noqa: F401 - the columns are filled by the domains
    from app.firms.lists.columns import PLACES

    headers = {"cookie": f"s={person.token}"}
    address = f"/exports/firms?columns={','.join(PLACES)}"
    before = found.memory[False][-1]
    found.memory[True].clear()
    found.exporting, start = True, time.perf_counter()
    answer = await client.post(address, data={"format": form, "csrf_token": person.form_token}, headers=headers)
    assert answer.status_code == 303, answer.status_code
    job = answer.headers["location"].partition("?")[0]
    for _ in range(MOST_LOOKS):
        if "已导出" in (await client.get(job, headers=headers)).text:
            break
        await asyncio.sleep(LOOK_EVERY)
    found.exports.append((before, max(found.memory[True]), time.perf_counter() - start))
    found.exporting = False


def _tell(found: Measured) -> None:
    for exporting, title in ((False, "without an export"), (True, "while one is made")):
        print(f"\n{title}:")
        report(found.seen[exporting])
    for before, most, took in found.exports:
        print(f"an export took {took:.1f} s; memory {before:.0f} MB before, at most {most:.0f} MB while it was made")


if __name__ == "__main__":
    main()
