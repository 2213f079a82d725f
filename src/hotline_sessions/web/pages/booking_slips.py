"""The booking on paper: a sheet to print and to put beside the telephone."""

import asyncio
from typing import Final

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.booking_choices import is_claim
from hotline_sessions.domain.bookings import BookingOver
from hotline_sessions.gateways.documents import build_slip_pdf
from hotline_sessions.services.bookings import get_own_booking
from hotline_sessions.web.cookies import read_code
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.file_answers import answer_pdf
from hotline_sessions.web.links import read_booking
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.booking_words import write_slip
from hotline_sessions.web.pages.bookings import is_ahead
from hotline_sessions.web.pages.verification import PERSONAL


FILE_NAME: Final = "talk.pdf"
"""The same for everybody: what a printer's list of jobs shows must tell nothing."""


@get("/bookings/{token:str}/slip.pdf", include_in_schema=False, opt=PERSONAL)
async def print_slip(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[bytes]:
    """The sheet; the code is on it while the device still holds it.

    Raises:
        BookingOver: There is no talk ahead to put it beside the telephone for.
    """
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    if not is_ahead(own, now=now) or is_claim(own.booking, own.announcement):
        raise BookingOver
    code = read_code(request, own.booking.public_id) or ""
    slip = write_slip(own, code, words_of(request))
    content = await asyncio.to_thread(build_slip_pdf, slip, made_at=now)
    return answer_pdf(FILE_NAME, content)


HANDLERS: Final[list[ControllerRouterHandler]] = [print_slip]
