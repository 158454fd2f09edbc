"""What docs/assurance.md names as proof exists, and no promise is both kept and not."""

import ast
import re
from functools import cache

from tests.style.source import ROOT

TEXT = (ROOT / "docs" / "assurance.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)


@cache
def proofs_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8")) if (ROOT / file).exists() else ast.Module([], [])
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_test_that_is_named_as_proof_exists() -> None:
    missing = [f"{file}::{name}" for file, name in NAMED if name not in proofs_in(file)]

    assert len(NAMED) > 100
    assert not missing, f"docs/assurance.md names what is not there: {missing}"


def test_every_promise_stands_in_one_place() -> None:
    rows = re.findall(r"^\| ([A-Z]{2}-\d\d) \|", TEXT, flags=re.MULTILINE)

    assert len(rows) == len(set(rows))


def test_every_promise_that_is_kept_names_a_test() -> None:
    kept = TEXT.partition("## 还做不到")[0]

    bare = [row for row in re.findall(r"^\| [A-Z]{2}-\d\d \|.*$", kept, flags=re.MULTILINE) if "::test_" not in row]
    assert not bare
