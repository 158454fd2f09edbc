"""Operations in layers: what several others use becomes a column once, one layer for each level of dependency."""

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from app.rules.pool.emit import Emitter
from app.rules.pool.op import Op

# Rows worked on at a time, so that what is worked out between the layers stays small.
BLOCK = 131_072
EVERY_ROW = "every row"


class Step(NamedTuple):
    """One layer: its expressions beside the columns that later ones need, and the results that are ready after it."""

    expressions: tuple[pl.Expr, ...]
    ready: tuple[str, ...]


@dataclass(frozen=True)
class Layers:
    """The columns to read, the layers, and the names of the results."""

    reads: tuple[str, ...]
    steps: tuple[Step, ...]
    results: tuple[str, ...]

    def run(self, table: pl.DataFrame, block: int = BLOCK) -> list[pl.Series]:
        """The results for every row of a table."""
        read = table.select(EVERY_ROW, *self.reads)
        # Blocks side by side keep every processor busy where a layer has fewer columns than there are processors.
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            parts = list(workers.map(self._block, read.iter_slices(block))) or [self._block(read)]
        return [pl.concat([part[name] for part in parts], rechunk=True) for name in self.results]

    def _block(self, part: pl.DataFrame) -> dict[str, pl.Series]:
        found = {name: part[name] for name in self.results if name in part.columns}
        for step in self.steps:
            part = part.select(*step.expressions)
            found |= {name: part[name] for name in step.ready}
        return found


def layered(roots: Sequence[Op], leaves: Mapping[Op, str], types: Mapping[str, pl.DataType]) -> Layers:
    """A plan that works out the roots from the leaves, which are columns of the table."""
    order = list(_needed(roots, leaves))
    uses = Counter(arg for each in order for arg in set(each.args) for _ in range(_WRITTEN.get(each.name, 1)))
    uses += Counter(set(roots))
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


# Operations whose expression says what they are made of twice over, so that it should be a column by then.
_WRITTEN = dict.fromkeys(("smaller", "larger", "months", "year", "elapsed", "elapsed to"), 2)


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
    layers: Mapping[int, list[Op]], names: Mapping[Op, str], types: Mapping[str, pl.DataType], results: set[str]
) -> list[Step]:
    """Each layer's expressions, beside the columns that a later layer still needs."""
    emitter = Emitter(names, types)
    worked = [[(names[each], emitter.work(each)) for each in layers[level]] for level in sorted(layers)]
    steps: list[Step] = []
    needed: set[str] = set()
    for layer in reversed(worked):
        made = {name for name, _ in layer}
        kept = sorted(needed - made)
        expressions = (pl.col(EVERY_ROW), *map(pl.col, kept), *(work.alias(name) for name, work in layer))
        steps.insert(0, Step(expressions, tuple(made & results)))
        needed = (needed - made) | {root for _, each in layer for root in each.meta.root_names()}
    return steps
