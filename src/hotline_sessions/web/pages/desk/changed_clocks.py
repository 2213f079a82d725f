"""Sessions whose hour is another moment since clocks have changed: for who plans them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.zone_rules import Outcome
from hotline_sessions.i18n import N_
from hotline_sessions.services.zone_rules import list_own_shifts
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.pages.desk.sessions import PLANNERS
from hotline_sessions.web.templating import page


OUTCOMES: Final[Mapping[Outcome, tuple[str, str]]] = MappingProxyType(
    {
        Outcome.MOVED: (N_("at its hour"), "green"),
        Outcome.CLASH: (N_("something of it is taken then: move or cancel it"), "red"),
        Outcome.NO_SUCH_HOUR: (N_("clocks never show this hour: move it"), "red"),
        Outcome.HOUR_TWICE: (N_("clocks show this hour twice: move it"), "red"),
        Outcome.CUT: (
            N_("it becomes shorter, and a booked talk would fall away: shorten it"),
            "red",
        ),
        Outcome.UNDER_WAY: (N_("under way as before"), "grey"),
    }
)


@get("/staff/sessions/clocks", include_in_schema=False, guards=PLANNERS)
async def show_changed_clocks(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """What became of each session, those first that wait for a decision."""
    return page(
        request,
        "pages/desk/sessions/clocks.html",
        shifts=await list_own_shifts(staff=signed_in, now=now),
        outcomes=OUTCOMES,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_changed_clocks]
