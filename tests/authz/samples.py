"""What a valid request to each route looks like: the one list that a new route is added to.

A new route needs at most two entries here:

* `SAMPLES["things.create"] = Sample({...})`: the form as a person with the permission would post it, by route
  name. Give `status=` where success is neither 200 (GET) nor 303 (everything else), `query=` where the address
  needs one, `files=` for uploads, and `lead={role: status}` for roles that are answered differently. A value may
  be a function of the World and the Firm (for ids). A GET without parameters of its own needs no entry.
* `PARAMETERS["thing_id"] = ...`: for each new path parameter, a function that makes such a thing for a firm and
  returns what stands in the address. Things that belong to no firm ignore the firm; PERSONAL ones belong to a user.

Then run `TIDU_RENEW=1 pytest tests/authz/test_snapshot.py` and look at the change of matrix.txt: it is who may do what.
"""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.models import SignedIn, User
from app.accounts.permissions import Role
from app.checks import service as checks
from app.commissioners.deeds.models import Appraisal, AppraisalState, Deed, DeedState, Grade
from app.commissioners.matching.models import Matching, Pairing, PairingState
from app.commissioners.models import Commissioner, Interest, InterestKind
from app.commissioners.selection.models import Candidate, CandidateState, Objection, SelectionRound
from app.core import clock
from app.core import db as database
from app.core.db import Model
from app.core.filestore import path_of
from app.duties.models import Duty, DutyClause, DutyName, DutyPart, DutyState
from app.facts.models import Batch, Fact, Record, RegionFact, Source
from app.firms.bulk.models import Bulk, BulkKind
from app.firms.lists.models import SavedView
from app.firms.merge.models import LikelyPair, Merge
from app.firms.models import Contact, Firm, Inquiry, Pool, PoolEntry, StoredFile, Tag
from app.jobs.models import Job
from app.library.models import (
    Intake,
    PolicyClause,
    PolicyRelation,
    PolicyText,
    Provision,
    ProvisionKind,
    RelationKind,
)
from app.needs.calls.models import CalledFirm, NeedCall
from app.needs.declared import declared
from app.needs.forms import need_fields
from app.needs.matching.models import Referral, Result
from app.needs.models import Need
from app.needs.resources.declared import registers
from app.needs.resources.forms import resource_fields
from app.needs.resources.models import Resource
from app.needs.resources.service import add_resource
from app.needs.service import raise_need
from app.notices.models import Channel, Notice, NoticeKind, SpecialDay, Subscription
from app.plans.models import PlanState
from app.policies.book import load_book
from app.policies.models import Policy
from app.portal.models import SignUp
from app.rules.finding import Anchors
from app.simulations.models import AmountKind, Scenario
from app.simulations.service import simulate
from app.targets.models import Actual, Target
from app.titles.forms import TitleFields
from app.titles.service import record_title
from app.visits.models import Promise, Reply, Visit, VisitPhoto, VisitPlan
from app.workbench.models import Preview, RuleCase, RuleDraft
from app.workbench.service import start_new
from tests.authz.world import OTHER, OWN, RELATIONS, World
from tests.factories import PASSWORD, assign, make_code, make_firm, make_unit, make_user, numbers, sign_in_directly
from tests.facts.arrange import ENTERED, add, close, put
from tests.forecasts.arrange import computed_forecast
from tests.plans.arrange import made_measure, made_plan
from tests.statements.arrange import correction
from tests.targets.arrange import a_target
from tests.visits.arrange import photo, photo_bytes, visit

NEW_PASSWORD = "Gobi-windmill-1997"
PDF = ("a.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")

Value = Any | Callable[[World, Firm], Any]


@dataclass(frozen=True)
class Sample:
    body: dict[str, Value] = field(default_factory=dict)
    status: int | None = None
    query: str = ""
    files: dict[str, Any] = field(default_factory=dict)
    lead: dict[Role, int] = field(default_factory=dict)

    def filled(self, world: World, firm: Firm) -> dict[str, Any]:
        return {name: value(world, firm) if callable(value) else value for name, value in self.body.items()}


def standing_fact(_world: World, firm: Firm) -> int:
    with database.reading() as session:
        return int(session.scalar(sa.text(f"SELECT max(id) FROM fact WHERE firm_id = {firm.id}")) or 0)  # noqa: S608


def region_fact(_world: World, _firm: Firm) -> int:
    with database.reading() as session:
        return int(session.scalar(sa.text("SELECT max(id) FROM region_fact")) or 0)


def first_policy(_world: World, _firm: Firm) -> int:
    with database.reading() as session:
        return int(session.scalar(sa.select(sa.func.min(Policy.id))) or 0)


SALES = {"sort": "fact", "code": "sales", "year": "2025"}
PATENT = {"source": "firm", "starts_on": "2022-05-01", "value_number": "ZL1", "value_sort": "发明专利"}
TITLE = {"kind": "hnte", "number": "GR202465000999", "issued_on": "2024-10-01", "source": "platform"}

