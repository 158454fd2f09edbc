"""Working operations out over a pool: figures as they lie, questions about records counted first, then the layers."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from app.rules.pool.cover import covered
from app.rules.pool.frame import PoolFrame
from app.rules.pool.gather import GATHERED, gather
from app.rules.pool.layers import EVERY_ROW, Layers, layered
from app.rules.pool.op import Op, walk
from app.rules.pool.scheme import Slot, column_type

COUNTED = frozenset({*GATHERED, "closed"})
# What is done to a figure and to nothing else.
_LAID_OUT = frozenset({"known", "under", "flag", "present"})


class Columns:
    """Columns over the firms of one frame; what was asked of the records is kept for the next question."""

    def __init__(self, frame: PoolFrame) -> None:
        self.frame = frame
        self.kept: dict[Op, pl.Series] = {}
        self.plans: dict[object, Layers] = {}

    def work_out(self, ops: Sequence[Op]) -> list[pl.Series]:
        """A column for each operation, over all firms."""
        self.prepare(ops)
        found = self._run([op for op in dict.fromkeys(ops) if op not in self.kept])
        return [self.kept[op] if op in self.kept else found[op] for op in ops]

    def keep(self, columns: Mapping[Op, pl.Series]) -> None:
        """Keep columns that later runs are likely to need again."""
        self.kept |= columns

    def prepare(self, ops: Iterable[Op]) -> None:
        """Count whatever is asked of records below these operations, innermost questions first."""
        depths: dict[Op, int] = {}
        for each in walk(ops):
            depth = max((depths[part] for part in (*each.args, *each.doubts)), default=0)
            depths[each] = depth + (each.name in COUNTED)
        self._lay_out([each for each in depths if each.name in _LAID_OUT and each.args[0].name == "fact"])
        asked = [each for each in depths if each.name in COUNTED and each not in self.kept]
        for depth in sorted({depths[each] for each in asked}):
            self._count([each for each in asked if depths[each] == depth])

    def _lay_out(self, ops: list[Op]) -> None:
        """Figures as intervals and flags as two answers, laid out once: nearly every rule starts from them."""
        self.kept |= self._run([op for op in ops if op not in self.kept])

    def _run(self, ops: Sequence[Op]) -> dict[Op, pl.Series]:
        if not ops:
            return {}
        facts, kept = self._leaves(ops)
        table = self._table(facts, kept)
        leaves = {**facts, **kept}
        key = tuple(ops), tuple(leaves.items())
        if key not in self.plans:
            self.plans[key] = layered(ops, leaves, dict(table.schema))
        return dict(zip(ops, self.plans[key].run(table), strict=True))

    def _leaves(self, ops: Iterable[Op]) -> tuple[dict[Op, str], dict[Op, str]]:
        """The figures and the kept columns that the operations start from, by the names they get in the table."""
        facts: dict[Op, str] = {}
        kept: dict[Op, str] = {}
        stack, seen = list(ops), set(ops)
        while stack:
            each = stack.pop()
            if each in self.kept:
                kept[each] = f"kept {len(kept)}"
            elif each.name == "fact":
                facts[each] = _slot(each).column
            else:
                more = [arg for arg in dict.fromkeys(each.args) if arg not in seen]
                seen |= set(more)
                stack += more
        return facts, kept

    def _table(self, facts: Mapping[Op, str], kept: Mapping[Op, str]) -> pl.DataFrame:
        """The columns the operations start from; a figure nobody has is null for everybody."""
        frame = self.frame
        every_row = pl.Series(EVERY_ROW, [False]).new_from_index(0, frame.height)
        figures = [self._figure(_slot(op)) for op in facts]
        return pl.DataFrame([every_row, *figures, *(self.kept[op].alias(name) for op, name in kept.items())])

    def _figure(self, slot: Slot) -> pl.Series:
        found: pl.Series | None = self.frame.facts.get_column(slot.column, default=None)
        if found is not None:
            return found
        kind = column_type(self.frame.vocabulary.facts[slot.kind])
        return pl.Series(slot.column, [None], dtype=kind).new_from_index(0, self.frame.height)

    def _count(self, ops: list[Op]) -> None:
        for op in ops:
            if op.name == "closed":
                self.kept[op] = covered(self.frame, op, self.work_out(op.args))
        by_collection: dict[str, list[Op]] = {}
        for op in ops:
            if op.name != "closed":
                by_collection.setdefault(str(op.value), []).append(op)
        for code, group in by_collection.items():
            self.kept |= self._gather(code, group)

    def _gather(self, code: str, ops: list[Op]) -> dict[Op, pl.Series]:
        """Counts, sums and extremes over the records of a collection."""
        frame = self.frame
        records = frame.records.get(code)
        if records is None or records.is_empty():
            return {op: gather(op, None, [], frame.height) for op in ops}
        roots = list(dict.fromkeys(arg for op in ops for arg in op.args))
        table, leaves = self._record_table(records, roots)
        found = dict(zip(roots, layered(roots, leaves, dict(table.schema)).run(table), strict=True))
        return {op: gather(op, records["firm"], [found[arg] for arg in op.args], frame.height) for op in ops}

    def _record_table(self, records: pl.DataFrame, roots: list[Op]) -> tuple[pl.DataFrame, dict[Op, str]]:
        """The records with what their tests start from: their own fields, and columns of their firm."""
        starts = [each for each in walk(roots) if each.name in ("field", "of firm")]
        carried = [each for each in starts if each.name == "of firm"]
        leaves = {each: _field(each) for each in starts if each.name == "field"}
        leaves |= {each: f"of firm {place}" for place, each in enumerate(carried)}
        columns = self.work_out([each.args[0] for each in carried])
        table = records.with_columns(
            pl.Series(EVERY_ROW, [False]).new_from_index(0, len(records)),
            *(
                column.gather(records["firm"]).alias(leaves[each])
                for each, column in zip(carried, columns, strict=True)
            ),
        )
        return table, leaves


def _slot(op: Op) -> Slot:
    assert isinstance(op.value, Slot)
    return op.value


def _field(op: Op) -> str:
    assert isinstance(op.value, tuple)
    return str(op.value[1])
