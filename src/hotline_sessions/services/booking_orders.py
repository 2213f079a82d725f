"""From a wish to the order that the database carries out, and from its answer to a booking."""

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from hotline_sessions.domain.bookings import (
    AlreadyBooked,
    Booking,
    BookingState,
    Caller,
    Origin,
    OtherForm,
    SessionNotBookable,
    TooManyBookings,
    TooManyMissed,
    Wish,
)
from hotline_sessions.domain.codes import CODE_SPACE, build_code, mac, tail
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.ids import AccountId, BookingId, PublicId
from hotline_sessions.domain.registration import (
    DrawSession,
    RegistrationClosed,
    RegistrationNotOpen,
)
from hotline_sessions.domain.slots import SlotTaken, SlotTooSoon
from hotline_sessions.services.sent_forms import SentForm, build_mark
from hotline_sessions.services.tokens import build_token_mac, draw_code
from hotline_sessions.store.book_many import BookingOrder, BookingResult
from hotline_sessions.store.public_ids import draw_public_id


class PhoneNotProven(Refusal):
    """The device does not hold the proof of a phone, or holds one that is too old."""

    code = "phone-not-proven"


class Proof(Struct, frozen=True):
    """What a device holds whose phone was proven."""

    token: str


class Way(Struct, frozen=True, kw_only=True):
    """How a wish came: by which way, in which language, written down by whom."""

    origin: Origin = Origin.WEB
    language: str = "uk"
    email: str = ""
    author: AccountId | None = None
    replaces: BookingId | None = None
    form: SentForm | None = None


Bearer: TypeAlias = Caller | Proof
ON_THE_WEB: Final = Way()

_REFUSALS: Final[Mapping[str, Callable[[str], Refusal]]] = MappingProxyType(
    {
        "no-proof": lambda _: PhoneNotProven(),
        "no-session": lambda _: NotFound(),
        "no-slot": lambda _: NotFound(),
        "not-bookable": lambda _: SessionNotBookable(),
        "not-open": lambda fact: RegistrationNotOpen(opens_at=fact),
        "closed": lambda _: RegistrationClosed(),
        "draw": lambda _: DrawSession(),
        "too-soon": lambda fact: SlotTooSoon(minutes=int(fact)),
        "monthly": lambda fact: TooManyBookings(cap=int(fact)),
        "missed": lambda fact: TooManyMissed(missed=int(fact)),
        "already": lambda _: AlreadyBooked(),
        "taken": lambda _: SlotTaken(),
        "other-form": lambda _: OtherForm(),
    }
)


def build_order(
    session: str,
    wish: Wish,
    bearer: Bearer,
    way: Way,
    *,
    secret: bytes,
    now: datetime,
    attempt: int,
) -> BookingOrder:
    """The order for a wish; ``attempt`` counts the codes that turned out to be somebody else's."""
    code = draw_code() if way.form is None else derive_code(way.form, secret, session, attempt)
    caller = None if isinstance(bearer, Proof) else bearer
    proof = bearer.token if isinstance(bearer, Proof) else None
    return BookingOrder(
        moment=now,
        session=session,
        proof=None if proof is None else build_token_mac(secret, "phone-proof", proof),
        phone=None if caller is None else caller.phone,
        name=None if caller is None else caller.name,
        starts_at=wish.starts_at,
        community=wish.community,
        question=wish.question,
        wants_call_back=wish.wants_call_back,
        code=code,
        code_mac=build_booking_mac(secret, PublicId(session), code),
        public_id=draw_public_id(),
        mark=build_mark(way.form, name_bearer(bearer), secret) if way.form else None,
        digest=way.form.digest if way.form else None,
        language=way.language,
        email=way.email,
        origin=way.origin.value,
        author=way.author,
        replaces=way.replaces,
    )


def read_booking(order: BookingOrder, result: BookingResult) -> Booking:
    """The booking that an order has led to.

    Raises:
        Refusal: It has led to none; the refusal says why.
    """
    refusal = _REFUSALS.get(result.outcome)
    if refusal is not None:
        raise refusal(result.fact or "0")
    return msgspec.convert(
        msgspec.structs.asdict(result)
        | {
            "community": order.community,
            "question": order.question,
            "wants_call_back": order.wants_call_back,
            "code_hint": tail(order.code),
            "state": BookingState.BOOKED,
        },
        Booking,
    )


def derive_code(form: SentForm, secret: bytes, session: str, attempt: int) -> str:
    """Six uniform digits that belong to one form: sent again it gets the same ones.

    Nobody can compute them without ``secret``; the code is kept as a keyed hash all the same.
    """
    drawn = mac(secret, "booking-code", session, f"{form.mark}.{form.digest}.{attempt}")
    return build_code(int(drawn, 16) % CODE_SPACE)


def build_booking_mac(secret: bytes, session: PublicId, code: str) -> str:
    """What is stored in place of the code of a booking, and looked up when it is keyed in."""
    return mac(secret, "booking", session, code)


def name_bearer(bearer: Bearer) -> str:
    """Whose a form is."""
    return bearer.token if isinstance(bearer, Proof) else bearer.phone


def is_code_of(booking_mac: str, secret: bytes, session: PublicId, code: str) -> bool:
    """Whether ``code`` is the one that is kept as ``booking_mac``."""
    return hmac.compare_digest(build_booking_mac(secret, session, code), booking_mac)
