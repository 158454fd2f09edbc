"""How a view answers a wish to export: with the file, or with the page of the job that makes it."""

from starlette.datastructures import FormData
from starlette.responses import Response

from app.accounts.models import User
from app.core.errors import BadInput
from app.exports import service
from app.exports.forms import ExportFields, FirmsExportFields, Format
from app.exports.listing import Listing, listings_of_firms
from app.web.database import Db
from app.web.downloads import download
from app.web.forms import Form
from app.web.pages import Pages

LONGEST_QUERY = 2_000
UNCLEAR = "导出的请求无法识别，请回到名单页重新导出。"


def answer(page: Pages, db: Db, actor: User, listing: Listing, posted: FormData) -> Response:
    """The list in the order and with the filters of the request's own address."""
    form = Form.bind(ExportFields, posted)
    if form.data is None:
        raise BadInput(UNCLEAR)
    return _made(page, db, actor, listing, form.data.format)


def answer_of_firms(page: Pages, db: Db, actor: User, posted: FormData) -> Response:
    """The same for the list of firms, which can be exported as more than itself."""
    form = Form.bind(FirmsExportFields, posted)
    listing = listings_of_firms().get(form.data.content) if form.data else None
    if form.data is None or listing is None:
        raise BadInput(UNCLEAR)
    return _made(page, db, actor, listing, form.data.format)


def _made(page: Pages, db: Db, actor: User, listing: Listing, wanted: Format) -> Response:
    query = page.request.url.query
    if len(query) > LONGEST_QUERY:
        raise BadInput(UNCLEAR)
    service.check_pace(db, actor)
    drawn = listing.draw(db, actor, query)
    if drawn.count > service.MOST_AT_ONCE:
        job = service.enqueue(db, actor, listing, query, wanted)
        return page.go("jobs.show", job_id=job.id, done=f"共 {drawn.count} 条，正在后台导出。")
    made = service.make(listing, actor, drawn, wanted)
    service.note(db, actor, listing, made)
    return download(made.content, name=made.name, media_type=made.media_type)
