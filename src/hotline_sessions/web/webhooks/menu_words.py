"""What services by phone say: remarks, then a question with its keys."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from hotline_sessions.domain.menu_prompts import (
    Ask,
    AskChoice,
    AskLotSure,
    AskLotTimes,
    AskNumber,
    AskOwnCode,
    AskPhone,
    AskService,
    AskSession,
    AskSlot,
    AskSmsCode,
    AskSure,
    AskWait,
    MenuStep,
    SessionOffer,
    TellBooked,
    TellLot,
    TellOffer,
    TellOwn,
    TellPlace,
)
from hotline_sessions.domain.phones import UKRAINE
from hotline_sessions.domain.phrases import Phrase
from hotline_sessions.domain.speech import say_date, say_digits, say_number, say_time
from hotline_sessions.i18n import Locale, Words, load_catalogues
from hotline_sessions.web.webhooks.voice_texts import filled, fixed


MOST_KEYS: Final = 3
"""Nobody remembers more keys than that at once."""
OTHER: Final[dict[Locale, Locale]] = {"uk": "en", "en": "uk"}


def say_menu(step: MenuStep, words: Words) -> Iterator[Phrase]:
    """Remarks, then the question."""
    for remark in step.remarks:
        yield fixed(f"remark-{remark.value}", words)
    yield from _ask(step.ask, words)


def _ask(ask: Ask, words: Words) -> Iterator[Phrase]:
    match ask:
        case AskService():
            yield from _ask_service(ask, words)
        case AskSession():
            yield fixed("menu-sessions", words)
            yield from _say_offers(ask, words)
            if len(ask.offers) < MOST_KEYS:
                yield fixed("menu-back", words)
        case AskNumber():
            yield _say_phone(ask, words)
            yield fixed("menu-other-number", words)
        case AskPhone():
            yield fixed("menu-phone-for-code" if ask.for_code else "menu-phone-of-booking", words)
        case AskSmsCode():
            yield fixed("menu-sms-code", words)
        case AskSlot():
            yield from _ask_slot(ask, words)
        case TellBooked():
            yield from _tell_booked(ask, words)
        case AskOwnCode():
            yield fixed("menu-own-code", words)
        case TellOwn():
            yield _tell_own(ask, words)
            yield fixed("menu-own-deeds", words)
        case AskSure():
            yield fixed("menu-sure", words)
        case AskChoice():
            yield from _ask_choice(ask, words)
        case AskWait():
            yield fixed("menu-wait", words)
        case TellPlace() | TellOffer():
            yield from _tell_place(ask, words)
        case TellLot():
            yield from _tell_lot(ask, words)
        case AskLotTimes():
            yield fixed("menu-lot-which", words)
            yield from _say_times(ask, words)
        case AskLotSure():
            yield from _ask_lot_sure(ask, words)


def _ask_service(ask: AskService, words: Words) -> Iterator[Phrase]:
    if ask.institution:
        text = words.gettext(
            "Good day! This is the direct line. %(institution)s.", institution=ask.institution
        )
        yield filled(text, words)
        yield fixed("menu-none-now", words)
    if ask.next_at is not None:
        day, time = _day_and_time(ask.next_at, ask.time_zone, words)
        text = words.gettext("The next one is held %(day)s, %(time)s.", day=day, time=time)
        yield filled(text, words)
    yield fixed("menu-services", words)
    if ask.can_ask:
        yield fixed("menu-question", words)
    if ask.can_wait:
        yield fixed("menu-place", words)
    yield fixed("menu-english", load_catalogues().words(OTHER[words.locale]))


def _say_offers(ask: AskSession, words: Words) -> Iterator[Phrase]:
    for number, offer in enumerate(ask.offers, start=1):
        day, time = _day_and_time(offer.starts_at, offer.time_zone, words)
        facts = {"who": _name(offer), "day": day, "time": time}
        key = say_number(number, words.locale)
        if offer.is_full:
            text = words.gettext(
                "%(who)s, %(day)s, %(time)s, all is taken: press %(key)s.", **facts, key=key
            )
        else:
            text = words.gettext("%(who)s, %(day)s, %(time)s: press %(key)s.", **facts, key=key)
        yield filled(text, words)


def _ask_slot(ask: AskSlot, words: Words) -> Iterator[Phrase]:
    yield fixed("menu-slots", words)
    yield from _say_times(ask, words)


def _say_times(ask: AskSlot | AskLotTimes, words: Words) -> Iterator[Phrase]:
    for number, starts_at in enumerate(ask.starts, start=1):
        text = words.gettext(
            "%(time)s: press %(key)s.",
            time=_time(starts_at, ask.time_zone, words),
            key=say_number(number, words.locale),
        )
        yield filled(text[:1].upper() + text[1:], words)
    if ask.has_more:
        yield fixed("menu-more-slots", words)


def _tell_booked(ask: TellBooked, words: Words) -> Iterator[Phrase]:
    """The code twice: whoever writes it down is slower than the voice."""
    yield fixed("menu-moved" if ask.code is None else "menu-booked", words)
    day, time = _day_and_time(ask.starts_at, ask.time_zone, words)
    yield filled(words.gettext("Your talk is %(day)s, %(time)s.", day=day, time=time), words)
    if ask.code is not None:
        digits = say_digits(ask.code, words.locale)
        yield filled(words.gettext("The code: %(digits)s.", digits=digits), words)
        yield filled(words.gettext("Once more: %(digits)s.", digits=digits), words)
    yield fixed("menu-sms-too", words)
    yield fixed("menu-call-back", words)
    yield fixed("menu-then", words)


def _tell_own(ask: TellOwn, words: Words) -> Phrase:
    day, time = _day_and_time(ask.offer.starts_at, ask.offer.time_zone, words)
    text = words.gettext(
        "You have booked: %(who)s, %(day)s, %(time)s.", who=_name(ask.offer), day=day, time=time
    )
    return filled(text, words)


def _ask_choice(ask: AskChoice, words: Words) -> Iterator[Phrase]:
    day, time = _day_and_time(ask.offer.starts_at, ask.offer.time_zone, words)
    booked = words.gettext("Your talk was booked for %(day)s, %(time)s.", day=day, time=time)
    yield filled(booked, words)
    yield fixed(f"menu-choice-{ask.cause.value}", words)
    if ask.may_keep:
        yield filled(words.gettext("Now %(who)s answers.", who=_name(ask.offer)), words)
        yield fixed("menu-choice-keep", words)
    if ask.nearest is not None:
        day, time = _day_and_time(ask.nearest.starts_at, ask.nearest.time_zone, words)
        text = words.gettext(
            "The nearest free time: %(who)s, %(day)s, %(time)s. To take it, press two.",
            who=_name(ask.nearest),
            day=day,
            time=time,
        )
        yield filled(text, words)
        if not ask.may_keep:
            yield fixed("menu-choice-times", words)
    yield fixed("menu-choice-appeal" if ask.may_file else "menu-choice-no-appeal", words)
    told = (ask.may_keep or ask.nearest is not None) + (ask.nearest is not None) + ask.may_file
    if told < MOST_KEYS:
        yield fixed("menu-choice-give-up", words)


def _tell_place(ask: TellPlace | TellOffer, words: Words) -> Iterator[Phrase]:
    day, time = _day_and_time(ask.offer.starts_at, ask.offer.time_zone, words)
    facts = {"who": _name(ask.offer), "day": day, "time": time}
    if isinstance(ask, TellOffer):
        last_day, last = _day_and_time(ask.until, ask.offer.time_zone, words)
        text = words.gettext("A time is kept for you: %(who)s, %(day)s, %(time)s.", **facts)
        yield filled(text, words)
        text = words.gettext("Answer no later than %(day)s, %(time)s.", day=last_day, time=last)
        yield filled(text, words)
        yield fixed("menu-offer-answers", words)
    else:
        text = words.gettext("You are on the waiting list: %(who)s, %(day)s, %(time)s.", **facts)
        yield filled(text, words)
        place = say_number(ask.place, words.locale)
        yield filled(words.gettext("Your place: %(place)s.", place=place), words)
        yield fixed("menu-place-deeds", words)
    if ask.has_more:
        yield fixed("menu-next-place", words)


def _tell_lot(ask: TellLot, words: Words) -> Iterator[Phrase]:
    yield fixed("menu-lot-in" if ask.is_in else "menu-lot", words)
    if ask.falls_at is not None:
        day, time = _day_and_time(ask.falls_at, ask.offer.time_zone, words)
        text = words.gettext("The lots fall %(day)s, %(time)s.", day=day, time=time)
        yield filled(text, words)
    yield fixed("menu-lot-withdraw" if ask.is_in else "menu-lot-join", words)
    if ask.has_times and not ask.is_in:
        yield fixed("menu-lot-name", words)


def _ask_lot_sure(ask: AskLotSure, words: Words) -> Iterator[Phrase]:
    times = ", ".join(_time(each, ask.time_zone, words) for each in ask.starts)
    yield filled(words.gettext("You have named: %(times)s.", times=times), words)
    yield fixed("menu-lot-only", words)
    if ask.may_add:
        yield fixed("menu-lot-add", words)


def _say_phone(ask: AskNumber, words: Words) -> Phrase:
    digits = say_digits(ask.phone.replace(UKRAINE, "0").lstrip("+"), words.locale)
    return filled(words.gettext("You are calling from %(digits)s.", digits=digits), words)


def _name(offer: SessionOffer) -> str:
    return f"{offer.official}, {offer.post}" if offer.official else offer.post


def _day_and_time(moment: datetime, zone: str, words: Words) -> tuple[str, str]:
    local = moment.astimezone(ZoneInfo(zone))
    return say_date(local.date(), words.locale), say_time(local.time(), words.locale)


def _time(moment: datetime, zone: str, words: Words) -> str:
    return say_time(moment.astimezone(ZoneInfo(zone)).time(), words.locale)
