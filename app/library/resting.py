"""What rests on the clauses of a policy; whoever keeps such things stands above the library and registers here."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.policies.models import Policy


@dataclass(frozen=True)
class Resting:
    """One thing that rests on the clause `path`: its kind and name for people, and the route of its page."""

    path: str
    label: str
    words: str
    route: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


# Finds what somebody may see of what rests on the clauses of a policy with these paths.
Find = Callable[[Session, User, Policy, Collection[str]], list[Resting]]
_FINDERS: dict[str, Find] = {}


def register(name: str, find: Find) -> None:
    """Ask `find` as well; again changes nothing."""
    _FINDERS[name] = find


def resting_on(db: Session, actor: User, policy: Policy, paths: Collection[str]) -> dict[str, list[Resting]]:
    """Path → what rests on it, in the order in which the finders are registered; nothing for no path."""
    found: defaultdict[str, list[Resting]] = defaultdict(list)
    for find in _FINDERS.values() if paths else ():
        for each in find(db, actor, policy, paths):
            found[each.path].append(each)
    return found
