"""Calls of the past, and what was recorded in them, as Twilio remembers them."""

from datetime import UTC, datetime
from typing import Any

from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.network import OutcomeUnknown
from hotline_sessions.domain.parties import find_caller, list_called
from hotline_sessions.domain.recordings import FoundRecording
from hotline_sessions.domain.strays import StrayCall
from hotline_sessions.gateways.twilio.errors import ask
from hotline_sessions.gateways.twilio.recordings import LISTED, build_found


class TwilioStrays:
    """The port ``StrayFinder``; every error is a ``NetworkError``."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - the library has no types
        self._client = client

    async def list_kept(self) -> list[FoundRecording]:
        """Recordings that Twilio has."""
        found = await ask(self._client.recordings.list_async(limit=LISTED))
        return [build_found(each) for each in found if each.call_sid and each.start_time]

    async def fetch_call(self, call: CallSid) -> StrayCall:
        """A call of the past.

        Raises:
            CallOver: Twilio does not know it.
        """
        found = await ask(self._client.calls(call).fetch_async())
        started = found.start_time or found.date_created
        if not isinstance(started, datetime):
            raise OutcomeUnknown
        to, forwarded_from = str(found.to or ""), str(found.forwarded_from or "")
        return StrayCall(
            called=list_called(to, forwarded_from),
            # The library calls it so: ``from`` is a word of the language.
            caller=find_caller(
                str(found._from or ""),  # noqa: SLF001 - its name in the library
                to=to,
                forwarded_from=forwarded_from,
            ),
            started_at=started.replace(tzinfo=started.tzinfo or UTC),
        )
