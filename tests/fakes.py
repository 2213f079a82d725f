"""Stand-ins for what a test cannot have: they keep what they were asked to do."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.commands import Announce, Destination, Move, SetHold
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.mails import Mail
from hotline_sessions.domain.network import LineStatus, NetworkError, RetryLater, Seat
from hotline_sessions.domain.prompts import Notice
from hotline_sessions.domain.recordings import RecordingSid


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """The moment it shows."""
        return self._now

    def set(self, now: datetime) -> None:
        """Show another moment."""
        self._now = now

    def pass_time(self, length: timedelta) -> None:
        """Let time pass."""
        self._now += length


class FakePhoneLine:
    """A telephone network that writes down what it is asked; ``fail_with`` makes it fail once."""

    def __init__(self) -> None:
        self.done: list[tuple[str, ...]] = []
        self.statuses: dict[CallSid, LineStatus] = {}
        self.on_air: set[CallSid] = set()
        self.told: list[tuple[CallSid, Notice]] = []
        self.held: set[CallSid] = set()
        self.seated_at = datetime.max.replace(tzinfo=UTC)
        """When those on the air came; by this they have come just now."""
        self.placed: dict[str, list[CallSid]] = {}
        self.fail_with: NetworkError | None = None
        self._rung = 0

    async def ring(self, number: str, *, leg: PublicId, role: Role) -> CallSid:
        del role
        self._do("ring", number, leg)
        self._rung += 1
        return CallSid(f"CA{self._rung:032x}")

    async def move(self, call: CallSid, move: Move) -> None:
        match move.to:
            case Destination.AIR:
                self._do("to-air", call, move.leg, str(move.turn))
            case Destination.GOODBYE:
                self._do("out", call, move.leg, move.why.value if move.why else "")
            case _:
                self._do(f"to-{move.to.value}", call, move.leg)

    async def hang_up(self, call: CallSid) -> None:
        self._do("hang-up", call)

    async def set_hold(self, call: CallSid, order: SetHold) -> None:
        self._do("hold" if order.is_held else "unhold", call, order.leg)

    async def announce(self, call: CallSid, order: Announce) -> None:
        self.told.append((call, order.notice))

    async def stop_recording(self, call: CallSid, recording: RecordingSid) -> None:
        self._do("stop-recording", call, recording)

    async def stop_recordings(self, call: CallSid, *, until: datetime | None) -> None:
        del until
        self._do("stop-recordings", call)

    async def end_air(self, session: PublicId) -> None:
        self._do("end-air", session)

    async def fetch_status(self, call: CallSid) -> LineStatus:
        return self.statuses.get(call, LineStatus.ANSWERED)

    async def find_calls(self, number: str, *, since: datetime) -> list[CallSid]:
        del since
        return self.placed.get(number, [])

    async def list_on_air(self, session: PublicId) -> Mapping[CallSid, Seat]:
        del session
        return {call: Seat(since=self.seated_at, is_held=call in self.held) for call in self.on_air}

    def _do(self, *deed: str) -> None:
        self.done.append(deed)
        if self.fail_with is not None:
            error, self.fail_with = self.fail_with, None
            raise error


class FakeTexts:
    """A sender that keeps what it is given; ``fail_with`` makes it fail once, ``fail_all`` ever."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.fail_with: NetworkError | None = None
        self.fail_all = False

    async def send(self, recipient: str, body: str) -> str:
        if self.fail_all:
            raise RetryLater
        if self.fail_with is not None:
            error, self.fail_with = self.fail_with, None
            raise error
        self.sent.append((recipient, body))
        return f"SM{len(self.sent):032x}"


class FakeMails:
    """A sender of letters that keeps what it is given; ``fail_with`` makes it fail once."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.fail_with: NetworkError | None = None

    async def send(self, mail: Mail) -> str:
        if self.fail_with is not None:
            error, self.fail_with = self.fail_with, None
            raise error
        self.sent.append(mail)
        return f"<{mail.name}@example.org>"
