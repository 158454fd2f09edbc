"""A text as it is read on the page: its clauses in order, each cut where a provision begins or ends."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.library.models import PolicyClause, PolicyText, Provision, ProvisionKind, ProvisionState

LONGEST_PAGE = 40_000


@dataclass(frozen=True)
class Stretch:
    """Some words of the original, and the provision that says what they ask for."""

    words: str
    provision: Provision | None


@dataclass(frozen=True)
class Section:
    """A clause with its words and its provisions; `waiting` of them wait for a person."""

    clause: PolicyClause
    stretches: tuple[Stretch, ...]
    provisions: tuple[Provision, ...]

    @property
    def waiting(self) -> int:
        return sum(provision.state is ProvisionState.OPEN for provision in self.provisions)

    @property
    def anchor(self) -> str:
        return f"c-{self.clause.position}"

    @property
    def label(self) -> str:
        return self.clause.heading or self.clause.words[:24]


def sections_of(text: PolicyText, clauses: Sequence[PolicyClause], provisions: Sequence[Provision]) -> list[Section]:
    """Every clause with its provisions; a provision belongs to the clause in which it begins."""
    found = []
    for clause, following in zip(clauses, [*clauses[1:], None], strict=True):
        until = following.starts if following else len(text.words) + 1
        mine = tuple(provision for provision in provisions if clause.starts <= provision.starts < until)
        found.append(Section(clause, tuple(_cut(text.words, clause, mine)), mine))
    return found


def _cut(words: str, clause: PolicyClause, provisions: Sequence[Provision]) -> Iterator[Stretch]:
    """The words of a clause from its beginning to its end; of provisions that overlap, the first keeps the words."""
    at = clause.starts
    for provision in provisions:
        starts, ends = max(provision.starts, at), min(provision.ends, clause.ends)
        if starts >= ends:
            continue
        if starts > at:
            yield Stretch(words[at:starts], None)
        yield Stretch(words[starts:ends], provision)
        at = ends
    if at < clause.ends:
        yield Stretch(words[at : clause.ends], None)


def parts_of(sections: Sequence[Section]) -> list[list[Section]]:
    """The pages of a long text: whole top-level clauses, as many as fit on one."""
    parts: list[list[Section]] = [[]]
    size = 0
    for section in sections:
        length = section.clause.ends - section.clause.starts
        if section.clause.depth == 0 and parts[-1] and size + length > LONGEST_PAGE:
            parts.append([])
            size = 0
        parts[-1].append(section)
        size += length
    return parts


@dataclass(frozen=True)
class Progress:
    """How far the confirmation of a text is."""

    decided: int
    total: int
    kinds: Counter[ProvisionKind]
    states: Counter[ProvisionState]


def progress_of(provisions: Sequence[Provision]) -> Progress:
    states = Counter(provision.state for provision in provisions)
    return Progress(
        len(provisions) - states[ProvisionState.OPEN],
        len(provisions),
        Counter(provision.kind for provision in provisions),
        states,
    )
