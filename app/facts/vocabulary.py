"""The declared vocabulary of this installation, read once from the seeds."""

from functools import cache

from app.core.seedfiles import SEEDS, read_yaml
from app.rules import Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """Every declared fact, record collection and title.

    Raises:
        VocabularyError: listing what is wrong in seeds/facts.yaml, records.yaml or titles.yaml.
    """
    return Vocabulary.from_data(*(read_yaml(SEEDS / f"{name}.yaml") for name in ("facts", "records", "titles")))
