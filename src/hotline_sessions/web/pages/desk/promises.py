"""What was promised on the air: noted by session, followed, and let out to the public."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.promises import (
    BadPromiseDay,
    Promise,
    PromiseDeed,
    PromiserName,
    PromiseState,
    PromiseText,
)
from hotline_sessions.domain.registers import BadIndex
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.promises import (
    NewPromise,
    get_card,
    list_due,
    list_of_institution,
    list_of_session,
    note_promise,
)
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import locale_of, words_of
from hotline_sessions.web.pages.desk.promise_changes import CHANGES
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.pages.promise_words import STATES
from hotline_sessions.web.templating import page


NOTERS: Final = [
    require_staff,
    require(Right.RUN_DESK, Right.REGISTER_APPEALS, Right.ANSWER_APPEALS, Right.PLAN_SESSIONS),
]
FOLLOWERS: Final = [require_staff, require(Right.ANSWER_APPEALS, Right.PLAN_SESSIONS)]
PATH: Final = "/staff/promises"
ALL: Final = "all"

DEEDS: Final[Mapping[PromiseDeed, str]] = {
    PromiseDeed.NOTE: N_("The promise was noted"),
    PromiseDeed.CORRECT: N_("Corrected"),
    PromiseDeed.MOVE: N_("Another day"),
    PromiseDeed.KEEP: N_("Kept"),
    PromiseDeed.BREAK: N_("Not kept"),
    PromiseDeed.PROPOSE: N_("Words for the public were written"),
    PromiseDeed.APPROVE: N_("The public sees it"),
    PromiseDeed.WITHDRAW: N_("Taken back from the public"),
}

SENTENCES: Final[Sentences] = {
    ("text", "missing"): N_("Write what was promised"),
    ("text", "too-short"): N_("Write what was promised in a few words"),
    ("promised_by", "missing"): N_("Write who has promised it"),
    ("due_on", "missing"): N_("Enter the day by which it was promised"),
    ("due_on", BadPromiseDay.code): N_("The day must not be before the session"),
    ("move_on", "missing"): N_("Enter the new day"),
    ("move_on", BadPromiseDay.code): N_("The day must not be before the session"),
    ("number", BadIndex.code): N_("There is no appeal with this number here"),
    ("move_reason", "missing"): N_("Write why the day changes"),
    ("end_reason", "missing"): N_("Write what was done, or why not"),
    ("ended", "missing"): N_("Choose whether it was kept"),
    ("public_text", "missing"): N_("Write what the public may read"),
    ("withdraw_reason", "missing"): N_("Write why it is taken back"),
}


class PromiseForm(Struct, frozen=True, kw_only=True):
    """A new promise; the fields are those of ``NewPromise``."""

    text: PromiseText
    promised_by: PromiserName
    due_on: date
    number: str = ""


class Row(Struct, frozen=True, kw_only=True):
    """A promise in a list; ``tone`` is the colour that repeats ``state``."""

    promise: Promise
    state: str
    tone: str


@get(PATH, include_in_schema=False, guards=NOTERS)
async def show_promises(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Promises that are due, or all."""
    is_all = request.query_params.get("show") == ALL
    found = (
        await list_of_institution(staff=signed_in)
        if is_all
        else await list_due(staff=signed_in, now=now)
    )
    return page(
        request,
        "pages/desk/promises/list.html",
        rows=view_promises(found, words_of(request), today=local_date(now)),
        is_all=is_all,
    )


