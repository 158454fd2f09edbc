"""The program refuses to be served in an unsafe way, and says in one line what to change."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.core import clock, safety
from app.settings import ROOT, Settings

PUBLIC: dict[str, Any] = {
    "env": "prod",
    "public_origin": "https://tidu.example.gov.cn",
    "hosts": "tidu.example.gov.cn",
    "database_url": "postgresql://localhost/tidu",
}


def objections(tmp_path: Path, **changed: Any) -> list[str]:
    return list(safety.objections_to(Settings(data_dir=tmp_path, **{**PUBLIC, **changed})))


def test_a_proper_installation_has_nothing_against_it(tmp_path: Path) -> None:
    assert objections(tmp_path) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"public_origin": "http://tidu.example.gov.cn"}, "请改用 https://"),
        ({"env": "test"}, "请改为 prod"),
        ({"env": "dev"}, "请改为 prod"),
        ({"demo": True}, "演示数据"),
        ({"hosts": "other.example"}, "TIDU_HOSTS"),
        ({"database_url": ""}, "SQLite 数据库不能放在临时目录"),
    ],
)
def test_what_is_unsafe_in_public_is_refused(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    found = objections(tmp_path, **changed)

    assert len(found) == 1
    assert said in found[0]


def test_a_trial_on_this_machine_may_keep_its_data_anywhere(tmp_path: Path) -> None:
    local = {"public_origin": "http://127.0.0.1:8321", "hosts": "127.0.0.1", "demo": True, "database_url": ""}

    assert objections(tmp_path, **local) == []


def test_a_network_file_system_is_known_by_its_mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mounts").write_text(f"disk / ext4 rw 0 0\nserver:/share {tmp_path}/share nfs4 rw 0 0\n")
    monkeypatch.setattr(safety, "MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(safety.tempfile, "gettempdir", lambda: "/nowhere")

    assert objections(tmp_path / "share" / "data", database_url="") != []
    assert objections(tmp_path / "own", database_url="") == []


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "tidu.key"
    key.write_text("00" * 32)
    key.chmod(0o644)

    assert "chmod 600" in objections(tmp_path)[0]
    key.chmod(0o600)
    assert objections(tmp_path) == []


def test_a_clock_from_before_the_release_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))

    assert "请先校正时间" in objections(tmp_path)[0]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"TIDU_PUBLIC_ORIGIN": "http://tidu.example.gov.cn", "TIDU_HOSTS": "tidu.example.gov.cn"}, "请改用 https://"),
        ({}, "bin/tidu migrate"),
        ({"TIDU_ENV": "production"}, "TIDU_ENV"),
    ],
)
def test_serving_ends_at_once_with_one_line(tmp_path: Path, variables: dict[str, str], said: str) -> None:
    environment = {**os.environ, "TIDU_DATA_DIR": str(tmp_path), "TIDU_ENV": "prod", **variables}
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "8398"]

    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert done.stderr.startswith("没有完成：")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
