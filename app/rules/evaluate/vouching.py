"""When someone's word makes a collection complete for what a question asks."""

from app.rules.evaluate.run import Run
from app.rules.evaluate.sought import Sought
from app.rules.interval import INFINITY, Bound, plus
from app.rules.kinds import AttributeKind, CollectionKind
from app.rules.sheet import Vouch

_SEVERAL = 2


def covered(run: Run, collection: CollectionKind, sought: Sought) -> list[Vouch] | None:
    """The vouches that together make the answer complete, or None when something may be missing.

    They may follow one another in time, or each speak for one word of an attribute (安全 by one department, 质量 by
    another). Each counts for `collection.good_for` days more than it names: a monthly list is good until the next.
    """
    vouches = run.sheet.vouches_for(collection.code)
    fitting = [each for each in vouches if _in_scope(run, collection, each, sought)]
    found = _in_time(run, collection, fitting, sought) if fitting else None
    return _word_by_word(run, collection, sought) if found is None and vouches else found


def _in_time(run: Run, collection: CollectionKind, fitting: list[Vouch], sought: Sought) -> list[Vouch] | None:
    # A record that passes must have begun within the window and be in force on the day: either is enough to be listed.
    if sought.in_force is not None and sought.in_force.exact:
        day = sought.in_force.low
        for each in fitting:
            if _since(run, each) <= day <= _good_until(collection, each):
                return [each]
    return _chain(run, collection, fitting, sought)


def _chain(run: Run, collection: CollectionKind, vouches: list[Vouch], sought: Sought) -> list[Vouch] | None:
    """Vouches that follow one another without a gap from the first day to the last."""
    used: list[Vouch] = []
    reached = plus(sought.first, -1)
    for each in sorted(vouches, key=lambda vouch: (_since(run, vouch), -vouch.until.toordinal())):
        if _since(run, each) > plus(reached, 1) or reached >= sought.last:
            break
        if _good_until(collection, each) > reached:
            used.append(each)
            reached = _good_until(collection, each)
    return used if reached >= sought.last else None


def _word_by_word(run: Run, collection: CollectionKind, sought: Sought) -> list[Vouch] | None:
    """Vouches that speak for one word each, and together for every word the question allows in one attribute."""
    for attribute in _scoped(run, collection):
        words = sought.words.get(attribute.code, frozenset(attribute.choices))
        if len(words) < _SEVERAL:
            continue
        used: list[Vouch] = []
        for word in sorted(words):
            part = covered(run, collection, sought.only(attribute.code, word))
            if part is None:
                break
            used += [each for each in part if each not in used]
        else:
            return used
    return None


def _scoped(run: Run, collection: CollectionKind) -> list[AttributeKind]:
    codes = sorted({code for each in run.sheet.vouches_for(collection.code) for code in each.scope})
    return [found for code in codes if (found := collection.attribute(code)) is not None]


def _good_until(collection: CollectionKind, vouch: Vouch) -> int:
    return vouch.until.toordinal() + collection.good_for


def _since(run: Run, vouch: Vouch) -> Bound:
    """The first day a vouch speaks for; one that reaches back to the founding speaks for everything before."""
    if vouch.since is None:
        return -INFINITY
    since = vouch.since.toordinal()
    return -INFINITY if since <= run.founding().low else since


def _in_scope(run: Run, collection: CollectionKind, vouch: Vouch, sought: Sought) -> bool:
    return not vouch.scope or all(_implied(run, collection, *each, sought) for each in vouch.scope.items())


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