SAMPLES: dict[str, Sample] = {
    # accounts
    "root": Sample(status=303),
    "session.create": Sample({"username": "user-bureau", "password": PASSWORD, "next": "/"}),
    "session.delete": Sample(),
    "first_password.create": Sample({"password": NEW_PASSWORD, "repeat": NEW_PASSWORD}),
    "password.update": Sample({"current": PASSWORD, "password": NEW_PASSWORD, "repeat": NEW_PASSWORD}),
    "account.end_session": Sample(),
    "users.create": Sample({"username": "wang.wu", "name": "王五", "role": "leader"}, status=200),
    "users.update": Sample({"name": "王五", "role": "leader", "version": 1}),
    "users.disable": Sample(),
    "users.reinstate": Sample(status=409),
    "users.sign_out": Sample(),
    "users.reset_factor": Sample(status=409),
    "factor.enable": Sample({"current": PASSWORD, "code": "000000"}, status=422),
    "factor.disable": Sample({"current": PASSWORD, "code": "000000"}, status=409),
    "session.confirm": Sample({"code": "000000", "pending": ""}, status=422),
    "users.link": Sample(status=200),
    "units.create": Sample({"name": "新镇", "kind": "township", "parent_id": ""}),
    "units.update": Sample({"name": "改名镇", "kind": "township", "parent_id": "", "version": 1}),
    "units.close": Sample(),
    "units.reopen": Sample(status=409),
    "units.remove": Sample(),
    # notices
    "notices.read_all": Sample(),
    "notices.open": Sample(),
    "digest.subscribe": Sample({"channel": "email", "address": "li@example.cn", "hour": "8"}),
    "digest.unsubscribe": Sample(),
    "workdays.enter": Sample({"day": "2027-02-08", "worked": "no", "note": "春节"}),
    "workdays.withdraw": Sample(),
    # firms
    "home.show": Sample(lead={Role.FIRM: 303}),
    "firms.export": Sample({"format": "csv"}, status=200),
    "firms.create": Sample({"name": "新登记科技有限公司", "credit_code": make_code(777)}),
    "firms.update": Sample({"name": "改了名字的公司", "credit_code": lambda _, firm: firm.credit_code, "version": 1}),
    "contacts.create": Sample({"name": "张建国", "phone": "13812345678"}),
    "contacts.update": Sample({"name": "张建国", "phone": "13812345678", "version": 1}),
    "contacts.end": Sample(),
    "contacts.reveal": Sample(status=200),
    "assignments.create": Sample({"user_id": lambda world, _: world.spare.id, "starts_on": "2026-01-01"}),
    "assignments.end": Sample({"ends_on": lambda *_: clock.today().isoformat()}),
    "files.create": Sample(files={"file": PDF}),
    "inquiries.answer": Sample({"answer": "已经联系，月底前补齐。"}),
    "tags.remove": Sample(),
    "pools.leave": Sample(),
    "views.create": Sample({"name": "常用"}),
    "views.remove": Sample(),
    # pairs and merges
    "duplicates.search": Sample(),
    "duplicates.create": Sample(
        {"first": lambda _, firm: firm.credit_code, "second": lambda world, _: world.firms[OTHER].credit_code}
    ),
    "duplicates.dismiss": Sample(),
    "duplicates.restore": Sample(),
    "merges.create": Sample({"keep": "first", "seen": "1"}, status=409),
    "merges.undo": Sample(status=409),
    # batches
    "bulk.new": Sample({"kind": "tag", "whole": "on"}, status=200),
    "bulk.preview": Sample({"kind": "tag", "whole": "on", "tag": "重点"}, status=200),
    "bulk.create": Sample({"kind": "tag", "whole": "on", "tag": "重点"}, status=409),
    "bulk.undo": Sample(),
    # facts, records, vouches
    "facts.edit": Sample(query="group=收入&year=2025"),
    "facts.record": Sample({"source": "tax", "value_revenue": "5000"}, query="group=收入&year=2025"),
    "facts.replace": Sample({"source": "tax", "value_sales": "5100", "seen_sales": standing_fact}),
    "facts.retract": Sample({"reason": "填错了", "seen": standing_fact}),
    "records.new": Sample(query="collection=ip"),
    "records.create": Sample({**PATENT, "value_number": "ZL2"}, query="collection=ip"),
    "records.correct": Sample(PATENT),
    "records.retract": Sample({"reason": "不是本企业的"}),
    "vouches.new": Sample(query="collection=incidents"),
    "vouches.create": Sample(
        {"collection": "incidents", "voucher": "区应急管理局", "source": "department", "until": "2026-10-31"}
    ),
    "vouches.retract": Sample({"reason": "漏了一起"}),
    "lists.new": Sample(query="collection=incidents"),
    "lists.create": Sample(
        {"collection": "incidents", "voucher": "区应急管理局", "source": "department", "until": "2026-10-31"}
    ),
    "lists.retract": Sample({"reason": "名单漏了一家"}),
    "regionfacts.edit": Sample(query="year=2025"),
    "regionfacts.record": Sample({"source": "statistics", "value_programme_budget": "1200"}, query="year=2025"),
    "regionfacts.replace": Sample({"source": "statistics", "value_gdp_growth": "5.8", "seen_gdp_growth": region_fact}),
    "regionfacts.retract": Sample({"reason": "公报更正", "seen": region_fact}),
    # jobs: the kept one has made nothing yet
    "jobs.cancel": Sample(),
    "jobs.file": Sample(status=404),
    # titles, checks
    "titles.create": Sample({**TITLE, "issued_on": "2023-10-01", "number": "GR202365000001"}),
    "titles.correct": Sample({**TITLE, "number": "GR202465000998"}),
    "titles.revoke": Sample({"revoked_on": "2025-01-01", "reason": "失信", "source": "department"}),
    "titles.retract": Sample({"reason": "不是本企业的"}),
    "findings.create": Sample({"rule": "hnte", "reason": "初审留存"}),
    # needs: the kept one waits for its diagnosis
    "needs.create": Sample({"title": "除冰", "said_object": "风机叶片冬季除冰"}, query="kind=technology"),
    "needs.update": Sample({"title": "改了名的需求", "version": 1}),
    "needs.move": Sample({"state": "returned", "remark": "请写明指标", "version": 1}),
    "needs.export": Sample({"format": "csv"}, status=200),
    "referrals.create": Sample(
        {"resource_id": lambda *_: a_resource(), "due_on": lambda *_: clock.today().isoformat()}, status=409
    ),
    "referrals.report": Sample({"result": "failed", "remark": "价格没有谈拢", "version": 1}),
    "referrals.export": Sample({"format": "csv"}, status=200),
    "resources.create": Sample({"name": "李研究员", "said_words": "除冰"}, query="kind=expert"),
    "resources.update": Sample({"name": "改了名的专家", "version": 1}),
    "resources.remove": Sample(),
    "resources.export": Sample({"format": "csv"}, status=200),
    # simulations
    "simulations.new": Sample(query="rule=hnte"),
    "simulations.create": Sample({"name": "门槛降低", "as_of": "2026-06-30"}, query="rule=hnte"),
    "simulations.update": Sample({"name": "改了名的方案", "as_of": "2026-06-30", "version": 1}),
    "simulations.compute": Sample(),
    "simulations.remove": Sample(),
    "simulations.export_units": Sample({"format": "csv"}, status=200, query="simulation=1"),
    "simulations.export": Sample({"format": "csv"}, status=200, query="simulation=1"),
    # selection: the kept candidate was recommended, so a term and an objection are refused
    "selections.create": Sample({"name": "2027 年度遴选", "places": 3, "notice_days": 5}),
    "selections.update": Sample({"name": "改了名的批次", "places": 2, "notice_days": 5, "version": 1}),
    "candidates.create": Sample({"name": "何研究员", "institution": "某大学"}),
    "candidates.update": Sample({"name": "改了名的人", "institution": "某大学", "version": 1}),
    "candidates.move": Sample({"state": "chosen", "version": 1}),
    "candidates.appoint": Sample({"starts_on": "2026-01-01", "ends_on": "2027-12-31", "version": 1}, status=409),
    "objections.create": Sample({"raised_on": "2026-01-05", "raised_by": "匿名", "words": "不符合条件"}, status=409),
    "objections.settle": Sample({"upheld": "no", "finding": "已核实"}),
    "matchings.create": Sample({"starts_on": lambda *_: clock.today().isoformat()}, status=422),
    "matchings.accept": Sample(status=409),
    "pairings.decide": Sample({"decision": "decline", "reason": "企业不需要", "version": 1}, status=409),
    # the rule workbench: the kept draft cannot be sent in yet, so what follows that is refused
    "drafts.create": Sample(),
    "drafts.update": Sample({"name": "新规则", "kind": "incentive", "version": 1}),
    "drafts.submit": Sample({"version": 1}, status=409),
    "drafts.remove": Sample({"version": 1}),
    "drafts.send_back": Sample({"version": 1, "remark": "请补条款"}, status=409),
    "drafts.publish": Sample({"version": 1}, status=409),
    "cases.create": Sample({"name": "一百人", "day": "2026-06-30", "answer": "符合"}),
    "cases.remove": Sample(),
    "cases.measure": Sample(status=409),
    "cases.accept": Sample({"measurement": 1}, status=404),
    # forecasts: the first target there is belongs to the kept one
    "forecasts.create": Sample(
        {
            "name": "年底目标",
            "until": lambda *_: clock.today().strftime("%Y-%m"),
            "handling": 0,
            "most_searched": 0,
            "kind_1": "hnte",
            "count_1": 6,
        }
    ),
    "forecasts.renew": Sample(),
    "forecasts.export": Sample({"format": "csv"}, status=200, query="target=1"),
    "previews.create": Sample({"as_of": "2026-06-30"}, status=409),
    "previews.export": Sample({"format": "csv"}, status=200, query="draft=1"),
    # plans: the one that is read counts already, the one that is written is a draft
    "plans.create": Sample({"rule": "tsme", "declares_on": ""}, status=409),
    "plans.update": Sample({"declares_on": "2027-06-01", "summary": "先补短板", "version": 1}),
    "plans.submit": Sample(),
    "plans.drop": Sample({"words": "目标定高了"}),
    "plans.approve": Sample({"words": "", "version": 1}, status=409),
    "plans.send_back": Sample({"words": "请写明责任"}, status=409),
    "plans.close": Sample({"words": "已取得证书"}),
    "plans.comment": Sample({"words": "没有意见"}),
    "plans.document": Sample(status=200),
    "measures.create": Sample({"kind": "training", "name": "参加培训", "due_on": "2027-05-01"}),
    "measures.update": Sample({"kind": "training", "name": "参加集训", "due_on": "2027-05-01", "version": 1}),
    "measures.remove": Sample(),
    "measures.report": Sample({"words": "已经立项"}),
    "measures.complete": Sample({"words": "已核对"}),
    "measures.reopen": Sample({"words": "数字有误"}, status=409),
    "ledger.export": Sample({"format": "csv"}, status=200),
    "templates.replace": Sample({"kind": "visit"}, files={"file": ("模板.docx", b"PK", "application/zip")}, status=422),
    "templates.restore": Sample(status=409),
    "templates.sample": Sample(status=200),
    "visits.document": Sample(status=200),
    # imports: the kept one was refused when it was read, so the steps after reading lead back
    "imports.create": Sample(
        {"kind": "firms", "source": "registry"}, files={"file": ("a.csv", "企业名称\n某公司\n".encode(), "text/csv")}
    ),
    "imports.progress": Sample(status=303),
    "imports.mark": Sample(status=404),
    "imports.map": Sample({"target": "", "policy": "ignore", "unit": "万元", "year": "", "version": 1}, status=409),
    "imports.preview": Sample(status=303),
    "imports.apply": Sample({"version": 1}, status=409),
    "imports.undo": Sample({"version": 1}, status=409),
    "imports.show": Sample(status=303),
    "imports.rejected": Sample(status=404),
    # targets
    "actuals.create": Sample({"day": "2025-06-30", "value": "3", "source": "区统计局"}),
    "actuals.correct": Sample({"day": "2025-12-31", "value": "5", "source": "区统计局"}),
    "actuals.retract": Sample({"reason": "报错了"}),
    "targets.update": Sample({"version": 1, "counts": "hnte"}),
    "targets.export": Sample({"format": "csv"}, status=200),
    # duties
    "names.update": Sample({"version": 1}),
    "matrix.export": Sample({"format": "csv"}, status=200),
    "duties.export": Sample({"format": "csv"}, status=200),
    "duties.update": Sample({"version": 1, "due_on": "2026-12-31"}),
    "feedbacks.create": Sample({"version": 1, "state": "done", "words": "已走访。"}),
    "duties.return": Sample({"version": 1, "remark": "请补充名单"}),
    "expiry.export": Sample({"format": "csv"}, status=200),
    "questions.export": Sample({"format": "csv"}, status=200),
    "questions.export_rows": Sample({"format": "csv"}, status=200, query="what=x"),
    "judged.export": Sample({"format": "csv"}, status=200, query="code=hnte&answer=met"),
    "board.export": Sample({"format": "csv"}, status=200, query="kind=hnte&state=held"),
    # visits
    "visits.create": Sample(
        {
            "key": lambda *_: str(uuid.uuid4()),
            "visited_on": lambda *_: clock.today().isoformat(),
            "topics": "政策宣讲",
            "problems": "缺设备",
        }
    ),
    "visits.add_photo": Sample(
        {"visit": lambda _, firm: visit_key(firm), "key": lambda *_: str(uuid.uuid4())},
        files={"photo": ("a.jpg", photo_bytes(), "image/jpeg")},
    ),
    "visits.correct": Sample(
        {
            "visited_on": lambda *_: clock.today().isoformat(),
            "topics": "融资",
            "reason": "听错了",
            "version": 1,
        },
        lead={Role.COMMISSIONER: 403},
    ),
    "visits.edit": Sample(lead={Role.COMMISSIONER: 403}),
    "visits.export": Sample({"format": "csv"}, status=200),
    "calls.answer": Sample(),
    "calls.close": Sample(),
    "calls.create": Sample(
        {
            "name": "融资征集",
            "kind": "financing",
            "starts_on": lambda *_: clock.today().isoformat(),
            "ends_on": lambda *_: clock.today().isoformat(),
        }
    ),
    "calls.export": Sample({"format": "csv"}, status=200, query="call=1"),
    "promises.assign": Sample({"owner_id": lambda world, _: bureau_of(world).id}),
    "promises.keep": Sample(),
    # commissioners
    "commissioners.create": Sample({"name": "何研究员", "institution": "某大学", "most_firms": 12}),
    "commissioners.update": Sample({"name": "改了名的专员", "institution": "某大学", "most_firms": 10, "version": 1}),
    "commissioners.export": Sample({"format": "csv"}, status=200),
    "interests.create": Sample({"firm": lambda world, _: world.firms[OWN].credit_code, "kind": "founded"}),
    "interests.withdraw": Sample(),
    "servicerecords.export": Sample({"format": "csv"}, status=200),
    "allowances.export": Sample({"format": "csv"}, status=200),
    "servicerecords.index": Sample(lead={Role.COMMISSIONER: 303}),
    "deeds.create": Sample(
        {
            "firm_id": lambda world, _: world.firms[OWN].id,
            "kind": "problem",
            "done_on": "2026-11-02",
            "words": "解决试验难题",
        }
    ),
    "deeds.confirm": Sample(),
    "deeds.withdraw": Sample(),
    "appraisals.settle": Sample(),
    "deeds.refuse": Sample({"reason": "没有材料"}),
    # Of somebody who looked after no firm.
    "appraisals.propose": Sample({"year": 2025, "grade": "qualified", "reason": "试评"}, status=409),
    "appraisals.return": Sample({"remark": "请写明理由"}),
    "ratings.create": Sample(
        {
            "commissioner_id": lambda world, _: int(world.personal["commissioner"][OWN]["commissioner_id"]),
            "year": lambda *_: clock.today().year,
            "points": 4,
        }
    ),
    "handovers.create": Sample(
        {"user_id": lambda world, _: world.spare.id, "starts_on": lambda *_: clock.today().isoformat(), "note": "轮岗"}
    ),
    "visitplans.create": Sample({"planned_on": lambda *_: (clock.today() + timedelta(days=9)).isoformat()}),
    "visitplans.withdraw": Sample(lead={Role.COMMISSIONER: 403}),
    # what a firm says of itself, and who may say it
    "portal.answer": Sample({"answer-staff-2025": "80", "seen-staff-2025": "0"}),
    "statements.new": Sample(query="sort=fact&code=sales&year=2025"),
    "statements.create": Sample({**SALES, "stance": "object", "seen": standing_fact, "remark": "报表合并口径"}),
    "statements.accept": Sample({"seen": standing_fact}),
    "statements.refuse": Sample({"reason": "与审计报告不符"}),
    "statements.settle": Sample(status=409),
    "people.invite": Sample({"name": "王会计", "username": "wang.kuaiji"}, status=200),
    "people.link": Sample(status=200),
    "people.disable": Sample(),
    "people.reinstate": Sample(status=409),
    "signups.create": Sample(
        {"credit_code": make_code(778), "firm_name": "某公司", "person": "孙经理", "phone": "13812345678"}
    ),
    "signups.accept": Sample({"name": "孙经理", "username": "sun.jingli"}, status=200),
    "signups.refuse": Sample({"reason": "电话无人接听"}),
    "replies.confirm": Sample({"seen": 0}),
    "replies.refuse": Sample({"reason": "与社保人数不符"}),
    # the library of policies
    "policies.create": Sample({"words": "关于培育科技企业的通知"}),
    "policies.update": Sample({"title": "改名的方案", "level": "区", "status": "草案", "version": 1}),
    "policies.add_provision": Sample({"path": "", "quote": "培育", "lead": "区科技局"}, query="kind=duty"),
    "policies.decide": Sample({"lead": "区科技局", "version": 1}),
    "policies.reject": Sample({"version": 1}),
    "parameters.assign": Sample({"unit_id": ""}),
    "parameters.supply": Sample({"value": "20万元", "document": "乌政办规〔2023〕4号", "starts_on": "2027-01-01"}),
    "policies.compare": Sample(status=303),
    "policies.add_relation": Sample({"kind": "basis", "other_id": first_policy}),
    "policies.decide_relation": Sample({"kind": "replaces", "version": 1}),
    "policies.reject_relation": Sample({"version": 1}),
}


