"""A booked question as a written appeal: it gets its number now, whatever comes of the talk.

The term runs from the day of the form. Source: Law 393/96-ВР, art. 5, 20.
"""

from datetime import datetime
from typing import Final

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import (
    BY_POST_OR_EMAIL,
    Appeal,
    GivenName,
    NewAppeal,
    QuestionText,
    Residence,
    Surname,
)
from hotline_sessions.domain.bookings import Booking
from hotline_sessions.services.registering import Origin, Registered, enter, prepare
from hotline_sessions.store.booking_appeals import find_appeal_of_booking
from hotline_sessions.store.bookings import lock_booking
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

KIND: Final = "3.2"
"""What is filed is an application until a clerk finds a proposal or a complaint in it.

Source: CMU Resolution 858/2008, 3.2.
"""


class WrittenAppeal(Struct, frozen=True, kw_only=True):
    """What the law asks of a written appeal beyond the phone, which the booking has proven.

    ``email`` is where the reply goes; without one it goes by post to ``residence``.
    ``form_of_receipt`` is a code of the classifier: by telephone where it was said there.
    """

    surname: Surname
    given_name: GivenName
    patronymic: str = ""
    residence: Residence
    email: str = ""
    question: QuestionText
    form_of_receipt: str = BY_POST_OR_EMAIL


async def find_filed(booking: Booking) -> Appeal | None:
    """The appeal that was filed from this booking."""
    return await find_appeal_of_booking(booking.id)


async def file_appeal(
    booking_name: str, written: WrittenAppeal, *, secret: bytes, now: datetime
) -> Registered:
    """Register the question of a booking as a written appeal; the booking stays as it is.

    Exactly once per booking: a second form, however filled in, leads to the same appeal,
    and its code is not told again.

    Raises:
        NotFound: There is no such booking.
    """
    async with transaction():
        return await file(await lock_booking(booking_name), written, secret=secret, now=now)


async def file(
    booking: Booking,
    written: WrittenAppeal,
    *,
    secret: bytes,
    now: datetime,
    by: Staff | None = None,
) -> Registered:
    """The same within the transaction of whoever calls, with the booking locked.

    ``by`` is who of the staff wrote it down for a citizen on the telephone.
    """
    if known := await find_appeal_of_booking(booking.id):
        return Registered(appeal=known, code="")
    home = await get_institution(booking.institution)
    draft = prepare(
        build_new(booking, written),
        Origin(
            received_at=now,
            session=booking.session,
            booking=booking.id,
            form_of_receipt=written.form_of_receipt,
        ),
        home,
        form_key=f"booking:{booking.public_id}",
        action="appeal_filed",
        by=by.account if by else None,
        secret=secret,
        now=now,
        facts={"booking": booking.id},
        language=booking.language,
    )
    (done,) = await enter([draft])
    log.info("appeal_filed", appeal_id=done.appeal.id, booking_id=booking.id)
    return done


def build_new(booking: Booking, written: WrittenAppeal) -> NewAppeal:
    """The appeal to be registered; it is always studied, and answered in writing."""
    return NewAppeal(
        surname=written.surname,
        given_name=written.given_name,
        patronymic=written.patronymic,
        residence=written.residence,
        phone=booking.phone,
        email=written.email,
        kind=KIND,
        question=written.question,
    )
