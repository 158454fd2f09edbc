"""Requests at a fixed rate against the site as it is served: `python -m bench.load --firms 10000 --rate 20`.

The pool is the one of bench.pages; with TIDU_DATABASE_URL the PostgreSQL database that it names. Every latency is
counted from the moment at which the request should have left, so that a queue shows.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import psutil

PASSWORD = "Tidu-2026-load-test"  # noqa: S105 - of accounts that exist in the measured pool alone
STAFF, COMMISSIONERS, FIRMS, FINANCE = 20, 35, 40, 5
EACH_LOOKS_AFTER = 100
WORDS = ("风电", "科技", "xj", "fengdian", "光伏", "新疆 科技")


@dataclass(frozen=True)
class Person:
    """Somebody signed in: their cookie, the token of their forms, and the firms they ask about."""

    name: str
    role: str
    token: str
    form_token: str
    firms: tuple[int, ...]


@dataclass(frozen=True)
class Asked:
    """One request: what kind it is of, how it is made, and what its answer must be."""

    kind: str
    method: str
    address: str
    data: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    good: frozenset[int] = frozenset({200})
    says: str = ""


@dataclass
class Seen:
    """What came back of one kind of request."""

    seconds: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--firms", type=int, default=10_000)
    given.add_argument("--rate", type=float, default=20, help="requests a second")
    given.add_argument("--seconds", type=float, default=600)
    given.add_argument("--sessions", type=int, default=100)
    given.add_argument("--folder", type=Path, help="where the pool is kept; data/bench/pages-N otherwise")
    options = given.parse_args()
    with served(options.folder or Path(f"data/bench/pages-{options.firms}")) as start:
        people = prepare(options.firms, options.sessions)
        asyncio.run(press(people, options.rate, options.seconds, start()))


@contextmanager
def served(folder: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """The settings of a site on a pool, and how to start it once the pool is prepared; stopped at the end."""
    port, running = _free_port(), []
    os.environ["TIDU_DATA_DIR"] = str(folder.resolve())
    os.environ["TIDU_PUBLIC_ORIGIN"] = f"http://127.0.0.1:{port}"

    def start() -> subprocess.Popen[bytes]:
        running.append(subprocess.Popen([sys.executable, "-m", "app.cli", "serve", "--port", str(port)]))  # noqa: S603
        return running[-1]

    try:
        yield start
    finally:
        for server in running:
            server.terminate()
            server.wait(20)


def prepare(firms: int, sessions: int) -> list[Person]:
    """The pool, and as many people signed in as there are sessions."""
    from bench.district import fill
    from bench.people import enter

    fill(firms, judged=True)
    shares = (("bureau", STAFF), ("commissioner", COMMISSIONERS), ("firm", FIRMS), ("finance", FINANCE))
    return [
        Person(*each)
        for role, share in shares
        for each in enter(role, max(1, sessions * share // 100), EACH_LOOKS_AFTER, PASSWORD)
    ]


async def press(people: list[Person], rate: float, seconds: float, server: subprocess.Popen[bytes]) -> None:
    import httpx2

    from bench.timing import machine
    from bench.visit import HEADERS

    random, seen = Random("load"), defaultdict(Seen)  # noqa: S311 - no secret
    limits = httpx2.Limits(max_connections=200, max_keepalive_connections=100)
    base, pid = os.environ["TIDU_PUBLIC_ORIGIN"], server.pid
    async with httpx2.AsyncClient(base_url=base, headers=HEADERS, limits=limits, timeout=30) as client:
        await up(client, server)
        processes = os.environ.get("TIDU_PROCESSES", "1")
        process, start, before = psutil.Process(pid), time.perf_counter(), _used(pid)
        under_way = []
        for number in range(int(rate * seconds)):
            due = start + number / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            person = random.choice(people)
            under_way.append(asyncio.create_task(ask(client, person, choose(random, person), due, seen)))
        await asyncio.gather(*under_way)
        took = time.perf_counter() - start
        print(
            f"{machine()}; {rate:g} requests a second for {seconds:g} s, {len(people)} sessions, processes: {processes}"
        )
        report(seen)
        memory, open_files = process.memory_info().rss / 2**20, process.num_fds()
        print(f"server: {100 * (_used(pid) - before) / took:.0f} % of a processor, {memory:.0f} MB, {open_files} files")


def choose(random: Random, person: Person) -> Asked:
    """A request of the mix; what a person may not do becomes a look at their own page."""
    kinds = MIX[person.role]
    kind = random.choices([made for made, _ in kinds], [weight for _, weight in kinds])[0]
    return kind(random, person)


def a_list(random: Random, _: Person) -> Asked:
    narrowed = (
        "",
        "rung=hnte",
        "verdict=isme:unknown",
        "state=open&sort=name&order=asc",
        f"page={random.randint(1, 40)}",
    )
    searched = (f"q={quote(word)}" for word in WORDS)
    return Asked("list, filter, search", "GET", f"/firms?{random.choice([*narrowed, *searched])}", says="企业名录")


def a_firm(random: Random, person: Person) -> Asked:
    number = random.choice(person.firms)
    page = random.choice(("", "", "/titles", "/facts", "/check"))
    return Asked("firm", "GET", f"/firms/{number}{page}", says="<h1")


def a_board(random: Random, _: Person) -> Asked:
    return Asked("home, board", "GET", random.choice(("/home", "/board", "/judged", "/expiry")), says="<h1")


def a_fragment(random: Random, _: Person) -> Asked:
    headers = {"HX-Request": "true"}
    return Asked("fragment", "GET", f"/firms?q={quote(random.choice(WORDS))}", headers=headers, says="/firms/")


def a_form(random: Random, person: Person) -> Asked:
    data = {"name": "张建国", "phone": f"13{random.randrange(10**9):09d}", "csrf_token": person.form_token}
    return Asked("form saved", "POST", f"/firms/{random.choice(person.firms)}/contacts", data, good=frozenset({303}))


def a_sign_in(_: Random, person: Person) -> Asked:
    data = {"username": person.name, "password": PASSWORD, "next": "/"}
    return Asked("sign-in", "POST", "/sign-in", data, good=frozenset({303}))


def an_export(random: Random, person: Person) -> Asked:
    data = {"format": random.choice(("xlsx", "csv")), "csrf_token": person.form_token}
    # A list of at most a thousand rows is exported at once; sixty an hour for each person, so 429 is no failure.
    return Asked("export", "POST", "/exports/firms?rung=leader", data, good=frozenset({200, 429}))


Kind = Callable[[Random, Person], Asked]
# In percent of the whole mix. There are no visits, approvals and firms' own forms yet: forms saved by a commissioner
# stand for visits, and firms look at their own pages.
READING = ((a_list, 38), (a_firm, 22), (a_board, 10), (a_fragment, 8))
MIX: dict[str, tuple[tuple[Kind, int], ...]] = {
    "bureau": (*READING, (a_form, 12), (a_sign_in, 2), (an_export, 2)),
    "commissioner": (*READING, (a_form, 12), (a_sign_in, 2)),
    "finance": ((a_list, 38), (a_firm, 22), (a_fragment, 8), (a_sign_in, 2)),
    "firm": ((a_firm, 98), (a_sign_in, 2)),
}


async def up(client: Any, server: subprocess.Popen[bytes]) -> None:
    import httpx2

    while server.poll() is None:
        try:
            await client.get("/sign-in")
        except httpx2.TransportError:
            await asyncio.sleep(0.25)
        else:
            return
    sys.exit("the site did not start")


async def ask(client: Any, person: Person, asked: Asked, due: float, seen: dict[str, Seen]) -> None:
    """Ask, and look at what the answer says, not at its status alone."""
    import httpx2

    headers = {**asked.headers, "cookie": f"s={person.token}"}
    try:
        answer = await client.request(asked.method, asked.address, data=asked.data or None, headers=headers)
    except httpx2.HTTPError as error:
        seen[asked.kind].failures[type(error).__name__] += 1
    else:
        if answer.status_code not in asked.good:
            seen[asked.kind].failures[str(answer.status_code)] += 1
        elif asked.says not in answer.text:
            seen[asked.kind].failures["another page"] += 1
    seen[asked.kind].seconds.append(time.perf_counter() - due)


def report(seen: dict[str, Seen]) -> None:
    """A line for each kind and one for all."""
    whole = Seen([one for each in seen.values() for one in each.seconds], Counter())
    for each in seen.values():
        whole.failures += each.failures
    print(f"{'':24} {'requests':>8} {'p50':>7} {'p95':>7} {'p99':>7} ms  failures")
    for kind, each in [*sorted(seen.items()), ("all", whole)]:
        ordered = sorted(each.seconds)
        times = " ".join(f"{1000 * ordered[int(share * (len(ordered) - 1))]:7.0f}" for share in (0.5, 0.95, 0.99))
        told = ", ".join(f"{count} × {what}" for what, count in each.failures.most_common()) or "none"
        print(f"{kind:24} {len(ordered):8} {times}     {told}")


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _used(pid: int) -> float:
    """Seconds of processor of a process and of those it started."""
    server = psutil.Process(pid)
    times = [each.cpu_times() for each in (server, *server.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


if __name__ == "__main__":
    main()
