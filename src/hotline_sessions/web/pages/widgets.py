"""Sessions to be shown inside other sites: a page for a frame, and a piece of HTML without one.

Neither sets a cookie, runs a script or takes a form. Who may show the page in a frame is what
the institution says. Source: W3C Content Security Policy Level 3, frame-ancestors.
"""

import re
from typing import Final

from litestar import MediaType, Response, get
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.publications import Standing, read_facts
from hotline_sessions.domain.sites import name_ancestors
from hotline_sessions.services.publications import Shown, list_shown
from hotline_sessions.web.dependencies import Now, PageRequest, PublicUrl
from hotline_sessions.web.locale import locale_of
from hotline_sessions.web.pages.home import LONGEST, read_filter, window_of
from hotline_sessions.web.security import EMBED_POLICY
from hotline_sessions.web.templating import page, render


MOST: Final = 20
USUAL: Final = 5
EMBED: Final = {"page_class": "embed"}
_COUNT: Final = re.compile(r"[1-9][0-9]?")
FRESH_FOR: Final = 60
"""Seconds for which a copy need not be asked about: a change is seen a minute later."""


@get("/widget", include_in_schema=False, opt=EMBED)
async def show_widget(request: PageRequest, now: Now, public_url: PublicUrl) -> Response[str]:
    """The next sessions, or one, for a frame of another site."""
    shown = await _list_shown(request, now)
    answer = page(
        request,
        "pages/widgets/frame.html",
        sessions=shown.sessions,
        public_url=public_url,
        standing_of=name_standing,
        window_of=window_of,
    )
    policy = EMBED_POLICY.replace(
        "frame-ancestors *", f"frame-ancestors {name_ancestors(shown.sites)}"
    )
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_FOR}"
    return answer


@get("/widget/fragment", include_in_schema=False, opt=EMBED)
async def show_fragment(request: PageRequest, now: Now, public_url: PublicUrl) -> Response[str]:
    """The same as a piece of HTML, for sites that put pages together on their server."""
    shown = await _list_shown(request, now)
    return Response(
        write_fragment(request, shown, public_url=public_url),
        media_type=MediaType.HTML,
        headers={"Cache-Control": f"public, max-age={FRESH_FOR}"},
    )


def write_fragment(request: PageRequest, shown: Shown, *, public_url: str) -> str:
    """The sessions as HTML that needs nothing of ours: no style, no script, whole addresses."""
    written = render(
        locale_of(request),
        "pages/widgets/fragment.html",
        sessions=shown.sessions,
        public_url=public_url,
        standing_of=name_standing,
        window_of=window_of,
    )
    # It is read by who pastes it: what the template leaves of itself is only in the way.
    return "\n".join(line.strip() for line in written.splitlines() if line.strip())


def name_standing(session: Announcement) -> Standing:
    """Whether the session is held."""
    return read_facts(session).standing


async def _list_shown(request: PageRequest, now: Now) -> Shown:
    query = request.query_params
    count = _COUNT.fullmatch(query.get("count", ""))
    limit = int(count[0]) if count else USUAL
    session = query.get("session", "")[:LONGEST].strip() or None
    return await list_shown(read_filter(query), session, now=now, limit=min(limit, MOST))


HANDLERS: Final[list[ControllerRouterHandler]] = [show_widget, show_fragment]