def make_contact(firm: Firm) -> int:
    with database.writing() as session:
        contact = Contact(firm_id=firm.id, name=f"{firm.name[:12]}联系人", phone="13900001111")
        session.add(contact)
        session.flush()
        return contact.id


def make_file(firm: Firm) -> str:
    key = f"{firm.id:032x}"
    path_of(key).parent.mkdir(parents=True, exist_ok=True)
    path_of(key).write_bytes(PDF[1])
    kept = {"key": key, "name": f"{firm.name[:12]}.pdf", "kind": PDF[2], "size": len(PDF[1]), "sha256": "0" * 64}
    with database.writing() as session:
        session.add(StoredFile(firm_id=firm.id, stored_at=clock.now(), **kept))
    return key


def make_record(firm: Firm) -> int:
    record: Record = add(firm, "ip", starts_on=date(2022, 5, 1), sort="发明专利", number=f"ZL-{firm.id}")
    return record.id


def make_title(firm: Firm) -> int:
    with database.writing() as session:
        fields = TitleFields(kind="hnte", number=f"GR2024{firm.id:08d}", issued_on=date(2024, 10, 1))
        return record_title(session, None, session.get_one(Firm, firm.id), fields, origin=ENTERED).id


def make_kept_finding(firm: Firm) -> int:
    today = clock.today()
    with database.writing() as session:
        user = session.scalars(sa.select(User).where(User.role == Role.BUREAU)).first()
        assert user is not None
        held = session.get_one(Firm, firm.id)
        return checks.keep_finding(session, user, held, "hnte", Anchors(today, today, None), reason="留存").id


