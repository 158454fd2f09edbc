"""Which firm on file a row speaks of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.core.chunks import chunks
from app.firms.models import Firm
from app.firms.names import name_key
from app.imports.columns.mapping import Column, Mapping
from app.imports.columns.targets import CODE, NAME
from app.imports.rows.entry import Entry


@dataclass
class Directory:
    """The firms that a file may mean: by code, and by what is compared of a name."""

    by_code: dict[str, Firm]
    by_name: dict[str, list[Firm]]


def directory(db: Session, entries: Iterable[Entry]) -> Directory:
    """The firms that the codes and names of a file may mean."""
    codes, keys = {entry.code for entry in entries if entry.code}, {name_key(entry.name) for entry in entries}
    by_code: dict[str, Firm] = {}
    by_name: dict[str, list[Firm]] = defaultdict(list)
    for some in chunks(codes):
        by_code.update(_by_any_code(db, some))
    for some in chunks(keys - {""}):
        for firm in db.scalars(sa.select(Firm).where(Firm.name_key.in_(some), Firm.merged_into_id.is_(None))):
            by_name[firm.name_key].append(firm)
    return Directory(by_code, by_name)


def find_firm(entry: Entry, mapping: Mapping, directory: Directory) -> None:
    """Give a row its firm: by the code where there is one, else by a name that only one firm has."""
    column = mapping.column(CODE)
    if column and any(problem["place"] == column.place for problem in entry.problems):
        return
    firm = _by_code(entry, column, directory) if entry.code else _by_name(entry, mapping, directory)
    if firm is None:
        return
    if entry.code and entry.name and name_key(entry.name) != firm.name_key:
        entry.note(f"需核对：文件中的名称是“{entry.name[:60]}”，名录中这个代码是“{firm.name}”")
    entry.firm_id, entry.name = firm.id, firm.name


def _by_any_code(db: Session, codes: list[str]) -> Iterator[tuple[str, Firm]]:
    """Credit code → its firm; the code of a merged firm leads to the one it was merged into."""
    kept = aliased(Firm)
    survivor = sa.func.coalesce(Firm.merged_into_id, Firm.id)
    rows = sa.select(Firm.credit_code, kept).join(kept, kept.id == survivor).where(Firm.credit_code.in_(codes))
    yield from db.execute(rows)


def _by_code(entry: Entry, column: Column | None, directory: Directory) -> Firm | None:
    firm = directory.by_code.get(entry.code)
    if firm is None:
        entry.refuse("名录中没有这家企业，请先导入或登记企业。", column)
    return firm


def _by_name(entry: Entry, mapping: Mapping, directory: Directory) -> Firm | None:
    """The only firm of that name. A name is weaker than a code, so the row is marked."""
    if not entry.name:
        entry.refuse("没有填写统一社会信用代码，也没有企业名称。", mapping.column(CODE) or mapping.column(NAME))
        return None
    found = directory.by_name.get(name_key(entry.name), [])
    if len(found) != 1:
        many = f"名录中有 {len(found)} 家同名企业" if found else "名录中没有这个名称的企业"
        entry.refuse(f"{many}，请填写统一社会信用代码。", mapping.column(NAME))
        return None
    entry.note(f"需核对：没有信用代码，按名称对应到“{found[0].name}”（{found[0].credit_code}）")
    return found[0]
