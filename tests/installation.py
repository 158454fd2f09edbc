"""An installation of a test's own: other settings, and the usual ones again afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.settings import settings


@contextmanager
def installation(**variables: Path | str) -> Iterator[pytest.MonkeyPatch]:
    """Settings by variable (DATA_DIR, KEY_FILE, …) as long as the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(f"TIDU_{name}", str(value))
        settings.cache_clear()
        yield patch
    # Only now: settings read any earlier would keep this test's for all that follow.
    settings.cache_clear()
