"""Operations in layers: what several others use becomes a column once, one layer for each level of dependency."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from app.rules.pool.emit import Emitter
from app.rules.pool.op import Op

# Rows worked on at a time, so that what is worked out between the layers stays small.
BLOCK = 131_072
EVERY_ROW = "every row"


@dataclass(frozen=True)
class Layers:
    """The columns to read, the expressions of each layer with the columns still needed after it, and the results."""

    reads: tuple[str, ...]
    steps: tuple[tuple[pl.Expr, ...], ...]
    results: tuple[str, ...]

    def run(self, table: pl.DataFrame, block: int = BLOCK) -> pl.DataFrame:
        """The results for every row of a table, one column each."""
        read = table.select(EVERY_ROW, *self.reads)
        parts = [self._block(part) for part in read.iter_slices(block)] or [self._block(read)]
        return parts[0] if len(parts) == 1 else pl.concat(parts, rechunk=True)

    def _block(self, part: pl.DataFrame) -> pl.DataFrame:
        for step in self.steps:
            part = part.select(*step)
        return part.select(self.results)


def layered(roots: Sequence[Op], leaves: Mapping[Op, str], types: Mapping[str, pl.DataType]) -> Layers:
    """A plan that works out the roots from the leaves, which are columns of the table."""
    order = list(_needed(roots, leaves))
    uses = Counter(arg for each in order for arg in set(each.args)) + Counter(set(roots))
    names = dict(leaves)
    levels: dict[Op, int] = {}
    layers: dict[int, list[Op]] = {}
    wanted = set(roots)
    for each in order:
        level = max((levels[arg] for arg in each.args if arg not in leaves), default=0)
        kept = each in wanted or (uses[each] > 1 and not each.literal)
        if kept:
            names[each] = f"{len(names)}"
            layers.setdefault(level, []).append(each)
        levels[each] = level + 1 if kept else level
    results = tuple(names[each] for each in dict.fromkeys(roots))
    return Layers(
        tuple(dict.fromkeys(leaves[leaf] for leaf in _read(order, roots, leaves))),
        tuple(_steps(layers, names, types, set(results))),
        results,
    )


def _needed(roots: Sequence[Op], leaves: Mapping[Op, str]) -> Iterator[Op]:
    """What has to be worked out, each before what uses it."""
    seen: set[Op] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        each, ready = stack.pop()
        if ready:
            yield each
        elif each not in seen and each not in leaves:
            seen.add(each)
            stack.append((each, True))
            stack += [(arg, False) for arg in each.args]


def _read(order: Collection[Op], roots: Sequence[Op], leaves: Mapping[Op, str]) -> list[Op]:
    used = [arg for each in order for arg in each.args if arg in leaves]
    return [*used, *(root for root in roots if root in leaves)]


def _steps(
    layers: Mapping[int, list[Op]],
    names: Mapping[Op, str],
    types: Mapping[str, pl.DataType],
    results: set[str],
) -> list[tuple[pl.Expr, ...]]:
    """Each layer's expressions, beside the columns that a later layer or the result still needs."""
    emitter = Emitter(names, types)
    worked = [[(names[each], emitter.work(each)) for each in layers[level]] for level in sorted(layers)]
    steps: list[tuple[pl.Expr, ...]] = []
    needed = set(results)
    for layer in reversed(worked):
        made = {name for name, _ in layer}
        kept = sorted(needed - made)
        expressions = [expression.alias(name) for name, expression in layer]
        steps.insert(0, (pl.col(EVERY_ROW), *map(pl.col, kept), *expressions))
        needed = (needed - made) | {root for _, each in layer for root in each.meta.root_names()}
    return steps
