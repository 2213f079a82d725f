"""Which officials will come to their sessions, and where each of them is invited."""

from typing import Annotated, Final, Literal

from litestar import Response, get, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import LONGEST_EMAIL, BadReplyEmail
from hotline_sessions.domain.ids import OfficialId
from hotline_sessions.i18n import N_
from hotline_sessions.services.attendance_answers import (
    keep_address,
    list_attendance,
    list_people,
)
from hotline_sessions.services.attendance_deeds import list_substitutes
from hotline_sessions.services.attendance_mailbox import list_odd
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.attendance_words import ANSWERS, ODD, TROUBLES
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to
from hotline_sessions.web.templating import page


PATH: Final = "/staff/officials/attendance"

SENTENCES: Final[Sentences] = {
    ("official", "missing"): N_("Choose an official"),
    ("email", "too-long"): N_("Enter an e-mail address, for example name@example.com"),
}


class AddressForm(Struct, frozen=True, kw_only=True):
    """Where an official is invited, and in which language; empty: nowhere."""

    official: OfficialId
    email: Annotated[str, Meta(max_length=LONGEST_EMAIL)] = ""
    language: Literal["uk", "en"] = "uk"


@get(PATH, include_in_schema=False, guards=PLANNERS)
async def show_attendance_list(
    request: PageRequest, signed_in: SignedIn, now: Now
) -> Response[str]:
    """Announced sessions, and what their officials have answered."""
    return await show_list(request, signed_in, now, BLANK_FORM)


@post(PATH, include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def change_address(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Invite an official to this address from now on."""
    form = await read_form(request)
    given = parse_form(AddressForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await show_list(request, signed_in, now, view, status=422)
    try:
        await keep_address(
            given.official, given.email, language=given.language, staff=signed_in, now=now
        )
    except BadReplyEmail as refusal:
        view = refuse_field(request, form, "email", refusal)
        return await show_list(request, signed_in, now, view, status=status_of(refusal))
    return lead_to(request, PATH)


async def show_list(
    request: PageRequest,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The page, with a form as it was typed."""
    words = words_of(request)
    attending = await list_attendance(staff=staff, now=now)
    troubles = {each.session: trouble for each in attending if (trouble := each.find_trouble(now))}
    troubled = [each for each in attending if each.session in troubles]
    return page(
        request,
        "pages/desk/officials/attendance.html",
        status=status,
        at=PATH,
        now=now,
        attending=attending,
        troubled=troubled,
        troubles={key: words.gettext(TROUBLES[each]) for key, each in troubles.items()},
        substitutes=await list_substitutes(troubled, staff=staff),
        odd=await list_odd(staff=staff, now=now),
        odd_words={each: words.gettext(text) for each, text in ODD.items()},
        people=await list_people(staff=staff),
        answers={each: words.gettext(text) for each, text in ANSWERS.items()},
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_attendance_list, change_address]
