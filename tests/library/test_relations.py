"""How documents stand to each other: proposed from their words, confirmed by a person, never invented."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.core import db as database
from app.library.models import PolicyRelation, RelationKind, RelationState
from app.library.seeding import load_relations
from app.policies.models import Policy
from tests.browser import Visitor
from tests.factories import make_user
from tests.library.plan import address_of

Enter = Callable[..., Visitor]
CITING = """云岭区科技企业奖补实施细则

根据《云岭市科技企业奖补管理办法》（云政规〔2025〕8号）和《没有收入的某个方案》，制定本细则。

一、奖补标准

对首次认定的高新技术企业，给予一次性奖励20万元。

二、附则

本细则自2026年5月1日起施行，《云岭区科技企业奖补暂行办法》同时废止。
"""


@pytest.fixture
def officer(visitor: Enter) -> Visitor:
    return visitor(make_user(Role.BUREAU))


def make_policy(title: str, *, number: str = "", level: str = "区") -> int:
    with database.writing() as session:
        policy = Policy(code=title, title=title, number=number or None, level=level, status="现行", body={})
        session.add(policy)
        session.flush()
        return policy.id


def relations_in(db: Session) -> dict[str, PolicyRelation]:
    db.rollback()
    return {each.other.title: each for each in db.scalars(sa.select(PolicyRelation))}


def test_what_a_text_names_and_the_library_holds_is_proposed_and_nothing_else(officer: Visitor, db: Session) -> None:
    make_policy("某市奖补办法，题名登记得不一样", number="云政规〔2025〕8号", level="市")
    make_policy("云岭区科技企业奖补暂行办法")
    make_policy("与此无关的另一份文件")

    address = address_of(officer, CITING)

    found = {title: (each.kind, each.state, each.path) for title, each in relations_in(db).items()}
    assert found == {
        "某市奖补办法，题名登记得不一样": (RelationKind.BASIS, RelationState.OPEN, ""),
        "云岭区科技企业奖补暂行办法": (RelationKind.REPLACES, RelationState.OPEN, "续段1"),
    }
    assert "同时废止" in officer.get(f"{address}/relations")


def test_a_document_that_arrives_later_is_found_in_the_texts_that_name_it(officer: Visitor, db: Session) -> None:
    address_of(officer, CITING)

    title = "云岭市科技企业奖补管理办法"
    late = f"{title}\n\n一、总则\n\n对企业给予奖励。\n"
    address_of(officer, late)

    assert relations_in(db)["云岭市科技企业奖补管理办法"].policy.title == "云岭区科技企业奖补实施细则"


def test_a_confirmed_replacement_asks_for_the_old_one_to_be_ended_and_ends_nothing_itself(
    officer: Visitor, db: Session
) -> None:
    old = make_policy("云岭区科技企业奖补暂行办法")
    address = address_of(officer, CITING)
    relation = relations_in(db)["云岭区科技企业奖补暂行办法"]

    officer.post(f"{address}/relations/{relation.id}/decision", {"kind": "replaces", "version": relation.version})
    page = officer.get(f"/policies/{old}")
    edit = officer.get(page.one(".notice a")["href"])

    assert "已替代这份文件" in page
    assert edit.one("#status option[selected]").text == "失效"
    db.rollback()
    assert db.get_one(Policy, old).status == "现行"


def test_what_was_rejected_is_not_proposed_again(officer: Visitor, db: Session) -> None:
    make_policy("云岭区科技企业奖补暂行办法")
    address = address_of(officer, CITING)
    relation = relations_in(db)["云岭区科技企业奖补暂行办法"]
    officer.post(f"{address}/relations/{relation.id}/rejection", {"version": relation.version, "reason": "另有安排"})

    address_of(officer, CITING.replace("20万元", "25万元"), policy_id=address.rpartition("/")[2])

    assert [each.state for each in relations_in(db).values()] == [RelationState.REJECTED]


def test_a_person_adds_a_relation_with_the_words_that_say_it(officer: Visitor, db: Session) -> None:
    address = address_of(officer, CITING)
    other = make_policy("自治区培育方案全文", level="自治区")

    form = {"kind": "superior", "other_id": str(other), "quote": "给予一次性\n奖励20万元"}
    refused = officer.post(f"{address}/relations", {**form, "quote": "太阳从西边出来"}, status=422)
    officer.post(f"{address}/relations", form)

    assert "没有这段文字" in refused
    assert refused.one("#quote").text.strip() == "太阳从西边出来"
    assert relations_in(db)["自治区培育方案全文"].path == "一"
    assert "下级文件" in officer.get(f"/policies/{other}/relations")


def test_a_declared_replacement_is_shown_on_both_documents_and_is_loaded_once(officer: Visitor) -> None:
    with database.writing() as session:
        for code, body in (("old", {"superseded_by": "new"}), ("new", {})):
            policy = Policy(code=code, title=f"{code}办法", level="国家", status="现行", body=body)
            session.add(policy)
        loaded = [load_relations(session), load_relations(session)]
        ids = {code: session.scalar(sa.select(Policy.id).where(Policy.code == code)) for code in ("old", "new")}

    assert loaded == [1, 0]
    assert "被替代： new办法" in officer.get(f"/policies/{ids['old']}").words()
    assert "替代： old办法" in officer.get(f"/policies/{ids['new']}").words()
