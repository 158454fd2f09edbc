"""The declared vocabulary of this installation, read once from the seeds."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.rules import Vocabulary
from app.settings import ROOT

SEEDS: Path = ROOT / "seeds"


@cache
def vocabulary() -> Vocabulary:
    """Every declared fact, record collection and title.

    Raises:
        VocabularyError: listing what is wrong in seeds/facts.yaml, records.yaml or titles.yaml.
    """
    return Vocabulary.from_data(_read("facts"), _read("records"), _read("titles"))


def _read(name: str) -> list[Any]:
    loaded = yaml.load((SEEDS / f"{name}.yaml").read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are the safe loader
    return list(loaded)
