"""Bugs that somebody might make one day: each a small patch of the machine or of its store.

A rehearsal must find every one of them. A patch is put in place of the original wherever
the original has been imported to.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import pytest
from msgspec import Struct

from hotline_sessions.domain import calls as machine
from hotline_sessions.domain import queueing
from hotline_sessions.domain.calls import CallEvent, CallState, Consent, Leg
from hotline_sessions.domain.commands import NotedCommand, Ring
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import AccountId, CallSid, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.network import NetworkError, OutcomeUnknown, RetryLater
from hotline_sessions.domain.prompts import Prompt
from hotline_sessions.domain.queueing import Pace, Place, Reason
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services import calls, greeting, outbox, pauses, reconcile, recording_ends
from hotline_sessions.services.ports import Clock, PhoneLine
from hotline_sessions.store import calls as stored_calls
from hotline_sessions.store import open_legs, webhooks
from hotline_sessions.store import sessions as stored_sessions
from hotline_sessions.store.engine import fetch_row, run_sql
from hotline_sessions.store.transaction import transaction


Plant = Callable[[pytest.MonkeyPatch], None]


def swap(patch: pytest.MonkeyPatch, original: object, replacement: object) -> None:
    """Put ``replacement`` in place of ``original`` in every module that has it."""
    found = False
    for name, module in list(sys.modules.items()):
        if not name.startswith("hotline_sessions") or module is None:
            continue
        for attribute, value in list(vars(module).items()):
            if value is original:
                patch.setattr(module, attribute, replacement)
                found = True
    if not found:
        raise LookupError(str(original))


def plant_no_lock(patch: pytest.MonkeyPatch) -> None:
    """What happens to a session at one moment is not put in one line."""
    patch.setattr(stored_sessions, "_LOCK", "")
    patch.setattr(open_legs, "_LOCK", "")


def plant_consent_ignored(patch: pytest.MonkeyPatch) -> None:
    """Everybody's talk is recorded, asked or not."""
    original = calls._come  # noqa: SLF001 - this is what is broken

    async def come(leg: Leg, session: Session, now: datetime) -> Prompt:
        agreed = msgspec.structs.replace(leg, consent=Consent.YES)
        return await original(agreed, session, now)

    swap(patch, original, come)


def plant_air_kept(patch: pytest.MonkeyPatch) -> None:
    """Who hangs up in the middle of a talk keeps the air."""
    original = machine.step

    def step(leg: Leg, event: CallEvent, now: datetime) -> Leg:
        if event is CallEvent.HUNG_UP and leg.state is CallState.TALKING:
            return leg
        return original(leg, event, now)

    swap(patch, original, step)


def plant_ring_again(patch: pytest.MonkeyPatch) -> None:
    """A call that may have been placed is placed again."""
    original = outbox._note_failure  # noqa: SLF001 - this is what is broken

    async def note_failure(command: NotedCommand, error: NetworkError, clock: Clock) -> None:
        if isinstance(command.args, Ring) and isinstance(error, OutcomeUnknown):
            error = RetryLater()
        await original(command, error, clock)

    swap(patch, original, note_failure)


def plant_no_inbox(patch: pytest.MonkeyPatch) -> None:
    """A repeated webhook has its effect again."""
    record, record_and_lock = webhooks.record_once, open_legs.record_and_lock

    async def record_always(delivery: Delivery, now: datetime) -> bool:
        await record(delivery, now)
        return True

    async def record_and_lock_always(
        delivery: Delivery,
        now: datetime,
        *,
        leg: PublicId | None = None,
        sid: CallSid | None = None,
    ) -> bool:
        await record_and_lock(delivery, now, leg=leg, sid=sid)
        return True

    swap(patch, record, record_always)
    swap(patch, record_and_lock, record_and_lock_always)


def plant_everlasting_privilege(patch: pytest.MonkeyPatch) -> None:
    """A talk that was cut gives every later call from its number the first place."""

    async def find_unfinished(session: SessionId, number: str, _now: datetime) -> Leg | None:
        row = await fetch_row(
            "select public_id from call where session = $1 and peer_number = $2"
            " and role = 'citizen' and state = 'ended' and on_air_at is not null"
            " order by id desc limit 1",
            session,
            number,
        )
        return await stored_calls.find_leg(row["public_id"]) if row else None

    swap(patch, stored_calls.find_unfinished, find_unfinished)


