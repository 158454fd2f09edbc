"""How well labelled plans are read; the development plans are not part of the repository."""

import json
import os
from pathlib import Path

import pytest

from app.policytext.reading import read_policy
from app.policytext.text.files import read_file
from bench.policy_score import KINDS, Tally

PLANS = Path(__file__).parent / "plans"
# TIDU_LABELLED_PLANS=TEXTS:LABELS names two folders of further plans to hold to these goals.
GOALS = {"条款": 0.99, "目标": 0.95, "责任": 0.98, "奖补": 0.95}


def tally(kind: str, texts: Path, labels: Path) -> Tally:
    total = Tally()
    for file in sorted(labels.glob("*.json")):
        label = json.loads(file.read_text(encoding="utf-8"))
        total.add(KINDS[kind](read_policy(read_file((texts / label["file"]).read_bytes())), label))
    return total


@pytest.mark.parametrize("kind", KINDS)
def test_the_invented_plans_are_read_as_labelled(kind: str) -> None:
    found = tally(kind, PLANS, PLANS)

    assert (found.missed, found.extra) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_real_plans_reach_the_goals(kind: str) -> None:
    folders = os.environ.get("TIDU_LABELLED_PLANS", "")
    if not folders:
        pytest.skip("no labelled plans here: set TIDU_LABELLED_PLANS=TEXTS:LABELS to hold the reader to its goals")
    texts, labels = map(Path, folders.split(":"))

    assert tally(kind, texts, labels).f1 >= GOALS[kind]
