"""A process that halts in the middle of an import: `python -m tests.imports.halting reading|writing FILE`.

It makes the file once it has halted, with everything before that sent to the database and nothing committed.
"""

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from app import registrations  # noqa: F401 - the jobs of imports are known once this is read
from app.imports import work
from app.imports.writing import applying
from app.jobs.runner import Runner

LEASE = timedelta(seconds=0.8)


def halting_after(step: Callable[..., Any], sign: Path) -> Callable[..., Any]:
    def halt(*arguments: Any, **options: Any) -> None:
        step(*arguments, **options)
        sign.touch()
        Event().wait()

    return halt


if __name__ == "__main__":
    made = Path(sys.argv[2])
    match sys.argv[1]:
        case "reading":
            # By then every row is kept.
            work._conclude_reading = halting_after(lambda *_: None, made)
        case "writing":
            applying.audit.record_all = halting_after(applying.audit.record_all, made)
    Runner(threads=0, lease=LEASE).run_all()
