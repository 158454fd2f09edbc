"""Everything the process reads from its environment, frozen; the defaults are safe in production."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

VERSION = "0.1.0"
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """One field per environment variable `TIDU_<NAME>`; each is described in docs/operating.md."""

    model_config = SettingsConfigDict(env_prefix="TIDU_", env_file=".env", frozen=True, extra="ignore")

    env: Literal["dev", "test", "prod"] = "prod"
    data_dir: Path = ROOT / "data"
    database_url: str = ""
    key_file: Path | None = None
    public_origin: str = "http://127.0.0.1:8321"
    hosts: str = "127.0.0.1,localhost"
    trusted_proxies: str = ""
    district: str = "达坂城区"
    bureau: str = "达坂城区科学技术局"
    password_profile: Literal["dengbao", "nist"] = "dengbao"  # noqa: S105 - a rule's name
    demo: bool = False
    upload_limit: int = 20 * 1024 * 1024
    pool_size: int = 40
    job_threads: int = 2
    processes: int = Field(default=1, ge=1, le=16)
    second_factor: str = ""
    smtp_url: str = ""
    mail_from: str = "tidu@localhost"
    robot_hosts: dict[str, tuple[str, ...]] = {"wecom": ("qyapi.weixin.qq.com",), "dingtalk": ("oapi.dingtalk.com",)}
    quiet_from: int = 21
    quiet_until: int = 7
    escalate_after: int = 3

    @property
    def url(self) -> str:
        """The database's URL; without one, a SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tidu.db'}"

    @property
    def keys(self) -> Path:
        return self.key_file or self.data_dir / "tidu.key"

    @property
    def secure(self) -> bool:
        """Whether pages are served over TLS, which decides the cookie's name and flags."""
        return self.public_origin.startswith("https://")

    @property
    def host_list(self) -> list[str]:
        return [host.strip() for host in self.hosts.split(",") if host.strip()]

    @property
    def second_factor_roles(self) -> frozenset[str]:
        """The codes of the roles that must sign in with a second factor."""
        return frozenset(role.strip() for role in self.second_factor.split(",") if role.strip())

    @property
    def proxy_list(self) -> list[str]:
        return [address.strip() for address in self.trusted_proxies.split(",") if address.strip()]


@cache
def settings() -> Settings:
    """What the environment says; ValueError names the variables that make no sense."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "、".join(f"TIDU_{str(each['loc'][0]).upper()}" for each in error.errors() if each["loc"])
        raise ValueError(f"配置项 {wrong} 的值不正确，取值见 docs/operating.md") from None
