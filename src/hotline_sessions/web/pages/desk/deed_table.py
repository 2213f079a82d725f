"""Every deed of the desk: its address, the service that does it, what it takes from the form."""

import re
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.calls import Mode
from hotline_sessions.domain.dispatching import PauseReason, ReorderReason
from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.questions import CloseReason
from hotline_sessions.i18n import N_
from hotline_sessions.services.desk_promises import cancel_promise, promise_missed
from hotline_sessions.services.dispatch import (
    call_official,
    dismiss_caller,
    end_session,
    end_talk,
    extend_session,
    extend_talk,
    hang_up_official,
    put_caller_through,
    put_next_through,
    reorder,
    return_to_queue,
    set_automatic,
)
from hotline_sessions.services.live import LiveDesk
from hotline_sessions.services.operator_calls import (
    change_mode,
    finish_screening,
    join_room,
    leave_room,
)
from hotline_sessions.services.pauses import pause_session, resume_session
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.questions import close_question
from hotline_sessions.web.forms import Form


E = TypeVar("E", bound=StrEnum)

LONGEST_EXTENSION: Final = 60
"""Minutes that can be asked for at once."""
_MINUTES: Final = re.compile(r"[0-9]{1,2}")


class Ask(Struct, frozen=True, kw_only=True):
    """Who asks for something, at which desk, with what in the form."""

    desk: LiveDesk
    form: Form
    staff: Staff
    clock: Clock


Read = Callable[[Ask], Mapping[str, object]]
"""What a service takes beside the session and who asks: arguments by their names."""


class Deed(Struct, frozen=True, kw_only=True):
    """A deed; ``sentences`` say for single refusals more than the general words."""

    do: Callable[[Ask], Awaitable[object]]
    sentences: Mapping[str, str] = MappingProxyType({})


def by_service(service: Callable[..., Awaitable[object]], *reads: Read) -> Deed:
    """A deed that is one call of a service."""

    async def do(ask: Ask) -> object:
        values: dict[str, object] = {}
        for read in reads:
            values |= read(ask)
        return await service(
            ask.desk.session.id,
            institution=ask.staff.institution,
            by=ask.staff.account,
            clock=ask.clock,
            **values,
        )

    return Deed(do=do)


def by_choice(field: str, chosen: Deed, otherwise: Deed) -> Deed:
    """One of two deeds: the first one if ``field`` is filled in."""

    async def do(ask: Ask) -> object:
        return await (chosen if ask.form.get(field) else otherwise).do(ask)

    return Deed(do=do, sentences={**otherwise.sentences, **chosen.sentences})


def fixed(**values: object) -> Read:
    """Arguments that are always the same."""
    return lambda _: values


def named(field: str, *, argument: str = "") -> Read:
    """The name of a thing, as the page has given it."""

    def read(ask: Ask) -> Mapping[str, object]:
        if not ask.form.get(field):
            raise NotFound
        return {argument or field: PublicId(ask.form.get(field))}

    return read


def reason(kind: type[E]) -> Read:
    """The reason that was chosen."""
    return lambda ask: {"reason": parse_choice(kind, ask.form.get("reason"))}


def minutes(ask: Ask) -> Mapping[str, object]:
    """How much longer."""
    text = ask.form.get("minutes")
    if not (_MINUTES.fullmatch(text) and 1 <= int(text) <= LONGEST_EXTENSION):
        raise Invalid
    return {"minutes": int(text)}


def ticked(field: str, argument: str) -> Read:
    """Whether something was asked for."""
    return lambda ask: {argument: bool(ask.form.get(field))}


def parse_choice(kind: type[E], text: str) -> E:
    """One of the choices.

    Raises:
        Invalid: It is none of them.
    """
    try:
        return kind(text)
    except ValueError:
        raise Invalid from None


def ears(ask: Ask) -> Mapping[str, object]:
    """How to take part, and with what: the telephone of the page if it is on."""
    return {
        "mode": parse_choice(Mode, ask.form.get("mode") or Mode.SCREEN.value),
        "from_browser": ask.form.get("from_browser") == "yes",
    }


def waiting_call(ask: Ask) -> Mapping[str, object]:
    """The caller, who has to be in the queue or being prepared."""
    call = ask.form.get("waiting")
    waiting = [each.caller.call for each in ask.desk.waiting]
    screened = [each.caller.call for each in ask.desk.screening]
    if call not in {*waiting, *screened}:
        raise NotFound
    return {"call": PublicId(call)}


async def close_one(ask: Ask) -> None:
    """Close a question of this session without an appeal."""
    name = ask.form.get("question")
    if not any(each.public_id == name for each in ask.desk.questions):
        raise NotFound
    chosen = parse_choice(CloseReason, ask.form.get("reason"))
    await close_question(name, chosen, staff=ask.staff, now=ask.clock.now())


async def go_on(ask: Ask) -> None:
    """Put the next citizen through; a talk that is going on is ended first."""
    following = END_THEN_NEXT if ask.desk.on_air else PUT_NEXT
    await following.do(ask)


async def step_in(ask: Ask) -> None:
    """Come on the line; who is there already takes part in another way, and leaves nobody alone."""
    mine = ask.desk.find_operator(ask.staff.account)
    following = JOIN if mine is None else CHANGE_MODE
    await following.do(ask)


def mode(ask: Ask) -> Mapping[str, object]:
    """How to take part on the air."""
    return {"mode": parse_choice(Mode, ask.form.get("mode"))}


JOIN: Final = by_service(join_room, ears)
CHANGE_MODE: Final = by_service(change_mode, mode)
END_THEN_NEXT: Final = by_service(end_talk, fixed(then_next=True))
PUT_NEXT: Final = by_service(put_next_through)

_NO_EARS: Final = MappingProxyType(
    {
        "no-ring-number": N_(
            "It is not known where to call you: turn on the telephone in this page, or have your"
            " number entered in your account."
        )
    }
)


def _with_ears(deed: Deed) -> Deed:
    return Deed(do=deed.do, sentences=_NO_EARS)


DEEDS: Final[Mapping[str, Deed]] = MappingProxyType(
    {
        "next": Deed(do=go_on),
        "end": by_service(end_talk),
        "official": by_choice("deed", by_service(hang_up_official), by_service(call_official)),
        "dismiss": by_service(dismiss_caller, waiting_call),
        "through": by_service(put_caller_through, named("call"), reason(ReorderReason)),
        "first": by_service(reorder, named("call"), reason(ReorderReason), fixed(first=True)),
        "last": by_service(reorder, named("call"), reason(ReorderReason), fixed(first=False)),
        "return": by_service(return_to_queue, named("call")),
        "screen": _with_ears(by_service(join_room, named("call"), ears)),
        "screened": by_service(finish_screening, named("call"), ticked("to_air", "to_air")),
        "join": _with_ears(Deed(do=step_in)),
        "leave": by_service(leave_room),
        "extend-talk": by_service(extend_talk, minutes),
        "extend": by_service(extend_session, minutes),
        "pause": by_service(pause_session, reason(PauseReason)),
        "resume": by_service(resume_session),
        "automatic": by_service(set_automatic, ticked("on", "is_automatic")),
        "close": by_service(end_session),
        "call-back": by_choice(
            "promise",
            by_service(cancel_promise, named("promise")),
            by_service(promise_missed, named("booking")),
        ),
        "question": Deed(do=close_one),
    }
)
"""Last part of the address → deed."""