def make_forecast(firm: Firm) -> int:
    return computed_forecast(firm).id


def make_plan_draft(firm: Firm) -> int:
    return made_plan(firm, PlanState.DRAFT).id


def make_draft_measure(firm: Firm) -> int:
    """Of the draft made last."""
    return made_measure(firm, PlanState.DRAFT).id


def make_plan(firm: Firm) -> int:
    return made_plan(firm, PlanState.APPROVED).id


def make_measure(firm: Firm) -> int:
    return made_measure(firm, PlanState.APPROVED).id


def make_batch(_firm: Firm) -> int:
    with database.writing() as session:
        batch = Batch(
            name="名录.csv", kind="firms", state="refused", source=Source.REGISTRY, made_at=clock.now(),
            detail={"problem": "读不出来"},
        )  # fmt: skip
        session.add(batch)
        session.flush()
        return batch.id


def make_need(firm: Firm) -> int:
    with database.writing() as session:
        fields = need_fields(declared().kinds["technology"])(title=f"{firm.name[:12]}的需求")
        return raise_need(session, None, session.get_one(Firm, firm.id), declared().kinds["technology"], fields).id


def make_statement(firm: Firm) -> int:
    with database.writing() as session:
        fact = session.scalars(sa.select(Fact).where(Fact.firm_id == firm.id, Fact.kind == "sales")).one()
        return _added(session, correction(firm, fact))


