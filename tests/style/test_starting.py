"""What every start imports: nothing that only some jobs need (docs/decisions/0048)."""

import subprocess
import sys

from app.settings import ROOT

# What brings each of these in is imported inside the function that needs it, with the reason beside it.
SOME_JOBS_ONLY = frozenset(
    {
        *("alembic", "mako", "numpy", "scipy", "polars", "pypinyin", "pygments", "rich"),
        *("docx", "docxtpl", "lxml", "openpyxl", "xlsxwriter", "pypdf", "PIL"),
        *("app.policytext.reading", "app.rules.pool"),
    }
)
STARTED = """
import sys
from app import main
from app.core.db import Model
main.build()
print(*sys.modules, *(f"configured {each.class_.__name__}" for each in Model.registry.mappers if each.configured))
"""


def test_starting_the_site_brings_in_nothing_that_only_some_jobs_need() -> None:
    done = subprocess.run([sys.executable, "-c", STARTED], cwd=ROOT, capture_output=True, text=True, check=True)
    brought = set(done.stdout.split())

    assert brought & SOME_JOBS_ONLY == set()
    assert "configured" not in brought, "an alias or an option of a model stands at the top of a module"
