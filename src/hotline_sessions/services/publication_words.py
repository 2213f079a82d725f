"""What publications say of a session, in either language: for newspapers and for messengers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.phones import display
from hotline_sessions.domain.publications import Kind, Standing, read_facts
from hotline_sessions.domain.times import Window
from hotline_sessions.i18n import Words, format_clock, format_date_only, format_day, format_window


class Told(Struct, frozen=True, kw_only=True):
    """A session, the one that it was moved to, and where the public finds its page."""

    session: Announcement
    successor: Announcement | None
    public_url: str

    def link(self, words: Words) -> str:
        """Short address of the page in the language of ``words``."""
        prefix = "/en" if words.locale == "en" else ""
        return f"{self.public_url}{prefix}/s/{self.session.public_id}"


def write_text(kind: Kind, told: Told, words: Words) -> str:
    """The text of this kind: what is to be read, with nothing to be filled in."""
    return _WRITERS[kind](told, words)


def _write_newspaper(told: Told, words: Words) -> str:
    session = told.session
    standing = read_facts(session).standing
    facts = {
        "institution": session.institution_name(words.locale),
        "day": format_day(session.held_on, words.locale),
        "clock": say_span(session, words),
        "who": say_who(session, words),
    }
    if standing is Standing.HELD:
        lines = [
            words.gettext("%(institution)s holds a phone line with an official.", **facts),
            words.gettext("When: %(day)s, %(clock)s.", **facts),
            words.gettext("Who answers: %(who)s.", **facts),
            *_say_topic(session, words),
            *_say_number(session, words),
            words.gettext(
                "You can book a talk or ask your question beforehand: %(link)s. You can also"
                " simply call: part of the time is kept for calls without booking.",
                link=told.link(words),
            ),
        ]
        return "\n".join(lines)
    lines = [
        words.gettext(
            "%(institution)s: the phone line of %(day)s, %(clock)s (%(who)s), will not be held"
            " at this time.",
            **facts,
        ),
        *_say_what_became(told, standing, words),
    ]
    return "\n".join(lines)


def _write_post(told: Told, words: Words) -> str:
    session = told.session
    standing = read_facts(session).standing
    heading = (session.topic or session.post_title(words.locale)).strip()
    head = {
        Standing.HELD: words.gettext("📞 Phone line: %(topic)s", topic=heading),
        Standing.CANCELLED: words.gettext("❌ CANCELLED. Phone line: %(topic)s", topic=heading),
        Standing.MOVED: words.gettext("🔁 MOVED. Phone line: %(topic)s", topic=heading),
    }[standing]
    day = format_day(session.held_on, words.locale)
    lines = [
        head,
        session.institution_name(words.locale),
        "",
        f"🗓 {day[:1].upper()}{day[1:]}, {format_window(_window(session), words.locale)}",
        f"👤 {say_who(session, words)}",
    ]
    if standing is not Standing.HELD:
        return "\n".join([*lines, "", *_say_what_became(told, standing, words)])
    if session.line_number:
        lines.append(f"☎️ {_name_number(session, words)}")
    lines += ["", words.gettext("Book a talk or ask a question: %(link)s", link=told.link(words))]
    return "\n".join(lines)


def say_who(session: Announcement, words: Words) -> str:
    """Who answers: name and post, or the post alone."""
    post = session.post_title(words.locale)
    return f"{session.official_name}, {post}" if session.official_name else post


def say_span(session: Announcement, words: Words) -> str:
    """From when to when, in words: «з 10:00 до 11:00»."""
    return words.gettext(
        "from %(start)s to %(end)s",
        start=format_clock(session.starts_at, words.locale),
        end=format_clock(session.ends_at, words.locale),
    )


def say_became(told: Told, words: Words) -> str:
    """What has become of a session that is not held at its time."""
    return " ".join(_say_what_became(told, read_facts(told.session).standing, words))


def say_made(made_at: datetime, words: Words) -> str:
    """Of what moment the facts are."""
    day = format_date_only(made_at.date(), words.locale)
    return words.gettext("As of %(moment)s", moment=f"{day}, {format_clock(made_at, words.locale)}")


def _say_what_became(told: Told, standing: Standing, words: Words) -> list[str]:
    if standing is Standing.MOVED and told.successor is not None:
        new = told.successor
        day = format_day(new.held_on, words.locale)
        new_link = Told(session=new, successor=None, public_url=told.public_url).link(words)
        return [
            words.gettext("New time: %(day)s, %(clock)s.", day=day, clock=say_span(new, words)),
            new_link,
        ]
    reason = told.session.cancel_reason
    lines = [words.gettext("Reason: %(reason)s.", reason=reason.rstrip("."))] if reason else []
    return [*lines, words.gettext("Other phone lines: %(link)s", link=told.public_url)]


def _say_topic(session: Announcement, words: Words) -> list[str]:
    return [words.gettext("Topic: %(topic)s.", topic=session.topic)] if session.topic else []


def _say_number(session: Announcement, words: Words) -> list[str]:
    if not session.line_number:
        return []
    return [words.gettext("Number to call: %(number)s.", number=_name_number(session, words))]


def _name_number(session: Announcement, words: Words) -> str:
    number = display(session.line_number) if session.line_number else ""
    if not session.line_is_free:
        return number
    return words.gettext("%(number)s (the call is free of charge)", number=number)


def _window(session: Announcement) -> Window:
    return Window(starts_at=session.starts_at, ends_at=session.ends_at)


_WRITERS: Final[Mapping[Kind, Callable[[Told, Words], str]]] = MappingProxyType(
    {Kind.NEWSPAPER: _write_newspaper, Kind.POST: _write_post}
)
