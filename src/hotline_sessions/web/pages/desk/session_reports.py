"""The report of a session: numbers drawn from the register, words, and a second person."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.session_reports import (
    ReportState,
    ReportWords,
    SessionNotOver,
    WithdrawReason,
)
from hotline_sessions.i18n import N_
from hotline_sessions.services.session_reports import (
    approve_report,
    get_report,
    propose_report,
    withdraw_report,
)
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    BLANK_FORM,
    Form,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import locale_of, words_of
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.pages.report_words import view_report
from hotline_sessions.web.templating import page


REPORTERS: Final = [require_staff, require(Right.PLAN_SESSIONS, Right.ANSWER_APPEALS)]
PATH: Final = "/staff/sessions/{public_id:str}/report"

STATES: Final = {
    ReportState.PROPOSED: N_("Waits for another person to approve it"),
    ReportState.PUBLISHED: N_("The public reads it"),
    ReportState.REPLACED: N_("Replaced by a later one"),
    ReportState.WITHDRAWN: N_("Taken back from the public"),
}

SENTENCES: Final[Sentences] = {
    ("words", "missing"): N_("Write what the public may read"),
    ("withdraw_reason", "missing"): N_("Write why it is taken back"),
}


class ProposeForm(Struct, frozen=True, kw_only=True):
    """Words beside the numbers; the numbers alone are a report too."""

    words: ReportWords = ""


class ApproveForm(Struct, frozen=True, kw_only=True):
    """The edition that was looked at."""

    seen: int


class WithdrawForm(Struct, frozen=True, kw_only=True):
    """Why the public reads it no more."""

    withdraw_reason: WithdrawReason


@get(PATH, include_in_schema=False, guards=REPORTERS)
async def show_report(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """What the public reads of a session, what waits for approval, and what can be drawn now."""
    return await _show(request, public_id, signed_in, BLANK_FORM)


@post(f"{PATH}/{{deed:str}}", include_in_schema=False, guards=REPORTERS, status_code=HTTP_200_OK)
async def change_report(
    request: PageRequest,
    public_id: FromPath[str],
    deed: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """Propose, approve or withdraw; mistakes are told at their fields."""
    form = await read_form(request)
    field = {"propose": "words", "approve": "seen", "withdraw": "withdraw_reason"}.get(deed)
    if field is None:
        raise NotFound
    try:
        mistakes = await _change(deed, public_id, form, signed_in, now)
    except (NotFound, SessionNotOver):
        raise
    except Refusal as refusal:
        view = refuse_field(request, form, field, refusal)
        return await _show(request, public_id, signed_in, view, status=status_of(refusal))
    if mistakes is not None:
        view = with_mistakes(request, form, mistakes, SENTENCES)
        return await _show(request, public_id, signed_in, view, status=422)
    return lead_to(request, f"/staff/sessions/{public_id}/report")


async def _change(deed: str, public_id: str, form: Form, staff: Staff, now: Now) -> Mistakes | None:
    if deed == "propose":
        proposed = parse_form(ProposeForm, form)
        if isinstance(proposed, Mistakes):
            return proposed
        await propose_report(public_id, proposed.words, staff=staff, now=now)
    elif deed == "approve":
        approved = parse_form(ApproveForm, form)
        if isinstance(approved, Mistakes):
            return approved
        await approve_report(public_id, approved.seen, staff=staff, now=now)
    else:
        withdrawn = parse_form(WithdrawForm, form)
        if isinstance(withdrawn, Mistakes):
            return withdrawn
        await withdraw_report(public_id, withdrawn.withdraw_reason, staff=staff, now=now)
    return None


async def _show(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    card = await get_report(public_id, staff=staff)
    words, locale = words_of(request), locale_of(request)
    return page(
        request,
        "pages/desk/reports/show.html",
        status=status,
        form=form,
        session=card.session,
        drawn=view_report(card.drawn, words, locale, on=card.session.held_on),
        editions=[
            (words.gettext(STATES[each.state]), each)
            for each in card.editions
            if each.state is not ReportState.PROPOSED
        ],
        proposed=card.proposed,
        waiting=card.proposed
        and view_report(card.proposed.figures, words, locale, on=card.session.held_on),
        published=card.published,
        is_own=card.is_own,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_report, change_report]