def make_signup(firm: Firm) -> int:
    said = {"credit_code": firm.credit_code, "firm_name": "某公司", "person": "孙经理", "phone": "13812345678"}
    with database.writing() as session:
        return _added(session, SignUp(**said, asked_at=clock.now()))


def make_resource(_firm: Firm) -> int:
    register = registers().registers["expert"]
    with database.writing() as session:
        fields = resource_fields(register)(name=f"专家{next(numbers)}")
        return add_resource(session, None, register, fields).id


def a_resource() -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.max(Resource.id))) or 0


def make_call(firm: Firm) -> int:
    """A round that asks this firm, until tomorrow."""
    with database.writing() as session:
        maker = session.scalars(sa.select(User).where(User.role == Role.BUREAU)).first()
        assert maker is not None
        today = clock.today()
        call = NeedCall(
            name="融资征集", kind="financing", starts_on=today, ends_on=today + timedelta(days=1), remind_days=[1],
            asked_of="全部在营企业", made_at=clock.now(), made_by_id=maker.id,
        )  # fmt: skip
        number = _added(session, call)
        session.add(CalledFirm(call_id=number, firm_id=firm.id))
        return number


def make_referral(firm: Firm) -> int:
    """Of the firm's need, which is the one that an address of this firm speaks of."""
    number = make_resource(firm)
    with database.writing() as session:
        need_id = session.scalar(sa.select(sa.func.max(Need.id)).where(Need.firm_id == firm.id))
        due = clock.today()
        referral = Referral(need_id=need_id, resource_id=number, due_on=due, result=Result.OPEN, made_at=clock.now())
        return _added(session, referral)


def make_scenario(_firm: Firm) -> int:
    with database.writing() as session:
        scenario = Scenario(
            name="门槛降低", rule_code="hnte", starts_on=date(2016, 1, 1), as_of=date(2026, 6, 30), changes=[],
            owner_id=session.scalars(sa.select(User.id).where(User.role == Role.BUREAU)).first(),
            created_at=clock.now(), changed_at=clock.now(),
        )  # fmt: skip
        session.add(scenario)
        session.flush()
        return scenario.id


def make_simulation(firm: Firm) -> int:
    scenario_id = make_scenario(firm)
    with database.writing() as session:
        scenario = session.get_one(Scenario, scenario_id)
        return simulate(session, session.get_one(User, scenario.owner_id), scenario).id


