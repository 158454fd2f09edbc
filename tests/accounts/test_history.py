"""Every kind of event recorded anywhere has its sentence."""

import ast
from pathlib import Path

from app.accounts.history import LABELS, SENTENCES, kind_options, sentence
from app.settings import ROOT


def recorded_kinds() -> dict[str, str]:
    """Kind → where it is recorded; found in the code itself, whatever domain it is in."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "app").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and is_record(call.func):
                found |= {kind: f"{file.relative_to(ROOT)}:{call.lineno}" for kind in kinds_in(call, file)}
    return found


def is_record(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(attr="record", value=ast.Name(id="audit")):
            return True
        case _:
            return False


def kinds_in(call: ast.Call, file: Path) -> list[str]:
    """The kinds a call may record: written there, or handed to the function around it under the same name."""
    given = call.args[2]
    nodes = handed_over(file, given.id) if isinstance(given, ast.Name) else list(ast.walk(given))
    kinds = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert kinds, f"{file}:{call.lineno}: write the kind of the event in this file, so that it can be found"
    return kinds


def handed_over(file: Path, name: str) -> list[ast.expr]:
    calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return [keyword.value for call in calls for keyword in call.keywords if keyword.arg == name]


def test_every_recorded_kind_has_a_sentence() -> None:
    missing = {kind: where for kind, where in recorded_kinds().items() if kind not in SENTENCES}

    assert missing == {}, "add a line to SENTENCES in app/accounts/history.py"


def test_every_sentence_is_of_a_kind_that_is_recorded() -> None:
    files = [file for file in (ROOT / "app").rglob("*.py") if file.name != "history.py"]
    written = "".join(file.read_text(encoding="utf-8") for file in files)

    assert {kind for kind in SENTENCES if f'"{kind}"' not in written} == set()


def test_a_sentence_is_filled_from_the_event() -> None:
    body = {"subject": {"name": "甲镇"}, "changes": {}}

    assert sentence("unit.created", body) == "新增了单位“甲镇”"
    assert sentence("access.denied", {"changes": {"method": "GET"}}) == "被拒绝：GET —（—）"


def test_a_kind_nobody_knows_any_more_is_still_shown() -> None:
    assert sentence("gone.kind", {"changes": {}}) == "其他操作（gone.kind）"


def test_the_filter_offers_every_kind_in_chinese() -> None:
    assert {kind for kind, _ in kind_options()} == set(SENTENCES)
    assert all("{" not in label and label for _, label in kind_options())


def test_labels_are_chinese() -> None:
    assert all(not label.isascii() for label in LABELS.values())
