"""The plan as a calendar: month by month, a quarter by officials, and a session moved."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from litestar import MediaType, Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.plans import PlannedSession
from hotline_sessions.domain.schedule_dates import is_planned_year
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_, format_day
from hotline_sessions.services.drafts import NotADraft
from hotline_sessions.services.planner import list_span, move_draft
from hotline_sessions.services.plans import get_planned
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.forms import (
    Form,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import require_staff
from hotline_sessions.web.locale import locale_of, localized, words_of
from hotline_sessions.web.pages.desk.plan_forms import FIELDS_OF_REFUSALS
from hotline_sessions.web.pages.desk.plan_forms import SENTENCES as PLAN_SENTENCES
from hotline_sessions.web.pages.desk.sessions import LONGEST_SEARCH, PLANNERS, lead_to
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import page


PATH: Final = "/staff/planner"
WEEKS: Final = 13
SENTENCES: Final[Sentences] = {
    ("held_on", "missing"): N_("Enter the day of the session"),
    ("held_on", "wrong"): N_("Enter the day of the session, such as 2026-12-01"),
    ("opens_clock", "missing"): N_("Enter the time of the start"),
    ("opens_clock", "wrong"): N_("Enter the time of the start, such as 10:00"),
}
STATES: Final[Mapping[SessionState, str]] = {
    SessionState.DRAFT: N_("Draft"),
    SessionState.PUBLISHED: N_("Planned"),
    SessionState.OPEN: N_("Lines are open"),
    SessionState.LIVE: N_("On air now"),
    SessionState.PAUSED: N_("Paused"),
    SessionState.NO_OFFICIAL: N_("Waiting for the official"),
    SessionState.QUESTIONS_ONLY: N_("Questions are recorded"),
    SessionState.CLOSING: N_("Ending"),
    SessionState.CLOSED: N_("Over"),
    SessionState.CANCELLED: N_("Cancelled"),
    SessionState.RESCHEDULED: N_("Moved"),
}
MOVABLE: Final = frozenset({SessionState.DRAFT, SessionState.PUBLISHED})


class MoveForm(Struct, frozen=True, kw_only=True):
    """Another time, and where the session was seen."""

    held_on: date
    opens_clock: time
    seen: datetime


class Entry(Struct, frozen=True, kw_only=True):
    """A session as the calendar draws it; moments in UTC. ``move`` is where it is moved."""

    id: str
    title: str
    start: str
    end: str
    url: str
    state: str
    state_words: str
    editable: bool
    move: str


class Line(Struct, frozen=True, kw_only=True):
    """What one post holds, week by week."""

    title: str
    weeks: list[list[PlannedSession]]


@get(PATH, include_in_schema=False, guards=[require_staff])
async def show_planner(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """A month of sessions, or a quarter of them by posts."""
    today = local_date(now)
    first = _read_month(request.query_params.get("month", ""), today)
    text = request.query_params.get("q", "").strip()[:LONGEST_SEARCH]
    is_quarter = request.query_params.get("view") == "quarter"
    monday = first - timedelta(days=first.weekday())
    last = monday + timedelta(weeks=WEEKS, days=-1) if is_quarter else _step(first, 1)
    sessions = await list_span(
        monday if is_quarter else first,
        last if is_quarter else last - timedelta(days=1),
        staff=signed_in,
        text=text,
    )
    weeks = [monday + timedelta(weeks=week) for week in range(WEEKS)]
    return page(
        request,
        "pages/desk/planner/show.html",
        sessions=sessions,
        weeks=weeks if is_quarter else [],
        lines=list_lines(sessions, weeks, locale_of(request)) if is_quarter else [],
        month=first,
        before=_step(first, -3 if is_quarter else -1),
        after=_step(first, 3 if is_quarter else 1),
        today=today,
        form=prefilled(q=text or None),
        may_plan=signed_in.may(Right.PLAN_SESSIONS),
        movable=MOVABLE,
    )


@get(f"{PATH}/sessions.json", include_in_schema=False, guards=[require_staff])
async def list_entries(request: PageRequest, signed_in: SignedIn) -> Response[list[Entry]]:
    """Sessions of the days that a calendar shows, as it draws them."""
    query = request.query_params
    try:
        first, last = (date.fromisoformat(query.get(name, "")[:10]) for name in ("start", "end"))
    except ValueError:
        raise NotFound from None
    text = query.get("q", "").strip()[:LONGEST_SEARCH]
    sessions = await list_span(first, last, staff=signed_in, text=text)
    may_plan = signed_in.may(Right.PLAN_SESSIONS)
    entries = [_draw(session, request, may_plan=may_plan) for session in sessions]
    return Response(entries, media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})


@get(f"{PATH}/{{public_id:str}}/move", include_in_schema=False, guards=PLANNERS)
async def show_move(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """The form that moves a draft, without dragging."""
    session = await get_planned(public_id, staff=signed_in)
    starts = session.starts_at.astimezone(ZoneInfo(session.time_zone))
    view = prefilled(
        held_on=session.held_on, opens_clock=f"{starts:%H:%M}", seen=session.starts_at.isoformat()
    )
    return _show_move(request, session, view)


@post(
    f"{PATH}/{{public_id:str}}/move",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def move_session(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Put a draft at another time; a program that asks for JSON is answered with a sentence."""
    form = await read_form(request)
    sent = parse_form(MoveForm, form)
    if isinstance(sent, Mistakes):
        return await _refuse(request, public_id, signed_in, form, sent)
    if not is_planned_year(sent.held_on):
        wrong = Mistakes(by_field={"held_on": "wrong"})
        return await _refuse(request, public_id, signed_in, form, wrong)
    try:
        seen = await move_draft(
            public_id,
            sent.held_on,
            sent.opens_clock.replace(tzinfo=None),
            seen=sent.seen,
            staff=signed_in,
            now=now,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return await _refuse(request, public_id, signed_in, form, refusal)
    words = words_of(request)
    if _wants_json(request):
        day = format_day(sent.held_on, words.locale)
        told = words.gettext(
            "Moved: %(day)s, %(clock)s", day=day, clock=f"{sent.opens_clock:%H:%M}"
        )
        return _tell(told, HTTP_200_OK, seen=seen.isoformat())
    return lead_to(request, f"{PATH}?month={sent.held_on:%Y-%m}")


def list_lines(sessions: Sequence[PlannedSession], weeks: list[date], locale: str) -> list[Line]:
    """What each post holds in each of the ``weeks``, named by their Mondays."""
    lines: dict[str, Line] = {}
    for session in sessions:
        title = session.post_title(locale)
        line = lines.setdefault(title, Line(title=title, weeks=[[] for _ in weeks]))
        week = (session.held_on - weeks[0]).days // 7
        if 0 <= week < len(weeks):
            line.weeks[week].append(session)
    return [lines[title] for title in sorted(lines)]


def _draw(session: PlannedSession, request: PageRequest, *, may_plan: bool) -> Entry:
    locale, words = locale_of(request), words_of(request)
    sheet = f"/staff/sessions/{session.public_id}"
    is_draft = session.state is SessionState.DRAFT
    move = f"{PATH}/{session.public_id}/move" if is_draft else f"{sheet}/move"
    what = [session.post_title(locale), session.official_name, session.topic]
    return Entry(
        id=session.public_id,
        title=" · ".join(filter(None, what)),
        start=session.starts_at.isoformat(),
        end=session.ends_at.isoformat(),
        url=localized(sheet, locale),
        state=session.state.value,
        state_words=words.gettext(STATES[session.state]),
        editable=may_plan and session.state in MOVABLE,
        move=localized(move, locale),
    )


async def _refuse(
    request: PageRequest, public_id: str, staff: Staff, form: Form, wrong: Mistakes | Refusal
) -> Response[str]:
    """The form with what stands in the way, or one sentence for who has dragged."""
    words = words_of(request)
    status = 422 if isinstance(wrong, Mistakes) else status_of(wrong)
    if isinstance(wrong, Mistakes):
        view = with_mistakes(request, form, wrong, SENTENCES)
    else:
        field = FIELDS_OF_REFUSALS.get(type(wrong), "opens_clock")
        known = PLAN_SENTENCES.get((field, wrong.code))
        sentence = known or REFUSALS.get(wrong.code, REFUSALS["refused"])
        shown = "held_on" if wrong.code == "day-passed" else "opens_clock"
        said = words.gettext(sentence, **wrong.facts)
        view = FormView(values=form.fields, sentences={shown: said})
    if _wants_json(request):
        return _tell(next(iter(view.sentences.values())), status)
    return _show_move(request, await get_planned(public_id, staff=staff), view, status=status)


def _show_move(
    request: PageRequest, session: PlannedSession, view: FormView, *, status: int = HTTP_200_OK
) -> Response[str]:
    if session.state is not SessionState.DRAFT:
        raise NotADraft
    return page(request, "pages/desk/planner/move.html", status=status, session=session, form=view)


def _wants_json(request: PageRequest) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _tell(sentence: str, status: int, **facts: str) -> Response[str]:
    body = msgspec.json.encode({"sentence": sentence, **facts}).decode()
    return Response(body, media_type="application/json", status_code=status)


def _read_month(text: str, today: date) -> date:
    """The first of a month written as 2026-12; that of ``today`` when it is none."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return first if is_planned_year(first) else today.replace(day=1)


def _step(first: date, months: int) -> date:
    """The first of a month so many months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_planner,
    list_entries,
    show_move,
    move_session,
]
