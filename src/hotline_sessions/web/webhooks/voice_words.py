"""What a prompt says: one text for the voice, in the language of the caller."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from hotline_sessions.domain.prompts import (
    Alone,
    AskCode,
    AskOfficial,
    AskTail,
    EnterAir,
    Goodbye,
    Hold,
    Host,
    Join,
    NoSession,
    Parting,
    Prompt,
    Silence,
    Wait,
)
from hotline_sessions.domain.speech import LARGEST, say_day, say_minutes, say_ordinal, say_time
from hotline_sessions.i18n import N_, Words


PARTINGS: Final = {
    Parting.TALKED: N_("The talk is over. Thank you for calling. Goodbye."),
    Parting.CLOSED: N_("The direct line is over for today. Thank you for calling. Goodbye."),
    Parting.CANCELLED: N_(
        "The direct line has been called off. The site will tell the new date. Goodbye."
    ),
    Parting.DISMISSED: N_("Thank you for calling. The operator is ending this call. Goodbye."),
    Parting.REPLACED: N_("Your place has passed to your new call. Goodbye."),
    Parting.FAILED: N_("We are sorry, the connection failed. Please call again. Goodbye."),
}


def say(prompt: Prompt, words: Words) -> str:
    """The text of ``prompt``; empty when there is nothing to say."""
    match prompt:
        case AskTail() | AskCode():
            return _join(_greeting(prompt.host, words), _ask(prompt, words))
        case Wait():
            return _join(_greeting(prompt.host, words), _wait(prompt, words))
        case Hold():
            return _hold(prompt, words)
        case Join():
            return words.gettext(
                "We are connecting you. You have %(minutes)s.",
                minutes=say_minutes(min(prompt.minutes, LARGEST), words.locale),
            )
        case Goodbye():
            return words.gettext(PARTINGS[prompt.why])
        case NoSession():
            return _no_session(prompt, words)
        case AskOfficial():
            return _ask_official(prompt, words)
        case EnterAir():
            return _enter_air(prompt, words)
        case Alone():
            return words.gettext("Please stay on the line. The operator will connect a citizen.")
        case Silence():
            return ""


def _greeting(host: Host | None, words: Words) -> str:
    if host is None:
        return ""
    welcome = words.gettext(
        "Good day! This is the direct line. %(institution)s.", institution=host.institution
    )
    if host.official is None:
        return _join(
            welcome, words.gettext("Your questions are answered by: %(post)s.", post=host.post)
        )
    return _join(
        welcome,
        words.gettext(
            "Your questions are answered by %(official)s, %(post)s.",
            official=host.official,
            post=host.post,
        ),
    )


def _ask(prompt: AskTail | AskCode, words: Words) -> str:
    if prompt.attempt > 1:
        return words.gettext(
            "This code does not fit. Try once more, or press zero to wait without a booking."
        )
    if isinstance(prompt, AskTail):
        return words.gettext(
            "If you have booked a talk, key in the last two digits of your code. "
            "If you have not, press hash or just wait."
        )
    return words.gettext(
        "If you have booked a talk, key in the six digits of your code. "
        "If you have not, press hash or just wait."
    )


def _wait(prompt: Wait, words: Words) -> str:
    if prompt.is_return:
        return words.gettext("We are sorry, please wait a little longer.")
    if prompt.slot_starts_at is None:
        return words.gettext("You are in the queue. Please stay on the line.")
    return words.gettext(
        "Thank you. Your talk is booked %(time)s. Please stay on the line.",
        time=_time(prompt.slot_starts_at, prompt.time_zone, words),
    )


def _hold(prompt: Hold, words: Words) -> str:
    place = words.gettext(
        "Your number in the queue: %(position)s.",
        position=say_ordinal(min(prompt.position, LARGEST), words.locale),
    )
    if prompt.minutes < 1:
        return _join(place, words.gettext("We will connect you very soon."))
    minutes = say_minutes(min(prompt.minutes, LARGEST), words.locale)
    return _join(place, words.gettext("The wait is about %(minutes)s.", minutes=minutes))


def _no_session(prompt: NoSession, words: Words) -> str:
    now = words.gettext("Good day! No direct line is held now.")
    if prompt.starts_at is None:
        return _join(now, words.gettext("The coming ones are announced on the site. Goodbye."))
    local = prompt.starts_at.astimezone(ZoneInfo(prompt.time_zone))
    return _join(
        now,
        words.gettext(
            "The next one is held %(day)s, %(time)s. Goodbye.",
            day=say_day(local.date(), words.locale),
            time=_time(prompt.starts_at, prompt.time_zone, words),
        ),
    )


def _ask_official(prompt: AskOfficial, words: Words) -> str:
    press = words.gettext("To talk to citizens, press one.")
    if prompt.host is None:
        return press
    welcome = words.gettext(
        "Good day! You are awaited on the direct line. %(institution)s.",
        institution=prompt.host.institution,
    )
    return _join(welcome, press)


def _enter_air(prompt: EnterAir, words: Words) -> str:
    if prompt.is_return:
        return words.gettext("You are going back to the line.")
    return words.gettext("Thank you. You are on the line. The operator will connect the citizens.")


def _time(moment: datetime, zone: str, words: Words) -> str:
    return say_time(moment.astimezone(ZoneInfo(zone)).time(), words.locale)


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
