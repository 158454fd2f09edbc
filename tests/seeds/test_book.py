"""The rule book goes in and comes out without a difference."""

import sqlalchemy as sa

from app.core import db as database
from app.core.seedfiles import SEEDS, read_yaml
from app.policies.book import export_book, load_book, read_rules
from app.policies.models import Policy, RuleVersion


def load() -> object:
    with database.writing() as session:
        return load_book(session)


def test_what_is_exported_equals_what_was_loaded(engine: sa.Engine) -> None:
    load()

    with database.reading() as session:
        policies, rules = export_book(session)

    assert [str(each) for each in policies] == [str(_plain(each)) for each in read_yaml(SEEDS / "policies.yaml")]
    assert rules == [_with_plain_head(each) for each in read_rules(SEEDS)]


def test_loading_twice_changes_nothing(engine: sa.Engine) -> None:
    load()

    again = load()

    assert again.new_versions == 0
    with database.reading() as session:
        superseded = session.scalar(sa.select(sa.func.count()).where(RuleVersion.superseded_at.is_not(None)))
        assert superseded == 0


def test_every_rule_cites_a_document_of_the_book(engine: sa.Engine) -> None:
    load()

    with database.reading() as session:
        codes = set(session.scalars(sa.select(Policy.code)))

    assert {rule["policy"] for rule in read_rules(SEEDS)} <= codes


def _plain(data: dict[str, object]) -> dict[str, object]:
    return {key: str(value) if hasattr(value, "isoformat") else value for key, value in data.items()}


def _with_plain_head(rule: dict[str, object]) -> dict[str, object]:
    return {**_plain({key: value for key, value in rule.items() if key != "versions"}), "versions": rule["versions"]}
