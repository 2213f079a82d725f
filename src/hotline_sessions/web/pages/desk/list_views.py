"""The lists of the desk in words: questions, missed bookings, call-backs, who is on the line."""

from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.calls import CallState, Identity, Mode
from hotline_sessions.domain.ids import AccountId
from hotline_sessions.domain.phones import PhoneNumber, mask
from hotline_sessions.i18n import Words, format_clock
from hotline_sessions.services.desk_lists import (
    CallBackView,
    CallerCard,
    Missed,
    OpenQuestion,
    OperatorLeg,
)
from hotline_sessions.services.live import LiveDesk
from hotline_sessions.web.pages.desk.desk_words import (
    COLLEAGUES,
    LANGUAGES,
    MODES,
    OPERATOR,
    ORIGINS,
    PROMISE_STATES,
    PROMISES,
)


class QuestionView(Struct, frozen=True, kw_only=True):
    """An open question, in words."""

    name: str
    call: str
    who: str
    origin: str
    asked_at: datetime
    machine_words: str
    recording: str


class MissedView(Struct, frozen=True, kw_only=True):
    """A booked citizen who has not called; the number is for the operator to call."""

    name: str
    who: str
    phone: str
    question: str
    slot: datetime
    is_promised: bool


class PromiseView(Struct, frozen=True, kw_only=True):
    """A promised call, in words."""

    name: str
    who: str
    kind: str
    state: str
    tone: str
    attempts: int
    due_at: datetime
    position: int | None
    is_standing: bool


class MineView(Struct, frozen=True, kw_only=True):
    """How the reader takes part; ``expects_browser``: the page's telephone has to call."""

    how: str
    state: str
    expects_browser: bool


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


def list_facts(caller: CallerCard, words: Words, *, with_slot: bool = True) -> list[str]:
    """What an operator should know of a caller before saying a word."""
    facts = [tell_identity(caller, words)]
    if with_slot and caller.slot_starts_at:
        clock = format_clock(caller.slot_starts_at, words.locale)
        facts.append(words.gettext("booked for %(clock)s", clock=clock))
    if caller.language != "uk":
        language = words.gettext(LANGUAGES.get(caller.language, caller.language))
        facts.append(words.gettext("speaks: %(language)s", language=language))
    return [fact for fact in facts if fact]


def view_question(each: OpenQuestion, words: Words) -> QuestionView:
    """A question in the reader's language."""
    return QuestionView(
        name=each.public_id,
        call=each.caller.call,
        who=tell_who(each.caller, words),
        origin=words.gettext(ORIGINS[each.origin]),
        asked_at=each.asked_at,
        machine_words=each.machine_words,
        recording=each.recording or "",
    )


def view_missed_one(each: Missed) -> MissedView:
    """A missed booking."""
    return MissedView(
        name=each.booking,
        who=each.name,
        phone=each.phone,
        question=each.question,
        slot=each.slot_starts_at,
        is_promised=each.is_promised,
    )


def view_promise(each: CallBackView, words: Words) -> PromiseView:
    """A promised call in the reader's language."""
    state, tone = PROMISE_STATES[each.state]
    return PromiseView(
        name=each.public_id,
        who=each.name or mask(PhoneNumber(each.phone)),
        kind=words.gettext(PROMISES[each.kind]),
        state=words.gettext(state),
        tone=tone,
        attempts=each.attempts,
        due_at=each.due_at,
        position=each.position,
        is_standing=each.is_standing,
    )


def view_mine(desk: LiveDesk, account: AccountId, words: Words) -> MineView | None:
    """How the member of staff takes part who looks at the desk."""
    mine = desk.find_operator(account)
    if mine is None:
        return None
    return MineView(
        how=words.gettext(MODES[mine.mode or Mode.LISTEN]),
        state=words.gettext(OPERATOR.get(mine.state, OPERATOR[CallState.ENTERING])),
        expects_browser=mine.is_browser and mine.state is CallState.ENTERING,
    )


def tell_colleagues(desk: LiveDesk, account: AccountId, words: Words) -> list[str]:
    """Who else of the staff is on the line, a sentence each."""
    others = [each for each in desk.operators if each.account != account]
    return [_tell_colleague(each, words) for each in others]


def _tell_colleague(each: OperatorLeg, words: Words) -> str:
    return words.gettext(COLLEAGUES[each.mode or Mode.LISTEN], name=each.name)
