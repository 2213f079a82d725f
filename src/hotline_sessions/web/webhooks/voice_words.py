"""What a prompt says: phrases for the voice, in the language of the call."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from hotline_sessions.domain.menu_prompts import MenuStep
from hotline_sessions.domain.phones import UKRAINE
from hotline_sessions.domain.phrases import Phrase, Speech
from hotline_sessions.domain.prompts import (
    Alone,
    AskCode,
    AskConsent,
    AskOfficial,
    AskOperator,
    AskPresence,
    AskTail,
    EnterAir,
    EnterRoom,
    Goodbye,
    Held,
    Hold,
    Host,
    Join,
    Menu,
    OfficialMenu,
    Parting,
    Prompt,
    Question,
    Screen,
    Silence,
    Silenced,
    Wait,
    Whisper,
)
from hotline_sessions.domain.speech import LARGEST, say_digits, say_minutes, say_ordinal, say_time
from hotline_sessions.i18n import Words, load_catalogues
from hotline_sessions.web.webhooks.menu_words import say_menu
from hotline_sessions.web.webhooks.staff_words import (
    ask_official,
    enter_air,
    enter_room,
    whisper,
)
from hotline_sessions.web.webhooks.voice_texts import filled, fixed


LONG_WAIT: Final = 60
"""From so many minutes on a forecast is no promise: it is said to be more than an hour."""

HOLD_ROUNDS: Final = 3
"""Rounds of waiting: place and time, then what may be keyed, then the melody alone."""

REASONS: Final = {
    Parting.CLOSED: "question-closed",
    Parting.CANCELLED: "question-cancelled",
    Parting.FULL: "question-full",
    Parting.NO_OFFICIAL: "question-no-official",
    Parting.PAUSED: "question-paused",
    Parting.FAILED: "question-failed",
}
"""Why a question is asked for; who wished to leave one knows."""


def say(prompt: Prompt, words: Words) -> Speech:
    """What is said for ``prompt``; nothing when there is nothing to say."""
    return list(_say(prompt, words))


def _choose_consent(prompt: AskConsent) -> str:
    if prompt.attempt > 1:
        return "consent-again"
    return "consent-transcribed" if prompt.is_transcribed else "consent"


def _say(prompt: Prompt, words: Words) -> Iterator[Phrase]:
    match prompt:
        case AskTail() | AskCode():
            yield from _ask_code(prompt, words)
        case AskConsent():
            yield from _greet(prompt.host, words)
            yield fixed(_choose_consent(prompt), words)
        case AskPresence():
            yield from _greet(prompt.host, words)
            yield fixed("presence" if prompt.attempt == 1 else "presence-again", words)
        case Wait():
            yield from _greet(prompt.host, words)
            yield _wait(prompt, words)
        case Hold():
            yield from _hold(prompt, words)
        case Join():
            yield from _join(prompt, words)
        case Screen():
            yield fixed("screen", words)
        case Question():
            yield from _ask_question(prompt, words)
        case Goodbye():
            yield fixed(f"bye-{prompt.why.value}", words)
        case AskOfficial():
            yield from ask_official(prompt, words)
        case AskOperator():
            yield fixed("operator-ask", words)
        case EnterAir():
            if prompt.is_operator_called:
                yield fixed("notice-operator-called", words)
            yield enter_air(prompt, words)
        case EnterRoom():
            yield enter_room(prompt, words)
        case OfficialMenu():
            yield fixed("official-menu", words)
        case Alone():
            yield fixed("official-alone", words)
        case Held():
            yield fixed("held", words)
        case Whisper():
            yield from whisper(prompt, words)
        case MenuStep():
            yield from say_menu(prompt, words)
        case Menu() | Silence():
            return


def _greet(host: Host | None, words: Words) -> Iterator[Phrase]:
    if host is None:
        return
    yield filled(
        words.gettext(
            "Good day! This is the direct line. %(institution)s.", institution=host.institution
        ),
        words,
    )
    if host.new_number:
        number = say_digits(host.new_number.replace(UKRAINE, "0").lstrip("+"), words.locale)
        yield filled(
            words.gettext(
                "The number of this line has changed. The new number: %(number)s. "
                "Write it down, please. You are served now.",
                number=number,
            ),
            words,
        )
    if host.official is None:
        yield filled(
            words.gettext("Your questions are answered by: %(post)s.", post=host.post), words
        )
        return
    yield filled(
        words.gettext(
            "Your questions are answered by %(official)s, %(post)s.",
            official=host.official,
            post=host.post,
        ),
        words,
    )


def _ask_code(prompt: AskTail | AskCode, words: Words) -> Iterator[Phrase]:
    yield from _greet(prompt.host, words)
    # Who is greeted has keyed in nothing yet, or comes back from other services.
    if prompt.attempt > 1 and prompt.host is None:
        yield fixed("ask-unclear" if prompt.is_unclear else "ask-again", words)
        return
    yield fixed("ask-tail" if isinstance(prompt, AskTail) else "ask-code", words)
    if not prompt.offers_menu:
        return
    yield fixed("offer-menu", words)
    if words.locale != "en":
        yield fixed("offer-english", load_catalogues().words("en"))


def _wait(prompt: Wait, words: Words) -> Phrase:
    if prompt.is_return:
        return fixed("wait-again", words)
    if prompt.slot_starts_at is None:
        return fixed("wait", words)
    return filled(
        words.gettext(
            "Thank you. Your talk is booked %(time)s. Please stay on the line.",
            time=_time(prompt.slot_starts_at, prompt.time_zone, words),
        ),
        words,
    )


def _hold(prompt: Hold, words: Words) -> Iterator[Phrase]:
    """Place and time first; then the keys; then nothing, while the melody plays."""
    turn = prompt.round % HOLD_ROUNDS
    if turn == 1 and prompt.leg is not None:
        yield fixed("hold-keys", words)
    if turn:
        return
    yield from _hindrance(prompt, words)
    yield filled(
        words.gettext(
            "Your number in the queue: %(position)s.",
            position=say_ordinal(min(prompt.position, LARGEST), words.locale),
        ),
        words,
    )
    if prompt.silenced in {Silenced.PAUSED, Silenced.NO_OFFICIAL}:
        return  # Nobody knows how long it will be.
    yield _forecast(prompt.minutes, words)


def _hindrance(prompt: Hold, words: Words) -> Iterator[Phrase]:
    """Why nobody is put through, and who answers instead."""
    match prompt.silenced:
        case Silenced.PAUSED:
            yield fixed("hold-paused", words)
        case Silenced.NO_OFFICIAL:
            yield fixed("hold-no-official", words)
        case Silenced.BEFORE_START:
            if prompt.starts_at is not None:
                time = _time(prompt.starts_at, prompt.time_zone, words)
                yield filled(words.gettext("The direct line begins %(time)s.", time=time), words)
        case Silenced.NOTHING:
            pass
    if prompt.substitute:
        yield filled(
            words.gettext("Today you are answered by: %(official)s.", official=prompt.substitute),
            words,
        )


def _forecast(minutes: int, words: Words) -> Phrase:
    if minutes < 1:
        return fixed("hold-soon", words)
    if minutes > LONG_WAIT:
        return fixed("hold-long", words)
    said = say_minutes(minutes, words.locale)
    return filled(words.gettext("The wait is about %(minutes)s.", minutes=said), words)


def _join(prompt: Join, words: Words) -> Iterator[Phrase]:
    if prompt.is_return:
        yield fixed("join-again", words)
        return
    yield filled(
        words.gettext(
            "We are connecting you. You have %(minutes)s.",
            minutes=say_minutes(min(prompt.minutes, LARGEST), words.locale),
        ),
        words,
    )


def _ask_question(prompt: Question, words: Words) -> Iterator[Phrase]:
    if prompt.attempt > 1:
        yield fixed("question-again", words)
        return
    if reason := REASONS.get(prompt.why):
        yield fixed(reason, words)
    yield fixed("question-ask", words)
    if minutes := min(prompt.limit_seconds // 60, LARGEST):
        said = say_minutes(minutes, words.locale)
        yield filled(words.gettext("The recording may last: %(minutes)s.", minutes=said), words)


def _time(moment: datetime, zone: str, words: Words) -> str:
    return say_time(moment.astimezone(ZoneInfo(zone)).time(), words.locale)
