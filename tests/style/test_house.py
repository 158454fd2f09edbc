"""The house rules about words: every error has a sentence, every choice a label, every setting a description."""

import re

from pydantic_core import core_schema

from app.core.choices import Choice
from app.core.fields import SENTENCES
from app.settings import Settings
from tests.style.source import ROOT

POSSIBLE = {
    "missing", "extra_forbidden", "string_type", "string_too_short", "string_too_long", "string_pattern_mismatch",
    "string_unicode", "int_type", "int_parsing", "int_parsing_size", "int_from_float", "decimal_type",
    "decimal_parsing", "decimal_max_digits", "decimal_max_places", "decimal_whole_digits", "finite_number",
    "greater_than", "greater_than_equal", "less_than", "less_than_equal", "bool_type", "bool_parsing", "date_type",
    "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact", "enum", "literal_error",
    "value_error", "list_type", "too_long", "too_short", "is_instance_of",
}  # fmt: skip


def test_every_error_a_form_can_meet_has_a_chinese_sentence() -> None:
    known = set(core_schema.ErrorType.__args__)

    assert known >= POSSIBLE, "pydantic renamed an error"
    assert not POSSIBLE - SENTENCES.keys()
    assert all(re.search(r"[\u4e00-\u9fff]|^{", sentence) for sentence in SENTENCES.values())


def test_every_choice_has_a_label_people_read() -> None:
    for choices in Choice.__subclasses__():
        for member in choices:
            assert re.search(r"[\u4e00-\u9fff]", member.label), member


def test_every_setting_is_described_for_operators() -> None:
    described = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

    missing = [name for name in Settings.model_fields if f"TIDU_{name.upper()}" not in described]
    assert not missing, f"describe in docs/operating.md: {missing}"


def test_every_identifier_of_the_glossary_exists() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py"))
    seeds = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.yaml"))

    identifiers = re.findall(r"^\|[^|]+\|\s*`([^`]+)`", glossary, flags=re.MULTILINE)
    missing = [name for name in identifiers if not re.search(rf"\b{re.escape(name)}\b", code + seeds)]
    assert len(identifiers) > 20
    assert not missing, f"the glossary speaks of what does not exist: {missing}"


def test_the_changelog_is_written_for_users() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.search(r"^## ", changelog, flags=re.MULTILINE)
    assert "规则" in changelog
