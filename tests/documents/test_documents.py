"""Word files: what stands in them, and what is refused as a template."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from PIL import Image
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.core.errors import FieldError
from app.core.filestore import path_of
from app.documents import filling
from app.documents.kinds import all_kinds
from app.plans.document import PLAN
from app.plans.models import Plan
from app.visits.models import VisitPhoto
from tests.browser import Visitor
from tests.factories import assign, make_firm, make_user
from tests.plans.conftest import firm, measures, officer, plan, someone
from tests.visits.arrange import photo, visit

__all__ = ["firm", "officer", "plan"]

NAME = "模板.docx"


def made_with(words: str) -> bytes:
    made = Document()
    made.add_paragraph(words)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(content: bytes, *, add: dict[str, bytes] | None = None, replace: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """A package with parts added, or some bytes of its XML replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            data = before.read(part)
            after.writestr(part.filename, data.replace(*replace) if replace[0] else data)
        for name, data in (add or {}).items():
            after.writestr(name, data)
    return out.getvalue()


GOOD = made_with("{{ firm.name }}：共 {{ measures|length }} 条措施")
LINKED = b'<Relationship Id="rIdX" Type="x" Target="http://127.0.0.1/a.dotm" TargetMode="External"/></Relationships>'
REFUSED: dict[str, tuple[bytes, str]] = {
    "code": (made_with("{{ ''.__class__.__mro__ }}"), "填写项有误"),
    "unknown": (made_with("{{ firm.nickname }}"), "填写项有误"),
    "syntax": (made_with("{{ firm.name "), "填写项有误"),
    "endless": (made_with("{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}"), ""),
    "nothing": (made_with("没有填写项"), "没有填写项"),
    "macro": (changed(GOOD, add={"word/vbaProject.bin": b"x"}), "宏"),
    "embedded": (changed(GOOD, add={"word/embeddings/a.bin": b"x"}), "嵌入"),
    "linked": (changed(GOOD, replace=(b"</Relationships>", LINKED)), "外部链接"),
    "entity": (changed(GOOD, replace=(b"<w:document", b"<!DOCTYPE x><w:document")), "文档类型"),
    "bomb": (changed(GOOD, add={"word/media/a.xml": b"0" * 45_000_000}), "压缩比"),
    "field": (made_with("{{ firm.name }}").replace(b"", b""), ""),
    "other": (b"PK\x03\x04 not a package", "不是 Word 文档"),
}
REFUSED["field"] = (
    changed(GOOD, replace=(b"<w:body>", b"<w:body><w:p><w:r><w:instrText>INCLUDEPICTURE x</w:instrText></w:r></w:p>")),
    "域",
)


@pytest.fixture
def admin(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(someone(Role.ADMIN))


def upload(admin: Visitor, content: bytes, *, kind: str = "plan", name: str = NAME, status: int = 303) -> Any:
    files = {"file": (name, content, filling.DOCX)}
    return admin.post("/document-templates", {"kind": kind}, status=status, files=files)


def words_of(content: bytes) -> str:
    made = Document(io.BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])


def test_the_document_says_what_the_plan_says(officer: Visitor, plan: Plan) -> None:
    answer = officer.post(f"/plans/{plan.id}/document", status=200)

    said = words_of(answer.response.content)
    assert "新疆示例装备有限公司" in said
    assert all(each.name in said and each.detail in said for each in measures(plan))
    assert "{{" not in said
    assert "%E4%B8%80%E4%BC%81%E4%B8%80%E7%AD%96" in answer.headers["content-disposition"]


def test_our_own_templates_keep_to_the_standard_for_official_documents() -> None:
    for kind in all_kinds():
        check_official(kind.own_template())


