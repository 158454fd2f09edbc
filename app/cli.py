"""The operators' commands; each opens its own transaction and uses the same services as the pages."""

import os
import sys
import urllib.request
from pathlib import Path

import typer

from app.core import collector
from app.core.errors import AppError
from app.settings import ROOT, settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="梯度：区县科技企业梯度培育系统")
user = typer.Typer(no_args_is_help=True, help="用户")
trail = typer.Typer(no_args_is_help=True, help="审计链")
cli.add_typer(user, name="user")
cli.add_typer(trail, name="audit")

DEMO_FOLDER = ROOT / "data" / "demo"


@cli.command()
def migrate() -> None:
    """把数据库结构升级到最新版本。"""
    from app.core import db, schema  # noqa: PLC0415 - migrations cost a second that serving should not pay

    schema.upgrade(db.engine())
    typer.echo(f"数据库结构已是最新版本（{schema.head()}）。")


@cli.command()
def seed() -> None:
    """载入政策文件与规则库；重复执行不会改变任何东西。"""
    from app.core import db  # noqa: PLC0415
    from app.duties.seeding import load_duties  # noqa: PLC0415
    from app.library.seeding import load_relations  # noqa: PLC0415
    from app.policies.book import load_book  # noqa: PLC0415
    from app.targets.seeding import load_targets  # noqa: PLC0415

    with db.writing() as session:
        loaded = load_book(session)
        load_relations(session)
        targets, duties = load_targets(session, own=False), load_duties(session, own=False)
    typer.echo(f"政策文件 {loaded.policies} 份，规则 {loaded.rules} 条，新版本 {loaded.new_versions} 个。")
    if loaded.left_alone:
        typer.echo(f"其中 {loaded.left_alone} 条已在规则工作台发布或停用，以工作台为准，没有改动。")
    typer.echo(f"其他区县的方案（参考）：新装入目标 {targets} 个、职责 {duties} 条。")


@cli.command()
def check() -> None:
    """重新体检资料或规则有变化的企业。"""
    from app.checks import service  # noqa: PLC0415

    typer.echo(f"已重新体检 {service.refresh_all()} 家企业。")


@cli.command()
def serve(host: str = "127.0.0.1", port: int = 8321) -> None:
    """启动网站。"""
    import uvicorn  # noqa: PLC0415

    from app.accounts.service import factor  # noqa: PLC0415
    from app.core import safety  # noqa: PLC0415

    safety.insist_on_safety()
    factor.insist_on_known_roles()
    safety.insist_on_schema()
    uvicorn.run(
        "app.main:create_app",
        host=host,
        port=port,
        factory=True,
        log_level="warning",
        server_header=False,
        workers=settings().processes,
    )


@cli.command()
def worker(threads: int = 2) -> None:
    """只执行任务，不提供网页；可以在多台机器上各启动几个，共用一个 PostgreSQL。"""
    import signal  # noqa: PLC0415
    from threading import Event  # noqa: PLC0415

    import app.main  # noqa: F401, PLC0415 - every kind of job is registered by what the site serves
    from app.jobs.runner import Runner  # noqa: PLC0415
    from app.registrations import register_all  # noqa: PLC0415

    register_all()
    ended = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: ended.set())
    runner = Runner(threads)
    runner.start()
    typer.echo(f"正在等待任务（{runner.name}，同时执行 {threads} 项）。按 Ctrl+C 停止。")
    ended.wait()
    runner.stop()


@cli.command()
def backup(file: Path) -> None:
    """备份数据库、上传的文件和审计锚点（不含密钥）。"""
    from app.backup import make_backup  # noqa: PLC0415

    made = make_backup(file)
    typer.echo(f"已备份到 {file}：{len(made.tables)} 张表 {made.rows} 行，文件 {len(made.files)} 个，已复读核对。")
    typer.echo(f"密钥 {settings().keys} 不在备份里，请另行保管；没有它，恢复后无法校验审计链。")


@cli.command()
def restore(file: Path) -> None:
    """把备份恢复到空的数据目录和空数据库，逐表核对，并校验审计链。"""
    from app.backup import restore_backup  # noqa: PLC0415

    made = restore_backup(file)
    for name, part in sorted(made.tables.items()):
        typer.echo(f"  {name}：{part.rows} 行，与备份一致")
    typer.echo(f"已恢复 {made.made_at} 的备份：{len(made.tables)} 张表 {made.rows} 行，文件 {len(made.files)} 个。")
    trail_verify()


@cli.command()
def demo(port: int = 8321) -> None:
    """准备演示数据库（data/demo），启动网站，并告知地址与账号。"""
    _use_demo_folder(port)
    accounts = _prepare_demo()
    typer.echo(f"\n梯度已启动：{settings().public_origin}\n\n{accounts}\n\n按 Ctrl+C 停止。\n")
    serve(port=port)


