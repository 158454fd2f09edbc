"""The process that fills a Word template: limited before it reads a byte; templates are programs of strangers.

`python -m app.documents.filling_child CONTENT TEMPLATE`: “OK” and the document, or “NO” and why not.
"""

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from app.core.child import limit

OK, NO = b"OK\n", b"NO\n"
# The one name under which content holds a picture, and how wide it is shown.
PICTURE, WIDTH_IN_MM = "picture of ours", 110


def main(content: Path, template: Path) -> None:
    sys.stdout.buffer.write(_told(json.loads(content.read_text(encoding="utf-8")), template))


def _told(content: dict[str, Any], template: Path) -> bytes:
    # The parsers are imported under the limits.
    from jinja2 import TemplateError  # noqa: PLC0415

    from app.documents.package import UnfitError, check_package  # noqa: PLC0415

    try:
        with zipfile.ZipFile(template) as package:
            check_package(package)
        return OK + _filled(content, template)
    except UnfitError as error:
        return _no(str(error))
    except zipfile.BadZipFile:
        return _no("这不是 Word 文档（.docx），或文件已损坏，请重新选择。")
    except TemplateError as error:
        return _no(f"模板里的填写项有误：{(error.message or '')[:200]}。请对照默认模板改正。")
    except MemoryError:
        return _no("模板展开后占用的内存过大，不能使用。")
    except Exception as error:  # noqa: BLE001 - whatever a stranger's file does to the parsers is a refusal
        return _no(f"模板无法填写（{type(error).__name__}）。请在默认模板的基础上修改。")


def _filled(content: dict[str, Any], template: Path) -> bytes:
    from docx import Document  # noqa: PLC0415
    from docxtpl import DocxTemplate  # noqa: PLC0415
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    document = DocxTemplate(io.BytesIO(template.read_bytes()))
    sandbox = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    document.render(_with_pictures(document, content), jinja_env=sandbox)
    out = io.BytesIO()
    document.save(out)
    Document(io.BytesIO(out.getvalue()))
    return out.getvalue()


class _Shown:
    """A picture behind a name that the sandbox lets nobody ask for: docxtpl's own would lend the whole document."""

    def __init__(self, image: Any) -> None:
        self._image = image

    def __html__(self) -> str:
        return str(self._image)

    __str__ = __html__


def _with_pictures(document: Any, value: Any) -> Any:
    from docx.shared import Mm  # noqa: PLC0415
    from docxtpl import InlineImage  # noqa: PLC0415

    match value:
        case {"picture of ours": path}:
            return _Shown(InlineImage(document, str(path), width=Mm(WIDTH_IN_MM)))
        case dict():
            return {name: _with_pictures(document, each) for name, each in value.items()}
        case list():
            return [_with_pictures(document, each) for each in value]
        case _:
            return value


def _no(words: str) -> bytes:
    return NO + words.encode()


if __name__ == "__main__":
    limit()
    main(Path(sys.argv[1]), Path(sys.argv[2]))
