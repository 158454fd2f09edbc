"""A policy as read: its original text, its clauses and what is odd about it; the stages in their order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.policytext.clauses.clause import Clause
from app.policytext.clauses.front import Front, front_remarks, read_front
from app.policytext.clauses.naming import read_title
from app.policytext.clauses.tree import build_tree
from app.policytext.duties.duty import Duty
from app.policytext.duties.find import find_duties
from app.policytext.incentives.find import find_incentives
from app.policytext.incentives.incentive import Incentive
from app.policytext.targets.find import find_targets
from app.policytext.targets.target import Target
from app.policytext.text.cleaning import clean
from app.policytext.text.original import Original, Span
from app.policytext.text.plain import Plain
from app.policytext.text.remark import Remark


@dataclass(frozen=True)
class Reading:
    """Everything read from one text. Nothing of it takes effect before a person confirms it."""

    original: Original
    plain: Plain = field(repr=False)
    front: Front
    root: Clause = field(repr=False)
    targets: tuple[Target, ...] = field(repr=False)
    duties: tuple[Duty, ...] = field(repr=False)
    incentives: tuple[Incentive, ...] = field(repr=False)
    dropped: tuple[Span, ...] = field(repr=False)
    remarks: tuple[Remark, ...]

    @cached_property
    def by_path(self) -> Mapping[str, Clause]:
        """Every clause by its path."""
        return {clause.path: clause for clause in self.root.walk()}


def title_of(reading: Reading, *, file_name: str = "") -> tuple[str, Remark | None]:
    """The title that a document goes by, and a remark where its text has no title line.

    In: a reading, and the name of the file that it came in. Out: one line, never empty.
    """
    return read_title(reading.original, reading.front, reading.root, file_name=file_name)


def read_policy(original: Original) -> Reading:
    """Read a policy: clean text, clause tree, front matter, then what each clause asks for.

    In: an original from `read_text` or `read_file`. Out: the reading; any text at all gives one, and what is not
    understood stays in it as text.
    """
    plain, found, dropped = clean(original)
    root, odd = build_tree(plain)
    front = read_front(root)
    remarks = (*found, *odd, *front_remarks(front, root))
    return Reading(
        original=original,
        plain=plain,
        front=front,
        root=root,
        targets=tuple(find_targets(root, front)),
        duties=tuple(find_duties(root)),
        incentives=tuple(find_incentives(root)),
        dropped=tuple(dropped),
        remarks=tuple(remarks),
    )
