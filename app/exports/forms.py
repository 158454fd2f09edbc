"""What a person chooses when they export a list."""

from typing import Literal

from app.core.fields import Fields

Format = Literal["xlsx", "csv"]


class ExportFields(Fields):
    format: Format = "xlsx"


class FirmsExportFields(ExportFields):
    """What about the firms of a list is wanted: the code of a listing; without one the register itself."""

    content: str = "firms"
