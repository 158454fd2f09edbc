"""Why two versions of a rule answer differently for one firm: the fewest conditions that make the difference."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.rules.answer import Answer
from app.rules.evaluate import decide
from app.rules.rule import RuleVersion

Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Cause:
    """A condition, by id, with its answer in both versions; None in the version that does not have it."""

    condition: str
    before: Answer | None
    after: Answer | None


def causes_of(old: RuleVersion, new: RuleVersion, before: Answers, after: Answers) -> tuple[Cause, ...]:
    """The conditions without whose change the firm would still have its old answer, none of them idle.

    `before` and `after` are what each condition of the `old` and of the `new` version is answered with for the firm, by
    id; conditions of the same id count as one condition. They come out in the order of the new version, those it
    dropped last; none where the answers are the same, or where not the conditions but what is made of them (paths,
    needs, vetoes) makes the difference.
    """
    wanted = decide(old, before)
    if decide(new, after) is wanted:
        return ()
    merged = _with_dropped(old, new)
    now = {name: after.get(name, _harmless(merged, name)) for name in merged.conditions}
    was = {name: before.get(name, _harmless(merged, name)) for name in merged.conditions}
    differing = [name for name in now if now[name] is not was[name]]

    def explains(names: list[str]) -> bool:
        return decide(merged, {**now, **{name: was[name] for name in names}}) is wanted

    found = _fewest(differing, explains) if explains(differing) else []
    return tuple(Cause(name, before.get(name), after.get(name)) for name in found)


def _fewest(names: list[str], explains: Callable[[list[str]], bool]) -> list[str]:
    """Names that explain it as well, of which none can be left out."""
    for name in names:
        fewer = [each for each in names if each != name]
        if explains(fewer):
            return _fewest(fewer, explains)
    return names


def _with_dropped(old: RuleVersion, new: RuleVersion) -> RuleVersion:
    """The new version with what only the old one demanded; what only a path demanded has no place in it."""
    gone = {name: each for name, each in old.conditions.items() if name not in new.conditions}
    return replace(
        new,
        conditions={**new.conditions, **gone},
        needs=(*new.needs, *(name for name in old.needs if name in gone)),
        vetoes=(*new.vetoes, *(name for name in old.vetoes if name in gone)),
    )


def _harmless(version: RuleVersion, name: str) -> Answer:
    """What a condition is answered with where it is not asked: it stands in nobody's way."""
    return Answer.of(name not in version.vetoes)
