"""The live desk in words: states, reasons, who is on the line."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.ids import AccountId
from hotline_sessions.domain.sessions import ADMITTING, ENDED, SessionState
from hotline_sessions.i18n import N_, Words, format_clock, format_minutes
from hotline_sessions.services.live import LiveDesk, Screened, Talked, Waiting
from hotline_sessions.web.pages.desk.desk_words import (
    AIR,
    CLOSE_REASONS,
    CONSENTS,
    JOINING,
    OFFICIAL,
    PAUSE_REASONS,
    REASONS,
    REORDER_REASONS,
    list_options,
)
from hotline_sessions.web.pages.desk.list_views import (
    MineView,
    MissedView,
    PromiseView,
    QuestionView,
    list_facts,
    tell_colleagues,
    tell_who,
    view_mine,
    view_missed_one,
    view_promise,
    view_question,
)


"""States in which nothing happens at the desk any more."""

A_MINUTE: Final = timedelta(minutes=1)

Options = list[tuple[str, str]]


class WaitingView(Struct, frozen=True, kw_only=True):
    """A citizen in the queue, in words; ``wait`` is empty for who is about to be put through."""

    call: str
    position: int
    who: str
    why: str
    facts: list[str]
    booking: str
    since: datetime
    wait: str


class ScreenedView(Struct, frozen=True, kw_only=True):
    """A citizen who is being prepared for the air, in words."""

    call: str
    who: str
    facts: list[str]
    booking: str
    question: str
    since: datetime


class TalkedView(Struct, frozen=True, kw_only=True):
    """A talk that has neither an appeal nor a question that was closed."""

    call: str
    who: str
    began_at: datetime
    ended_at: datetime | None


class DeskView(Struct, frozen=True, kw_only=True):
    """What the panels show beside the desk itself.

    ``status`` is the one short sentence that a screen reader says when it changes; ``left``
    is what is left of a talk whose time stands still.
    """

    waiting: list[WaitingView]
    screening: list[ScreenedView]
    talked: list[TalkedView]
    questions: list[QuestionView]
    missed: list[MissedView]
    call_backs: list[PromiseView]
    on_air_who: str
    on_air_state: str
    on_air_facts: list[str]
    left: str
    closes_at: datetime | None
    official: str
    official_tone: str
    status: str
    is_over: bool
    is_admitting: bool
    mine: MineView | None
    colleagues: list[str]
    modes: list[tuple[str, str, str]]
    pause_reasons: Options
    reorder_reasons: Options
    close_reasons: Options


def view_desk(desk: LiveDesk, words: Words, account: AccountId) -> DeskView:
    """The desk in the language of the reader, who is ``account``."""
    on_air = desk.on_air
    official, tone = tell_official(desk)
    asked = {each.caller.call for each in desk.questions}
    return DeskView(
        waiting=[_view_waiting(each, words) for each in desk.waiting],
        screening=[_view_screened(each, words) for each in desk.screening],
        talked=[_view_talked(each, words) for each in desk.talked if each.caller.call not in asked],
        questions=[view_question(each, words) for each in desk.questions if not each.is_on_air],
        missed=[view_missed_one(each) for each in desk.missed],
        call_backs=[view_promise(each, words) for each in desk.call_backs],
        on_air_who=tell_who(on_air.caller, words) if on_air else "",
        on_air_state=words.gettext(AIR[on_air.state]) if on_air else "",
        on_air_facts=_list_air_facts(desk, words),
        left=_tell_left(on_air.left) if on_air else "",
        closes_at=desk.session.closes_at if desk.is_admitting else None,
        official=words.gettext(official),
        official_tone=tone,
        status=tell_status(desk, words),
        is_over=desk.session.state in ENDED,
        is_admitting=desk.session.state in ADMITTING,
        mine=view_mine(desk, account, words),
        colleagues=tell_colleagues(desk, account, words),
        modes=_list_modes(desk, account, words),
        pause_reasons=list_options(PAUSE_REASONS, words),
        reorder_reasons=list_options(REORDER_REASONS, words),
        close_reasons=list_options(CLOSE_REASONS, words),
    )


def tell_official(desk: LiveDesk) -> tuple[str, str]:
    """State of the official's call (msgid), and its colour."""
    if desk.official is None:
        return N_("is not on the line"), "grey"
    return OFFICIAL.get(desk.official.state, (N_("is not on the line"), "grey"))


def tell_status(desk: LiveDesk, words: Words) -> str:
    """What is going on, in one or two short sentences."""
    state = desk.session.state
    if state in ENDED:
        return words.gettext("The session is over.")
    waits = (
        words.ngettext("%(num)s waits.", "%(num)s wait.", len(desk.waiting))
        if desk.waiting
        else words.gettext("Nobody waits.")
    )
    if desk.on_air is not None:
        who = tell_who(desk.on_air.caller, words)
        return f"{words.gettext('On air:')} {who}, {words.gettext(AIR[desk.on_air.state])}. {waits}"
    match state:
        case SessionState.PAUSED:
            return f"{words.gettext('The session is paused.')} {waits}"
        case SessionState.QUESTIONS_ONLY:
            return words.gettext("Nobody is put through: questions are being recorded.")
        case SessionState.CLOSING:
            return words.gettext("The session is ending.")
        case _ if state not in ADMITTING:
            return words.gettext("The lines are not open yet.")
        case _ if not desk.is_official_present:
            return f"{words.gettext('The official is not on the line.')} {waits}"
        case _:
            return f"{words.gettext('Nobody is on air.')} {waits}"


def _list_air_facts(desk: LiveDesk, words: Words) -> list[str]:
    if desk.on_air is None:
        return []
    facts = list_facts(desk.on_air.caller, words)
    if desk.session.is_recorded:
        consent = words.gettext(CONSENTS[desk.on_air.consent])
        facts.append(words.gettext("recording: %(consent)s", consent=consent))
    return facts


def _list_modes(desk: LiveDesk, account: AccountId, words: Words) -> list[tuple[str, str, str]]:
    """Ways onto the air that the operator does not take already; whispering needs an ear."""
    mine = desk.find_operator(account)
    present = mine.mode if mine else None
    return [
        (mode.value, words.gettext(text), key)
        for mode, text, key in JOINING
        if mode is not present and (mode.value != "whisper" or desk.is_official_present)
    ]


def _tell_left(left: timedelta) -> str:
    seconds = int(abs(left.total_seconds()))
    sign = "−" if left < timedelta() else ""
    return f"{sign}{seconds // 60}:{seconds % 60:02}"


def _view_waiting(each: Waiting, words: Words) -> WaitingView:
    slot = each.caller.slot_starts_at
    clock = format_clock(slot, words.locale) if slot else ""
    return WaitingView(
        call=each.caller.call,
        position=each.position,
        who=tell_who(each.caller, words),
        why=words.gettext(REASONS[each.reason]) % {"clock": clock},
        facts=list_facts(each.caller, words, with_slot=False),
        booking=each.caller.booking or "",
        since=each.waiting_since,
        wait=format_minutes(each.wait, words.locale) if each.wait >= A_MINUTE else "",
    )


def _view_screened(each: Screened, words: Words) -> ScreenedView:
    return ScreenedView(
        call=each.caller.call,
        who=tell_who(each.caller, words),
        facts=list_facts(each.caller, words),
        booking=each.caller.booking or "",
        question=each.caller.question,
        since=each.since,
    )


def _view_talked(each: Talked, words: Words) -> TalkedView:
    return TalkedView(
        call=each.caller.call,
        who=tell_who(each.caller, words),
        began_at=each.began_at,
        ended_at=each.ended_at,
    )
