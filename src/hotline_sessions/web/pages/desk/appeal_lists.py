"""The register as lists: what waits for an answer, what is overdue, what somebody looks for.

What is looked for may be a name or a phone, so it travels in a form: no address holds it, no
history of a browser.
"""

from datetime import date
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.absences import is_head
from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeal_life import Party
from hotline_sessions.domain.appeal_search import BY_LAST_DAY, Place, Wanted, Which, Whose
from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.card_facts import Procedure
from hotline_sessions.domain.ids import AppealId
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_
from hotline_sessions.services.appeal_cards import load_directory
from hotline_sessions.services.appeal_search import find_appeals
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.appeal_life_words import STATES
from hotline_sessions.web.pages.desk.appeals import view_appeals
from hotline_sessions.web.pages.desk.card_forms import list_choices
from hotline_sessions.web.pages.desk.card_views import PROCEDURES
from hotline_sessions.web.pages.desk.parties import list_executors, parse_party
from hotline_sessions.web.pages.desk.rights import READERS
from hotline_sessions.web.row_ids import RowId
from hotline_sessions.web.templating import page


LIST: Final = "pages/desk/appeals/list.html"

TABS: Final = (
    (Which.OPEN, N_("To answer")),
    (Which.OVERDUE, N_("Overdue")),
    (Which.THIS_WEEK, N_("Due this week")),
    (Which.ENDED, N_("Ended")),
    (Which.ALL, N_("All")),
)

WHOSE: Final = (
    (Whose.MINE, N_("My work")),
    (Whose.UNIT, N_("My unit")),
    (Whose.WAITING, N_("Wait for me")),
    (Whose.ANY, N_("The whole institution")),
)

SENTENCES: Final[Sentences] = {
    ("received_from", "wrong"): N_("Enter a day, for example 2026-11-24"),
    ("received_to", "wrong"): N_("Enter a day, for example 2026-11-24"),
    ("text", "too-long"): N_("Shorten what you look for"),
}


class SearchForm(Struct, frozen=True, kw_only=True):
    """What is looked for; ``after_id`` and ``after_on`` name the last appeal seen."""

    which: Which = Which.ALL
    whose: Whose = Whose.ANY
    state: AppealState | None = None
    executor: Party | None = None
    text: Annotated[str, Meta(max_length=200)] = ""
    kind: Annotated[str, Meta(max_length=10)] = ""
    topic: Annotated[str, Meta(max_length=10)] = ""
    category: Annotated[str, Meta(max_length=10)] = ""
    procedure: Procedure | None = None
    received_from: date | None = None
    received_to: date | None = None
    after_id: RowId | None = None
    after_on: date | None = None


READERS_OF_FIELDS: Final = {"executor": parse_party}
"""How fields of ``SearchForm`` are read that a type does not say."""


@get("/staff/appeals", include_in_schema=False, guards=READERS)
async def show_appeals(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The register, those first whose last day is nearest."""
    asked, of = (request.query_params.get(name, "") for name in ("state", "whose"))
    which = Which(asked) if asked in set(Which) else Which.OPEN
    whose = Whose(of) if of in set(Whose) else Whose.ANY
    state = AppealState.REGISTERED if request.query_params.get("only") == "registered" else None
    wanted = Wanted(which=which, whose=whose, state=state)
    view = prefilled(state=state)
    return await _show(request, wanted, None, view, staff=signed_in, now=now)


@post("/staff/appeals/search", include_in_schema=False, guards=READERS, status_code=HTTP_200_OK)
async def search_appeals(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[Any]:
    """What was looked for; nothing changes."""
    form = await read_form(request)
    sent = parse_form(SearchForm, form, READERS_OF_FIELDS)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        wanted = Wanted(which=Which.ALL)
        return await _answer(request, view, wanted, staff=signed_in, now=now, status=422)
    after = (
        Place(id=AppealId(sent.after_id), on=sent.after_on)
        if sent.after_id and sent.after_on
        else None
    )
    view = FormView(values=form.fields)
    return await _show(request, build_wanted(sent), after, view, staff=signed_in, now=now)


def build_wanted(sent: SearchForm) -> Wanted:
    """What the form looks for: the same for the list on a page and for the file of all of it."""
    return Wanted(
        which=sent.which,
        whose=sent.whose,
        state=sent.state,
        executor=sent.executor,
        text=sent.text,
        kind=sent.kind,
        topic=sent.topic,
        category=sent.category,
        procedure=sent.procedure,
        received_from=sent.received_from,
        received_to=sent.received_to,
    )


async def _show(
    request: PageRequest,
    wanted: Wanted,
    after: Place | None,
    form: FormView,
    *,
    staff: Staff,
    now: Now,
) -> Response[str]:
    found = await find_appeals(wanted, staff=staff, now=now, after=after)
    appeals = view_appeals(found.appeals, request, today=local_date(now), executors=found.executors)
    return await _answer(
        request, form, wanted, staff=staff, now=now, appeals=appeals, next=found.next
    )


async def _answer(
    request: PageRequest,
    form: FormView,
    wanted: Wanted,
    *,
    staff: Staff,
    now: Now,
    status: int = HTTP_200_OK,
    **found: object,
) -> Response[str]:
    words = words_of(request)
    context: dict[str, object] = {"appeals": [], "next": None} | found
    return page(
        request,
        LIST,
        status=status,
        form=form,
        wanted=wanted,
        tabs=[
            (which.value, words.gettext(text))
            for which, text in TABS
            if wanted.whose is not Whose.WAITING or which in BY_LAST_DAY
        ],
        whose=[
            (whose.value, words.gettext(text))
            for whose, text in WHOSE
            if staff.may(Right.ANSWER_APPEALS)
        ],
        states=[(state, words.gettext(text)) for state, text in STATES.items()],
        executors=list_executors(await load_directory(staff=staff)),
        may_give=is_head(staff),
        choices=list_choices(local_date(now), words),
        procedures=[(each, words.gettext(text)) for each, text in PROCEDURES.items()],
        may_register=staff.may(Right.REGISTER_APPEALS),
        **context,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_appeals, search_appeals]