@cli.command()
def boot() -> None:
    """在空目录中启动网站并取登录页：供持续集成确认能启动。"""
    import subprocess  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    port = 8399
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TIDU_DATA_DIR": folder, "TIDU_PUBLIC_ORIGIN": f"http://127.0.0.1:{port}"}
        subprocess.run([sys.executable, "-m", "app.cli", "migrate"], env=environment, check=True)
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=environment)  # noqa: S603
        try:
            typer.echo(f"登录页：{_wait_for(f'http://127.0.0.1:{port}/sign-in')}")
        finally:
            server.terminate()
            server.wait(10)


@user.command("create")
def user_create(username: str, name: str, role: str = "admin") -> None:
    """新建用户，并打印一次性的密码设置链接。"""
    from app.accounts import service  # noqa: PLC0415
    from app.core import db  # noqa: PLC0415

    with db.writing() as session:
        link = service.create_user_with_link(session, username=username, name=name, role=role)
    typer.echo(f"已新建用户 {username}。请在有效期内打开此链接设置密码：\n{settings().public_origin}{link}")


@user.command("reset-factor")
def user_reset_factor(username: str) -> None:
    """重置两步登录：供最后一位管理员丢失手机和恢复码时使用。"""
    from app.accounts import queries, service  # noqa: PLC0415
    from app.core import db  # noqa: PLC0415
    from app.core.errors import NotFound  # noqa: PLC0415

    with db.writing() as session:
        found = queries.user_by_name(session, username)
        if found is None:
            raise NotFound(f"没有用户名为“{username}”的用户。")
        service.reset_factor(session, None, found)
    typer.echo(f"已重置 {username} 的两步登录；此人只凭密码登录后须重新开通。")


@trail.command("verify")
def trail_verify() -> None:
    """校验审计链。"""
    from app.accounts import audit  # noqa: PLC0415
    from app.core import db  # noqa: PLC0415

    with db.reading() as session:
        flaws = audit.verify(session)
    for flaw in flaws:
        typer.echo(str(flaw))
    typer.echo("审计链完整。" if not flaws else f"发现 {len(flaws)} 处异常。")
    raise typer.Exit(1 if flaws else 0)


@trail.command("anchor")
def trail_anchor() -> None:
    """把审计链当前的末端记到数据库之外。"""
    from app.accounts import audit  # noqa: PLC0415
    from app.core import db  # noqa: PLC0415

    with db.reading() as session:
        typer.echo(f"已锚定：{audit.anchor(session)}")


def _use_demo_folder(port: int) -> None:
    os.environ.setdefault("TIDU_DATA_DIR", str(DEMO_FOLDER))
    os.environ.setdefault("TIDU_PUBLIC_ORIGIN", f"http://127.0.0.1:{port}")
    os.environ["TIDU_DEMO"] = "true"
    settings.cache_clear()


def _prepare_demo() -> str:
    """Prepare what is not prepared yet, or not for today; the accounts in words."""
    from app.core import clock  # noqa: PLC0415
    from app.demo import accounts  # noqa: PLC0415

    marker, files = settings().data_dir / "prepared", _fingerprint()
    day, _, prepared = marker.read_text().partition("\n") if marker.exists() else ("", "", "")
    today = clock.today().isoformat()
    if (day, prepared) != (today, files) or not accounts.is_told():
        _load_demo(first=not day, changed=prepared != files)
        told = f"{today}\n{files}"
        marker.write_text(told)
    return accounts.accounts_notice()


def _load_demo(*, first: bool, changed: bool) -> None:
    """Migrate, load seeds and pool, check the pool; on a later day the lists of the pool are vouched for up to it."""
    from app.core import db  # noqa: PLC0415
    from app.demo import asking, helping, load  # noqa: PLC0415
    from app.registrations import register_all  # noqa: PLC0415

    if changed:
        migrate()
        seed()
    with db.writing() as session:
        load.load_demo(session)
    if first:
        # Later the firms that are behind are checked while the site is already being served.
        check()
        register_all()  # the job that is asked for must be known here as well
        with db.writing() as session:
            asking.ask_forecast(session)
            helping.load_firm_plans(session, load.first_firms(session))


def _fingerprint() -> str:
    """What the prepared demo rests on: seeds and migrations, by name, size and time."""
    folders = (ROOT / "seeds", ROOT / "migrations" / "versions")
    files = sorted(file for folder in folders for file in folder.rglob("*.*") if "__pycache__" not in file.parts)
    return "\n".join(f"{file.relative_to(ROOT)} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files)


def _wait_for(address: str) -> int:
    import time  # noqa: PLC0415

    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own loopback address
                return int(answer.status)
        except OSError:
            time.sleep(0.1)
    raise typer.Exit(1)


def main() -> None:
    """Run a command; a refusal is one sentence, not a stack trace."""
    collector.calm()
    try:
        cli()
    except (AppError, ValueError, OSError, RuntimeError) as error:
        typer.echo(f"没有完成：{error}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
