"""The picture of a session in words: what everybody did, and how the calls ended."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.phones import PhoneNumber, mask
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.timelines import Kind, Outcome, Track
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.timelines import Picture


KIND_WORDS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.RINGING: N_("is being called"),
        Kind.GREETING: N_("hears the greeting"),
        Kind.WAITING: N_("waits in the queue"),
        Kind.SCREENING: N_("talks with the operator"),
        Kind.JOINING: N_("is being put through"),
        Kind.TALK: N_("talks with the official"),
        Kind.HOLD: N_("is on hold"),
        Kind.WAY_BACK: N_("goes back to the queue"),
        Kind.FAREWELL: N_("is being seen off"),
        Kind.QUESTION: N_("records a question"),
        Kind.ENTERING: N_("is outside of the talk: on the way, or in the menu"),
        Kind.PRESENT: N_("is on the line"),
    }
)

PHASE_WORDS: Final[Mapping[SessionState, str]] = MappingProxyType(
    {
        SessionState.OPEN: N_("lines are open"),
        SessionState.LIVE: N_("the session goes on"),
        SessionState.PAUSED: N_("pause"),
        SessionState.NO_OFFICIAL: N_("no official"),
        SessionState.QUESTIONS_ONLY: N_("questions only"),
        SessionState.CLOSING: N_("closing"),
    }
)

OUTCOME_WORDS: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.HEARD: N_("heard"),
        Outcome.QUESTION: N_("left a recorded question"),
        Outcome.LEFT_GREETING: N_("hung up during the greeting"),
        Outcome.LEFT_WAITING: N_("hung up while waiting"),
        Outcome.LOST: N_("lost on the way to the talk"),
        Outcome.NOT_REACHED: N_("did not answer our call"),
        Outcome.CALL_BACK: N_("asked to be called back"),
        Outcome.REPLACED: N_("called again: the newer call went on"),
        Outcome.SEEN_OFF: N_("seen off by the operator"),
        Outcome.NO_OFFICIAL: N_("the official did not come"),
        Outcome.SESSION_OVER: N_("the session ended before the turn came"),
        Outcome.STILL_THERE: N_("is still on the line"),
    }
)

ROLE_WORDS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.CITIZEN: N_("Caller %(number)s"),
        Role.OFFICIAL: N_("Official (%(number)s)"),
        Role.OPERATOR: N_("Operator (%(number)s)"),
    }
)


def tell_track(track: Track, words: Words) -> str:
    """Whose track it is, without a name: by number of order."""
    return words.gettext(ROLE_WORDS[track.role], number=track.number)


def tell_outcome(track: Track, words: Words) -> str:
    """How a citizen's call ended; nothing of the others."""
    return words.gettext(OUTCOME_WORDS[track.outcome]) if track.outcome else ""


def tell_person(picture: Picture, track: Track, words: Words) -> str:
    """Who was on the leg, for those who may know: name, or the number masked."""
    person = picture.people.get(track.call)
    if person is None or track.role is Role.OFFICIAL:
        return ""
    if person.name:
        return person.name
    if track.role is Role.OPERATOR:
        return ""
    return mask(PhoneNumber(person.phone)) if person.phone else words.gettext("number withheld")


def format_length(length: timedelta) -> str:
    """Length as minutes and seconds: «4:05»."""
    seconds = max(0, round(length.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"
