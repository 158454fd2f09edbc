"""Imports of 5,000 and 50,000 rows, from upload to undoing, and a million refused: `python -m bench.imports`."""

import os
import tempfile

os.environ.setdefault("TIDU_DATA_DIR", tempfile.mkdtemp(prefix="tidu-bench-"))

import io
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter

from app import registrations  # noqa: F401 - the jobs are known once this is read
from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock, db, schema
from app.demo.naming import credit_code
from app.facts.models import Source
from app.imports import preview, queries, service
from app.imports.forms import MappingFields, UploadFields
from app.imports.models import Kind
from app.imports.reading import upload
from app.imports.reading.limits import Unreadable
from app.jobs.runner import Runner
from bench.timing import machine

SHORT, LONG, TOO_LONG = 5_000, 50_000, 1_000_000
FIRMS = (
    *("企业名称", "统一社会信用代码", "成立日期", "企业类型", "注册资本（万元）", "经营范围"),
    *("所在区域", "地址", "所属行业", "登记状态"),
)
FIGURES = (
    *("统一社会信用代码", "企业名称", "年度", "营业收入（万元）", "净利润（万元）", "资产总额（万元）"),
    *("职工总数", "科技人员", "研发费用（认定口径）（万元）", "实际缴纳税金（万元）"),
)
SCOPE = "风电设备、光伏设备及元器件的研发、制造、销售和维修；软件开发；技术服务、技术咨询、技术转让；货物进出口。" * 2


def main() -> None:
    print(machine())
    schema.upgrade(db.engine())
    actor = _officer()
    for kind, count in ((Kind.FIRMS, SHORT), (Kind.ANNUAL, SHORT), (Kind.FIRMS, LONG)):
        rows = _figures(count) if kind is Kind.ANNUAL else _firms(count)
        _journey(actor, kind, count, _workbook(FIGURES if kind is Kind.ANNUAL else FIRMS, rows))
    _refusals()
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB in this process")


def _officer() -> int:
    with db.writing() as session:
        user = User(username="bench", name="测量", role=Role.BUREAU, created_at=clock.now())
        session.add(user)
        session.flush()
        return user.id


def _firms(count: int) -> Iterator[Sequence[Any]]:
    for number in range(count):
        name, code = f"达坂城第{number}号风电科技有限公司", credit_code(number)
        kind, place = "有限责任公司（自然人投资或控股）", f"达坂城区风电路 {number} 号"
        yield name, code, "2018-05-01", kind, 500 + number % 97, SCOPE, "达坂城区", place, "风力发电", "存续"


def _figures(count: int) -> Iterator[Sequence[Any]]:
    for number in range(count):
        yield credit_code(number), "", 2025, 1200.5 + number, 80, 3000, 30 + number % 9, 12, 150.25, 60


def _workbook(heading: Sequence[str], rows: Iterator[Sequence[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, heading)
        for line, row in enumerate(rows, 1):
            sheet.write_row(line, 0, row)
    return out.getvalue()


def _journey(actor: int, kind: Kind, count: int, content: bytes) -> None:
    print(f"\n{kind.label}, {count} rows, {len(content) / 1024**2:.1f} MB")
    with _timed("upload"), db.writing() as session:
        fields = UploadFields(kind=kind.code, source=Source.REGISTRY.code)
        batch = service.receive(session, session.get_one(User, actor), fields, "list.xlsx", io.BytesIO(content)).id
    with _timed("reading"):
        _work_off()
    with db.writing() as session:
        found, person = queries.get_batch(session, batch), session.get_one(User, actor)
        chosen = MappingFields(**preview.mapping_values(session, person, found))
        faults = service.choose_columns(session, person, found, chosen)
        assert not faults, faults
    with _timed("comparing"):
        _work_off()
    for name, ask in (("writing", service.ask_to_write), ("undoing", service.ask_to_undo)):
        if name == "undoing" and (kind, count) == (Kind.FIRMS, SHORT):
            continue  # the figures that come next are about these firms
        _ask(actor, batch, ask)
        with _timed(name):
            _work_off()
    _tell(batch)


def _ask(actor: int, batch: int, ask: Callable[..., None]) -> None:
    with db.writing() as session:
        version = queries.get_batch(session, batch).version
        ask(session, session.get_one(User, actor), batch, version=version)


def _work_off() -> None:
    assert Runner(threads=0).run_all() == 1


def _tell(batch: int) -> None:
    with db.reading() as session:
        found = queries.get_batch(session, batch)
        print(f"  {queries.state_of(found).label}：{found.detail['counts']}")


def _refusals() -> None:
    print(f"\n{TOO_LONG} rows")
    csv = "企业名称,统一社会信用代码\n".encode() + b"a,b\n" * TOO_LONG
    book = _workbook(("企业名称", "统一社会信用代码"), ((number, "b") for number in range(TOO_LONG)))
    for name, content in (("a.csv", csv), ("a.xlsx", book)):
        with (
            tempfile.NamedTemporaryFile(suffix=name) as file,
            _timed(f"{name}, {len(content) / 1024**2:.1f} MB, refused"),
        ):
            file.write(content)
            file.flush()
            _refuse(Path(file.name), name, content)


def _refuse(path: Path, name: str, content: bytes) -> None:
    try:
        list(upload.read(path, upload.kind_of(name, len(content), content[:64])).lines)
    except Unreadable as refusal:
        print(f"  {refusal}")
        return
    sys.exit("a million rows were taken")


@contextmanager
def _timed(name: str) -> Iterator[None]:
    """Print wall time and processor time, ours and that of the children that read files."""
    wall, processor = time.perf_counter(), _processor()
    yield
    print(
        f"  {name:32} {time.perf_counter() - wall:6.1f} s, of the processor {_processor() - processor:6.1f} s",
        flush=True,
    )


def _processor() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
