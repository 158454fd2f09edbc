"""The three answers and Kleene's logic over them."""

from collections.abc import Iterable
from enum import Enum


class Answer(Enum):
    """What a test is answered with; the value is shown to people, `code` is stored."""

    MET = "符合"
    UNMET = "不符合"
    UNKNOWN = "待核"

    @property
    def code(self) -> str:
        """met, unmet or unknown."""
        return self.name.lower()

    @classmethod
    def of(cls, truth: bool) -> "Answer":  # noqa: FBT001 - the truth is the whole argument
        return cls.MET if truth else cls.UNMET

    def negated(self) -> "Answer":
        if self is Answer.UNKNOWN:
            return self
        return Answer.MET if self is Answer.UNMET else Answer.UNMET


def all_of(answers: Iterable[Answer]) -> Answer:
    """且: one 不符合 decides; otherwise one 待核 leaves it open."""
    found = Answer.MET
    for answer in answers:
        if answer is Answer.UNMET:
            return answer
        if answer is Answer.UNKNOWN:
            found = answer
    return found


def any_of(answers: Iterable[Answer]) -> Answer:
    """或: one 符合 decides; otherwise one 待核 leaves it open."""
    found = Answer.UNMET
    for answer in answers:
        if answer is Answer.MET:
            return answer
        if answer is Answer.UNKNOWN:
            found = answer
    return found


def at_least(count: int, answers: Iterable[Answer]) -> Answer:
    """至少 k: decided once enough are 符合, or too few can still become so."""
    found = list(answers)
    met = found.count(Answer.MET)
    if met >= count:
        return Answer.MET
    return Answer.UNKNOWN if met + found.count(Answer.UNKNOWN) >= count else Answer.UNMET
