"""The web application: its routers, its guards, its one list of what is served."""

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from app.accounts import denials
from app.accounts.gate import check_gates
from app.accounts.views import router as accounts
from app.facts.views import router as facts
from app.firms.views import router as firms
from app.policies.views import router as policies
from app.settings import settings
from app.web import errors
from app.web.assets import FOLDERS, Assets
from app.web.gated import OnlyGated
from app.web.headers import SecurityHeaders
from app.web.origin import KnownHost, SameOrigin

ROUTERS: tuple[APIRouter, ...] = (accounts, policies, firms, facts)


def create_app() -> ASGIApp:
    """The application with its guards around it; the outermost sees every answer, errors included."""
    return SecurityHeaders(KnownHost(OnlyGated(SameOrigin(build(), denials.cross_site))))


def build() -> FastAPI:
    """The routes and error pages alone; tests walk these."""
    app = FastAPI(
        title="梯度",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False},
        max_body_size=settings().upload_limit + 1024 * 1024,
    )
    for router in ROUTERS:
        app.include_router(router)
    for name, folder in FOLDERS.items():
        app.mount(f"/static/{name}", Assets(directory=folder()), name=f"static.{name}")
    errors.install(app)
    denials.install(app)
    check_gates(app)
    return app
