"""The live desk of a session: one page, its panels, and the stream that says when to look."""

from typing import Final

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.call_appeals import MOST
from hotline_sessions.services.deadline_words import explain
from hotline_sessions.services.live import LiveDesk, get_live_desk
from hotline_sessions.services.plans import get_planned
from hotline_sessions.services.talks import Talk, get_talk
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn, facts_of
from hotline_sessions.web.forms import FormView
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.appeal_forms import fill_appeal
from hotline_sessions.web.pages.desk.card_entry import Entered
from hotline_sessions.web.pages.desk.card_forms import count_places, list_choices
from hotline_sessions.web.pages.desk.desk_views import view_desk
from hotline_sessions.web.pages.desk.list_views import tell_identity, tell_who
from hotline_sessions.web.pages.desk.streams import answer_stream
from hotline_sessions.web.pages.outcome_words import OUTCOMES
from hotline_sessions.web.pages.softphone import SOFTPHONE, has_softphones
from hotline_sessions.web.templating import page


OPERATORS: Final = [require_staff, require(Right.RUN_DESK)]


@get("/staff/desk/{public_id:str}", include_in_schema=False, guards=OPERATORS, opt=SOFTPHONE)
async def show_desk(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The whole page; the form is open for ``call``, or for the citizen on air."""
    desk = await load_desk(request, public_id, signed_in, now)
    call = request.query_params.get("call") or choose_call(desk)
    talk = await find_talk(desk, call, signed_in)
    question = request.query_params.get("question", "")
    return answer_desk(request, desk, signed_in, talk=talk, question=question)


@get("/staff/desk/{public_id:str}/panels", include_in_schema=False, guards=OPERATORS)
async def show_panels(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The panels; with the form for the citizen on air, if none is open (``open_call``)."""
    desk = await load_desk(request, public_id, signed_in, now)
    open_call = request.query_params.get("open_call", "")
    return await answer_panels(request, desk, signed_in, open_call=open_call)


@get("/staff/desk/{public_id:str}/events", include_in_schema=False, guards=OPERATORS)
async def stream_changes(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn
) -> Stream:
    """Say ``changed`` whenever something about the session has changed. Carries no data."""
    session = await get_planned(public_id, staff=signed_in)
    return answer_stream(facts_of(request).watch, session.public_id)


async def load_desk(request: PageRequest, public_id: str, staff: Staff, now: Now) -> LiveDesk:
    """The desk of a session of the institution of ``staff``.

    Raises:
        NotFound: There is no such session there.
    """
    session = await get_planned(public_id, staff=staff)
    words = words_of(request)
    return await get_live_desk(
        session.id, institution=staff.institution, now=now, locale=words.locale
    )


def choose_call(desk: LiveDesk) -> str:
    """The call that an appeal would come from now: the one on air."""
    return desk.on_air.caller.call if desk.on_air else ""


async def find_talk(desk: LiveDesk, call: str, staff: Staff) -> Talk | None:
    """The talk of ``call``; none where there is none."""
    if not call or not staff.may(Right.REGISTER_APPEALS):
        return None
    try:
        return await get_talk(desk.session.id, call, staff=staff)
    except NotFound:
        return None


def answer_desk(
    request: PageRequest,
    desk: LiveDesk,
    staff: Staff,
    *,
    talk: Talk | None = None,
    form: FormView | None = None,
    done: Entered | None = None,
    question: str = "",
    notice: str = "",
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The whole page of the desk; the form is about ``question``, if one is named."""
    facts = build_form(request, talk, form=form, done=done, machine=find_machine(desk, question))
    now = facts_of(request).clock.now()
    return page(
        request,
        "pages/desk/live/page.html",
        status=status,
        view=view_desk(desk, words_of(request), staff.account),
        desk=desk,
        notice=notice,
        now=now,
        has_softphone=has_softphones(request, now),
        open_form=False,
        open_call=talk.caller.call if talk else "",
        may_register=staff.may(Right.REGISTER_APPEALS),
        **facts,
    )


async def answer_panels(
    request: PageRequest,
    desk: LiveDesk,
    staff: Staff,
    *,
    open_call: str = "",
    notice: str = "",
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The panels alone, and the form for the citizen on air where none is open."""
    call = choose_call(desk)
    talk = None if open_call else await find_talk(desk, call, staff)
    facts = build_form(request, talk, machine=find_machine_of(desk, call))
    return page(
        request,
        "pages/desk/live/panels.html",
        status=status,
        view=view_desk(desk, words_of(request), staff.account),
        desk=desk,
        notice=notice,
        open_form=talk is not None,
        open_call=open_call,
        may_register=staff.may(Right.REGISTER_APPEALS),
        **facts,
    )


def find_machine(desk: LiveDesk, question: str) -> str:
    """What a machine has heard of an open question."""
    found = (each for each in desk.questions if each.public_id == question)
    return next((each.machine_words for each in found), "")


def find_machine_of(desk: LiveDesk, call: str) -> str:
    """What a machine has heard of the open question of a call."""
    found = (each for each in desk.questions if each.caller.call == call)
    return next((each.machine_words for each in found), "")


def build_form(
    request: PageRequest,
    talk: Talk | None,
    *,
    form: FormView | None = None,
    done: Entered | None = None,
    machine: str = "",
) -> dict[str, object]:
    """Values of the part with the form: who it is about, what to choose from, what came of it.

    ``machine`` is what a machine has heard; it stands in the form until a person changes it.
    """
    words = words_of(request)
    first = done.registered[0].appeal if done and done.registered else None
    shown = form or (fill_appeal(talk, machine=machine) if talk else FormView())
    return {
        "talk": talk,
        "who": tell_who(talk.caller, words) if talk else "",
        "identity": tell_identity(talk.caller, words) if talk else "",
        "choices": list_choices(local_date(talk.called_at), words) if talk else None,
        "places": count_places(shown),
        "most": MOST,
        "form": shown,
        "outcome": words.gettext(OUTCOMES[talk.outcome]) if talk and talk.outcome else "",
        "machine": machine,
        "done": done,
        "explained": explain(first.deadline, words) if first else (),
    }


HANDLERS: Final[list[ControllerRouterHandler]] = [show_desk, show_panels, stream_changes]
