"""Reading the YAML files under seeds/."""

from pathlib import Path
from typing import Any

import yaml

from app.settings import ROOT

SEEDS: Path = ROOT / "seeds"
# The C loader is the same safe loader, ten times as fast; it is missing only where libyaml is.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader
