"""What stands in a booking made by keys in place of words, and what an appeal is made of then."""

import msgspec

from hotline_sessions.domain.appeals import BY_TELEPHONE
from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.names import split_name
from hotline_sessions.i18n import DEFAULT_LOCALE, load_catalogues
from hotline_sessions.services.booking_appeals import WrittenAppeal


def build_written(booking: Booking) -> WrittenAppeal | None:
    """The appeal that a booking can be turned into without a word; None if something is missing.

    Who lives where is known by the community; a clerk asks for more by telephone. A booking made
    by keys has neither name nor question. Source: Law 393/96-ВР, art. 5.
    """
    said = {booking.caller_name, booking.community, booking.question}
    if said & {by_phone(), not_said(), to_be_asked()}:
        return None
    facts = split_name(booking.caller_name) | {
        "residence": booking.community,
        "email": booking.email,
        "question": booking.question,
        "form_of_receipt": BY_TELEPHONE,
    }
    try:
        return msgspec.convert(facts, WrittenAppeal)
    except msgspec.ValidationError:
        return None


def by_phone() -> str:
    """What stands in place of a name until the operator has asked for it."""
    return load_catalogues().words(DEFAULT_LOCALE).gettext("Booked by phone")


def not_said() -> str:
    """What stands in place of the place where the citizen lives."""
    return load_catalogues().words(DEFAULT_LOCALE).gettext("not said")


def to_be_asked() -> str:
    """What stands in place of the question."""
    return (
        load_catalogues()
        .words(DEFAULT_LOCALE)
        .gettext("Booked by phone: ask the citizen for the name and the question.")
    )