@get("/staff/sessions/{public_id:str}/promises", include_in_schema=False, guards=NOTERS)
async def show_session(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """What was promised in a session, and the form for one more."""
    return await _show_session(request, public_id, signed_in, None, now=now)


@post(
    "/staff/sessions/{public_id:str}/promises",
    include_in_schema=False,
    guards=NOTERS,
    status_code=HTTP_200_OK,
)
async def add_promise(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    now: Now,
    secret: Secret,
) -> Response[str]:
    """Note a promise."""
    form = await read_form(request)
    sent = parse_form(PromiseForm, form)
    try:
        if not isinstance(sent, Mistakes):
            new = NewPromise(
                text=sent.text,
                promised_by=sent.promised_by,
                due_on=sent.due_on,
                number=sent.number,
            )
            await note_promise(
                public_id, new, staff=signed_in, secret=secret, now=now, form=read_mark(form)
            )
    except BadPromiseDay as refusal:
        sent = Mistakes(by_field={"due_on": refusal.code})
    except BadIndex as refusal:
        sent = Mistakes(by_field={"number": refusal.code})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _show_session(request, public_id, signed_in, view, now=now, status=422)
    return lead_to(request, f"/staff/sessions/{public_id}/promises")


@get(f"{PATH}/{{public_id:str}}", include_in_schema=False, guards=NOTERS)
async def show_promise(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """A promise, its history, and what can be done."""
    return await _show_card(request, public_id, signed_in, BLANK_FORM, now=now)


@post(
    f"{PATH}/{{public_id:str}}/{{change:str}}",
    include_in_schema=False,
    guards=FOLLOWERS,
    status_code=HTTP_200_OK,
)
async def change_promise(
    request: PageRequest,
    public_id: FromPath[str],
    change: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """One change of a promise; mistakes are told at their fields."""
    if change not in CHANGES:
        raise NotFound
    do, field = CHANGES[change]
    form = await read_form(request)
    try:
        mistakes = await do(public_id, form, signed_in, now)
    except NotFound:
        raise
    except Refusal as refusal:
        view = refuse_field(request, form, field, refusal)
        status = status_of(refusal)
        return await _show_card(request, public_id, signed_in, view, now=now, status=status)
    if mistakes is not None:
        view = with_mistakes(request, form, mistakes, SENTENCES)
        return await _show_card(request, public_id, signed_in, view, now=now, status=422)
    return lead_to(request, f"{PATH}/{public_id}")


def view_promises(promises: list[Promise], words: Words, *, today: date) -> list[Row]:
    """Promises as a list shows them on the day ``today``."""
    return [_view(promise, words, today=today) for promise in promises]


def _view(promise: Promise, words: Words, *, today: date) -> Row:
    text, tone = STATES[promise.state]
    if promise.state is PromiseState.OPEN and promise.due_on < today:
        text, tone = N_("the day has passed"), "red"
    return Row(promise=promise, state=words.gettext(text), tone=tone)


async def _show_session(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    form: FormView | None,
    *,
    now: Now,
    status: int = HTTP_200_OK,
) -> Response[str]:
    found = await list_of_session(public_id, staff=staff)
    session = found.session
    who = ", ".join(filter(None, (session.post_title(locale_of(request)), session.official_name)))
    rows = view_promises(list(found.promises), words_of(request), today=local_date(now))
    return page(
        request,
        "pages/desk/promises/session.html",
        status=status,
        session=session,
        rows=rows,
        form=form or prefilled(promised_by=who),
    )


async def _show_card(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    form: FormView,
    *,
    now: Now,
    status: int = HTTP_200_OK,
) -> Response[str]:
    card = await get_card(public_id, staff=staff)
    words = words_of(request)
    may_change = staff.may(Right.ANSWER_APPEALS) or staff.may(Right.PLAN_SESSIONS)
    is_open = card.promise.state is PromiseState.OPEN
    return page(
        request,
        "pages/desk/promises/card.html",
        status=status,
        form=form,
        row=_view(card.promise, words, today=local_date(now)),
        changes=[(words.gettext(DEEDS[each.deed]), each) for each in card.changes],
        may_change=may_change,
        may_follow=may_change and is_open,
        may_approve=may_change and bool(card.promise.public_text) and not card.promise.is_public,
        is_own=card.is_own,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_promises,
    show_session,
    add_promise,
    show_promise,
    change_promise,
]
