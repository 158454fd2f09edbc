"""How many steps the one-firm evaluator can take at most, so that its budget can be kept without counting."""

from app.rules.evaluate.run import STEP_BUDGET
from app.rules.language import Compare, EachYear, Expr, Growth, Named, Records, Shift, Title, Within, Years, children
from app.rules.rule import RuleVersion


def within_budget(version: RuleVersion, year: int, *expressions: Expr) -> bool:
    """Whether these expressions, worked out one after the other, stay within the budget for every firm."""
    counter = _Counter(version)
    return sum(counter.most(each, year) for each in expressions) <= STEP_BUDGET


# How often what is inside may be looked at: the parts of a stretch of time and the members of a set twice; what a
# filter demands for the records, for the window, and for what a vouch must cover.
_LOOKED_AT: dict[type[Expr], int] = {Compare: 2, Within: 2, Records: 3, Title: 3}


class _Counter:
    """Counts a name once for each year it is read in, as the evaluator keeps it."""

    def __init__(self, version: RuleVersion) -> None:
        self.version = version
        self.seen: set[tuple[str, int]] = set()

    def most(self, node: Expr, year: int) -> int:
        """The most steps an expression can take."""
        return 1 + self._below(node, year)

    def _below(self, node: Expr, year: int) -> int:
        match node:
            case Named():
                return self._once(node.name, year)
            case Years() | EachYear():
                return sum(self.most(node.body, year - back) for back in range(node.years))
            case Growth():
                return sum(self.most(node.body, year - back) for back in range(max(node.years, 2)))
            case Shift():
                return self.most(node.body, year + 1 - node.back)
        return self._inside(node, year) * _LOOKED_AT.get(type(node), 1)

    def _inside(self, node: Expr, year: int) -> int:
        return sum(self.most(each, year) for each in children(node))

    def _once(self, name: str, year: int) -> int:
        if (name, year) in self.seen:
            return 0
        self.seen.add((name, year))
        version = self.version
        for names in (version.parameters, version.terms):
            if name in names:
                return self.most(names[name].value, year)
        score = version.scores.get(name)
        own = [each for each in (score.value, score.max) if each is not None] if score is not None else []
        parts = [each.name for each in version.scores.values() if each.part_of == name]
        return sum(self.most(each, year) for each in own) + sum(1 + self._once(each, year) for each in parts)
