"""One row of a file, read: who it is about, what it says, what is wrong with it and what is worth knowing."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.core.choices import Choice
from app.imports.columns.mapping import Column, Mapping
from app.imports.columns.targets import LONGEST_TEXT, Target
from app.imports.models import Outcome
from app.imports.rows.values import Unclear, clean, is_blank

SHOWN = 80
MOST_NOTES = 10


@dataclass
class Entry:
    """`claims` are the values the row wants to set, by key: two rows of a file may not claim differently."""

    id: int
    number: int
    cells: list[str]
    code: str = ""
    name: str = ""
    firm_id: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    claims: dict[Any, str] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    outcome: Outcome = Outcome.SAME
    # Set where somebody has to decide between two values: two rows that contradict, or one and what is on file.
    contested: bool = False

    def cell(self, place: int) -> str:
        return self.cells[place] if place < len(self.cells) else ""

    def refuse(self, sentence: str, column: Column | None = None) -> None:
        """A problem keeps the whole row out; it names column, value and mending."""
        place = column.place if column else None
        value = self.cell(column.place)[:SHOWN] if column else ""
        self.problems.append(
            {"place": place, "column": column.name if column else "", "value": value, "sentence": sentence}
        )

    def note(self, sentence: str) -> None:
        if len(self.notes) < MOST_NOTES:
            self.notes.append(sentence)


Reader = Callable[[Entry, Mapping, Column, str], Any]


def read_cells(entry: Entry, mapping: Mapping, read: Reader) -> None:
    """Read every mapped cell that says something; what cannot be read becomes a problem of the row."""
    for column in mapping.columns:
        try:
            text = clean(entry.cell(column.place))
            if not is_blank(text):
                _check_length(text, mapping.target(column))
                read(entry, mapping, column, text)
        except Unclear as unclear:
            entry.refuse(f"{unclear}。", column)


def _check_length(text: str, target: Target) -> None:
    longest = target.longest if target.type == "text" else LONGEST_TEXT
    if len(text) > longest:
        raise Unclear(f"有 {len(text)} 个字，最多 {longest} 个字，请缩短")


def settle_claims(entries: Iterable[Entry], *, about: str = "同一家企业") -> None:
    """Rows that claim the same are repeated; rows that contradict each other `about` the same are all refused."""
    first: dict[Any, Entry] = {}
    for entry in entries:
        if entry.problems:
            continue
        for key, claim in list(entry.claims.items()):
            holder = first.setdefault(key, entry)
            if holder is entry:
                continue
            if holder.claims.get(key) == claim:
                entry.values.setdefault("repeated", {})[key] = holder.number
            else:
                _contradict(entry, holder, about)


def _contradict(entry: Entry, holder: Entry, about: str) -> None:
    for one, other in ((entry, holder), (holder, entry)):
        sentence = f"与第 {other.number} 行说的是{about}，但内容不同，请核对后只保留正确的一行。"
        if not any(problem["sentence"] == sentence for problem in one.problems):
            one.contested = not one.problems or one.contested
            one.refuse(sentence)


def keep_on_file(entry: Entry, label: str, on_file: str, in_file: str) -> None:
    """A value that differs from the one on file and may only fill what is empty: somebody has to look at it."""
    entry.contested = True
    entry.note(f"“{label}”已有“{on_file[:SHOWN]}”，文件中为“{in_file[:SHOWN]}”，按“只补空”保留原值")


def refused(entry: Entry) -> Outcome:
    """The outcome of a row with problems: a conflict where rows only contradict each other, else an error."""
    return Outcome.CONFLICT if entry.contested else Outcome.REFUSED


def compared(entry: Entry) -> Outcome:
    """The outcome of a row about what is on file."""
    if not entry.changes:
        return Outcome.CONFLICT if entry.contested else Outcome.SAME
    return Outcome.CHANGED


def is_repeated(entry: Entry) -> bool:
    """Whether everything the row says was said by an earlier row."""
    repeated: dict[Any, int] = entry.values.get("repeated", {})
    if not repeated or set(repeated) != set(entry.claims):
        return False
    entry.note(f"与第 {min(repeated.values())} 行相同，不重复导入")
    return True


def digest_of(values: Any) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()


def kept(value: Any) -> Any:
    """A value as a row keeps it for undoing: JSON's own types only."""
    match value:
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case Choice():
            return value.code
        case _:
            return value


def change(key: str, label: str, *, was: Any, now: Any, shown: Callable[[Any], str], **more: Any) -> dict[str, Any]:
    """What a row changes: before and after, for people and for undoing."""
    before = None if was is None else shown(was)
    return {
        "key": key,
        "label": label,
        "before": before,
        "after": shown(now),
        "was": kept(was),
        "now": kept(now),
        **more,
    }


def rejudged(entry: Entry) -> tuple[Any, ...]:
    """What must not differ between preview and application."""
    changes = [(each["key"], each["was"], each["now"]) for each in entry.changes]
    return entry.outcome, entry.firm_id, changes
