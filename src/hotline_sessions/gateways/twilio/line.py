"""Calls placed, moved and ended through Twilio."""

from typing import Any, Final

from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.network import CallOver, LineStatus, NetworkRefusal
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.gateways.twilio.addresses import Addresses, room_of
from hotline_sessions.gateways.twilio.errors import ask
from hotline_sessions.gateways.twilio.payloads import read_status


RING_SECONDS: Final = 25
"""How long an official's telephone rings; Twilio adds about five seconds."""
CALL_SECONDS: Final = 4 * 60 * 60
"""No call of ours costs longer than this, whatever goes wrong."""
PROGRESS: Final = ["initiated", "ringing", "answered", "completed"]
CALLABLE: Final = "+380"
"""We call numbers of Ukraine only: nobody can make us pay for calls elsewhere."""


class TwilioPhoneLine:
    """The port ``PhoneLine``, by Twilio's interface; every error is a ``NetworkError``."""

    def __init__(
        self,
        client: Any,  # noqa: ANN401 - the library has no types
        addresses: Addresses,
        caller_id: str,
    ) -> None:
        self._client = client
        self._addresses = addresses
        self._caller_id = caller_id

    async def ring(self, number: str, *, leg: PublicId) -> CallSid:
        """Call ``number``; returns as soon as Twilio has accepted it."""
        if not number.startswith(CALLABLE):
            raise NetworkRefusal
        call = await ask(
            self._client.calls.create_async(
                to=number,
                from_=self._caller_id,
                url=self._addresses.official_answered(leg),
                method="POST",
                status_callback=self._addresses.status(leg),
                status_callback_method="POST",
                status_callback_event=PROGRESS,
                timeout=RING_SECONDS,
                time_limit=CALL_SECONDS,
            )
        )
        return CallSid(call.sid)

    async def move_to_air(self, call: CallSid, *, leg: PublicId, turn: int) -> None:
        """Take a waiting citizen to the air; moving to the same turn twice is harmless."""
        await self._move(call, self._addresses.join(leg, turn))

    async def move_out(self, call: CallSid, *, leg: PublicId, why: Parting) -> None:
        """Say goodbye to a citizen, wherever he is."""
        await self._move(call, self._addresses.goodbye(leg, why))

    async def hang_up(self, call: CallSid) -> None:
        """End a call, ringing or answered; ending an ended call is not an error."""
        try:
            await ask(self._client.calls(call).update_async(status="completed"))
        except CallOver:
            return

    async def end_air(self, session: PublicId) -> None:
        """End the conference of a session; one that is not there is not an error."""
        for conference in await self._list_conferences(session):
            try:
                await ask(self._client.conferences(conference.sid).update_async(status="completed"))
            except CallOver:
                continue

    async def fetch_status(self, call: CallSid) -> LineStatus:
        """Whether a call is still going on.

        Raises:
            CallOver: Twilio does not know it (any more).
        """
        found = await ask(self._client.calls(call).fetch_async())
        return read_status(str(found.status))

    async def list_on_air(self, session: PublicId) -> frozenset[CallSid]:
        """Calls in the conference of a session."""
        sids: set[CallSid] = set()
        for conference in await self._list_conferences(session):
            participants = self._client.conferences(conference.sid).participants
            sids.update(
                CallSid(participant.call_sid)
                for participant in await ask(participants.list_async(limit=20))
            )
        return frozenset(sids)

    async def _move(self, call: CallSid, url: str) -> None:
        await ask(self._client.calls(call).update_async(url=url, method="POST"))

    async def _list_conferences(self, session: PublicId) -> list[Any]:
        """Conferences of the session that have not ended; one that nobody has started too."""
        found: list[Any] = []
        for status in ("in-progress", "init"):
            found += await ask(
                self._client.conferences.list_async(
                    friendly_name=room_of(session), status=status, limit=5
                )
            )
        return found
