"""The web application around its routes: guards, headers, error answers, assets."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from hotline_sessions.web.assets import create_assets_router
from hotline_sessions.web.errors import Handlers
from hotline_sessions.web.errors import exception_handlers as answer_mistakes
from hotline_sessions.web.ready import ReadyAnswers
from hotline_sessions.web.security import FORM_LIMIT, RequestGuard, SecurityHeaders
from hotline_sessions.web.waiting_room import WaitingRoom


Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def create_web(
    routes: Sequence[ControllerRouterHandler],
    *,
    public_base_url: str,
    softphone_sources: Sequence[str] = (),
    waiting_room: WaitingRoom | None = None,
    state: State | None = None,
    lifespan: Sequence[Lifespan] = (),
    dependencies: Mapping[str, Provide] | None = None,
    exception_handlers: Handlers | None = None,
) -> Litestar:
    """Application with ``routes``, and with what every answer needs.

    ``softphone_sources`` are where pages connect that are telephones; ``waiting_room`` stands
    before the booking pages. ``lifespan`` opens what handlers use (the database) and closes it
    at the end.
    """
    headers = SecurityHeaders(public_base_url, softphone_sources)
    app = Litestar(
        route_handlers=[*routes, create_assets_router()],
        middleware=[*([waiting_room] if waiting_room else ()), RequestGuard(public_base_url)],
        before_send=[headers],
        exception_handlers={**answer_mistakes(), **(exception_handlers or {})},
        dependencies=dict(dependencies or {}),
        request_max_body_size=FORM_LIMIT,
        openapi_config=None,
        logging_config=None,
        state=state,
        lifespan=list(lifespan),
    )
    app.state.ready = ReadyAnswers(headers.list_public())
    return app
