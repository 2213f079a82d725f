"""The official's page in words: my connection, who is on air, who comes next."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.calls import CallState
from hotline_sessions.domain.phones import PhoneNumber, mask
from hotline_sessions.domain.sessions import ANSWERING, ENDED, SessionState
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.desk_lists import CallerCard
from hotline_sessions.services.official_page import OfficialView


CONNECTION: Final[Mapping[CallState, tuple[str, str]]] = MappingProxyType(
    {
        CallState.SUBMITTING: (N_("you are being called"), "blue"),
        CallState.DIALLING: (N_("your phone rings: answer it"), "yellow"),
        CallState.CONFIRMING: (N_("press 1 on your phone to go on air"), "yellow"),
        CallState.ENTERING: (N_("you are being connected"), "yellow"),
        CallState.PRESENT: (N_("you are on air"), "green"),
    }
)
"""State of the official's own call in words, and the colour that repeats them."""

AIR: Final[Mapping[CallState, str]] = MappingProxyType(
    {
        CallState.SUMMONED: N_("is being put through"),
        CallState.JOINING: N_("is being put through"),
        CallState.TALKING: N_("talks with you"),
        CallState.HELD: N_("hears music and waits for you"),
        CallState.RETURNING: N_("goes back to the queue"),
        CallState.WRAPPING: N_("is being seen off"),
    }
)

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType(
    {"uk": N_("in Ukrainian"), "en": N_("in English")}
)

NEXT_ONES: Final = 3
"""How many of those who wait are shown with their questions."""


class PersonView(Struct, frozen=True, kw_only=True):
    """A citizen in words; the number is never among them."""

    call: str
    who: str
    community: str
    question: str
    language: str
    since: datetime


class PageView(Struct, frozen=True, kw_only=True):
    """What the panels show beside the desk itself; ``status`` is said when it changes."""

    connection: str
    tone: str
    status: str
    on_air: PersonView | None
    on_air_state: str
    next_ones: list[PersonView]
    more: int
    is_over: bool
    is_running: bool
    ring_number: str


def view_page(view: OfficialView, words: Words) -> PageView:
    """The page in the reader's language."""
    desk = view.desk
    connection, tone = tell_connection(view)
    on_air = desk.on_air
    return PageView(
        connection=words.gettext(connection),
        tone=tone,
        status=tell_status(view, words),
        on_air=view_person(on_air.caller, on_air.talking_since or on_air.since, words)
        if on_air
        else None,
        on_air_state=words.gettext(AIR.get(on_air.state, "")) if on_air else "",
        next_ones=[
            view_person(each.caller, each.waiting_since, words) for each in desk.waiting[:NEXT_ONES]
        ],
        more=max(0, len(desk.waiting) - NEXT_ONES),
        is_over=desk.session.state in ENDED,
        is_running=desk.session.state in ANSWERING,
        ring_number=mask(PhoneNumber(desk.session.ring_number)) if desk.session.ring_number else "",
    )


def view_person(caller: CallerCard, since: datetime, words: Words) -> PersonView:
    """Who a citizen is, as far as it is known."""
    return PersonView(
        call=caller.call,
        who=caller.name or words.gettext("Caller without a booking"),
        community=caller.community,
        question=caller.question,
        language=words.gettext(LANGUAGES.get(caller.language, LANGUAGES["uk"])),
        since=since,
    )


def tell_connection(view: OfficialView) -> tuple[str, str]:
    """State of the official's own call (msgid), and its colour."""
    official = view.desk.official
    if official is None:
        return N_("you are not on the line"), "grey"
    return CONNECTION.get(official.state, (N_("you are not on the line"), "grey"))


def tell_status(view: OfficialView, words: Words) -> str:
    """What is going on, in one or two short sentences."""
    desk = view.desk
    state = desk.session.state
    if state in ENDED:
        return words.gettext("The session is over.")
    if state is SessionState.PAUSED:
        return words.gettext("The session is paused: the operator will go on with it.")
    if state not in ANSWERING:
        return words.gettext("The lines are not open yet.")
    waits = words.ngettext("%(num)s waits.", "%(num)s wait.", len(desk.waiting))
    if desk.on_air is None:
        return f"{words.gettext('Nobody is on air.')} {waits}"
    caller = view_person(desk.on_air.caller, desk.on_air.since, words)
    doing = words.gettext(AIR.get(desk.on_air.state, ""))
    return f"{words.gettext('On air:')} {caller.who}, {doing}. {waits}"
