"""Letters about bookings: the sentence of the SMS, what session it is, and its calendar entry."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec.structs import replace

from hotline_sessions.domain.calendars import CalendarEntry
from hotline_sessions.domain.mails import Invitation, Mail, Method
from hotline_sessions.domain.messages import Message, Purpose
from hotline_sessions.domain.phones import display
from hotline_sessions.domain.times import Window
from hotline_sessions.domain.told import Told
from hotline_sessions.i18n import Words, load_catalogues
from hotline_sessions.services.message_texts import build_values, choose_locale


METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        Purpose.CONFIRMED: Method.REQUEST,
        Purpose.MOVED: Method.REQUEST,
        Purpose.GIVEN_BACK: Method.CANCEL,
        Purpose.SESSION_CANCELLED: Method.CANCEL,
        Purpose.SESSION_MOVED: Method.CANCEL,
        Purpose.SESSION_SHORTENED: Method.CANCEL,
    }
)
"""What the reader's calendar is asked to do; the others carry nothing for it."""


def build_mail(message: Message, text: str, told: Told | None, *, public_url: str) -> Mail:
    """The letter that says ``text``."""
    locale = choose_locale(message.locale if told is None else told.language)
    words = load_catalogues().words(locale)
    mail = Mail(
        name=f"{message.id}.{message.key.replace(':', '.')}",
        recipient=message.recipient,
        subject=message.subject or words.gettext("Message of the phone line"),
        body=text + "\n",
        locale=locale,
    )
    if "unsubscribe" in message.facts:
        return replace(mail, html=message.facts["html"], unsubscribe=message.facts["unsubscribe"])
    if "html" in message.facts:
        has_entry = "entry" in message.facts
        invitation = _read_invitation(message.facts) if has_entry else None
        return replace(mail, html=message.facts["html"], invitation=invitation)
    return mail if told is None else _tell_more(mail, message, told, words, public_url)


def _read_invitation(facts: Mapping[str, str]) -> Invitation:
    """The invitation of an official, as it was noted."""
    return Invitation(
        entry=msgspec.json.decode(facts["entry"], type=CalendarEntry),
        method=Method(facts["method"]),
        organizer=facts["organizer"],
        asks_answer=facts["method"] != Method.CANCEL,
        removes_one=facts["removes"] == "one",
    )


def _tell_more(mail: Mail, message: Message, told: Told, words: Words, public_url: str) -> Mail:
    when = build_values("", told)
    url = _build_url(told, words, public_url)
    about = [told.post_title(words.locale), told.topic, told.institution_name(words.locale), url]
    return Mail(
        name=mail.name,
        recipient=mail.recipient,
        subject=message.subject
        or words.gettext(
            "Phone line on %(day)s at %(clock)s", day=when["day"], clock=when["clock"]
        ),
        body="\n".join([mail.body, *(line for line in about if line), ""]),
        locale=mail.locale,
        invitation=_invite(message, told, words, url),
    )


def _invite(message: Message, told: Told, words: Words, url: str) -> Invitation | None:
    method = METHODS.get(message.purpose)
    if method is None:
        return None
    return Invitation(
        entry=build_booking_entry(
            told,
            words,
            url=url,
            stamped_at=message.noted_at,
            is_cancelled=method is Method.CANCEL,
        ),
        method=method,
        organizer=told.institution_name(words.locale),
    )


def build_booking_entry(
    told: Told, words: Words, *, url: str, stamped_at: datetime, is_cancelled: bool = False
) -> CalendarEntry:
    """A talk in its citizen's calendar; each new time has a higher sequence.

    Source: RFC 5545, section 3.8.7.4; RFC 5546, section 3.2.
    """
    number = words.gettext("Call %(number)s", number=display(told.line)) if told.line else ""
    return CalendarEntry(
        uid=f"booking-{told.public_id}@hotline-sessions",
        sequence=told.version + is_cancelled,
        stamped_at=stamped_at,
        window=Window(starts_at=told.starts_at, ends_at=told.ends_at),
        zone=told.time_zone,
        summary=words.gettext("Phone line: %(official)s", official=told.post_title(words.locale)),
        description="\n".join(line for line in (told.topic, number) if line),
        url=url,
        location=told.institution_name(words.locale),
        phone=told.line,
        phone_label=told.institution_name(words.locale),
        is_cancelled=is_cancelled,
    )


def _build_url(told: Told, words: Words, public_url: str) -> str:
    prefix = "/en" if words.locale == "en" else ""
    return f"{public_url}{prefix}/sessions/{told.session_public_id}" if public_url else ""
