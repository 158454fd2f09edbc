"""Reading plain declared data key by key, collecting every complaint instead of stopping at the first."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from app.rules.errors import printable
from app.rules.values import read_date, read_number


class Declaration:
    """One mapping of declared data; every key must be taken, whatever is left over is a complaint."""

    def __init__(self, data: object, where: str, problems: list[str]) -> None:
        self.problems = problems
        self.data: dict[str, Any] = {}
        name = ""
        if isinstance(data, Mapping):
            self.data = {str(key): value for key, value in data.items()}
            name = str(
                self.data.get("label") or self.data.get("name") or self.data.get("id") or self.data.get("code") or ""
            )
        self.where = f"{where}“{printable(name[:60])}”" if name else where
        if not isinstance(data, Mapping):
            self.complain("须写成“键: 值”的形式")

    def complain(self, message: str) -> None:
        self.problems.append(f"{self.where}：{printable(message)}")

    def take(self, key: str, default: Any = None) -> Any:
        return self.data.pop(key, default)

    def text(self, key: str) -> str:
        value = self.optional_text(key)
        if not value:
            self.complain(f"缺少 {key}")
        return value

    def optional_text(self, key: str) -> str:
        value = self.take(key, None)
        if value is None:
            return ""
        if isinstance(value, Mapping | list | tuple | set):
            self.complain(f"{key} 须是文字")
            return ""
        return str(value).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.take(key, None)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            self.complain(f"{key} 须写成列表")
            return ()
        return tuple(str(each) for each in value)

    def one_of(self, key: str, choices: tuple[str, ...], default: str = "") -> str:
        value = self.optional_text(key) or default
        if value not in choices:
            self.complain(f"{key} 须是 {'、'.join(choices)} 之一，不能是“{value[:40]}”")
            return default or choices[0]
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.take(key, default)
        if isinstance(value, bool):
            return value
        self.complain(f"{key} 须是 true 或 false")
        return default

    def optional_whole(self, key: str) -> int | None:
        value = self.take(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.complain(f"{key} 须是整数")
            return None
        return value

    def optional_date(self, key: str) -> dt.date | None:
        value = self.take(key, None)
        return None if value is None else self.as_date(value, key)

    def as_date(self, value: object, key: str) -> dt.date | None:
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        try:
            return read_date(str(value))
        except ValueError as error:
            self.complain(f"{key}：{error}")
            return None

    def as_number(self, value: object, key: str) -> Decimal | None:
        try:
            number = read_number(value, "%") if isinstance(value, str) else Decimal(str(value))
        except (ValueError, InvalidOperation):
            number = Decimal("NaN")
        if number.is_finite():
            return number
        self.complain(f"{key} 须是数，不能是“{str(value)[:40]}”")
        return None

    def inner(self, key: str) -> "Declaration | None":
        value = self.take(key, None)
        return None if value is None else Declaration(value, f"{self.where} {key}", self.problems)

    def inners(self, key: str) -> "tuple[Declaration, ...]":
        value = self.take(key, None)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.complain(f"{key} 须写成列表")
            return ()
        return tuple(
            Declaration(each, f"{self.where} {key}[{place}]", self.problems) for place, each in enumerate(value, 1)
        )

    def drop(self, *keys: str) -> None:
        for key in keys:
            self.data.pop(key, None)

    def finish(self) -> None:
        """Complain about every key nobody asked for: a misspelt key must not be lost in silence."""
        for key in self.data:
            self.complain(f"不认识的键“{key[:40]}”")
