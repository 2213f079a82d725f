"""Policy: how an institution wants its live sessions run; every figure has a default."""

from datetime import timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct


Seconds = Annotated[int, Meta(ge=0, le=24 * 3600)]
Minutes = Annotated[int, Meta(ge=0, le=600)]


class CallPolicy(Struct, frozen=True, kw_only=True):
    """What an institution may choose of the way calls are run; stored as far as chosen.

    Times are whole seconds or minutes, as their names say.
    """

    min_walk_in_minutes: Minutes = 4
    """A caller without a booking needs so long before the next booked one is due."""
    grace_percent: Annotated[int, Meta(ge=0, le=100)] = 50
    """How late a booked caller may come and keep his turn, in percent of a talk."""
    reconnect_seconds: Seconds = 180
    """How long a dropped talk may be gone on with, ahead of all others."""
    least_left_seconds: Seconds = 60
    """A dropped talk with less time left than this is over."""
    overrun_seconds: Seconds = 120
    """How much longer than planned a talk may go on before the next one is let in."""
    warn_seconds: Seconds = 120
    """How long before the end of a talk both are told that it comes."""
    late_official_seconds: Seconds = 300
    """How long after the start callers wait before they are told that the official is late."""
    missing_official_seconds: Seconds = 300
    """How long callers wait for a missing official before only questions are taken down."""
    official_redials: tuple[Seconds, ...] = (0, 30, 60, 120)
    """Pauses before the attempts to ring a missing official; the last one repeats."""
    call_back_lead_seconds: Seconds = 90
    """How long before the slot a booked citizen is called who has asked for it."""
    call_back_retry_seconds: Seconds = 60
    """How long after the slot's start the one other attempt is made."""
    queue_cap: Annotated[int, Meta(ge=1, le=1000)] = 50
    """Callers who may wait at once; the next one is asked to leave the question."""
    longest_extension_minutes: Minutes = 60
    """How much longer than announced a session may become by extensions."""
    longest_pause_minutes: Minutes = 180
    """A session paused for longer is closed."""
    farewell_seconds: Seconds = 600
    """How long after the end the last talk and the recording of questions may last."""
    wrong_codes_cap: Annotated[int, Meta(ge=1, le=1000)] = 60
    """Wrong codes on one session after which no code is asked for any more."""
    question_seconds: Annotated[int, Meta(ge=10, le=600)] = 180
    """How long a recorded question may be."""
    recordings_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    """How long recordings are kept."""
    asks_language: bool = True
    """Whether callers are offered English."""

    @property
    def min_walk_in(self) -> timedelta:
        """As time."""
        return timedelta(minutes=self.min_walk_in_minutes)

    @property
    def reconnect(self) -> timedelta:
        """As time."""
        return timedelta(seconds=self.reconnect_seconds)

    @property
    def overrun(self) -> timedelta:
        """As time."""
        return timedelta(seconds=self.overrun_seconds)

    @property
    def late_official(self) -> timedelta:
        """As time."""
        return timedelta(seconds=self.late_official_seconds)

    @property
    def missing_official(self) -> timedelta:
        """As time."""
        return timedelta(seconds=self.missing_official_seconds)

    @property
    def longest_pause(self) -> timedelta:
        """As time."""
        return timedelta(minutes=self.longest_pause_minutes)

    @property
    def farewell(self) -> timedelta:
        """As time."""
        return timedelta(seconds=self.farewell_seconds)

    def plan_redial(self, tries: int) -> timedelta:
        """Pause before the attempt that follows ``tries`` attempts."""
        pauses = self.official_redials or DEFAULT_POLICY.official_redials
        return timedelta(seconds=pauses[min(tries, len(pauses) - 1)])


DEFAULT_POLICY: Final = CallPolicy()
