"""The form in which figures are entered: filled from the ledger, read back as entries, both versions after a race."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.core.text import moment
from app.facts import queries
from app.facts.entry import Clash, Entry
from app.facts.forms import FiguresFields, seen_name, value_name
from app.facts.models import Fact, RegionFact, Source
from app.facts.sheet import Figure
from app.facts.values import joined, typed
from app.rules import FactKind
from app.web.forms import Form


def filled(kinds: Iterable[FactKind], standing: Mapping[str, Figure], source: Source) -> Form[FiguresFields]:
    """A form with what stands now typed in, and the ids of those figures as seen."""
    values: dict[str, Any] = {"source": source.code, "note": ""}
    for kind in kinds:
        figure = standing.get(kind.code)
        values[value_name(kind.code)] = typed(kind, joined(kind, figure.number, figure.text)) if figure else ""
        values[seen_name(kind.code)] = figure.id if figure else 0
    return Form(values=values)


def entries(kinds: Iterable[FactKind], data: FiguresFields) -> list[Entry]:
    """An entry for every field that was not left blank."""
    given = ((kind, getattr(data, value_name(kind.code)), getattr(data, seen_name(kind.code))) for kind in kinds)
    return [Entry(kind, value, seen) for kind, value, seen in given if value is not None]


def both_versions(db: Session, form: Form[FiguresFields], clashes: Sequence[Clash[Any]]) -> dict[str, Any]:
    """What `ui.conflict` shows after a lost race; saving once more then overwrites knowingly."""
    for clash in clashes:
        form.values[seen_name(clash.entry.kind.code)] = clash.current.id if clash.current else 0
    current: list[Fact | RegionFact] = [clash.current for clash in clashes if clash.current]
    latest = max(current, key=lambda figure: figure.recorded_at, default=None)
    names = queries.people(db, current)
    return {
        "rows": [_versions(clash) for clash in clashes],
        "who": names.get(latest.recorded_by_id, "他人") if latest else "他人",
        "when": moment(latest.recorded_at) if latest else "刚刚",
    }


def said(written: list[Any], kinds: tuple[FactKind, ...]) -> str:
    """What was done, for the next page."""
    labels = {kind.code: kind.label for kind in kinds}
    if not written:
        return "没有改动，没有写入任何数据。"
    return f"已写入 {len(written)} 项：{'、'.join(labels[figure.kind] for figure in written)}。"


def _versions(clash: Clash[Any]) -> dict[str, str]:
    kind, current = clash.entry.kind, clash.current
    theirs = kind.show(joined(kind, current.number, current.text)) if current else "已撤回"
    return {"label": kind.label, "mine": kind.show(clash.entry.value), "theirs": theirs}
