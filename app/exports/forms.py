"""What a person chooses when they export a list."""

from typing import Literal

from app.core.fields import Fields

Format = Literal["xlsx", "csv"]


class ExportFields(Fields):
    format: Format = "xlsx"