def check_official(content: bytes) -> None:
    section = Document(io.BytesIO(content)).sections[0]
    package = zipfile.ZipFile(io.BytesIO(content))
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(each.mm) for each in margins] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    body = package.read("word/document.xml").decode() + package.read("word/styles.xml").decode()
    fonts = package.read("word/fontTable.xml").decode()
    for name in ("方正小标宋简体", "仿宋_GB2312", "黑体"):
        assert f'w:eastAsia="{name}"' in body
        assert f'<w:font w:name="{name}"><w:altName' in fonts


@pytest.mark.parametrize("fault", REFUSED)
def test_a_template_that_could_do_harm_is_refused_and_the_old_one_stays(
    fault: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, why = REFUSED[fault]
    path = tmp_path / "t.docx"
    path.write_bytes(content)
    monkeypatch.setattr(filling, "SECONDS", 3 if fault == "endless" else 15)

    with pytest.raises(FieldError, match=why or "."):
        filling.fill(PLAN.sample(), path)


def test_a_template_is_replaced_and_taken_back_for_its_own_kind_alone(
    admin: Visitor, officer: Visitor, plan: Plan
) -> None:
    refused = upload(admin, REFUSED["macro"][0], status=422)
    assert "宏" in refused
    assert refused.one("select[name=kind] option[selected]")["value"] == "plan"
    assert "填写项有误" in upload(admin, GOOD, kind="visit", status=422)
    upload(admin, GOOD)
    assert NAME in admin.get("/document-templates")

    said = words_of(officer.post(f"/plans/{plan.id}/document", status=200).response.content)
    visits = words_of(admin.post("/document-templates/visit/sample", status=200).response.content)
    admin.post("/document-templates/plan/default")
    again = words_of(officer.post(f"/plans/{plan.id}/document", status=200).response.content)

    assert said.strip() == f"新疆示例装备有限公司：共 {len(measures(plan))} 条措施"
    assert "企业走访记录表" in visits
    assert "“一企一策”培育方案" in again
    admin.post("/document-templates/plan/default", status=409)
    admin.post("/document-templates/nothing/default", status=404)
    officer.get("/document-templates", status=403)


def test_a_visit_is_had_as_a_word_file_with_photos_and_without_what_is_for_staff(
    visitor: Callable[..., Visitor], db: Session
) -> None:
    commissioner, visited = make_user(Role.COMMISSIONER), make_firm("风电叶片厂")
    assign(commissioner, visited)
    words = {"people": "王总", "problems": "缺检测设备\n缺人手", "remarks": "只给科技局看", "promise_1": "联系检测中心"}
    made = visit(commissioner, visited, **words)
    photo(commissioner, made)
    address = f"/firms/{visited.id}/visits/{made.id}/document"

    content = visitor(make_user(Role.FIRM, firm_id=visited.id)).post(address, status=200).response.content

    said, package = words_of(content), zipfile.ZipFile(io.BytesIO(content))
    for each in ("风电叶片厂", "王总", "缺检测设备", "缺人手", "联系检测中心", "共 1 张"):
        assert each in said
    assert "只给科技局看" not in said
    assert [name for name in package.namelist() if name.startswith("word/media/")]
    visitor(make_user(Role.COMMISSIONER)).post(address, status=404)
    events = visitor(make_user(Role.AUDIT)).get("/events")
    assert "走访记录的 Word 文件" in events

    path_of(db.scalars(sa.select(VisitPhoto.file_key)).one()).unlink()
    kept = visitor(commissioner).post(address, status=200).response.content
    assert "其中 1 张在存储中找不到" in words_of(kept)


def test_a_template_reaches_nothing_behind_a_picture(tmp_path: Any) -> None:
    picture, template = tmp_path / "p.jpg", tmp_path / "t.docx"
    Image.new("RGB", (8, 8)).save(picture, "JPEG")

    for words in ("{{ photos[0].tpl }}", "{{ photos[0]._image }}", "{{ photos[0].image_descriptor }}"):
        template.write_bytes(made_with(words))
        with pytest.raises(FieldError, match="填写项有误"):
            filling.fill({"photos": [filling.Picture(picture)]}, template)
