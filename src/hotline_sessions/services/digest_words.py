"""Letters to subscribers in words, as text and as a page that says the same."""

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.digests import Digest, Item, Mark
from hotline_sessions.domain.phones import display
from hotline_sessions.domain.publications import Standing, read_facts
from hotline_sessions.domain.times import Window
from hotline_sessions.i18n import N_, Words, format_day, format_window
from hotline_sessions.services.publication_words import Told, say_became, say_who


MARKS: Final[Mapping[Mark, str]] = MappingProxyType(
    {
        Mark.NEW: N_("NEW"),
        Mark.CHANGED: N_("CHANGED"),
        Mark.CANCELLED: N_("CANCELLED"),
        Mark.MOVED: N_("MOVED"),
    }
)


class Letter(Struct, frozen=True, kw_only=True):
    """A letter: what it is about, its text, and the same as a page."""

    subject: str
    text: str
    html: str


def write_question(link: str, words: Words) -> Letter:
    """The letter that asks whether somebody really wants the letters."""
    subject = words.gettext("Confirm: letters about live phone sessions")
    return _build(
        subject,
        [
            [
                words.gettext(
                    "Somebody, probably you, wants letters about phone sessions with officials to"
                    " come to this address."
                )
            ],
            [words.gettext("If you want them, open this page and press the button:"), link],
            [words.gettext("If not, do nothing: the address will be forgotten within two days.")],
        ],
        words,
    )


def write_digest(
    digest: Digest,
    wanted: Filter,
    successors: Mapping[str, Announcement | None],
    words: Words,
    *,
    public_url: str,
    link: str,
) -> Letter:
    """A letter about sessions; ``link`` leads to where letters are ended."""
    news = sum(each.mark is not Mark.SAME for each in digest.items)
    subject = words.gettext("Live phone sessions with officials")
    if news:
        subject = words.ngettext(
            "Live phone sessions: %(num)s change", "Live phone sessions: %(num)s changes", news
        )
    items = [
        _write_item(each, successors.get(each.session.public_id), words, public_url)
        for each in digest.items
    ]
    return _build(
        subject,
        [
            *items,
            [
                words.gettext("All sessions that you have chosen:"),
                _link_to(wanted, words, public_url),
            ],
            [
                words.gettext("To receive no more letters, open this page and press the button:"),
                link,
            ],
        ],
        words,
    )


def _write_item(
    item: Item, successor: Announcement | None, words: Words, public_url: str
) -> list[str]:
    session, locale = item.session, words.locale
    told = Told(session=session, successor=successor, public_url=public_url)
    day = format_day(session.held_on, locale)
    window = Window(starts_at=session.starts_at, ends_at=session.ends_at)
    mark = f"{words.gettext(MARKS[item.mark])}. " if item.mark in MARKS else ""
    lines = [
        f"{mark}{day[:1].upper()}{day[1:]}, {format_window(window, locale)}",
        session.institution_name(locale),
        say_who(session, words),
    ]
    if session.topic:
        lines.append(words.gettext("Topic: %(topic)s.", topic=session.topic))
    if read_facts(session).standing is not Standing.HELD:
        return [*lines, say_became(told, words)]
    if session.line_number:
        number = display(session.line_number)
        lines.append(words.gettext("Number to call: %(number)s.", number=number))
    return [*lines, told.link(words)]


def _link_to(wanted: Filter, words: Words, public_url: str) -> str:
    fields = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value}
    prefix = "/en" if words.locale == "en" else "/"
    return f"{public_url}{prefix}" + (f"?{urlencode(fields)}" if fields else "")


def _build(subject: str, parts: Sequence[Sequence[str]], words: Words) -> Letter:
    text = "\n\n".join("\n".join(part) for part in parts)
    body = "".join(f"<p>{'<br>'.join(_mark_up(line) for line in part)}</p>" for part in parts)
    head = f'<!doctype html><html lang="{words.locale}"><head><meta charset="utf-8">'
    return Letter(
        subject=subject,
        text=text,
        html=f"{head}<title>{escape(subject)}</title></head><body>{body}</body></html>",
    )


def _mark_up(line: str) -> str:
    """A line of the page; an address in it becomes a link."""
    words = [
        f'<a href="{escape(word)}">{escape(word)}</a>'
        if word.startswith(("https://", "http://"))
        else escape(word)
        for word in line.split(" ")
    ]
    return " ".join(words)
