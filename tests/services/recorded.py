"""A recorded call, the network's recordings and our storage, to be cut off at any step."""

from datetime import datetime, timedelta
from itertools import count
from typing import Final

from tests.factories import NOW, make_institution, make_session, make_staff
from tests.fakes import FrozenClock

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.calls import CallState, Consent, Leg, Role
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.network import NetworkError
from hotline_sessions.domain.questions import QuestionOrigin
from hotline_sessions.domain.recordings import (
    FoundRecording,
    RecordingGone,
    RecordingSid,
    RecordingState,
    SoundStatus,
    StorageError,
)
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.recording_copies import LEASE, take_in_recordings
from hotline_sessions.services.recordings import note_recording
from hotline_sessions.store.calls import add_leg, find_leg_by_sid
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.questions import add_question


SOUND: Final = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 40
"""What counts as sound: its first bytes say so."""
NUMBERS: Final = count(1)


class Cut(BaseException):
    """The process dies here."""


class Fuse:
    """Burns at the step numbered ``at``: what was under way is cut off there."""

    def __init__(self) -> None:
        self.at = 0
        self.steps = 0

    def step(self) -> None:
        """One step outside the database."""
        self.steps += 1
        if self.steps == self.at:
            raise Cut


class FakeRecorder:
    """A network with recordings; ``fail_with`` makes every request fail while it is set."""

    def __init__(self, fuse: Fuse) -> None:
        self.sounds: dict[RecordingSid, bytes] = {}
        self.listed: dict[RecordingSid, FoundRecording] = {}
        self.stopped: list[RecordingSid] = []
        self.fail_with: NetworkError | None = None
        self._fuse = fuse

    def add(self, found: FoundRecording, sound: bytes = SOUND) -> None:
        """The network has recorded something."""
        self.sounds[found.sid] = sound
        self.listed[found.sid] = found

    async def fetch_sound(self, recording: RecordingSid) -> bytes:
        self._try()
        if recording not in self.sounds:
            raise RecordingGone
        return self.sounds[recording]

    async def stop(self, call: CallSid, recording: RecordingSid) -> None:
        del call
        self._try()
        self.stopped.append(recording)

    async def delete(self, recording: RecordingSid) -> None:
        self._fuse.step()
        if self.fail_with:
            raise self.fail_with
        self.sounds.pop(recording, None)
        self.listed.pop(recording, None)
        self._fuse.step()

    async def list_kept(self) -> list[FoundRecording]:
        self._try()
        return list(self.listed.values())

    def _try(self) -> None:
        self._fuse.step()
        if self.fail_with:
            raise self.fail_with


class FakeStorage:
    """A storage in memory; ``spoils`` makes it keep something else than it was given."""

    def __init__(self, fuse: Fuse) -> None:
        self.kept: dict[str, bytes] = {}
        self.spoils = False
        self.is_down = False
        self._fuse = fuse

    async def put(self, key: str, content: bytes) -> None:
        self._try()
        self.kept[key] = content[:-1] if self.spoils else content
        self._fuse.step()

    async def read(self, key: str) -> bytes | None:
        self._try()
        return self.kept.get(key)

    async def read_range(self, key: str, start: int, end: int) -> bytes:
        self._try()
        return self.kept[key][start:end]

    async def delete(self, key: str) -> None:
        self._try()
        self.kept.pop(key, None)
        self._fuse.step()

    def _try(self) -> None:
        self._fuse.step()
        if self.is_down:
            raise StorageError


class Studio:
    """One session that records its talks, and everything around it."""

    def __init__(self, session: Session, staff: Staff) -> None:
        self.session = session
        self.staff = staff
        self.clock = FrozenClock(NOW)
        self.fuse = Fuse()
        self.recorder = FakeRecorder(self.fuse)
        self.storage = FakeStorage(self.fuse)

    async def call(self, consent: Consent = Consent.YES, role: Role = Role.CITIZEN) -> Leg:
        """A call, now over, whose citizen had said ``consent``; its talk has made a question."""
        sid = CallSid(f"CA{0xB000 + next(NUMBERS):032x}")
        leg = await add_leg(self.session, role, CallState.ENDED, NOW, sid=sid)
        said_at = None if consent is Consent.NONE else NOW - timedelta(minutes=1)
        await run_sql(
            "update call set consent = $2, consented_at = $3 where id = $1",
            leg.id,
            consent.value,
            said_at,
        )
        await add_question(leg, QuestionOrigin.TALK, NOW)
        found = await find_leg_by_sid(sid)
        assert found is not None
        return found

    def found(
        self,
        leg: Leg,
        status: SoundStatus = SoundStatus.COMPLETED,
        *,
        is_question: bool = False,
        started_at: datetime = NOW,
    ) -> FoundRecording:
        """A recording of ``leg``; always the same one."""
        assert leg.sid is not None
        return FoundRecording(
            sid=RecordingSid(f"RE{leg.id:032x}"),
            call=leg.sid,
            status=status,
            is_question=is_question,
            channels=1 if is_question else 2,
            seconds=95 if status is SoundStatus.COMPLETED else 0,
            started_at=started_at,
        )

    async def tell(self, found: FoundRecording) -> None:
        """The network tells of a recording."""
        await self.tell_as(found, None)

    async def tell_as(self, found: FoundRecording, leg: PublicId | None) -> None:
        """The same at an address that names ``leg``."""
        key = f"{found.sid}:{found.status.value}"
        delivery = Delivery(source="recording", key=key, path="/", body={})
        await note_recording(found, delivery, leg=leg, clock=self.clock)

    async def work(self) -> int:
        """The job does all that is due; how many steps it took."""
        steps = 0
        while await take_in_recordings(self.recorder, self.storage, clock=self.clock):
            steps += 1
        return steps

    async def die_at(self, step: int) -> bool:
        """The job is cut off at ``step``; whether it got as far."""
        self.fuse.at, self.fuse.steps = step, 0
        try:
            await self.work()
        except Cut:
            return True
        finally:
            self.fuse.at = 0
        return False

    def pass_lease(self) -> None:
        """What somebody had taken is given out again."""
        self.clock.pass_time(LEASE + timedelta(seconds=1))

    async def state(self, leg: Leg) -> RecordingState:
        """State of the one recording of ``leg``."""
        rows = await fetch_rows("select state from recording where call = $1", leg.id)
        assert len(rows) == 1
        return RecordingState(rows[0]["state"])

    async def count(self, leg: Leg) -> int:
        """How many recordings are written down for ``leg``."""
        number: int = await fetch_value("select count(*) from recording where call = $1", leg.id)
        return number


async def make_studio(*, is_recorded: bool = True, is_transcribed: bool = False) -> Studio:
    """A published session whose talks are recorded."""
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    session = await make_session(institution=home, staff=staff)
    await run_sql(
        "update session set is_recorded = $2, is_transcribed = $3 where id = $1",
        session.id,
        is_recorded,
        is_transcribed,
    )
    return Studio(session, staff)
