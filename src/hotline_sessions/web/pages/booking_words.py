"""What is said of a booking on its page and on paper, in the same words."""

from hotline_sessions.domain import phones
from hotline_sessions.domain.references import build_reference
from hotline_sessions.domain.times import local_date
from hotline_sessions.gateways.documents import BookingSlip
from hotline_sessions.i18n import Words, format_clock, format_day
from hotline_sessions.services.bookings import OwnBooking
from hotline_sessions.web.pages.briefing_words import REGIONS


def write_slip(own: OwnBooking, code: str, words: Words) -> BookingSlip:
    """The sheet in the reader's language; ``code`` is empty where it is not known any more."""
    booking, session = own.booking, own.announcement
    post = session.post_title(words.locale)
    return BookingSlip(
        title=words.gettext("Your talk by telephone"),
        institution=session.institution_name(words.locale),
        language=words.locale,
        region=REGIONS[words.locale],
        who=[session.official_name, post] if session.official_name else [post],
        day=format_day(local_date(booking.starts_at), words.locale),
        clock=format_clock(booking.starts_at, words.locale),
        call=words.gettext("We call you at this time. You can also call us yourself:")
        if booking.wants_call_back
        else words.gettext("At your time call this number yourself"),
        number=phones.display(session.line_number) if session.line_number else "",
        code_title=words.gettext("Your code:"),
        code=f"{code[:3]} {code[3:]}" if code else "",
        code_text=""
        if code
        else words.gettext(
            "it is in the SMS about your booking and ends in %(digits)s.",
            digits=booking.code_hint,
        ),
        steps_title=words.gettext("What to do at your time"),
        steps=list_steps(own, words),
        reference_title=words.gettext("Number of the booking, should you ask about it:"),
        reference=build_reference(booking.public_id),
        foot=words.gettext("The call is free of charge") if session.line_is_free else "",
    )


def list_steps(own: OwnBooking, words: Words) -> list[str]:
    """What the citizen does at the time of the talk, one thing after the other."""
    booking = own.booking
    clock = format_clock(booking.starts_at, words.locale)
    if booking.wants_call_back:
        return [
            words.gettext(
                "Keep the telephone beside you: it rings shortly before %(clock)s.", clock=clock
            ),
            words.gettext("Answer and press 1: then you are put through to the official."),
            words.gettext("If nobody has rung by your time, call the number yourself."),
        ]
    return [
        words.gettext(
            "Call a minute or two before %(clock)s from the phone you have confirmed.", clock=clock
        ),
        words.gettext(
            "Key in %(digits)s, the last two digits of your code, when the voice asks for them.",
            digits=booking.code_hint,
        ),
        words.gettext("Stay on the line: at your time you are put through to the official."),
    ]
