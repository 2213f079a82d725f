"""What staff do for the official: hand out the link, and let somebody else answer."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Right
from hotline_sessions.domain.ids import OfficialId
from hotline_sessions.domain.phones import PhoneNumber, parse_phone
from hotline_sessions.gateways.qr import build_qr
from hotline_sessions.i18n import N_
from hotline_sessions.services.attendance_answers import find_attending
from hotline_sessions.services.official_access import get_access
from hotline_sessions.services.substitution import NothingToSubstitute, substitute_official
from hotline_sessions.web.dependencies import (
    Now,
    PageRequest,
    PublicUrl,
    Secret,
    SignedIn,
    facts_of,
)
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import locale_of, localized, words_of
from hotline_sessions.web.pages.attendance_words import ANSWERS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.templating import page


HELPERS: Final = [require_staff, require(Right.RUN_DESK, Right.PLAN_SESSIONS)]

SENTENCES: Final[Sentences] = {
    ("official", "missing"): N_("Choose who answers instead"),
    ("official", "nothing-to-substitute"): N_(
        "This official answers already, or the session is over"
    ),
}


class Substitution(Struct, frozen=True, kw_only=True):
    """Who answers instead, and on which number."""

    official: OfficialId
    ring_number: PhoneNumber | None = None


@get("/staff/sessions/{public_id:str}/official", include_in_schema=False, guards=HELPERS)
async def show_access(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    now: Now,
    secret: Secret,
    public_url: PublicUrl,
) -> Response[str]:
    """The official's link, PIN and numbers."""
    access = await get_access(public_id, staff=signed_in, secret=secret, now=now)
    path = localized(f"/official/{access.token}", locale_of(request))
    link = f"{public_url}{path}" if access.token else ""
    attending = await find_attending(public_id, staff=signed_in, now=now)
    answer = attending.answer if attending else None
    return page(
        request,
        "pages/official/access.html",
        attending=attending,
        answer=words_of(request).gettext(ANSWERS[answer]) if answer else "",
        access=access,
        session=access.session,
        link=link,
        qr=build_qr(link) if link else "",
    )


@get("/staff/sessions/{public_id:str}/substitute", include_in_schema=False, guards=HELPERS)
async def show_substitution(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now, secret: Secret
) -> Response[str]:
    """Ask who answers instead; nothing changes yet."""
    return await _show_form(request, public_id, signed_in, now, secret, FormView())


@post(
    "/staff/sessions/{public_id:str}/substitute",
    include_in_schema=False,
    guards=HELPERS,
    status_code=HTTP_200_OK,
)
async def substitute(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now, secret: Secret
) -> Response[str]:
    """Let another official answer; the old link opens nothing any more."""
    form = await read_form(request)
    wish = parse_form(Substitution, form, {"ring_number": parse_phone})
    if not isinstance(wish, Mistakes):
        try:
            await substitute_official(
                public_id,
                wish.official,
                ring_number=wish.ring_number,
                staff=signed_in,
                clock=facts_of(request).clock,
            )
        except NothingToSubstitute as refusal:
            wish = Mistakes(by_field={"official": refusal.code})
    if isinstance(wish, Mistakes):
        view = with_mistakes(request, form, wish, SENTENCES)
        return await _show_form(request, public_id, signed_in, now, secret, view, status=422)
    return lead_to(request, f"/staff/sessions/{public_id}/official")


async def _show_form(
    request: PageRequest,
    public_id: str,
    signed_in: SignedIn,
    now: Now,
    secret: Secret,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    access = await get_access(public_id, staff=signed_in, secret=secret, now=now)
    return page(
        request,
        "pages/official/substitute.html",
        status=status,
        access=access,
        session=access.session,
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_access, show_substitution, substitute]
