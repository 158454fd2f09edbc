"""What a list of needs is narrowed to, kept in its address."""

from dataclasses import dataclass

from app.core.address import ListSearch, asked, one_of
from app.needs.declared import declared
from app.needs.models import NeedState

CLEAR = (("clear", "已说清楚"), ("vague", "还不清楚"))
DUE = (("late", "已过期限"),)


@dataclass(frozen=True)
class NeedSearch(ListSearch):
    q: str = asked(str)
    kind: str = asked(one_of(lambda: declared().kinds))
    state: str = asked(one_of(NeedState.codes))
    clear: str = asked(one_of(lambda: dict(CLEAR)))
    due: str = asked(one_of(lambda: dict(DUE)))

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
