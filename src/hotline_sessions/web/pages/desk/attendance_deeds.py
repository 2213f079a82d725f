"""What staff decide on the page of attendance: a substitute, or the time that was proposed."""

from datetime import datetime
from typing import Annotated, Final, Literal

from litestar import Response, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.conflicts import Clashing
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.ids import OfficialId
from hotline_sessions.domain.sessions import ImpossibleStep
from hotline_sessions.i18n import N_
from hotline_sessions.services.attendance_deeds import (
    ProposalGone,
    accept_proposal,
    decline_proposal,
)
from hotline_sessions.services.attendance_mailbox import see_to
from hotline_sessions.services.substitution import NothingToSubstitute, substitute_official
from hotline_sessions.web.dependencies import (
    Now,
    PageRequest,
    PublicUrl,
    Secret,
    SignedIn,
    facts_of,
)
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import Mistakes, Sentences, parse_form, read_form, with_mistakes
from hotline_sessions.web.pages.desk.attendance import PATH, show_list
from hotline_sessions.web.pages.desk.plan_forms import FIELDS_OF_REFUSALS
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to


SENTENCES: Final[Sentences] = {
    ("substitute", "missing"): N_("Choose who answers instead"),
}

Name = Annotated[str, Meta(min_length=1, max_length=64)]

UNFIT: Final[tuple[type[Refusal], ...]] = (
    Clashing,
    ImpossibleStep,
    ProposalGone,
    *FIELDS_OF_REFUSALS,
)
"""Why a proposed time cannot be taken."""


class SubstituteForm(Struct, frozen=True, kw_only=True):
    """Who answers instead, in which session."""

    session: Name
    substitute: OfficialId


class ProposalForm(Struct, frozen=True, kw_only=True):
    """What becomes of a proposed time; ``proposed_at`` is the one that was read."""

    session: Name
    proposed_at: Annotated[datetime, Meta(tz=True)]
    deed: Literal["accept", "decline"]


class SeenForm(Struct, frozen=True, kw_only=True):
    """Which answer was seen to."""

    reply: Annotated[int, Meta(ge=1, le=2**63 - 1)]


@post(f"{PATH}/substitute", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def choose_substitute(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Let another official answer; both are told, and who has booked."""
    form = await read_form(request)
    given = parse_form(SubstituteForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await show_list(request, signed_in, now, view, status=422)
    try:
        await substitute_official(
            given.session, given.substitute, staff=signed_in, clock=facts_of(request).clock
        )
    except (Clashing, NothingToSubstitute) as refusal:
        view = refuse_field(request, form, "substitute", refusal)
        return await show_list(request, signed_in, now, view, status=status_of(refusal))
    return lead_to(request, PATH)


@post(f"{PATH}/proposal", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def decide_proposal(
    request: PageRequest, signed_in: SignedIn, now: Now, secret: Secret, public_url: PublicUrl
) -> Response[str]:
    """Move the session to the time that its official proposes, or leave it where it is."""
    form = await read_form(request)
    given = parse_form(ProposalForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await show_list(request, signed_in, now, view, status=422)
    try:
        if given.deed == "accept":
            await accept_proposal(given.session, given.proposed_at, staff=signed_in, now=now)
        else:
            await decline_proposal(
                given.session,
                given.proposed_at,
                secret=secret,
                public_url=public_url,
                staff=signed_in,
                now=now,
            )
    except UNFIT as refusal:
        view = refuse_field(request, form, "deed", refusal)
        return await show_list(request, signed_in, now, view, status=status_of(refusal))
    return lead_to(request, PATH)


@post(f"{PATH}/seen", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def note_seen(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Take an answer that was not applied off the list: somebody has asked the official."""
    form = await read_form(request)
    given = parse_form(SeenForm, form)
    if isinstance(given, Mistakes):
        raise NotFound
    await see_to(given.reply, staff=signed_in, now=now)
    return lead_to(request, PATH)


HANDLERS: Final[list[ControllerRouterHandler]] = [choose_substitute, decide_proposal, note_seen]
