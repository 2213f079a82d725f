"""Nobody needs the web to book: what pages do, keys do."""

from litestar.handlers import HTTPRouteHandler

from hotline_sessions.domain.phone_menu import BACK, Step
from hotline_sessions.web.pages import booking_choices, bookings, slots, verification


WEB_DEEDS = {
    "/sessions/{public_id:str}/book": {Step.NUMBER, Step.PHONE},
    "/sessions/{public_id:str}/code": {Step.SMS_CODE},
    "/sessions/{public_id:str}/code/again": {Step.NUMBER, Step.PHONE},
    "/sessions/{public_id:str}/slot": {Step.SLOT},
    "/bookings": {Step.OWN_CODE, Step.OWN_PHONE},
    "/bookings/{token:str}": {Step.OWN},
    "/bookings/{token:str}/cancel": {Step.SURE},
    "/bookings/{token:str}/choice": {Step.CHOICE},
}
"""Pages on which a citizen does something about a booking, and the steps that do it by phone."""


def test_whatever_a_citizen_can_do_about_a_booking_on_the_web_can_be_done_by_phone() -> None:
    pages = {
        path
        for handler in (
            *verification.HANDLERS,
            *slots.HANDLERS,
            *bookings.HANDLERS,
            *booking_choices.HANDLERS,
        )
        if isinstance(handler, HTTPRouteHandler)
        for path in handler.paths
        if not path.endswith("calendar.ics")
    }

    assert pages == set(WEB_DEEDS)
    assert set().union(*WEB_DEEDS.values()) <= set(BACK)


def test_every_step_by_phone_leads_back_to_the_first_one() -> None:
    for step in BACK:
        seen = [step]
        while seen[-1] is not Step.SERVICE:
            seen.append(BACK[seen[-1]])
            assert len(seen) <= len(BACK)