def plant_no_grace(patch: pytest.MonkeyPatch) -> None:
    """A booked caller who comes a little late has lost his turn."""
    patch.setattr(Pace, "grace", property(lambda _pace: timedelta()))


def plant_no_walk_ins(patch: pytest.MonkeyPatch) -> None:
    """Who has not booked is never put through."""

    def find_first_present(places: Sequence[Place]) -> Place | None:
        booked = [place for place in places if place.reason is not Reason.WALK_IN]
        return next((place for place in booked if place.waiter.call is not None), None)

    swap(patch, queueing.find_first_present, find_first_present)


def plant_place_lost(patch: pytest.MonkeyPatch) -> None:
    """A second call from the same number goes to the end of the queue."""

    async def inherit(leg: Leg, _other: Leg) -> Leg:
        return leg

    swap(patch, greeting._inherit, inherit)  # noqa: SLF001 - this is what is broken


def plant_air_freed_early(patch: pytest.MonkeyPatch) -> None:
    """The next one is sent for before the last one has left the conference."""
    swap(patch, machine.ON_AIR, machine.ON_AIR - {CallState.WRAPPING, CallState.RETURNING})


def plant_no_watchdog(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks after reports that were lost."""

    async def nothing(line: PhoneLine, *, clock: Clock) -> int:
        return 0

    swap(patch, reconcile.reconcile, nothing)


def plant_order_lost_in_pause(patch: pytest.MonkeyPatch) -> None:
    """After a pause those who came last are heard first."""
    original = pauses.resume_session

    async def resume_session(
        session_id: SessionId, *, institution: InstitutionId, by: AccountId | None, clock: Clock
    ) -> None:
        async with transaction():
            await run_sql(
                """update call set waiting_since = $2::timestamptz - make_interval(secs => id)
                    where session = $1 and state = 'waiting'""",
                session_id,
                clock.now(),
            )
        await original(session_id, institution=institution, by=by, clock=clock)

    swap(patch, original, resume_session)


def plant_recording_goes_on(patch: pytest.MonkeyPatch) -> None:
    """Who has left the air is recorded until the call ends."""

    async def nothing(*_whatever: object) -> None:
        pass

    swap(patch, recording_ends.end_recordings, nothing)
    swap(patch, recording_ends.end_late_recording, nothing)


class Bug(Struct, frozen=True, kw_only=True):
    """A bug, and the violations of which at least one gives it away."""

    plant: Plant
    shows: frozenset[str]
    faults: tuple[str, ...] = ()
    storm: float = 4.0
    callers: int = 9
    minutes: int = 16

    @property
    def name(self) -> str:
        """For tests and reports."""
        return self.plant.__name__.removeprefix("plant_").replace("_", "-")


def _bug(
    plant: Plant,
    shows: str,
    faults: str = "",
    *,
    storm: float = 4.0,
    callers: int = 9,
    minutes: int = 16,
) -> Bug:
    return Bug(
        plant=plant,
        shows=frozenset(shows.split()),
        faults=tuple(faults.split()),
        storm=storm,
        callers=callers,
        minutes=minutes,
    )


BUGS: Final = (
    _bug(plant_no_lock, "books-broken statement-refused rung-twice-at-once", "duplicate"),
    _bug(plant_consent_ignored, "recorded-without-consent"),
    _bug(plant_air_kept, "official-idle leg-never-ends"),
    _bug(plant_ring_again, "call-created-twice rung-twice-at-once", "lost-answer rest-500"),
    _bug(plant_no_inbox, "webhook-refused", "duplicate"),
    _bug(plant_everlasting_privilege, "overtaken", callers=16),
    _bug(plant_no_grace, "overtaken booked-not-heard"),
    _bug(plant_no_walk_ins, "official-idle"),
    _bug(plant_place_lost, "overtaken", callers=16),
    _bug(
        plant_air_freed_early,
        "two-citizens-on-air webhook-refused statement-refused",
        "slow-rest rest-429",
    ),
    _bug(
        plant_no_watchdog,
        "official-idle leg-never-ends leg-outlives-call call-never-ends",
        "restart",
        callers=20,
        minutes=60,
    ),
    _bug(plant_order_lost_in_pause, "overtaken", callers=16),
    _bug(plant_recording_goes_on, "recorded-off-air"),
)
"""Thirteen of them."""
