"""How well plans are read: precision, recall and F1 by kind against a folder of texts and a folder of labels.

`python -m bench.policy_score TEXTS LABELS [-v]`: each label is a .json file that names its text in `file`; what one
annotator marked `optional` is neither missed when it is not read nor wrong when it is.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.policytext.duties.duty import Part
from app.policytext.incentives.incentive import AmountKind
from app.policytext.reading import Reading, read_policy
from app.policytext.text.characters import narrow, simplify
from app.policytext.text.files import read_file

Label = dict[str, Any]


@dataclass
class Tally:
    """What was found, missed and read although nobody marked it."""

    found: int = 0
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.found += other.found
        self.missed += other.missed
        self.extra += other.extra

    @property
    def precision(self) -> float:
        return self.found / (self.found + len(self.extra)) if self.found + len(self.extra) else 1.0

    @property
    def recall(self) -> float:
        return self.found / (self.found + len(self.missed)) if self.found + len(self.missed) else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def clauses(reading: Reading, label: Label) -> Tally:
    """Leaf paths, exactly."""
    read = [clause.path for clause in reading.root.walk() if clause.is_leaf]
    return _compare([(plain(path), False) for path in label["leaf_paths"]], [plain(path) for path in read])


def targets(reading: Reading, label: Label) -> Tally:
    """(clause, year, comparator, value, unit), exactly; the words for the indicator are the annotator's own."""
    wanted = [(_target(each), each.get("optional", False)) for each in label["targets"]]
    read = [
        f"{plain(each.path)} {'annual' if each.every_year else each.year} {each.comparator} "
        f"{each.low.normalize():f}~{each.high.normalize():f}{each.unit} {plain(each.indicator)}"
        for each in reading.targets
    ]
    return _compare(wanted, read, words=1)


def _target(label: Label) -> str:
    value = label["value"] if isinstance(label["value"], list) else [label["value"]] * 2
    low, high = (f"{Decimal(str(each)).normalize():f}" for each in value)
    unit, indicator = plain(label["unit"]), plain(label["indicator"])
    return f"{plain(label['path'])} {label['year']} {label['comparator']} {low}~{high}{unit} {indicator}"


def duties(reading: Reading, label: Label) -> Tally:
    """(clause, part, unit), exactly; 责任 and 配合 are one list in the labels."""
    wanted = [
        (f"{plain(each['path'])} {kind} {plain(name)}", each.get("optional", False))
        for each in label["responsible"]
        for kind in ("lead", "units")
        for name in each[kind]
    ]
    read = [
        f"{duty.path} {'lead' if unit.part is Part.LEAD else 'units'} {plain(unit.name)}"
        for duty in reading.duties
        for unit in duty.units
    ]
    return _compare(wanted, read)


# The words of the labels for the kinds of amount.
AMOUNTS = {
    AmountKind.FIXED: "fixed", AmountKind.PERCENT: "percent", AmountKind.TIERS: "tiers",
    AmountKind.MATCHING: "matching",
    AmountKind.CEILING: "ceiling", AmountKind.REFERENCE: "reference", AmountKind.UNSPECIFIED: "unspecified",
}  # fmt: skip


def incentives(reading: Reading, label: Label) -> Tally:
    """(clause, kind of amount, sum, rate, cap, 一次性), exactly; the words for the beneficiary are the annotator's."""
    wanted = [(_incentive(each), each.get("optional", False)) for each in label["incentives"]]
    read = [
        f"{plain(each.path)} {AMOUNTS[each.amount.kind]} {_sum(each.amount.value)} {_rate(each.amount.rate)} "
        f"{_sum(each.amount.cap)} {each.one_time} {plain(each.beneficiary)}"
        for each in reading.incentives
    ]
    return _compare(wanted, read, words=1)


def _incentive(label: Label) -> str:
    amount = label["amount"]
    rate = Decimal(amount["rate"].rstrip("%")) / 100 if "rate" in amount else None
    values = f"{amount['kind']} {_sum(amount.get('value'))} {_rate(rate)} {_sum(amount.get('cap'))}"
    return f"{plain(label['path'])} {values} {label['one_time']} {plain(label['beneficiary'])}"


def _sum(value: Decimal | int | None) -> str:
    return "-" if value is None else f"{Decimal(value).normalize():f}"


def _rate(value: Decimal | None) -> str:
    return "-" if value is None else f"{value.normalize():f}"


KINDS: dict[str, Callable[[Reading, Label], Tally]] = {
    "条款": clauses,
    "目标": targets,
    "责任": duties,
    "奖补": incentives,
}


def plain(text: str) -> str:
    """Simplified, narrow, without spaces: how labels and readings are compared."""
    return re.sub(r"\s", "", simplify(narrow(text)))


def _compare(wanted: Iterable[tuple[str, bool]], read: Iterable[str], *, words: int = 0) -> Tally:
    """Pair what is alike; the last `words` words of a key are free, but among several the closest one is taken."""
    tally, left = Tally(), list(read)
    for key, optional in sorted(wanted, key=lambda each: each[1]):
        alike = [each for each in left if _key(each, words) == _key(key, words)]
        if alike:
            left.remove(max(alike, key=lambda each: len(set(each) & set(key))))
            tally.found += not optional
        elif not optional:
            tally.missed.append(key)
    tally.extra = left
    return tally


def _key(text: str, words: int) -> str:
    return text.rsplit(" ", words)[0] if words else text


def main(texts: Path, labels: Path, *, verbose: bool) -> None:
    totals: defaultdict[str, Tally] = defaultdict(Tally)
    print(f"{'文件':<22}" + "".join(f"{kind:>24}" for kind in KINDS))
    for file in sorted(labels.glob("*.json")):
        label = json.loads(file.read_text(encoding="utf-8"))
        reading = read_policy(read_file((texts / label["file"]).read_bytes(), name=label["file"]))
        tallies = {kind: score(reading, label) for kind, score in KINDS.items()}
        print(f"{label['id']:<22}" + "".join(_cell(tally) for tally in tallies.values()))
        for kind, tally in tallies.items():
            totals[kind].add(tally)
            if verbose:
                print("".join(f"    {kind} 漏 {each}\n" for each in tally.missed), end="")
                print("".join(f"    {kind} 多 {each}\n" for each in tally.extra), end="")
    print(f"{'合计':<20}" + "".join(_cell(tally) for tally in totals.values()))


def _cell(tally: Tally) -> str:
    return f"  P {tally.precision:.3f} R {tally.recall:.3f} F1 {tally.f1:.3f}"


if __name__ == "__main__":
    names = [each for each in sys.argv[1:] if not each.startswith("-")]
    main(Path(names[0]), Path(names[1]), verbose="-v" in sys.argv)
