"""Words of the desk: why somebody stands where he stands, what a call is doing, which reasons."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar

from hotline_sessions.domain.call_backs import CallBackKind, CallBackState
from hotline_sessions.domain.calls import CallState, Consent, Mode
from hotline_sessions.domain.dispatching import PauseReason, ReorderReason
from hotline_sessions.domain.questions import CloseReason, QuestionOrigin
from hotline_sessions.domain.queueing import Reason
from hotline_sessions.i18n import N_, Words


E = TypeVar("E", bound=StrEnum)

REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.UNFINISHED: N_("was on air, and the connection broke: goes first"),
        Reason.PREFERRED: N_("put first by an operator"),
        Reason.SLOT_NOW: N_("booked for %(clock)s, waits since before it"),
        Reason.SLOT_LATE: N_("booked for %(clock)s, came a little late"),
        Reason.SLOT_SOON: N_("booked for %(clock)s, the turn is near"),
        Reason.WALK_IN: N_("without booking"),
        Reason.SLOT_PASSED: N_("booked for %(clock)s, but came too late: waits as without booking"),
        Reason.EARLY: N_("booked for %(clock)s, came early"),
        Reason.DEFERRED: N_("put last by an operator"),
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
        CallState.HELD: N_("is asked to hold: the official has dropped out"),
        CallState.RETURNING: N_("is going back to the queue"),
        CallState.WRAPPING: N_("is being seen off"),
    }
)

OPERATOR: Final[Mapping[CallState, str]] = MappingProxyType(
    {
        CallState.SUBMITTING: N_("your telephone is being called"),
        CallState.DIALLING: N_("your telephone is ringing"),
        CallState.CONFIRMING: N_("press 1 on your telephone"),
        CallState.ENTERING: N_("coming on the line"),
        CallState.PRESENT: N_("on the line"),
    }
)

MODES: Final[Mapping[Mode, str]] = MappingProxyType(
    {
        Mode.SCREEN: N_("You prepare a citizen for the air"),
        Mode.LISTEN: N_("You listen, nobody hears you"),
        Mode.WHISPER: N_("Only the official hears you"),
        Mode.TALK: N_("Everybody hears you"),
    }
)
"""How the operator takes part, as the operator reads it."""

JOINING: Final = (
    (Mode.LISTEN, N_("Listen"), "KeyL"),
    (Mode.WHISPER, N_("Whisper to the official"), "KeyW"),
    (Mode.TALK, N_("Talk along"), "KeyK"),
)
"""Ways onto the air with their buttons and keys."""

COLLEAGUES: Final[Mapping[Mode, str]] = MappingProxyType(
    {
        Mode.SCREEN: N_("%(name)s prepares a citizen for the air."),
        Mode.LISTEN: N_("%(name)s listens."),
        Mode.WHISPER: N_("%(name)s whispers to the official."),
        Mode.TALK: N_("%(name)s talks along."),
    }
)

REORDER_REASONS: Final[Mapping[ReorderReason, str]] = MappingProxyType(
    {
        ReorderReason.HEALTH: N_("health"),
        ReorderReason.CHILD: N_("with a small child"),
        ReorderReason.PRIORITY_BY_LAW: N_("priority by law"),
        ReorderReason.TECHNICAL: N_("technical reason"),
        ReorderReason.OFFICIAL_ASKS: N_("the official asks for it"),
        ReorderReason.TIME_LIMIT: N_("the citizen’s time is short"),
    }
)

PAUSE_REASONS: Final[Mapping[PauseReason, str]] = MappingProxyType(
    {
        PauseReason.AIR_ALERT: N_("air alert"),
        PauseReason.OUTAGE: N_("no electricity or connection"),
        PauseReason.OFFICIAL_AWAY: N_("the official is away for a while"),
    }
)

CLOSE_REASONS: Final[Mapping[CloseReason, str]] = MappingProxyType(
    {
        CloseReason.ANSWERED: N_("answered during the talk, nothing to register"),
        CloseReason.NO_QUESTION: N_("there was no question"),
        CloseReason.DROPPED: N_("the connection broke before the question"),
        CloseReason.REPEATED: N_("registered already"),
        CloseReason.ABUSIVE: N_("abuse instead of a question"),
    }
)
"""Why a question may be closed by hand; registering closes it by itself."""

ORIGINS: Final[Mapping[QuestionOrigin, str]] = MappingProxyType(
    {
        QuestionOrigin.TALK: N_("talk on air"),
        QuestionOrigin.RECORDED: N_("left as a recording"),
    }
)

PROMISES: Final[Mapping[CallBackKind, str]] = MappingProxyType(
    {
        CallBackKind.SLOT: N_("call at the booked time"),
        CallBackKind.HOLD: N_("call instead of holding"),
        CallBackKind.DROPPED: N_("call after a broken connection"),
    }
)

PROMISE_STATES: Final[Mapping[CallBackState, tuple[str, str]]] = MappingProxyType(
    {
        CallBackState.DUE: (N_("will be called"), "yellow"),
        CallBackState.RINGING: (N_("is being called"), "blue"),
        CallBackState.REACHED: (N_("reached"), "green"),
        CallBackState.MISSED: (N_("did not answer"), "red"),
        CallBackState.CANCELLED: (N_("called off"), "grey"),
    }
)

CONSENTS: Final[Mapping[Consent, str]] = MappingProxyType(
    {
        Consent.NONE: N_("was not asked yet"),
        Consent.YES: N_("agrees"),
        Consent.NO: N_("does not agree: not recorded"),
    }
)

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"uk": N_("Ukrainian"), "en": N_("English")})


def list_options(table: Mapping[E, str], words: Words) -> list[tuple[str, str]]:
    """Codes and texts of a table, to choose from."""
    return [(code.value, words.gettext(text)) for code, text in table.items()]
