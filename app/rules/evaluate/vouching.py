"""When someone's word makes a collection complete for what a question asks."""

from collections.abc import Mapping
from typing import NamedTuple

from app.rules.evaluate.run import Run
from app.rules.interval import INFINITY, Bound, Interval, plus
from app.rules.kinds import CollectionKind
from app.rules.sheet import Vouch


class Sought(NamedTuple):
    """What a question asks of records: the words allowed per attribute, a window of starts, and days in force."""

    words: Mapping[str, frozenset[str]]
    first: Bound
    last: Bound
    in_force: Interval | None


def covered(run: Run, collection: CollectionKind, sought: Sought) -> list[Vouch] | None:
    """The vouches that together make the answer complete, or None when something may be missing."""
    fitting = [each for each in run.sheet.vouches_for(collection.code) if _in_scope(run, collection, each, sought)]
    if not fitting:
        return None
    # A record that passes must have begun within the window and be in force on the day: either is enough to be listed.
    if sought.in_force is not None and sought.in_force.exact:
        day = sought.in_force.low
        for each in fitting:
            if _since(run, each) <= day <= each.until.toordinal():
                return [each]
    return _chain(run, fitting, sought.first, sought.last)


def _chain(run: Run, vouches: list[Vouch], first: Bound, last: Bound) -> list[Vouch] | None:
    """Vouches that follow one another without a gap from the first day to the last."""
    used: list[Vouch] = []
    reached = plus(first, -1)
    for each in sorted(vouches, key=lambda vouch: (_since(run, vouch), -vouch.until.toordinal())):
        if _since(run, each) > plus(reached, 1) or reached >= last:
            break
        if each.until.toordinal() > reached:
            used.append(each)
            reached = each.until.toordinal()
    return used if reached >= last else None


def _since(run: Run, vouch: Vouch) -> Bound:
    """The first day a vouch speaks for; one that reaches back to the founding speaks for everything before."""
    if vouch.since is None:
        return -INFINITY
    since = vouch.since.toordinal()
    return -INFINITY if since <= run.founding().low else since


def _in_scope(run: Run, collection: CollectionKind, vouch: Vouch, sought: Sought) -> bool:
    return all(_implied(run, collection, code, word, sought) for code, word in vouch.scope.items())


def _implied(run: Run, collection: CollectionKind, code: str, word: str, sought: Sought) -> bool:
    """Whether everything sought has this word in this attribute, by its own filter or by derivation."""
    if code == "kind" and collection.code == "titles":
        title = run.version.vocabulary.title(word)
        word = title.label if title is not None else word
    if code in sought.words:
        return sought.words[code] <= {word}
    attribute = collection.attribute(code)
    if attribute is None or attribute.derived_from not in sought.words:
        return False
    return all(attribute.mapping.get(source) == word for source in sought.words[attribute.derived_from])