def make_draft(_firm: Firm) -> int:
    with database.writing() as session:
        author = session.scalars(sa.select(User).where(User.role == Role.BUREAU)).first()
        assert author is not None
        draft = start_new(session, author)
        rests = {"digest": "0", "rule_digest": "", "written_at": clock.now(), "known_at": clock.now(), "firms": 0}
        amounts = {"amount_before": AmountKind.NONE, "amount_after": AmountKind.NONE, "revisions": 0}
        made = {"as_of": date(2026, 6, 30), "made_by_id": author.id}
        session.add(Preview(draft_id=draft.id, **rests, **amounts, **made))
        return draft.id


def make_case(_firm: Firm) -> int:
    """Of the draft made last."""
    body = {"day": "2026-06-30", "facts": {}, "records": {}, "vouches": [], "expect": {"answer": "待核"}}
    with database.writing() as session:
        draft = session.scalars(sa.select(RuleDraft).order_by(RuleDraft.id.desc())).first()
        assert draft is not None
        told = {"made_at": clock.now(), "made_by_id": draft.author_id}
        return _added(session, RuleCase(draft_id=draft.id, name="什么都不知道", body=body, **told))


def make_policy(_firm: Firm) -> int:
    words = "培育科技企业"
    with database.writing() as session:
        owner = session.scalars(sa.select(User.id).where(User.role == Role.BUREAU)).first()
        policy = Policy(code=f"doc-{secrets.token_hex(4)}", title="培育办法", level="区", status="草案", body={})
        session.add(policy)
        text = PolicyText(
            policy=policy, number=1, words=words, sha256=secrets.token_hex(32), form="粘贴", taken_in_at=clock.now(),
            taken_in_by_id=owner,
        )  # fmt: skip
        session.add(text)
        session.flush()
        places = {"starts": 0, "ends": len(words), "text_id": text.id, "path": ""}
        session.add(PolicyClause(position=0, depth=0, heading="", words=words, search_text=words, **places))
        return policy.id


def make_provision(_firm: Firm) -> int:
    """Of the policy made last."""
    body = {"lead": "区科技局", "responsible": "", "supporting": "", "others": ""}
    with database.writing() as session:
        text_id = session.scalar(sa.select(sa.func.max(PolicyText.id)))
        mark = Provision(text_id=text_id, kind=ProvisionKind.DUTY, path="", starts=0, ends=2, read=body, body=body)
        session.add(mark)
        session.flush()
        return mark.id


def make_target(_firm: Firm) -> int:
    with database.writing() as session:
        policy = Policy(code=f"own-{secrets.token_hex(4)}", title="本区方案", body={"own": True})
        return _added(session, a_target(policy, counts="hnte"))


def make_actual(_firm: Firm) -> int:
    """Of the target made last."""
    with database.writing() as session:
        target_id = session.scalar(sa.select(sa.func.max(Target.id)))
        owner = session.scalars(sa.select(User.id).where(User.role == Role.BUREAU)).first()
        actual = Actual(target_id=target_id, day=date(2025, 12, 31), value=4, source="区统计局")
        actual.recorded_at, actual.recorded_by_id = clock.now(), owner
        return _added(session, actual)


def make_relation(_firm: Firm) -> int:
    """From the policy made last to another."""
    with database.writing() as session:
        policy_id = session.scalar(sa.select(sa.func.max(PolicyText.policy_id)))
        other = Policy(code=f"doc-{secrets.token_hex(4)}", title="市级培育方案", level="市", status="现行", body={})
        session.add(other)
        session.flush()
        relation = PolicyRelation(policy_id=policy_id, other_id=other.id, kind=RelationKind.BASIS)
        session.add(relation)
        session.flush()
        return relation.id


def make_duty(firm: Firm) -> int:
    """A task of the firm's unit that has been answered once."""
    with database.writing() as session:
        policy = Policy(code=f"own-{secrets.token_hex(4)}", title="本区方案", body={"own": True})
        clause = DutyClause(policy=policy, path="一", task="培育企业", named=[])
        duty = Duty(clause=clause, part=DutyPart.LEAD, name="镇", unit_id=firm.unit_id, state=DutyState.DOING)
        return _added(session, duty)


def make_duty_name(_firm: Firm) -> int:
    with database.writing() as session:
        policy = Policy(code=f"own-{secrets.token_hex(4)}", title="本区方案", body={"own": True})
        return _added(session, DutyName(policy=policy, name="各乡镇", unit_ids=[]))


def make_visit(firm: Firm) -> int:
    last = f"{clock.today().year - 1}"
    said = {"problems": f"{firm.name}的问题", "promise_1": "对接检测中心", f"answer-tech_staff-{last}": "60"}
    made = visit(make_user(), firm, **said)
    photo(make_user(), made)
    return made.id


def of_visit(table: type[Model]) -> Callable[[Firm], int]:
    """The newest row that belongs to the firm's visit; `make_visit` has made it before."""

    def find(firm: Firm) -> int:
        with database.reading() as session:
            mine = sa.select(sa.func.max(table.id)).join(Visit, Visit.id == table.visit_id)  # type: ignore[attr-defined]
            return int(session.scalar(mine.where(Visit.firm_id == firm.id)) or 0)

    return find


def bureau_of(world: World) -> User:
    user = world.people["bureau"].user
    assert user is not None
    return user


def visit_key(firm: Firm) -> str:
    with database.reading() as session:
        return str(session.scalar(sa.select(Visit.key).where(Visit.firm_id == firm.id).order_by(Visit.id)))


def make_visit_plan(firm: Firm) -> int:
    planned = {"planned_on": clock.today(), "made_at": clock.now()}
    with database.writing() as session:
        return _added(session, VisitPlan(firm_id=firm.id, user_id=make_officer(session), **planned))


def make_officer(session: Session) -> int:
    return int(session.scalar(sa.select(sa.func.min(User.id)).where(User.role == Role.BUREAU)) or 0)


