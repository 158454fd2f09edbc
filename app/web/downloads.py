"""Files as they leave: attachments only, under a name in any script."""

from urllib.parse import quote

from starlette.responses import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# Whatever a file holds, a browser that shows it after all runs nothing of it and tells nothing about us.
ATTACHMENT_HEADERS = {
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
}


def download(content: bytes, *, name: str, media_type: str) -> Response:
    """A file made by us, to be kept by the browser under its name."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers={**ATTACHMENT_HEADERS, "content-disposition": disposition})
