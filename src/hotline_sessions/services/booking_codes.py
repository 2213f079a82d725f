"""Open a booking on the telephone: by the number it was made with, and its code keyed in."""

import hmac
from datetime import datetime

import structlog

from hotline_sessions.domain.codes import CODE_DIGITS
from hotline_sessions.domain.errors import Invalid, TooMany
from hotline_sessions.domain.ids import InstitutionId, PublicId
from hotline_sessions.domain.phone_menu import ALL_TRIES, TRIES_PERIOD, may_try
from hotline_sessions.services.booking_orders import build_booking_mac
from hotline_sessions.store.dialogues import add_tries, count_tries, list_own_codes, lock_tries


log = structlog.get_logger()


class WrongBookingCode(Invalid):
    """No booking ahead has this number and this code; which of them is wrong is not said."""

    code = "wrong-booking-code"


class BookingCodesLocked(TooMany):
    """Too many wrong codes were keyed in: for now none is looked at, not even the right one."""

    code = "booking-codes-locked"


async def open_by_code(
    phone: str, digits: str, *, institution: InstitutionId, secret: bytes, now: datetime
) -> PublicId | WrongBookingCode | BookingCodesLocked:
    """The booking of ``phone`` with this code; within the transaction of whoever calls.

    Refusals are given back, not raised: the wrong try must be committed. Tries are counted
    against every booking of the number and for the institution as a whole, one after the
    other, so that parallel calls cannot guess more often than one could.
    """
    await lock_tries(institution)
    own = await list_own_codes(phone, institution=institution, now=now)
    if not own or len(digits) != CODE_DIGITS:
        return WrongBookingCode()
    ids = [each.id for each in own]
    of_booking, of_all = await count_tries(ids, institution=institution, since=now - TRIES_PERIOD)
    if not may_try(of_booking=of_booking, of_all=of_all):
        log.warning("booking_codes_locked", institution_id=institution, is_all=of_all >= ALL_TRIES)
        return BookingCodesLocked()
    for each in own:
        given = build_booking_mac(secret, each.session, digits)
        if hmac.compare_digest(given, each.mac):
            return each.public_id
    await add_tries(ids, institution=institution, now=now)
    return WrongBookingCode()
