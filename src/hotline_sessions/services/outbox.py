"""Outbox: commands to the telephone network, taken out, carried out, marked.

Nothing is sent inside a transaction: what was taken is leased, and given out again when
its sender dies. Only ringing is never repeated, since that would be a second call.
"""

from datetime import timedelta
from typing import Final

import structlog

from hotline_sessions.domain.calls import CallEvent, CallState, Leg
from hotline_sessions.domain.commands import (
    Announce,
    CommandState,
    Destination,
    EndAir,
    HangUp,
    Move,
    NotedCommand,
    Ring,
    SetHold,
    StopRecording,
    plan_retry,
)
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.network import (
    CallOver,
    NetworkError,
    NetworkRefusal,
    OutcomeUnknown,
    RetryLater,
)
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.legs import command as add_order
from hotline_sessions.services.legs import note, note_facts, tell_desk
from hotline_sessions.services.ports import Clock, PhoneLine
from hotline_sessions.services.reports import end_leg
from hotline_sessions.services.together import do_all
from hotline_sessions.store.calls import get_leg
from hotline_sessions.store.outbox import (
    mark_command,
    mark_command_due,
    take_due_commands,
)
from hotline_sessions.store.sessions import lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

LEASE: Final = timedelta(seconds=60)
"""Longer than a batch can take at the network's worst."""
BATCH: Final = 10


async def send_commands(line: PhoneLine, *, clock: Clock) -> int:
    """Carry out what is due; how many commands there were."""
    now = clock.now()
    commands = await take_due_commands(now, lease_until=now + LEASE, limit=BATCH)
    await do_all(_carry_out(command, line, clock) for command in commands)
    return len(commands)


async def _carry_out(command: NotedCommand, line: PhoneLine, clock: Clock) -> None:
    try:
        sid = await _send(command, line)
    except NetworkError as error:
        await _note_failure(command, error, clock)
    else:
        await _note_success(command, sid, clock)


async def _send(command: NotedCommand, line: PhoneLine) -> CallSid | None:
    """The name of the new call, if it is one.

    Raises:
        NetworkError: It was not done, or nobody knows.
    """
    match command.args:
        case Ring(leg=leg, number=number, role=role):
            if not (await get_leg(leg)).is_live:
                raise CallOver  # It was given up before it could be placed.
            return await line.ring(number, leg=leg, role=role)
        case Move() as move:
            if command.attempts == 1 or not await _has_come(move):
                await line.move(_sid(command), move)
        case SetHold() as order:
            await line.set_hold(_sid(command), order)
        case Announce() as order:
            await line.announce(_sid(command), order)
        case HangUp():
            await line.hang_up(_sid(command))
        case StopRecording() as order if order.recording is not None:
            await line.stop_recording(_sid(command), order.recording)
        case StopRecording(until=until):
            await line.stop_recordings(_sid(command), until=until)
        case EndAir(session=session):
            await line.end_air(session)
    return None


async def _has_come(move: Move) -> bool:
    """Whether who was sent for has come, or is not wanted any more.

    Only the answer was lost then: to be moved again would cut a talk that has begun.
    """
    if move.to is not Destination.AIR:
        return False
    leg = await get_leg(move.leg)
    return leg.turn != move.turn or leg.state is not CallState.SUMMONED


def _sid(command: NotedCommand) -> CallSid:
    if command.sid is None:
        raise RetryLater
    return command.sid


async def _note_success(command: NotedCommand, sid: CallSid | None, clock: Clock) -> None:
    now = clock.now()
    if isinstance(command.args, Ring) and sid is not None:
        async with transaction():
            session, leg = await _open(command, command.args.leg)
            if leg.sid is None:
                leg = await note_facts(leg, sid=sid)
            await note(leg, CallEvent.ACCEPTED, now)
            await tell_desk(session.public_id)
            await mark_command(command, CommandState.DONE, now)
    else:
        await mark_command(command, CommandState.DONE, now)
    log.info("command_done", command_id=command.id, call_id=command.call)


async def _note_failure(command: NotedCommand, error: NetworkError, clock: Clock) -> None:
    now = clock.now()
    name = type(error).__name__
    async with transaction():
        match error:
            case _ if isinstance(command.args, Announce):
                await mark_command(command, CommandState.FAILED, now, error=name)
            case CallOver():
                await _end_call(command, clock, why="over")
                await mark_command(command, CommandState.DONE, now, error=name)
            case OutcomeUnknown() if isinstance(command.args, Ring):
                await mark_command(command, CommandState.UNKNOWN, now, error=name)
            case RetryLater() | OutcomeUnknown() if due_at := plan_retry(
                command.args, command.attempts, now
            ):
                await mark_command_due(command, due_at, name)
            case _:
                await _give_up(command, clock, error)
                await mark_command(command, CommandState.FAILED, now, error=name)
    log.warning("command_not_done", command_id=command.id, call_id=command.call, reason=name)


async def _give_up(command: NotedCommand, clock: Clock, error: NetworkError) -> None:
    """What a command that will never be carried out means for its leg."""
    match command.args:
        case Ring():
            is_refused = isinstance(error, NetworkRefusal)
            await _end_call(command, clock, why="refused" if is_refused else "unreachable")
        case Move(to=Destination.AIR, leg=leg, turn=turn):
            session, found = await _open(command, leg)
            if found.turn == turn:
                await note(found, CallEvent.SENT_BACK, clock.now(), turn=turn)
                await settle_air(session, clock.now())
        case Move(to=Destination.GOODBYE | Destination.QUEUE | Destination.QUESTION, leg=leg):
            # Without this the citizen would stay on the air, and nobody else could come.
            session, found = await _open(command, leg)
            await add_order(HangUp(leg=leg), session, found, clock.now())
        case _:
            pass


async def _end_call(command: NotedCommand, clock: Clock, *, why: str) -> None:
    """The call is not there any more; of a participant that only means: not in the room."""
    match command.args:
        case Ring(leg=leg) | Move(leg=leg) | HangUp(leg=leg):
            session, found = await _open(command, leg)
            await end_leg(found, session, clock.now(), why=why)
        case _:
            pass


async def _open(command: NotedCommand, public_id: PublicId) -> tuple[Session, Leg]:
    session = await lock_session(command.session)
    return session, await get_leg(public_id)
