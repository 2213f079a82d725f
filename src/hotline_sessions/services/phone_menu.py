"""Services by phone: book, hear, move and cancel a talk by keys, or leave a question.

Everything runs in the transaction of the webhook that brought the keys, so a repeated one has
no second effect. A dialogue always ends: silence and keys without a meaning are counted, and so
are all steps.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec
import structlog
from msgspec import Struct

from hotline_sessions.domain.calls import CallEvent, CallState, Role
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.lines import Line
from hotline_sessions.domain.menu_prompts import MenuStep, Remark
from hotline_sessions.domain.phone_menu import (
    BACK,
    BACK_KEY,
    LANGUAGE_KEY,
    LEAVE_KEY,
    MISSES,
    MOST_STEPS,
    PLACE_KEY,
    Dialogue,
    Facts,
    Step,
)
from hotline_sessions.domain.prompts import Goodbye, Parting, Prompt, Question
from hotline_sessions.domain.times import local_date
from hotline_sessions.services import (
    phone_menu_booking,
    phone_menu_choice,
    phone_menu_own,
    phone_menu_waiting,
)
from hotline_sessions.services.called_lines import list_lines_called
from hotline_sessions.services.legs import note, tell_desk
from hotline_sessions.services.phone_menu_asking import ask
from hotline_sessions.services.phone_menu_own import ask_own
from hotline_sessions.services.phone_menu_turns import Handler, Outcome, Turn, lead, miss
from hotline_sessions.services.phone_menu_waiting import ask_place
from hotline_sessions.store.booking_choices import is_answer_awaited
from hotline_sessions.store.calls import add_leg, find_leg, find_leg_by_sid
from hotline_sessions.store.dialogues import (
    add_dialogue,
    find_latest_session,
    lock_dialogue,
    lock_dialogue_of,
    mark_dialogue,
)
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.sessions import lock_session


log = structlog.get_logger()

GoBack: TypeAlias = Callable[[PublicId, str, datetime], Awaitable[Prompt]]
"""What comes next for a leg that returns, with its language, from the menu to its session."""


class MenuCall(Struct, frozen=True, kw_only=True):
    """A call that comes to the menu; ``leg`` is its place in a session that lets callers in."""

    sid: CallSid
    line: Line
    caller: str | None = None
    language: str = "uk"
    leg: PublicId | None = None


class Keyed(Struct, frozen=True, kw_only=True):
    """What was keyed in at the step ``number`` of a dialogue."""

    dialogue: PublicId
    sid: CallSid
    number: int
    keys: str = ""


async def open_menu(call: MenuCall, now: datetime) -> Prompt:
    """The first question to a call; a call that comes again is asked where it stands."""
    await add_dialogue(
        call.sid, call.line, now, caller=call.caller, leg=call.leg, language=call.language
    )
    dialogue = await lock_dialogue_of(call.sid)
    if dialogue is None or dialogue.number >= MOST_STEPS:
        return Goodbye(why=Parting.WISHED, language=call.language)
    if dialogue.number:
        dialogue = msgspec.structs.replace(
            dialogue, number=dialogue.number + 1, step=Step.SERVICE, misses=0
        )
    log.info("menu_opened", line_id=call.line.id, has_leg=call.leg is not None)
    if dialogue.number == 0 and dialogue.caller is not None:
        waits = await is_answer_awaited(dialogue.caller, institution=dialogue.institution, now=now)
        if waits:
            facts = msgspec.structs.replace(dialogue.facts, own_phone=dialogue.caller)
            dialogue = msgspec.structs.replace(dialogue, step=Step.OWN_CODE)
            outcome = Outcome(step=Step.OWN_CODE, facts=facts, remarks=(Remark.CHOICE_WAITS,))
            return await _ask(msgspec.structs.replace(dialogue, facts=facts), outcome, now)
    return await _ask(dialogue, Outcome(step=dialogue.step, facts=dialogue.facts), now)


async def enter_menu(
    sid: CallSid, called: Sequence[str], caller: str | None, now: datetime, *, leg: PublicId | None
) -> Prompt:
    """Into the menu out of the greeting of a session, in the language of the call.

    ``called`` are the numbers that may be the line, the most particular first.
    """
    lines = await list_lines_called(called, on=local_date(now))
    own = await find_leg(leg) if leg is not None else None
    if not lines or (own is not None and own.sid != sid):
        return Goodbye(why=Parting.WISHED)
    of_leg = [line for line in lines if own is not None and line.institution == own.institution]
    call = MenuCall(
        sid=sid,
        line=(of_leg or lines)[0],
        caller=caller,
        language=own.language if own is not None else "uk",
        leg=own.public_id if own is not None else None,
    )
    return await open_menu(call, now)


async def take_turn(keyed: Keyed, *, secret: bytes, now: datetime, go_back: GoBack) -> Prompt:
    """What follows from the keys; keys for another step than the present one change nothing."""
    dialogue = await lock_dialogue(keyed.dialogue)
    if dialogue is None or dialogue.sid != keyed.sid:
        return Goodbye(why=Parting.WISHED)
    if keyed.number != dialogue.number or dialogue.step is Step.OVER:
        return await _ask(dialogue, Outcome(step=dialogue.step, facts=dialogue.facts), now)
    turn = Turn(dialogue=dialogue, keys=keyed.keys, secret=secret, now=now)
    outcome = await _decide(turn, go_back)
    misses = dialogue.misses + 1 if outcome.is_miss else 0
    is_over = misses >= MISSES or dialogue.number + 1 >= MOST_STEPS
    after = msgspec.structs.replace(
        dialogue,
        number=dialogue.number + 1,
        misses=misses,
        step=Step.OVER if is_over and outcome.told is None else outcome.step,
        facts=outcome.facts,
        language=outcome.language or dialogue.language,
    )
    log.info("menu_step", dialogue_id=dialogue.id, before=dialogue.step, after=after.step)
    return await _ask(after, outcome, now)


async def _decide(turn: Turn, go_back: GoBack) -> Outcome:
    """What the keys mean at this step."""
    step = turn.dialogue.step
    if turn.keys.startswith(BACK_KEY):
        back = BACK.get(step)
        if back is None:
            return await _leave(turn, go_back)
        return lead(turn, _choose_back(turn, back))
    if step is Step.SERVICE:
        return await _choose_service(turn, go_back)
    return await _STEPS[step](turn)


def _choose_back(turn: Turn, back: Step) -> Step:
    """Where the star key leads; ``back`` unless the caller has come here by another way."""
    if back is Step.SESSION and turn.facts.goal is Step.PLACE:
        return Step.SERVICE
    if turn.facts.is_moving and turn.dialogue.step is Step.SESSION:
        return Step.OWN
    return back


async def _choose_service(turn: Turn, go_back: GoBack) -> Outcome:
    match turn.keys:
        case "1":
            return lead(turn, Step.SESSION, is_moving=False, booking=None, goal=Step.SLOT)
        case "2":
            return ask_own(turn)
        case "3":
            return await _ask_question(turn)
        case key if key == PLACE_KEY:
            return await ask_place(turn)
        case key if key == LANGUAGE_KEY:
            other = "uk" if turn.dialogue.language == "en" else "en"
            return msgspec.structs.replace(lead(turn, Step.SERVICE), language=other)
        case key if key == LEAVE_KEY:
            return await _leave(turn, go_back)
        case _:
            return miss(turn)


async def _leave(turn: Turn, go_back: GoBack) -> Outcome:
    """Back to the session the call has come from, or the end."""
    if turn.dialogue.leg is None:
        return lead(turn, Step.OVER)
    prompt = await go_back(turn.dialogue.leg, turn.dialogue.language, turn.now)
    return msgspec.structs.replace(lead(turn, Step.SERVICE), prompt=prompt)


async def _ask_question(turn: Turn) -> Outcome:
    """Record a question: for the session of the call, or for the latest one of today."""
    dialogue, now = turn.dialogue, turn.now
    own = await find_leg(dialogue.leg) if dialogue.leg else await find_leg_by_sid(dialogue.sid)
    latest = await find_latest_session(dialogue.line, local_date(now), now)
    target = own.session if own is not None else latest.id if latest is not None else None
    if target is None:
        return lead(turn, Step.SERVICE, Remark.NO_LINE_DAY)
    session = await lock_session(target)
    leg = await find_leg_by_sid(dialogue.sid) or await add_leg(
        session,
        Role.CITIZEN,
        CallState.GREETING,
        now,
        sid=dialogue.sid,
        peer_number=dialogue.caller,
        language=dialogue.language,
    )
    if leg.state is not CallState.GREETING:
        return lead(turn, Step.OVER)
    leg = await note(leg, CallEvent.RECORDS, now, why=Parting.WISHED.value)
    await tell_desk(session.public_id)
    policy = await get_call_policy(session.institution)
    prompt = Question(
        leg=leg.public_id,
        why=Parting.WISHED,
        limit_seconds=policy.question_seconds,
        language=dialogue.language,
    )
    return msgspec.structs.replace(lead(turn, Step.OVER), prompt=prompt)


async def _ask(dialogue: Dialogue, outcome: Outcome, now: datetime) -> Prompt:
    """Write where the dialogue stands, and what is said there."""
    if outcome.told is not None:
        await mark_dialogue(dialogue, now)
        return MenuStep(
            dialogue=dialogue.public_id,
            number=dialogue.number,
            ask=outcome.told,
            language=dialogue.language,
        )
    after, asked, why = await ask(dialogue, now)
    if asked is None:
        after = msgspec.structs.replace(after, facts=Facts())
    await mark_dialogue(after, now)
    if outcome.prompt is not None:
        return outcome.prompt
    if asked is None:
        return Goodbye(why=Parting.WISHED, language=after.language)
    return MenuStep(
        dialogue=after.public_id,
        number=after.number,
        ask=asked,
        remarks=(*outcome.remarks, *why),
        language=after.language,
    )


_STEPS: Final[Mapping[Step, Handler]] = MappingProxyType(
    {
        **phone_menu_booking.STEPS,
        **phone_menu_own.STEPS,
        **phone_menu_choice.STEPS,
        **phone_menu_waiting.STEPS,
    }
)
