import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.rules import Anchors, FactSheet, KnownFact, KnownRecord, Vocabulary, Vouch, evaluate, explain, load_rule

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rule-features.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]
EXAMPLES = [
    yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
]
TODAY = date(2026, 6, 15)


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / "seeds" / name).read_text(encoding="utf-8"))


VOCABULARY = Vocabulary.from_data(read("facts.yaml"), read("records.yaml"), read("titles.yaml"))


def test_all_thirty_five_features_are_on_the_page_each_with_an_example_or_a_reason() -> None:
    assert [section.split(".")[0] for section in SECTIONS] == [str(number) for number in range(1, 36)]
    for section in SECTIONS:
        assert "```yaml" in section or "不在规则语言里：" in section, section


@pytest.mark.parametrize("example", EXAMPLES, ids=[str(each.get("test") or each["amount"])[:40] for each in EXAMPLES])
def test_an_example_on_the_page_comes_out_as_the_page_says(example: dict[str, Any]) -> None:
    finding = evaluate(_rule(example), _sheet(example), Anchors(TODAY, TODAY))

    if "test" in example:
        assert finding.answer.value == example["answer"]
    if "amount" in example:
        low, high = example["pays"] if isinstance(example["pays"], list) else [example["pays"]] * 2
        assert (finding.amount.low, finding.amount.high) == (low, high)
    for name, sum_of_money in example.get("portions", {}).items():
        assert {each.name: each.low for each in (*finding.amount.shares, *finding.amount.instalments)}[
            name
        ] == sum_of_money
    assert example.get("says", "") in explain(finding).lines[0].sentence


def _rule(example: dict[str, Any]) -> Any:
    version: dict[str, Any] = {"from": "2016-01-01"}
    version["conditions"] = [{"id": "C", "test": example.get("test", "1 = 1")}]
    if "amount" in example:
        version["amount"] = example["amount"]
    kind = "incentive" if "amount" in example else "standard"
    return load_rule({"code": "example", "name": "例", "kind": kind, "versions": [version]}, VOCABULARY)


def _sheet(example: dict[str, Any]) -> FactSheet:
    facts = [_fact(name, value) for name, value in example.get("facts", {}).items()]
    records = [_record(dict(each)) for each in example.get("records", [])]
    vouches = [Vouch(_collection(name), {}, None, TODAY, "名单", name) for name in example.get("vouched", [])]
    return FactSheet(facts, records, vouches)


def _fact(name: str, value: Any) -> KnownFact:
    label, _, year = name.partition("@")
    kind = VOCABULARY.fact(label)
    assert kind is not None, label
    when = (int(year) if year else TODAY.year - 1) if kind.annual else None
    return KnownFact(kind.code, when, _plain(value), "企业", TODAY, name)


def _record(given: dict[str, Any]) -> KnownRecord:
    code = _collection(given.pop("collection"))
    starts, ends = given.pop("starts"), given.pop("ends", None)
    attributes = {_attribute(code, label): _plain(value) for label, value in given.items()}
    return KnownRecord(code, attributes, starts, ends, "台账", TODAY, str(starts))


def _attribute(collection: str, label: str) -> str:
    found = VOCABULARY.collections[collection].attribute(label)
    assert found is not None, label
    return found.code


def _collection(name: str) -> str:
    found = VOCABULARY.collection(name)
    assert found is not None, name
    return found.code


def _plain(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
