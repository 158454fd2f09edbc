"""When someone's word makes a collection complete for what a question asks, put into columns."""

from collections.abc import Mapping
from typing import NamedTuple

from app.rules.evaluate.sought import window
from app.rules.kinds import CollectionKind
from app.rules.language import Expr, Filter, InForce, Period
from app.rules.pool import op, span
from app.rules.pool.compiler import Compiler, Wording
from app.rules.pool.op import BELOW, FALSE, Op, make, number
from app.rules.pool.span import NotColumnar, Span
from app.rules.pool.verdict import Verdict
from app.rules.vocabulary import Vocabulary

Words = tuple[tuple[str, frozenset[str]], ...]


class Coverage(NamedTuple):
    """What a vouch has to cover: the collection and the words demanded of its attributes.

    The days it has to cover, which may differ from firm to firm, are the arguments of the operation: the first and the
    last start, the firm's founding, and perhaps the day in force with a column that tells where that day is known.
    """

    collection: str
    words: Words
    by_day: bool

    def only(self, code: str, word: str) -> "Coverage":
        """The same about a single word of one attribute."""
        return self._replace(words=tuple(sorted({**dict(self.words), code: frozenset({word})}.items())))


def closed(compiler: Compiler, collection: CollectionKind, filters: tuple[Expr, ...]) -> Op:
    """Whether a question about a collection is answered in full by what is vouched for."""
    words: dict[str, frozenset[str]] = {}
    first, last, day = BELOW, number(compiler.today), None
    for each in filters:
        if isinstance(each, Period):
            opens, closes = window(compiler.anchors.facts_on, each)
            first, last = op.larger(first, number(opens)), op.smaller(last, number(closes))
        elif isinstance(each, InForce):
            day = compiler.number(each.on) if each.on is not None else span.point(compiler.today)
        elif isinstance(each, Filter):
            first = op.larger(first, _earliest(compiler, each))
            _demand(compiler, each, words)
    coverage = Coverage(collection.code, tuple(sorted(words.items())), by_day=day is not None)
    return make("closed", first, last, _founded(compiler), *_in_force(day), value=coverage)


def _in_force(day: Span | None) -> list[Op]:
    """The day in force, and where it is one day."""
    if day is None:
        return []
    if not (day.exact and day.plain and day.unit == 1):
        raise NotColumnar
    return [day.low.top, op.equals(day.low.top, day.high.top)]


def _founded(compiler: Compiler) -> Op:
    kind = compiler.vocabulary.founding
    founded = compiler.fact(kind) if kind is not None else None
    return founded.low.top if isinstance(founded, Span) else BELOW


def _earliest(compiler: Compiler, given: Filter) -> Op:
    """The first day a filter on the starting date admits."""
    if given.attribute.code != "starts_on" or given.operator not in (">=", ">", "="):
        return BELOW
    day = compiler.number(given.values[0])
    if not (day.exact and day.plain and day.unit == 1):
        raise NotColumnar
    return day.low.top


def _demand(compiler: Compiler, given: Filter, words: dict[str, frozenset[str]]) -> None:
    if given.operator not in ("=", "属于"):
        return
    found: set[str] = set()
    for each in given.values:
        value = compiler.value(each)
        if isinstance(value, Wording) and value.column is None:
            found.add(value.word)
        elif isinstance(value, Verdict) and value.met.literal and value.unmet.literal:
            if FALSE is value.met is value.unmet:
                return
            found.add("否" if value.met is FALSE else "是")
        elif isinstance(value, Span):
            return
        else:
            raise NotColumnar
    words[given.attribute.code] = frozenset(found) & words.get(given.attribute.code, frozenset(found))


def in_scope(coverage: Coverage, scope: Mapping[str, str], vocabulary: Vocabulary) -> bool:
    """Whether a vouch with this scope speaks of everything the question asks for."""
    collection = vocabulary.collections[coverage.collection]
    return all(_implied(collection, code, word, dict(coverage.words), vocabulary) for code, word in scope.items())


def _implied(
    collection: CollectionKind, code: str, word: str, words: Mapping[str, frozenset[str]], vocabulary: Vocabulary
) -> bool:
    """Whether everything sought has this word in this attribute, by its own filter or by derivation."""
    if code == "kind" and collection.code == "titles":
        title = vocabulary.title(word)
        word = title.label if title is not None else word
    if code in words:
        return words[code] <= {word}
    attribute = collection.attribute(code)
    if attribute is None or attribute.derived_from not in words:
        return False
    return all(attribute.mapping.get(source) == word for source in words[attribute.derived_from])