def make_link(_firm: Firm) -> str:
    user = make_user()
    with database.writing() as session:
        return accounts.one_time_link(session, session.get_one(User, user.id))


def make_tag(firm: Firm) -> int:
    with database.writing() as session:
        return _added(session, Tag(firm_id=firm.id, label=f"标签{firm.id}", made_at=clock.now()))


def make_pool_entry(firm: Firm) -> int:
    with database.writing() as session:
        pool = Pool(name=f"培育库{next(numbers)}", made_at=clock.now())
        return _added(session, PoolEntry(firm_id=firm.id, pool=pool, entered_on=date(2026, 1, 1)))


def make_inquiry(firm: Firm) -> int:
    with database.writing() as session:
        return _added(session, Inquiry(firm_id=firm.id, question="研发费用报表何时报？", asked_at=clock.now()))


def _added(session: Session, row: Any) -> int:
    session.add(row)
    session.flush()
    return int(row.id)


def make_view(user: User) -> int:
    with database.writing() as session:
        view = SavedView(name=f"视图{next(numbers)}", query="state=open", owner_id=user.id, made_at=clock.now())
        return _added(session, view)


def make_bulk(user: User) -> int:
    with database.writing() as session:
        made = Bulk(
            kind=BulkKind.TAG,
            title="加标签：重点",
            fields={},
            done=0,
            skipped=0,
            made_at=clock.now(),
            made_by_id=user.id,
        )
        return _added(session, made)


def make_pair(_firm: Firm) -> int:
    first, second = make_firm(), make_firm()
    with database.writing() as session:
        pair = LikelyPair(first_id=first.id, second_id=second.id, weight=1, reasons=["名称相同"], found_at=clock.now())
        return _added(session, pair)


def make_merge(_firm: Firm) -> int:
    """One that was taken back already."""
    kept, gone = make_firm(), make_firm()
    user, moment = make_user(), clock.now()
    detail = {"identity": {"chosen": {}, "former": 0}, "moved": {}, "written": {}}
    with database.writing() as session:
        made = Merge(kept_id=kept.id, gone_id=gone.id, made_at=moment, made_by_id=user.id, detail=detail)
        made.undone_at, made.undone_by_id = moment, user.id
        return _added(session, made)


def make_assignment(firm: Firm) -> int:
    return assign(make_user(Role.COMMISSIONER), firm).id


def make_special_day(_firm: Firm) -> int:
    with database.writing() as session:
        free = date(2027, 1, 1) + timedelta(days=next(numbers) % 20_000)
        return _added(session, SpecialDay(day=free, worked=False, note="放假"))


def make_commissioner(_firm: Firm) -> int:
    with database.writing() as session:
        known = {"unit_ids": [], "search_text": "", "added_at": clock.now()}
        return _added(session, Commissioner(name=f"专员{next(numbers)}", institution="某大学", **known))


def make_interest(_firm: Firm) -> int:
    """Of the commissioner made last, in a firm of no concern here."""
    firm = make_firm()
    with database.writing() as session:
        number = session.scalar(sa.select(sa.func.max(Commissioner.id)))
        values = {"kind": InterestKind.FOUNDED, "declared_at": clock.now()}
        return _added(session, Interest(commissioner_id=number, firm_id=firm.id, **values))


def make_deed(firm: Firm) -> int:
    """Of the commissioner made last."""
    with database.writing() as session:
        number = session.scalar(sa.select(sa.func.max(Commissioner.id)))
        told = {"kind": "problem", "done_on": date(2026, 3, 2), "words": "解决试验难题", "state": DeedState.WAITING}
        return _added(session, Deed(commissioner_id=number, firm_id=firm.id, entered_at=clock.now(), **told))


def make_appraisal(_firm: Firm) -> int:
    """Of the commissioner made last."""
    with database.writing() as session:
        number = session.scalar(sa.select(sa.func.max(Commissioner.id)))
        told = {"year": 2025, "state": AppraisalState.PROPOSED, "grade": Grade.QUALIFIED, "figures": {}}
        return _added(session, Appraisal(commissioner_id=number, proposed_at=clock.now(), **told))


def make_own_entry(user: User) -> int:
    """The entry of the register that an account belongs to."""
    with database.writing() as session:
        known = {"unit_ids": [], "search_text": "", "added_at": clock.now(), "user_id": user.id}
        return _added(session, Commissioner(name=f"专员{next(numbers)}", institution="某大学", **known))


def make_selection(_firm: Firm) -> int:
    with database.writing() as session:
        known = {"places": 3, "notice_days": 5, "made_at": clock.now()}
        return _added(session, SelectionRound(name=f"第{next(numbers)}批", **known))


def make_candidate(firm: Firm) -> int:
    round_id = make_selection(firm)
    with database.writing() as session:
        who = {"name": f"候选人{next(numbers)}", "institution": "某大学", "added_at": clock.now()}
        return _added(session, Candidate(round_id=round_id, state=CandidateState.RECOMMENDED, **who))


def make_objection(_firm: Firm) -> int:
    """To the candidate made last."""
    with database.writing() as session:
        candidate_id = session.scalar(sa.select(sa.func.max(Candidate.id)))
        said = {"raised_on": date(2026, 1, 5), "raised_by": "匿名", "words": "不符合条件"}
        return _added(session, Objection(candidate_id=candidate_id, **said))


def make_matching(_firm: Firm) -> int:
    with database.writing() as session:
        told: dict[str, Any] = {"scope": "全区", "starts_on": clock.today(), "total": 30, "made_at": clock.now()}
        return _added(session, Matching(people=[], left_out=[], unmatched=[], **told))


