"""Calls placed, moved and ended through Twilio."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.commands import Announce, Destination, Move, SetHold
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.network import CallOver, LineStatus, NetworkRefusal, Seat
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.recordings import RecordingSid
from hotline_sessions.gateways.twilio.addresses import Addresses, room_of
from hotline_sessions.gateways.twilio.errors import ask, read_name
from hotline_sessions.gateways.twilio.fallback import METHOD, choose_fallback
from hotline_sessions.gateways.twilio.payloads import read_status
from hotline_sessions.gateways.twilio.recordings import stop_recording, stop_recordings


RING_SECONDS: Final = 25
"""How long a telephone rings that we call; Twilio adds about five seconds."""
CALL_SECONDS: Final = 4 * 60 * 60
"""No call of ours costs longer than this, whatever goes wrong."""
PROGRESS: Final = ["initiated", "ringing", "answered", "completed"]
ROLES: Final = {Destination.ROOM: Role.OPERATOR, Destination.STUDIO: Role.OFFICIAL}
"""Whose places these are; all others are citizens'."""
CALLABLE: Final = "+380"
"""We call numbers of Ukraine only: nobody can make us pay for calls elsewhere."""


class TwilioPhoneLine:
    """The port ``PhoneLine``, by Twilio's interface; every error is a ``NetworkError``."""

    def __init__(
        self,
        client: Any,  # noqa: ANN401 - the library has no types
        addresses: Addresses,
        caller_id: str,
        *,
        trunk: str = "",
        fallback_url: str = "",
    ) -> None:
        """``trunk``: of a carrier of one's own; ``fallback_url``: what is played without us."""
        self._client = client
        self._addresses = addresses
        self._caller_id = caller_id
        self._trunk = trunk
        self._fallback_url = fallback_url

    async def ring(self, number: str, *, leg: PublicId, role: Role) -> CallSid:
        """Call ``number``; returns as soon as Twilio has accepted it."""
        if not number.startswith(CALLABLE):
            raise NetworkRefusal
        answered = {
            Role.CITIZEN: self._addresses.called_back,
            Role.OFFICIAL: self._addresses.official_answered,
            Role.OPERATOR: self._addresses.operator_answered,
        }
        call = await ask(
            self._client.calls.create_async(
                to=number,
                from_=self._caller_id,
                url=answered[role](leg),
                method="POST",
                status_callback=self._addresses.status(leg),
                status_callback_method="POST",
                status_callback_event=PROGRESS,
                timeout=RING_SECONDS,
                time_limit=CALL_SECONDS,
                **({"byoc": self._trunk} if self._trunk else {}),
                **self._list_fallback(role),
            )
        )
        return CallSid(read_name(call.sid))

    async def move(self, call: CallSid, move: Move) -> None:
        """Move a call to another place; moving it to the same place twice is harmless."""
        url, role = self._find_place(move), ROLES.get(move.to, Role.CITIZEN)
        await ask(
            self._client.calls(call).update_async(
                url=url, method="POST", **self._list_fallback(role)
            )
        )

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

    async def set_hold(self, call: CallSid, order: SetHold) -> None:
        """Hold a call on the air, or go on with it.

        Raises:
            CallOver: The call is not on the air.
        """
        hold: dict[str, object] = {"hold": order.is_held}
        if order.is_held:
            hold |= {"hold_url": self._addresses.held(order.leg), "hold_method": "POST"}
        await self._update_participant(order.session, call, hold)

    async def announce(self, call: CallSid, order: Announce) -> None:
        """Say something into one ear on the air.

        Raises:
            CallOver: The call is not on the air.
        """
        url = self._addresses.tell(order.leg, order.notice, order.turn)
        await self._update_participant(
            order.session, call, {"announce_url": url, "announce_method": "POST"}
        )

    async def stop_recording(self, call: CallSid, recording: RecordingSid) -> None:
        """Stop a recording of a call; one that has ended, or is not there, is not an error.

        It is named: the call may be on the air again by now, and be recorded anew.
        """
        await stop_recording(self._client, call, recording)

    async def stop_recordings(self, call: CallSid, *, until: datetime | None) -> None:
        """Stop recordings of talks in a call that began ``until`` then, whatever their names."""
        await stop_recordings(self._client, call, until=until)

    async def fetch_status(self, call: CallSid) -> LineStatus:
        """Whether a call is still going on.

        Raises:
            CallOver: Twilio does not know it (any more).
        """
        found = await ask(self._client.calls(call).fetch_async())
        return read_status(str(found.status))

    async def find_calls(self, number: str, *, since: datetime) -> list[CallSid]:
        """Calls that were placed to ``number`` since then, the latest first."""
        found = await ask(
            self._client.calls.list_async(
                to=number, from_=self._caller_id, start_time_after=since, limit=20
            )
        )
        return [CallSid(call.sid) for call in found]

    async def list_on_air(self, session: PublicId) -> Mapping[CallSid, Seat]:
        """Calls in the conference of a session: since when, and whether each is held."""
        seats: dict[CallSid, Seat] = {}
        for conference in await self._list_conferences(session):
            participants = self._client.conferences(conference.sid).participants
            for participant in await ask(participants.list_async(limit=20)):
                seats[CallSid(participant.call_sid)] = Seat(
                    since=participant.date_created, is_held=bool(participant.hold)
                )
        return seats

    async def _update_participant(
        self, session: PublicId, call: CallSid, changes: dict[str, object]
    ) -> None:
        conferences = await self._list_conferences(session)
        if not conferences:
            raise CallOver
        for conference in conferences:
            participant = self._client.conferences(conference.sid).participants(call)
            await ask(participant.update_async(**changes))

    def _list_fallback(self, role: Role) -> dict[str, str]:
        """What is played without us to somebody in ``role``: Twilio forgets it with each move."""
        url = choose_fallback(self._fallback_url, role)
        return {"fallback_url": url, "fallback_method": METHOD} if url else {}

    def _find_place(self, move: Move) -> str:
        where, leg, turn = self._addresses, move.leg, move.turn
        match move.to:
            case Destination.AIR:
                return where.join(leg, turn)
            case Destination.QUEUE:
                return where.back_to_queue(leg, turn)
            case Destination.QUESTION:
                return where.question(leg, move.why or Parting.CLOSED, turn)
            case Destination.SCREEN:
                return where.screen(leg, turn)
            case Destination.ROOM:
                return where.operator_enters(leg, turn)
            case Destination.STUDIO:
                return where.official_back(leg, turn)
            case Destination.GOODBYE:
                return where.goodbye(leg, move.why or Parting.TALKED)

    async def _list_conferences(self, session: PublicId) -> list[Any]:
        """Conferences of the session that have not ended; only if there is none, one not begun."""
        for status in ("in-progress", "init"):
            conferences = self._client.conferences
            name = room_of(session)
            found = await ask(conferences.list_async(friendly_name=name, status=status, limit=5))
            if found:
                return list(found)
        return []
