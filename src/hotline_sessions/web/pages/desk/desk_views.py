"""The live desk in words: states, reasons, who is on the line."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.calls import CallState, Identity
from hotline_sessions.domain.phones import PhoneNumber, mask
from hotline_sessions.domain.queueing import Reason
from hotline_sessions.domain.sessions import ADMITTING, SessionState
from hotline_sessions.i18n import N_, Words, format_clock, format_minutes
from hotline_sessions.services.live import CallerCard, LiveDesk, Waiting


REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.SLOT_NOW: N_("booked for %(clock)s, waits since before it"),
        Reason.SLOT_LATE: N_("booked for %(clock)s, came a little late"),
        Reason.SLOT_SOON: N_("booked for %(clock)s, the turn is near"),
        Reason.WALK_IN: N_("without booking"),
        Reason.SLOT_PASSED: N_("booked for %(clock)s, but came too late: waits as without booking"),
        Reason.EARLY: N_("booked for %(clock)s, came early"),
    }
)

OFFICIAL: Final[Mapping[CallState, tuple[str, str]]] = MappingProxyType(
    {
        CallState.SUBMITTING: (N_("is being called"), "yellow"),
        CallState.DIALLING: (N_("it is ringing"), "yellow"),
        CallState.CONFIRMING: (N_("picked up, must press 1"), "yellow"),
        CallState.ENTERING: (N_("is coming on the line"), "yellow"),
        CallState.PRESENT: (N_("is on the line"), "green"),
    }
)
"""State of the official's call in words, and the colour that repeats them."""

AIR: Final[Mapping[CallState, str]] = MappingProxyType(
    {
        CallState.SUMMONED: N_("is being put through"),
        CallState.JOINING: N_("is being put through"),
        CallState.TALKING: N_("talks"),
        CallState.WRAPPING: N_("is being seen off"),
    }
)

OVER: Final = frozenset({SessionState.CLOSED, SessionState.CANCELLED, SessionState.RESCHEDULED})
"""States in which nothing happens at the desk any more."""


class WaitingView(Struct, frozen=True, kw_only=True):
    """A citizen in the queue, in words."""

    call: str
    position: int
    who: str
    is_booked: bool
    why: str
    since: datetime
    wait: str


class DeskView(Struct, frozen=True, kw_only=True):
    """What the panels show beside the desk itself.

    ``status`` is the one short sentence that a screen reader says when it changes.
    """

    desk: LiveDesk
    waiting: list[WaitingView]
    talked_who: list[str]
    on_air_who: str
    on_air_state: str
    talk_until: datetime | None
    official: str
    official_tone: str
    status: str
    is_over: bool
    is_admitting: bool


def view_desk(desk: LiveDesk, words: Words) -> DeskView:
    """The desk in the reader's language."""
    on_air = desk.on_air
    official, tone = tell_official(desk)
    talk = timedelta(minutes=desk.session.talk_minutes)
    began = on_air.talking_since if on_air else None
    return DeskView(
        desk=desk,
        waiting=[_view_waiting(each, words) for each in desk.waiting],
        talked_who=[tell_who(each.caller, words) for each in desk.talked],
        on_air_who=tell_who(on_air.caller, words) if on_air else "",
        on_air_state=words.gettext(AIR[on_air.state]) if on_air else "",
        talk_until=began + talk if began else None,
        official=words.gettext(official),
        official_tone=tone,
        status=tell_status(desk, words),
        is_over=desk.session.state in OVER,
        is_admitting=desk.session.state in ADMITTING,
    )


def tell_who(caller: CallerCard, words: Words) -> str:
    """Name of a caller who has shown that a booking is his; else the number, masked."""
    if caller.name:
        return caller.name
    if caller.phone:
        return mask(PhoneNumber(caller.phone))
    return words.gettext("number withheld")


def tell_identity(caller: CallerCard, words: Words) -> str:
    """How sure it is that the booking is the caller's; nothing where there is none."""
    match caller.identity:
        case Identity.CODE:
            return words.gettext("identified by the whole code")
        case Identity.WEAK:
            return words.gettext("identified by number and two digits: ask for the name")
        case Identity.NONE:
            return ""


def tell_official(desk: LiveDesk) -> tuple[str, str]:
    """State of the official's call (msgid), and its colour."""
    if desk.official is None:
        return N_("is not on the line"), "grey"
    return OFFICIAL.get(desk.official.state, (N_("is not on the line"), "grey"))


def tell_status(desk: LiveDesk, words: Words) -> str:
    """What is going on, in one or two short sentences."""
    state = desk.session.state
    if state in OVER:
        return words.gettext("The session is over.")
    if state not in ADMITTING:
        return words.gettext("The lines are not open yet.")
    waits = words.ngettext("%(num)s waits.", "%(num)s wait.", len(desk.waiting))
    if desk.on_air is None:
        if not desk.is_official_present:
            return f"{words.gettext('The official is not on the line.')} {waits}"
        return f"{words.gettext('Nobody is on air.')} {waits}"
    who = tell_who(desk.on_air.caller, words)
    return f"{words.gettext('On air:')} {who}, {words.gettext(AIR[desk.on_air.state])}. {waits}"


def _view_waiting(each: Waiting, words: Words) -> WaitingView:
    slot = each.caller.slot_starts_at
    clock = format_clock(slot, words.locale) if slot else ""
    return WaitingView(
        call=each.caller.call,
        position=each.position,
        who=tell_who(each.caller, words),
        is_booked=slot is not None,
        why=words.gettext(REASONS[each.reason]) % {"clock": clock},
        since=each.waiting_since,
        wait=format_minutes(each.wait, words.locale),
    )
