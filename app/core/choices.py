"""Choice: an enumeration stored by code and shown by label."""

from enum import Enum
from typing import Self


class Choice(Enum):
    """Members are written `NAME = "code", "标签"`."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        member = object.__new__(cls)
        member._value_ = code
        member.label = label
        return member

    @property
    def code(self) -> str:
        return str(self.value)

    def __str__(self) -> str:
        return self.label

    @classmethod
    def of(cls, code: str) -> Self:
        """The member kept under a code; ValueError for any other."""
        for member in cls:
            if member.value == code:
                return member
        raise ValueError(f"“{code}”不在{cls.__name__}的取值之内。")

    @classmethod
    def find(cls, code: str) -> Self | None:
        """The member that an address asks for by its code; None for any other text."""
        return next((member for member in cls if member.value == code), None)

    @classmethod
    def codes(cls) -> list[str]:
        return [member.code for member in cls]

    @classmethod
    def options(cls) -> list[tuple[str, str]]:
        """(code, label) pairs for a select."""
        return [(member.code, member.label) for member in cls]
