"""Nobody needs the web to book: what pages do, keys do."""

from litestar.handlers import HTTPRouteHandler

from hotline_sessions.domain.phone_menu import BACK, Step
from hotline_sessions.web.pages import (
    booking_choices,
    bookings,
    draw_entries,
    offers,
    slots,
    verification,
    waiting,
)


WEB_DEEDS = {
    "/sessions/{public_id:str}/book": {Step.NUMBER, Step.PHONE},
    "/sessions/{public_id:str}/code": {Step.SMS_CODE},
    "/sessions/{public_id:str}/code/again": {Step.NUMBER, Step.PHONE},
    "/sessions/{public_id:str}/slot": {Step.SLOT},
    "/bookings": {Step.OWN_CODE, Step.OWN_PHONE},
    "/bookings/{token:str}": {Step.OWN},
    "/bookings/{token:str}/cancel": {Step.SURE},
    "/bookings/{token:str}/choice": {Step.CHOICE},
    "/sessions/{public_id:str}/wait": {Step.WAIT},
    "/waiting/{token:str}": {Step.PLACE},
    "/waiting/{token:str}/leave": {Step.PLACE},
    "/o/{name:str}": {Step.PLACE},
    "/o/{name:str}/decline": {Step.PLACE},
    "/sessions/{public_id:str}/draw/register": {Step.LOT},
    "/sessions/{public_id:str}/draw/mine": {Step.LOT},
    "/draws/{token:str}": {Step.LOT},
    "/draws/{token:str}/withdraw": {Step.LOT},
}
ONLY_ON_THE_WEB = {"/bookings/{token:str}/earlier"}
"""To wish for an earlier time: by telephone another time is chosen at once."""

"""Pages on which a citizen does something about a booking, and the steps that do it by phone."""


def test_whatever_a_citizen_can_do_about_a_booking_on_the_web_can_be_done_by_phone() -> None:
    pages = {
        path
        for handler in (
            *verification.HANDLERS,
            *slots.HANDLERS,
            *bookings.HANDLERS,
            *booking_choices.HANDLERS,
            *waiting.HANDLERS,
            *offers.HANDLERS,
            *draw_entries.HANDLERS,
        )
        if isinstance(handler, HTTPRouteHandler)
        for path in handler.paths
        if not path.endswith("calendar.ics")
    }

    assert pages - ONLY_ON_THE_WEB == set(WEB_DEEDS)
    assert set().union(*WEB_DEEDS.values()) <= set(BACK)


def test_every_step_by_phone_leads_back_to_the_first_one() -> None:
    for step in BACK:
        seen = [step]
        while seen[-1] is not Step.SERVICE:
            seen.append(BACK[seen[-1]])
            assert len(seen) <= len(BACK)
