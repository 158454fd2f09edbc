"""What people may supply about titles."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from app.core.fields import Fields, Line, RequiredLine, refuse
from app.facts.forms import OptionalDay, OriginFields, PastDay, read_past
from app.facts.vocabulary import vocabulary


def _kind(given: str) -> str:
    if given not in vocabulary().titles:
        raise refuse("请从列表中选择资质种类。")
    return given


TitleKindCode = Annotated[RequiredLine, AfterValidator(_kind)]


class TitleFields(Fields):
    """A certificate; without `valid_until` its kind says how long it lasts."""

    kind: TitleKindCode
    number: Annotated[Line, AfterValidator(lambda given: _short(given, 64))] = ""
    authority: Annotated[Line, AfterValidator(lambda given: _short(given, 100))] = ""
    issued_on: Annotated[date, AfterValidator(read_past)]
    valid_until: OptionalDay = None


class TitleForm(OriginFields, TitleFields):
    """A new certificate, as a page posts it; its file comes beside."""


class CorrectionForm(TitleForm):
    """A correction; the two last only where the title was revoked, and blank to say that it was not."""

    revoked_on: PastDay = None
    revoke_reason: Line = ""


class RevocationFields(OriginFields):
    """What a notice of revocation says."""

    revoked_on: Annotated[date, AfterValidator(read_past)]
    reason: RequiredLine


def _short(given: str, longest: int) -> str:
    if len(given) > longest:
        raise refuse(f"最多 {longest} 个字，请缩短。")
    return given
