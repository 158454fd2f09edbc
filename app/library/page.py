"""What the pages of the library show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.core.address import row_number
from app.library import queries
from app.library.forms import COMPARATORS
from app.library.models import Provision, ProvisionKind, ProvisionState, RelationState
from app.library.reader import Section, parts_of, progress_of, sections_of
from app.library.relations import relations_of
from app.library.wording import say
from app.policies.models import Policy
from app.policies.queries import rules_citing
from app.policytext.targets.target import Comparator, TargetKind
from app.web.forms import Form

CHOICES = {
    "comparators": [(each.value, label) for each, label in COMPARATORS.items()],
    "measures": [(each.value, each.value) for each in TargetKind],
}


# What most plans mean where a person adds a target.
USUAL = {"comparator": Comparator.AT_LEAST.value, "measure": TargetKind.STOCK.value}


@dataclass(frozen=True)
class Asked:
    """What of a text an address asks for; what it does not know counts as not given."""

    kind: str = ""
    state: str = ""
    provision: int = 0
    add: str = ""
    path: str = ""
    part: int = 1
    starts: int = 0
    ends: int = 0

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        return cls(
            kind=_known(ProvisionKind, given.get("kind", "")),
            state=_known(ProvisionState, given.get("state", "")),
            provision=row_number(given.get("provision", "")),
            add=_known(ProvisionKind, given.get("add", "")),
            path=given.get("path", "")[:300],
            part=max(1, row_number(given.get("part", ""))),
            starts=row_number(given.get("starts", "")),
            ends=row_number(given.get("ends", "")),
        )


def _known(choices: type[ProvisionKind] | type[ProvisionState], code: str) -> str:
    return code if choices.find(code) else ""


def index_page(db: Session, found: Sequence[Policy]) -> dict[str, Any]:
    """What stands beside each policy of a page."""
    texts = queries.texts_of(db, [policy.id for policy in found])
    ids = [text.id for text in texts.values()]
    return {
        "texts": texts,
        "clauses": queries.clause_counts(db, ids),
        "open": queries.open_counts(db, ids),
        "citing": rules_citing(db),
    }


def reader_page(db: Session, policy: Policy, asked: Asked) -> dict[str, Any]:
    """A policy with its text, if there is one: one part of it, the outline of all, and what was chosen."""
    text = queries.text_of(db, policy)
    common = {
        "text": text,
        "citing": rules_citing(db).get(policy.id, 0),
        "say": say,
        "kinds": ProvisionKind,
        "form": None,
        **_relations(db, policy),
    }
    if text is None:
        return {**common, "late": False}
    provisions = queries.provisions(db, text)
    sections = sections_of(text, queries.clauses(db, text), provisions)
    parts = parts_of(sections)
    chosen = next((provision for provision in provisions if provision.id == asked.provision), None)
    number = _part_of(parts, chosen, asked)
    return {
        **common,
        **CHOICES,
        "late": False,
        "sections": parts[number - 1],
        "outline": _outline(parts),
        "parts": len(parts),
        "part": number,
        "progress": progress_of(provisions),
        "listed": queries.narrowed(provisions, asked.kind, asked.state) if asked.kind or asked.state else None,
        "chosen": chosen,
        "states": ProvisionState,
        **_form(chosen, asked, sections),
    }


def _relations(db: Session, policy: Policy) -> dict[str, Any]:
    found = relations_of(db, policy)
    return {
        "related": [each for each in found if each.state is RelationState.CONFIRMED],
        "proposed": sum(each.state is RelationState.OPEN for each in found),
        "ended_by": queries.ended_by(found, policy),
    }


def _form(chosen: Provision | None, asked: Asked, sections: Sequence[Section]) -> dict[str, Any]:
    if chosen is not None:
        return {"form": Form[Any](values={**chosen.body, "version": chosen.version, "note": chosen.note or ""})}
    quoted = {"path": asked.path, "starts": asked.starts or "", "quote": _quoted(asked, sections)}
    return {"form": Form[Any](values={**quoted, **USUAL})} if asked.add else {}


def _quoted(asked: Asked, sections: Sequence[Section]) -> str:
    """The words that were selected in a clause, as a browser counts them: there a line ends with one sign."""
    section = next((each for each in sections if each.clause.path == asked.path), None)
    words = "".join(each.words for each in section.stretches) if section else ""
    return words.replace("\r\n", "\n")[asked.starts : asked.ends].strip()


def _part_of(parts: Sequence[Sequence[Section]], chosen: Provision | None, asked: Asked) -> int:
    """The part that holds the chosen provision or the clause asked for; else the one asked for."""
    for number, sections in enumerate(parts, 1):
        if chosen is not None and any(chosen in section.provisions for section in sections):
            return number
        if chosen is None and asked.path and any(section.clause.path == asked.path for section in sections):
            return number
    return min(asked.part, len(parts))


def _outline(parts: Sequence[Sequence[Section]]) -> list[tuple[int, Section]]:
    """(part, section) of every clause with a number of its own."""
    return [(number, each) for number, sections in enumerate(parts, 1) for each in sections if each.clause.heading]
