"""The briefing of a session, as a page and as PDF: for staff, and behind the official's link."""

import asyncio
from typing import Final

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.access import Right
from hotline_sessions.gateways.documents import build_briefing_pdf
from hotline_sessions.services.briefing import Briefing, get_briefing, get_briefing_for
from hotline_sessions.services.official_links import open_by_token
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.file_answers import answer_pdf
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.briefing_words import write_briefing
from hotline_sessions.web.pages.official import LINKED
from hotline_sessions.web.templating import page


READERS: Final = [require_staff, require(Right.RUN_DESK, Right.PLAN_SESSIONS)]


@get("/staff/sessions/{public_id:str}/briefing", include_in_schema=False, guards=READERS)
async def show_for_staff(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now, secret: Secret
) -> Response[str]:
    """The briefing for those who prepare the session."""
    briefing = await get_briefing_for(
        public_id, staff=signed_in, secret=secret, now=now, locale=words_of(request).locale
    )
    return page(
        request,
        "pages/official/briefing_staff.html",
        paper=write_briefing(briefing, words_of(request)),
        back=f"/staff/sessions/{public_id}",
        pdf=f"/staff/sessions/{public_id}/briefing.pdf",
    )


@get("/staff/sessions/{public_id:str}/briefing.pdf", include_in_schema=False, guards=READERS)
async def print_for_staff(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now, secret: Secret
) -> Response[bytes]:
    """The briefing on paper."""
    briefing = await get_briefing_for(
        public_id, staff=signed_in, secret=secret, now=now, locale=words_of(request).locale
    )
    return await _answer_pdf(request, briefing)


@get("/official/{token:str}/briefing", include_in_schema=False, opt=LINKED)
async def show_for_official(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The briefing for the official."""
    session = await open_by_token(token, secret=secret, now=now)
    briefing = await get_briefing(session, secret=secret, now=now, locale=words_of(request).locale)
    return page(
        request,
        "pages/official/briefing.html",
        paper=write_briefing(briefing, words_of(request)),
        back=f"/official/{token}",
        pdf=f"/official/{token}/briefing.pdf",
    )


@get("/official/{token:str}/briefing.pdf", include_in_schema=False, opt=LINKED)
async def print_for_official(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[bytes]:
    """The briefing on paper, for the official."""
    session = await open_by_token(token, secret=secret, now=now)
    briefing = await get_briefing(session, secret=secret, now=now, locale=words_of(request).locale)
    return await _answer_pdf(request, briefing)


async def _answer_pdf(request: PageRequest, briefing: Briefing) -> Response[bytes]:
    """Made beside the event loop: callers must not wait for paper."""
    paper = write_briefing(briefing, words_of(request))
    content = await asyncio.to_thread(build_briefing_pdf, paper, made_at=briefing.made_at)
    name = f"briefing-{briefing.session.held_on}.pdf"
    return answer_pdf(name, content)


HANDLERS: Final[list[ControllerRouterHandler]] = [show_for_official, print_for_official]
STAFF_HANDLERS: Final[list[ControllerRouterHandler]] = [show_for_staff, print_for_staff]
