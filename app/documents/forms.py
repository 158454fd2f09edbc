"""What is asked for when a template is replaced."""

from typing import Annotated, Any

from pydantic import AfterValidator

from app.core.fields import Fields, RequiredLine, refuse
from app.documents.kinds import all_kinds


def _known(code: str) -> str:
    if code not in {kind.code for kind in all_kinds()}:
        raise refuse("请选择要更换哪一种文件的模板。")
    return code


class TemplateFields(Fields):
    kind: Annotated[RequiredLine, AfterValidator(_known)]
    file: Any = None
