"""The declared vocabulary of this installation, read once from the seeds."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from app.core.seedfiles import SEEDS, read_yaml
from app.rules import Vocabulary

COMMISSIONER = "科技专员"


@cache
def vocabulary() -> Vocabulary:
    """Every declared fact, record collection and title.

    Raises:
        VocabularyError: listing what is wrong in seeds/facts.yaml, records.yaml or titles.yaml.
    """
    return Vocabulary.from_data(*(read_yaml(SEEDS / f"{name}.yaml") for name in ("facts", "records", "titles")))


@cache
def commissioner_vocabulary() -> Vocabulary:
    """Every declared fact of a commissioner's year; it has no records and no titles.

    Raises:
        VocabularyError: listing what is wrong in seeds/commissioner_facts.yaml.
    """
    return Vocabulary.from_data(read_yaml(SEEDS / "commissioner_facts.yaml"), (), ())


def vocabulary_of(rule: Mapping[str, Any]) -> Vocabulary:
    """The words a rule may use, given its plain data: whoever benefits is whom it judges."""
    return commissioner_vocabulary() if rule.get("beneficiary") == COMMISSIONER else vocabulary()
