"""Recordings at Twilio: listed, fetched, stopped, deleted.

Where the sound is fetched from is put together here, out of the configured address of the
interface, our account and the recording's name: an address that came with a request is
never followed.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.network import CallOver, NetworkRefusal
from hotline_sessions.domain.recordings import FoundRecording, RecordingSid, SoundStatus
from hotline_sessions.gateways.twilio.errors import ask


API: Final = "https://api.twilio.com"
FORMAT: Final = ".mp3?RequestedChannels=2"
"""Both voices apart, at a quarter of the size of WAV.

Source: https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file
"""
LISTED: Final = 500
"""Recordings looked at in one round; what is copied is deleted, so there are few."""
OF_ONE_CALL: Final = 50
"""Recordings of one call that are looked at: as many talks as nobody has in one call."""
QUESTION: Final = "RecordVerb"
"""Twilio's word for what was spoken after the tone."""

Fetch: TypeAlias = Callable[[str], Awaitable[bytes]]

_STATUSES: Final[Mapping[str, SoundStatus]] = MappingProxyType(
    {
        "completed": SoundStatus.COMPLETED,
        "absent": SoundStatus.ABSENT,
        "failed": SoundStatus.ABSENT,
    }
)


async def stop_recording(client: Any, call: CallSid, recording: RecordingSid) -> None:  # noqa: ANN401 - the library has no types
    """End a recording; one that has ended, or is not there, is not an error."""
    with suppress(CallOver, NetworkRefusal):
        await ask(client.calls(call).recordings(recording).update_async(status="stopped"))


async def stop_recordings(client: Any, call: CallSid, *, until: datetime | None) -> None:  # noqa: ANN401 - the library has no types
    """End what records a talk in ``call`` and began ``until`` then."""
    try:
        listed = await ask(client.calls(call).recordings.list_async(limit=OF_ONE_CALL))
    except (CallOver, NetworkRefusal):
        return
    found = [build_found(each) for each in listed if each.call_sid and each.start_time]
    for each in found:
        is_talk = each.status is SoundStatus.UNDER_WAY and not each.is_question
        if is_talk and (until is None or each.started_at <= until):
            await stop_recording(client, call, each.sid)


class TwilioRecordings:
    """The port ``Recorder``, by Twilio's interface; every error is a ``NetworkError``.

    ``fetch`` gives what stands at an address of Twilio's; ``base_url`` is empty unless Twilio
    is simulated.
    """

    def __init__(
        self,
        client: Any,  # noqa: ANN401 - the library has no types
        fetch: Fetch,
        *,
        account_sid: str,
        base_url: str = "",
    ) -> None:
        self._client = client
        self._fetch = fetch
        self._folder = f"/2010-04-01/Accounts/{account_sid}/Recordings"
        self._base = urlsplit(base_url)

    async def fetch_sound(self, recording: RecordingSid) -> bytes:
        """The sound, both channels.

        Raises:
            RecordingGone: Twilio has none, or not yet.
            NotSound: It is too large, or leads elsewhere.
        """
        return await self._fetch(self.media_url(recording))

    def media_url(self, recording: RecordingSid) -> str:
        """Where Twilio gives the sound out: in the region of the account."""
        address = f"{API}{self._folder}/{recording}{FORMAT}"
        if not self._base.netloc:
            regional: str = self._client.get_hostname(address)
            return regional
        parts = urlsplit(address)
        return urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))

    async def stop(self, call: CallSid, recording: RecordingSid) -> None:
        """End a recording; one that has ended is not an error."""
        await stop_recording(self._client, call, recording)

    async def delete(self, recording: RecordingSid) -> None:
        """Delete a recording; one that is not there is not an error."""
        try:
            await ask(self._client.recordings(recording).delete_async())
        except CallOver:
            return

    async def list_kept(self) -> list[FoundRecording]:
        """Recordings that Twilio has."""
        found = await ask(self._client.recordings.list_async(limit=LISTED))
        return [build_found(each) for each in found if each.call_sid and each.start_time]


def build_found(recording: Any) -> FoundRecording:  # noqa: ANN401 - the library has no types
    """A recording as Twilio lists it."""
    started: datetime = recording.start_time
    return FoundRecording(
        sid=RecordingSid(str(recording.sid)),
        call=CallSid(str(recording.call_sid)),
        status=read_sound_status(str(recording.status)),
        is_question=str(recording.source) == QUESTION,
        channels=int(recording.channels or 1),
        seconds=max(int(recording.duration or 0), 0),
        started_at=started.astimezone(UTC) if started.tzinfo else started.replace(tzinfo=UTC),
    )


def read_sound_status(status: str) -> SoundStatus:
    """Twilio's word for how far a recording is; words nobody knows mean that it goes on."""
    return _STATUSES.get(status, SoundStatus.UNDER_WAY)
