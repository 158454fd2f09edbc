"""A visit as a Word document: its content in words, and a made-up visit on which templates are tried."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.core import clock, text
from app.core.filestore import path_of
from app.documents.filling import Picture
from app.documents.kinds import Content, DocumentKind
from app.firms.access import FirmAccess
from app.settings import settings
from app.visits import shown
from app.visits.models import Promise, Visit, VisitPhoto

SAMPLE_CODE, SAMPLE_DAY = "91650107MA0000000X", "2026年11月23日"


def content_of(db: Session, seen: FirmAccess, visit: Visit) -> Content:
    """Everything a template can name, as plain text; never the internal remarks: the paper may go to the firm."""
    whole = shown.whole(db, seen, visit)
    pictures = _pictures(whole["photos"])
    return {
        "firm": {"name": visit.firm.name, "credit_code": visit.firm.credit_code},
        "visit": {**_head(visit), "photos": _counted(whole["photos"], pictures)},
        "problems": _lines(visit.problems),
        "needs": _lines(visit.needs),
        "raised": [f"{need.title}（{need.state.label}）" for need in whole["raised"]],
        "replies": [_reply(row) for row in whole["replies"]],
        "promises": [_promise(number, each) for number, each in enumerate(whole["promises"], 1)],
        "photos": pictures,
    }


def sample() -> Content:
    """A made-up visit with one of everything but photos, on which an uploaded template is tried."""
    return {
        "firm": {"name": "示例科技有限公司", "credit_code": SAMPLE_CODE},
        "visit": {
            "on": SAMPLE_DAY,
            "place": "公司会议室",
            "visitor": "张三",
            "people": "李四（总经理）",
            "topics": "政策宣讲、研发投入",
            "next_on": SAMPLE_DAY,
            "recorded_at": SAMPLE_DAY,
            "bureau": settings().bureau,
            "today": SAMPLE_DAY,
            "photos": "没有照片。",
        },
        "problems": ["缺少检测设备"],
        "needs": ["对接检测机构"],
        "raised": ["对接检测机构（待受理）"],
        "replies": [{"label": "2025年度研发费用", "value": "386.00万元", "state": "已记入"}],
        "promises": [{"number": 1, "what": "联系检测中心", "owner": "张三", "due": SAMPLE_DAY, "state": "未办"}],
        "photos": [],
    }


def file_name(visit: Visit) -> str:
    return f"{visit.firm.name}-走访记录-{visit.visited_on.isoformat()}.docx"


def _head(visit: Visit) -> dict[str, Any]:
    return {
        "on": text.day(visit.visited_on),
        "place": visit.place or "—",
        "visitor": visit.user.name,
        "people": visit.people or "—",
        "topics": visit.topics or "—",
        "next_on": text.day(visit.next_on) if visit.next_on else "未定",
        "recorded_at": text.moment(visit.recorded_at),
        "bureau": settings().bureau,
        "today": text.day(clock.today()),
    }


def _lines(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]


def _reply(row: dict[str, Any]) -> dict[str, str]:
    reply = row["reply"]
    why = f"（{reply.reason}）" if reply.reason else ""
    return {"label": row["label"], "value": row["value"], "state": f"{reply.state.label}{why}"}


def _promise(number: int, promise: Promise) -> dict[str, Any]:
    done = f"{text.day(promise.kept_on)}办结" if promise.kept_on else promise.state
    return {
        "number": number,
        "what": promise.what,
        "owner": promise.owner.name,
        "due": text.day(promise.due_on) if promise.due_on else "未定",
        "state": f"{done}（逾期）" if promise.is_late else done,
    }


def _pictures(photos: Sequence[VisitPhoto]) -> list[Picture]:
    """The photos whose bytes are still there: one that the disk has lost must not keep the record back."""
    paths = (path_of(photo.file_key) for photo in photos)
    return [Picture(path) for path in paths if path.is_file()]


def _counted(photos: Sequence[VisitPhoto], pictures: Sequence[Picture]) -> str:
    lost = len(photos) - len(pictures)
    if not photos:
        return "没有照片。"
    return f"共 {len(photos)} 张{f'，其中 {lost} 张在存储中找不到' if lost else ''}。"


def _own_template() -> bytes:
    from app.visits.default_template import default_template  # noqa: PLC0415 - brings python-docx

    return default_template()


VISIT = DocumentKind("visit", "走访记录表", _own_template, sample)
