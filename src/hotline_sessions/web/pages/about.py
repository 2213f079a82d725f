"""About the service: how accessible it is, and what happens to personal data."""

from datetime import date
from typing import Any, Final

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from hotline_sessions.web.templating import page


STATEMENT_ON: Final = date(2026, 11, 22)
"""Day on which the statements were last checked against the pages."""


@get("/accessibility", include_in_schema=False, sync_to_thread=False)
def show_accessibility(request: Request[Any, Any, State]) -> Response[str]:
    """How far the pages meet the standard, what is known to be missing, whom to tell."""
    return page(request, "pages/about/accessibility.html", stated_on=STATEMENT_ON)


@get("/privacy", include_in_schema=False, sync_to_thread=False)
def show_privacy(request: Request[Any, Any, State]) -> Response[str]:
    """Which personal data are taken, why, for how long, and what a person may ask for."""
    return page(request, "pages/about/privacy.html", stated_on=STATEMENT_ON)


HANDLERS: Final[list[ControllerRouterHandler]] = [show_accessibility, show_privacy]
