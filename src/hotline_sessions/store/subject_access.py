"""What is held on the author of an appeal beside the card itself."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import BookingId, CallId, InstitutionId
from hotline_sessions.store.engine import fetch_row, fetch_rows


class HeldCall(Struct, frozen=True, kw_only=True):
    """The call in which the question was asked."""

    started_at: datetime
    ended_at: datetime | None
    number: str | None
    language: str
    consent_to_recording: str
    consented_at: datetime | None


class HeldRecording(Struct, frozen=True, kw_only=True):
    """A recording of that call; ``expires_at`` is when it is erased."""

    kind: str
    state: str
    seconds: int
    expires_at: datetime | None


class HeldBooking(Struct, frozen=True, kw_only=True):
    """The booking from which the appeal was filed."""

    reference: str
    name: str
    phone: str
    question: str
    starts_at: datetime
    state: str


class HeldMessage(Struct, frozen=True, kw_only=True):
    """A message about the appeal; without its words, which may hold a code."""

    purpose: str
    channel: str
    recipient: str
    noted_at: datetime
    state: str


async def find_call(call: CallId) -> HeldCall | None:
    """The call, as far as its caller is concerned."""
    row = await fetch_row(
        """select started_at, ended_at, peer_number as number, language,
                  consent as consent_to_recording, consented_at
             from call where id = $1""",
        call,
    )
    return None if row is None else msgspec.convert(dict(row), HeldCall)


async def list_recordings_of(call: CallId) -> list[HeldRecording]:
    """Recordings of the call, erased ones too."""
    rows = await fetch_rows(
        "select kind, state, seconds, expires_at from recording where call = $1 order by id", call
    )
    return [msgspec.convert(dict(row), HeldRecording) for row in rows]


async def find_booking_of(booking: BookingId) -> HeldBooking | None:
    """The booking, as its owner sees it."""
    row = await fetch_row(
        """select b.reference, b.caller_name as name, b.phone, b.question, t.starts_at, b.state
             from booking b join slot t on t.id = b.slot where b.id = $1""",
        booking,
    )
    return None if row is None else msgspec.convert(dict(row), HeldBooking)


async def list_messages_of(register_index: str, *, institution: InstitutionId) -> list[HeldMessage]:
    """Messages about the appeal with this number."""
    rows = await fetch_rows(
        """select purpose, channel, recipient, noted_at, state from message
            where institution = $1 and starts_with(key, $2) order by id""",
        institution,
        f"appeal:{institution}:{register_index}:",
    )
    return [msgspec.convert(dict(row), HeldMessage) for row in rows]
