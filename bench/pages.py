"""What pages cost over a large pool: `python -m bench.pages --firms 100000`.

The pool is kept in a folder and built once; with TIDU_DATABASE_URL the empty PostgreSQL database that it names is used.
"""

import argparse
import os
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--firms", type=int, default=100_000)
    given.add_argument("--runs", type=int, default=20)
    given.add_argument("--folder", type=Path, help="where the pool is kept; data/bench/pages-N otherwise")
    given.add_argument("--user", default="bureau1", help="whose pages: any account of the demonstration")
    given.add_argument("--only", default="", help="only pages whose address or name has this")
    options = given.parse_args()
    # The settings are read with the first import of the application.
    os.environ["TIDU_DATA_DIR"] = str((options.folder or Path(f"data/bench/pages-{options.firms}")).resolve())
    measure(options.firms, options.runs, options.user, options.only)


def measure(count: int, runs: int, username: str, only: str) -> None:
    from app.core import db
    from bench import visit
    from bench.district import fill
    from bench.timing import machine

    fill(count, judged=True)
    print(f"{machine()}, {db.engine().dialect.name}, {username}, {runs} times each, in ms\n")
    print(f"{'page':40} {'p50':>8} {'p95':>8} {'processor':>10} {'statements':>10} {'kB':>6}")
    chosen = {address: name for name, address in pages().items() if only in name + address}
    for address, timed in visit.visit(visit.sign_in(username), list(chosen), runs):
        times = " ".join(f"{1000 * each:8.1f}" for each in (timed.percentile(0.5), timed.percentile(0.95)))
        costs = f"{1000 * timed.processor:10.1f} {timed.statements:10} {timed.size / 1024:6.0f}"
        print(f"{chosen[address]:40} {times} {costs}", flush=True)


def pages() -> dict[str, str]:
    """Name → address."""
    from app.core import db
    from app.firms.models import Firm

    with db.reading() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(Firm)) or 0
        firm = session.scalars(sa.select(Firm).order_by(Firm.id).offset(total // 2).limit(1)).one()
        park = session.scalars(sa.select(Firm.park_id).where(Firm.park_id.is_not(None)).limit(1)).one()
    name, code, last = firm.name, firm.credit_code, total // 20
    return {
        "list, first page": "/firms",
        "list, a rung": "/firms?rung=hnte",
        "list, on no rung": "/firms?rung=none",
        "list, 待核 by a rule": "/firms?verdict=hnte:unknown",
        "list, a unit": f"/firms?unit={firm.unit_id}",
        "list, a park and an industry": f"/firms?park={park}&industry={quote(firm.industry or '')}",
        "list, by capital": "/firms?sort=capital&order=desc",
        "list, by name": "/firms?sort=name&order=asc",
        "list, by founding": "/firms?sort=founded&order=asc",
        "list, page in the middle": f"/firms?page={last // 2}",
        "list, last page": f"/firms?page={last}",
        "list, every column": "/firms?columns=name,rung,verdicts,ends,tags,pools,asked,commissioner",
        "search, two characters of many": f"/firms?q={quote('风电')}",
        "search, two characters of few": f"/firms?q={quote(name[2:4])}",
        "search, pinyin": "/firms?q=fengdian",
        "search, initials": "/firms?q=fdkj",
        "search, part of a code": f"/firms?q={code[10:16]}",
        "search, two words": f"/firms?q={quote('新疆 光伏')}",
        "search, nothing found": f"/firms?q={quote('不存在的名称')}",
        "search and filter": f"/firms?q={quote('科技')}&rung=none&verdict=isme:unknown",
        **_one_firm(firm.id),
        **_reports(total),
    }


def _one_firm(number: int) -> dict[str, str]:
    return {
        "firm": f"/firms/{number}",
        "firm, opened from a list": f"/firms/{number}?from={quote('q=' + quote('科技') + '&sort=changed&order=desc')}",
        "firm, 体检": f"/firms/{number}/check",
        "firm, titles": f"/firms/{number}/titles",
    }


def _reports(total: int) -> dict[str, str]:
    return {
        "home": "/home",
        "board": "/board",
        "board, held": "/board/tsme/held",
        "board, near": "/board/isme/near",
        "体检 of the pool": "/judged",
        "体检, 待核 by a rule": "/judged/hnte/unknown",
        "体检, 不符合 by a rule": "/judged/hnte/unmet",
        "体检, 不符合, a page in the middle": f"/judged/hnte/unmet?page={total // 50}",
        "open questions": "/questions",
        "expiry, 30 days": "/expiry",
        "expiry, ended": "/expiry?lane=expired",
        "duplicates": "/duplicates",
    }


if __name__ == "__main__":
    main()