def make_pairing(firm: Firm) -> int:
    """Of the matching and the commissioner made last; the firm has got somebody by now."""
    with database.writing() as session:
        newest = (session.scalar(sa.select(sa.func.max(table.id))) for table in (Matching, Commissioner))
        matching_id, person_id = newest
        told = {"points": 30, "options": [], "loss": 0, "state": PairingState.OPEN}
        return _added(session, Pairing(matching_id=matching_id, commissioner_id=person_id, firm_id=firm.id, **told))


PARAMETERS: dict[str, Callable[[Firm], object]] = {
    "firm_id": lambda firm: firm.id,
    "contact_id": make_contact,
    "assignment_id": make_assignment,
    "commissioner_id": make_commissioner,
    "interest_id": make_interest,
    "deed_id": make_deed,
    "appraisal_id": make_appraisal,
    "selection_id": make_selection,
    "candidate_id": make_candidate,
    "objection_id": make_objection,
    "matching_id": make_matching,
    "pairing_id": make_pairing,
    "document_kind": lambda _: "plan",
    "inquiry_id": make_inquiry,
    "tag_id": make_tag,
    "entry_id": make_pool_entry,
    "pair_id": make_pair,
    "merge_id": make_merge,
    "key": make_file,
    "record_id": make_record,
    "visit_id": make_visit,
    "photo_id": of_visit(VisitPhoto),
    "promise_id": of_visit(Promise),
    "reply_id": of_visit(Reply),
    "visit_plan_id": make_visit_plan,
    "vouch_id": lambda firm: close(firm, "equity").id,
    "list_id": lambda _: close(None, "equity").id,
    "title_id": make_title,
    "kept_id": make_kept_finding,
    "forecast_id": make_forecast,
    "need_id": make_need,
    "call_id": make_call,
    "statement_id": make_statement,
    "firm_user_id": lambda firm: make_user(Role.FIRM, firm_id=firm.id).id,
    "sign_up_id": make_signup,
    "plan_id": make_plan,
    "measure_id": make_measure,
    "plan_draft_id": make_plan_draft,
    "draft_measure_id": make_draft_measure,
    "referral_id": make_referral,
    "resource_id": make_resource,
    "user_id": lambda _: make_user(Role.LEADER).id,
    "unit_id": lambda _: make_unit().id,
    "token": make_link,
    "batch_id": make_batch,
    "policy_id": make_policy,
    "provision_id": make_provision,
    "target_id": make_target,
    "actual_id": make_actual,
    "relation_id": make_relation,
    "duty_id": make_duty,
    "name_id": make_duty_name,
    "parameter": lambda _: "rule-plan_dabancheng_hnte_first",
    "special_day_id": make_special_day,
    "scenario_id": make_scenario,
    "simulation_id": make_simulation,
    "draft_id": make_draft,
    "case_id": make_case,
    "code": lambda _: "isme",
    "state": lambda _: "held",
    "answer": lambda _: "unknown",
    "year": lambda _: "2025",
}
# One parameter, several meanings: by the beginning of the route's name.
KINDS = {"facts.": "sales", "regionfacts.": "gdp_growth", "board.": "hnte", "imports.": "firms"}


def make_session(user: User) -> int:
    sign_in_directly(user)
    with database.reading() as session:
        return int(session.scalar(sa.select(sa.func.max(SignedIn.id)).where(SignedIn.user_id == user.id)) or 0)


def make_job(user: User) -> int:
    with database.writing() as session:
        job = Job(kind="test", title="一项任务", owner_id=user.id, queued_at=clock.now())
        session.add(job)
        session.flush()
        return job.id


def make_notice(user: User) -> int:
    with database.writing() as session:
        values = {"key": secrets.token_hex(8), "route": "home.show", "parameters": {}, "made_at": clock.now()}
        return _added(session, Notice(user_id=user.id, kind=NoticeKind.EXPIRY, text="快到期了", **values))


def make_subscription(user: User) -> int:
    with database.writing() as session:
        kind = Channel.DINGTALK
        session.execute(sa.delete(Subscription).where(Subscription.user_id == user.id, Subscription.channel == kind))
        made = Subscription(user_id=user.id, channel=kind, address="1.2.3.4", hour=8, since=clock.now())
        return _added(session, made)


def make_intake(user: User) -> int:
    with database.writing() as session:
        intake = Intake(words="培育科技企业", asked_at=clock.now(), asked_by_id=user.id)
        session.add(intake)
        session.flush()
        return intake.id


PERSONAL: dict[str, Callable[[User], object]] = {
    "signed_in_id": make_session,
    "job_id": make_job,
    "notice_id": make_notice,
    "subscription_id": make_subscription,
    "intake_id": make_intake,
    "view_id": make_view,
    "bulk_id": make_bulk,
}


def furnish(world: World) -> None:
    """One of everything for each firm, and for each person; what the whole district shares, once."""
    with database.writing() as session:
        load_book(session)
    for relation in RELATIONS:
        firm = world.firms[relation]
        put(firm, "sales", "5000", year=2025)
        world.values[relation] = {name: str(make(firm)) for name, make in PARAMETERS.items()}
    world.spare = make_user(Role.COMMISSIONER, username="spare")
    put_region_fact()
    stranger = make_user()
    for person in world.people.values():
        if person.user is not None:
            owners = {OWN: person.user, OTHER: stranger}
            world.personal[person.label] = {
                relation: {name: str(make(owner)) for name, make in PERSONAL.items()}
                for relation, owner in owners.items()
            }
    own = str(make_own_entry(world.user(Role.COMMISSIONER)))
    world.personal["commissioner"][OWN] |= {"commissioner_id": own, "deed_id": str(make_deed(world.firms[OWN]))}
    world.values[OWN] |= {name: str(make(stranger)) for name, make in PERSONAL.items()}


def put_region_fact() -> None:
    with database.writing() as session:
        session.add(
            RegionFact(kind="gdp_growth", year=2025, number=5, source=Source.STATISTICS, recorded_at=clock.now())
        )
