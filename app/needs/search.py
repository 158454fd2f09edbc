"""What a list of needs is narrowed to, kept in its address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

from app.core.fields import ODD
from app.needs.declared import declared
from app.needs.models import NeedState

LONGEST = 100
CLEAR = (("clear", "已说清楚"), ("vague", "还不清楚"))
DUE = (("late", "已过期限"),)


@dataclass(frozen=True)
class NeedSearch:
    """A list's filters; anything that is not offered counts as not asked for."""

    q: str = ""
    kind: str = ""
    state: str = ""
    clear: str = ""
    due: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        offered = {
            "kind": set(declared().kinds),
            "state": {state.code for state in NeedState},
            "clear": {code for code, _ in CLEAR},
            "due": {code for code, _ in DUE},
        }
        chosen = {name: given.get(name, "") for name in offered if given.get(name, "") in offered[name]}
        return cls(q=ODD.sub("", given.get("q", ""))[:LONGEST].strip(), **chosen)

    @classmethod
    def read_address(cls, query: str) -> Self:
        """From the query part of a list's address."""
        return cls.read({name: values[-1] for name, values in parse_qs(query).items()})

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})

    def but(self, **changed: Any) -> Self:
        return replace(self, **changed)

    @property
    def in_words(self) -> str:
        """What the list is narrowed to, for people."""
        words = (
            ("搜索", self.q),
            ("类别", dict(declared().options()).get(self.kind, "")),
            ("状态", dict(NeedState.options()).get(self.state, "")),
            ("清晰度", dict(CLEAR).get(self.clear, "")),
            ("期限", dict(DUE).get(self.due, "")),
        )
        return "；".join(f"{label}“{value}”" for label, value in words if value)
