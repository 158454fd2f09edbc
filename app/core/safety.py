"""What the program refuses to be served with: each objection is one sentence that says how to mend it."""

import stat
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from app.core import clock, db, schema
from app.core.errors import Conflict
from app.settings import Settings, settings

RELEASED = date(2026, 11, 23)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Files on these cannot be locked reliably, or are gone after a restart.
UNFIT = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "tmpfs", "ramfs"})
MOUNTS = Path("/proc/mounts")
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def insist_on_safety() -> None:
    """Raise Conflict, with every objection, unless the installation may be served as it is set up."""
    objections = list(objections_to(settings()))
    if objections:
        raise Conflict("；".join(objections))


def insist_on_schema() -> None:
    """Raise Conflict unless the database has the schema of this program."""
    if schema.revision_of(db.engine()) != schema.head():
        raise Conflict("数据库结构不是当前版本，请先备份，再运行 bin/tidu migrate")


def objections_to(given: Settings) -> Iterator[str]:
    """What is unsafe; an address of this very machine is taken for a trial and may keep its data anywhere."""
    if clock.today() < RELEASED:
        yield f"系统时间是 {clock.today()}，早于程序的发布日期，请先校正时间"
    if given.keys.exists() and given.keys.stat().st_mode & OTHERS:
        yield f"密钥文件 {given.keys} 能被其他用户读取，请运行 chmod 600 {given.keys}"
    host = urlsplit(given.public_origin).hostname or ""
    if host not in given.host_list:
        yield f"TIDU_HOSTS 里没有 TIDU_PUBLIC_ORIGIN 的主机名“{host}”，别人将打不开网站，请补上"
    if host not in LOOPBACK:
        yield from _objections_in_public(given)


def _objections_in_public(given: Settings) -> Iterator[str]:
    if not given.secure:
        yield "TIDU_PUBLIC_ORIGIN 是 http://，密码会明文传输，请改用 https://"
    if given.env != "prod":
        yield f"TIDU_ENV 是 {given.env}，只能在本机使用，请改为 prod"
    if given.demo:
        yield "演示数据的密码人人可见，不能对外服务，请改用 bin/tidu serve 和新的数据目录"
    if given.url.startswith("sqlite") and _is_unfit(given.data_dir):
        yield f"SQLite 数据库不能放在临时目录、内存盘或网络盘（{given.data_dir}），请把 TIDU_DATA_DIR 指到本机硬盘"


def _is_unfit(folder: Path) -> bool:
    whole = folder.resolve()
    return whole.is_relative_to(Path(tempfile.gettempdir()).resolve()) or _file_system_of(whole) in UNFIT


def _file_system_of(folder: Path) -> str:
    """The kind of file system a folder lies on; empty where the system does not tell."""
    if not MOUNTS.exists():
        return ""
    mounts = [line.split() for line in MOUNTS.read_text().splitlines()]
    holding = [(len(where), kind) for _, where, kind, *_ in mounts if folder.is_relative_to(where)]
    return max(holding, default=(0, ""))[1]
