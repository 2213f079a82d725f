"""Several appeals of a list are given to an executor in one form."""

from datetime import date
from typing import Annotated, Any, Final

from litestar import Response, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Party
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_
from hotline_sessions.services.appeal_assignments import Order
from hotline_sessions.services.appeal_cards import load_directory
from hotline_sessions.services.appeal_sharing import MOST, list_to_share, share_out
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.appeal_steps import Words
from hotline_sessions.web.pages.desk.appeals import view_appeals
from hotline_sessions.web.pages.desk.parties import list_executors, parse_party
from hotline_sessions.web.pages.desk.rights import ANSWERERS
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import page


SENTENCES: Final[Sentences] = {
    ("chosen", "missing"): N_("Choose at least one appeal"),
    ("chosen", "too-long"): N_("Choose fewer appeals"),
    ("main", "missing"): N_("Choose the main executor"),
    ("internal_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
}

PublicIds = Annotated[list[Annotated[str, Meta(max_length=12)]], Meta(max_length=MOST)]


class Choice(Struct, frozen=True, kw_only=True):
    """Appeals that were ticked, or all that were on the page."""

    chosen: PublicIds = []
    listed: PublicIds = []
    all: bool = False


class SharingForm(Struct, frozen=True, kw_only=True):
    """Which appeals, to whom, with what resolution, until when."""

    chosen: PublicIds
    resolution: Words
    main: Party
    others: list[str] = []
    internal_on: date | None = None


@post(
    "/staff/appeals/choose",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
)
async def choose_appeals(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The appeals that were chosen in a list, and the form of a resolution; nothing changes."""
    form = await read_form(request)
    given = parse_form(Choice, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _ask(request, view, [], staff=signed_in, now=now, status=422)
    chosen = given.listed if given.all else given.chosen
    view = FormView(values={"chosen": tuple(chosen)})
    if not chosen:
        view = with_mistakes(request, form, Mistakes(by_field={"chosen": "missing"}), SENTENCES)
    status = HTTP_200_OK if chosen else 422
    return await _ask(request, view, chosen, staff=signed_in, now=now, status=status)


@post(
    "/staff/appeals/share",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
)
async def share_appeals(
    request: PageRequest, signed_in: SignedIn, secret: Secret, now: Now
) -> Response[str]:
    """Give the chosen appeals to their executors; the answer says what became of each."""
    form = await read_form(request)
    given = parse_form(SharingForm, form, {"main": parse_party})
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        shown = [*form.list_values("shown"), *form.list_values("chosen")]
        return await _ask(request, view, shown, staff=signed_in, now=now, status=422)
    outcomes = await share_out(
        given.chosen,
        Order(
            text=given.resolution,
            main=given.main,
            others=[parse_party(each) for each in given.others],
            internal_on=given.internal_on,
        ),
        staff=signed_in,
        secret=secret,
        now=now,
        form=read_mark(form),
    )
    words = words_of(request)
    return page(
        request,
        "pages/desk/appeals/shared.html",
        given=sum(not each.code for each in outcomes),
        outcomes=[
            (each, words.gettext(_find_sentence(each.code), **each.facts) if each.code else "")
            for each in outcomes
        ],
    )


async def _ask(
    request: PageRequest,
    form: FormView,
    shown: list[str],
    *,
    staff: Staff,
    now: Now,
    status: int,
) -> Response[Any]:
    appeals = await list_to_share(shown, staff=staff)
    return page(
        request,
        "pages/desk/appeals/share.html",
        status=status,
        form=form,
        appeals=view_appeals(appeals, request, today=local_date(now)),
        executors=list_executors(await load_directory(staff=staff)),
    )


def _find_sentence(code: str) -> str:
    return REFUSALS.get(code, REFUSALS[Refusal.code])


HANDLERS: Final[list[ControllerRouterHandler]] = [choose_appeals, share_appeals]
