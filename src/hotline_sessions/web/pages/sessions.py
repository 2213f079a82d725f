"""One session: who answers, when, on which number, and how to get through."""

from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from litestar import MediaType, Response, get
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.bookings import SessionNotBookable
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.promises import PromiseState, PublicPromise
from hotline_sessions.domain.registration import RegistrationNotOpen, check_open, choose_stage
from hotline_sessions.domain.sessions import BOOKABLE, SessionState
from hotline_sessions.domain.times import Window, local_date
from hotline_sessions.i18n import N_
from hotline_sessions.services.announcements import FreeSlots, get_announcement, get_free_slots
from hotline_sessions.services.availability import count_free
from hotline_sessions.services.promises import list_public
from hotline_sessions.services.session_reports import PublicReport, get_public_report
from hotline_sessions.web.dependencies import Now, PageRequest, facts_of
from hotline_sessions.web.locale import locale_of, localized, words_of
from hotline_sessions.web.pages.events import describe_event
from hotline_sessions.web.pages.promise_words import STATES
from hotline_sessions.web.pages.report_words import ReportView, view_report
from hotline_sessions.web.shelf import Kept, read_kept
from hotline_sessions.web.templating import page


class Phase(StrEnum):
    """How a session looks to citizens at a moment."""

    AHEAD = "ahead"
    OPEN = "open"
    LIVE = "live"
    PAUSED = "paused"
    QUESTIONS = "questions"
    OVER = "over"
    CANCELLED = "cancelled"
    MOVED = "moved"


_PHASES: Final = {
    SessionState.OPEN: Phase.OPEN,
    SessionState.LIVE: Phase.LIVE,
    SessionState.NO_OFFICIAL: Phase.OPEN,
    SessionState.PAUSED: Phase.PAUSED,
    SessionState.QUESTIONS_ONLY: Phase.QUESTIONS,
    SessionState.CLOSING: Phase.OVER,
    SessionState.CLOSED: Phase.OVER,
    SessionState.CANCELLED: Phase.CANCELLED,
    SessionState.RESCHEDULED: Phase.MOVED,
}


@get("/sessions/{public_id:str}", include_in_schema=False)
async def show_session(request: PageRequest, public_id: FromPath[str], now: Now) -> Response[bytes]:
    """Who answers, when and where, and the way to a talk."""
    kept = await read_kept(request, partial(_write_page, request, public_id, now), now=now)
    return Response(kept.body, media_type=MediaType.HTML, headers=kept.headers)


async def _write_page(request: PageRequest, public_id: str, now: datetime) -> Kept:
    session = await get_announcement(public_id)
    phase = choose_phase(session, now=now)
    path = localized(f"/sessions/{session.public_id}", locale_of(request))
    place = facts_of(request).public_url + path
    answer = page(
        request,
        "pages/sessions/show.html",
        session=session,
        window=Window(starts_at=session.starts_at, ends_at=session.ends_at),
        talk=timedelta(minutes=session.talk_minutes),
        phase=phase,
        stage=choose_stage(session, now).value,
        is_ready="ready" in request.query_params,
        free=await count_free(session, now=now),
        successor=await find_successor(session),
        promises=await _list_promises(request, session, now=now),
        help_phone=session.line_number,
        after=await _get_report(request, session, now=now) if phase is Phase.OVER else None,
        address=place,
        event=describe_event(session, place, locale_of(request)),
    )
    return Kept(body=answer.content.encode(), headers=answer.headers)


async def _get_report(
    request: PageRequest, session: Announcement, *, now: datetime
) -> tuple[PublicReport, ReportView | None]:
    """What came of a session that is over, its numbers in words, and which one comes next."""
    found = await get_public_report(session.id, now=now)
    if found.edition is None:
        return found, None
    figures = found.edition.figures
    return found, view_report(figures, words_of(request), locale_of(request), on=session.held_on)


async def _list_promises(
    request: PageRequest, session: Announcement, *, now: datetime
) -> list[tuple[PublicPromise, str, str]]:
    """What was promised in the session, as far as the public may see it, with its state."""
    words, today = words_of(request), local_date(now)
    shown = []
    for each in await list_public(session.id):
        text, tone = STATES[each.state]
        if each.state is PromiseState.OPEN and each.due_on < today:
            text, tone = N_("the day has passed"), "red"
        shown.append((each, words.gettext(text), tone))
    return shown


@get("/s/{public_id:str}", include_in_schema=False, sync_to_thread=False)
def lead_to_session(request: PageRequest, public_id: FromPath[str]) -> Redirect:
    """The short address, for posters and messages."""
    address = localized(f"/sessions/{public_id}", locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


def choose_phase(session: Announcement, *, now: datetime) -> Phase:
    """What citizens are told of the session; its end is not waited for."""
    phase = _PHASES.get(session.state, Phase.AHEAD)
    if phase is Phase.AHEAD and now >= session.ends_at:
        return Phase.OVER
    return phase


async def find_successor(session: Announcement) -> Announcement | None:
    """The session to which this one was moved."""
    if session.rescheduled_to is None:
        return None
    try:
        return await get_announcement(session.rescheduled_to)
    except NotFound:
        return None


async def get_bookable(public_id: str, *, now: datetime) -> FreeSlots:
    """The session with its free slots, if talks of it are given now.

    Raises:
        NotFound: No such session is announced.
        SessionNotBookable: It is over, or will not be held.
        RegistrationNotOpen, RegistrationClosed: Slots are given later, or not any more.
    """
    found = await get_ahead(public_id, now=now)
    check_open(found.announcement, now)
    return found


async def get_unclosed(public_id: str, *, now: datetime) -> FreeSlots:
    """The session, if talks of it are given now or later: phones are proven before the rush.

    Raises:
        NotFound: No such session is announced.
        SessionNotBookable: It is over, or will not be held.
        RegistrationClosed: Slots are not given any more.
    """
    found = await get_ahead(public_id, now=now)
    with suppress(RegistrationNotOpen):
        check_open(found.announcement, now)
    return found


async def get_ahead(public_id: str, *, now: datetime) -> FreeSlots:
    """The session with its free slots, if talks of it are booked at all.

    Raises:
        NotFound: No such session is announced.
        SessionNotBookable: It is over, or will not be held.
    """
    found = await get_free_slots(public_id, now=now)
    if found.announcement.state not in BOOKABLE or now >= found.announcement.ends_at:
        raise SessionNotBookable
    return found


HANDLERS: Final[list[ControllerRouterHandler]] = [show_session, lead_to_session]
