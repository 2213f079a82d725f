"""Letters to invited officials, each in the language that the official is written to in."""

from datetime import datetime
from functools import partial
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog
from msgspec import Struct

from hotline_sessions.domain.attendance import Engagement
from hotline_sessions.domain.calendars import CalendarEntry
from hotline_sessions.domain.ids import InstitutionId, OfficialId
from hotline_sessions.domain.mails import Method
from hotline_sessions.domain.messages import Channel, NewMessage, Purpose
from hotline_sessions.domain.phones import PhoneNumber, display
from hotline_sessions.domain.sessions import Session
from hotline_sessions.i18n import N_, Words, load_catalogues
from hotline_sessions.services.message_texts import choose_locale
from hotline_sessions.services.official_links import build_official_token
from hotline_sessions.store.attendance import note_official_message


log = structlog.get_logger()

SUBJECTS: Final = {
    "invited": N_("Invitation: phone line on %(day)s at %(clock)s"),
    "changed": N_("Changed: phone line on %(day)s at %(clock)s"),
    "cancelled": N_("Cancelled: phone line on %(day)s at %(clock)s"),
    "replaced": N_("Somebody else answers: phone line on %(day)s at %(clock)s"),
    "readdressed": N_("No more letters to this address: phone line on %(day)s at %(clock)s"),
    "reminded": N_("Please confirm: phone line on %(day)s at %(clock)s"),
    "troubled": N_("Attention: phone line on %(day)s at %(clock)s"),
    "kept": N_("The time stays: phone line on %(day)s at %(clock)s"),
}
"""What a letter is about, by what has become of the invitation."""

ASKING: Final = frozenset({"invited", "changed", "reminded", "kept"})
"""Letters after which something is to be answered."""

TAKING_ONE_OUT: Final = frozenset({"replaced", "readdressed"})
"""Letters to somebody who is taken out of a session that is held."""


METHODS: Final = {"kept": Method.DECLINECOUNTER}
"""What calendars are told beside of requests and their ends."""


class Addressee(Struct, frozen=True, kw_only=True):
    """Who is written to: of which invitation, where and in which language."""

    invitation: int
    official: OfficialId
    recipient: str
    language: str

    @property
    def words(self) -> Words:
        """Words of the addressee's language."""
        return load_catalogues().words(choose_locale(self.language))


def build_link(session: Session, language: str, *, secret: bytes, public_url: str) -> str:
    """The page on which the official answers, in the official's language."""
    prefix = "/en" if language == "en" else ""
    token = build_official_token(session, secret=secret)
    return f"{public_url}{prefix}/official/{token}/attendance"


async def note_letter(
    to: Addressee,
    entry: CalendarEntry,
    engagement: Engagement,
    *,
    about: str,
    institution: InstitutionId,
    organizer: str,
    now: datetime,
) -> None:
    """Note the letter that puts ``entry`` into the addressee's calendar, or takes it out."""
    words = to.words
    subject = build_subject(about, engagement, words)
    lines = describe(engagement, words)
    if about in ASKING:
        ask = words.gettext("Please answer on this page, which is yours alone:")
        lines = [*lines, "", ask, entry.url]
    method = METHODS.get(about, Method.CANCEL if entry.is_cancelled else Method.REQUEST)
    key = f"{entry.uid.partition('@')[0]}:{to.official}:{entry.sequence}"
    await note_official_message(
        NewMessage(
            institution=institution,
            channel=Channel.EMAIL,
            purpose=Purpose.OFFICIAL_INVITED if about in ASKING else Purpose.OFFICIAL_UNINVITED,
            # A proposal may be declined more than once in one version; each is answered.
            key=key if about != "kept" else f"{key}:kept:{now.timestamp():.0f}",
            recipient=to.recipient,
            locale=words.locale,
            subject=subject,
            body="\n".join([f"{subject}.", "", *lines]),
            facts={
                "entry": msgspec.json.encode(entry).decode(),
                "method": method.value,
                "organizer": organizer,
                "removes": "one" if about in TAKING_ONE_OUT else "",
                "html": build_html([f"{subject}.", *lines], words.locale),
            },
        ),
        to.invitation,
        sequence=entry.sequence,
        now=now,
    )
    log.info("official_told", institution_id=institution, about=about)


def build_subject(about: str, engagement: Engagement, words: Words) -> str:
    """What the letter is about, with day and time."""
    local = engagement.window.starts_at.astimezone(ZoneInfo(engagement.zone))
    return words.gettext(SUBJECTS[about], day=f"{local:%d.%m.%Y}", clock=f"{local:%H:%M}")


def build_invited_entry(
    engagement: Engagement,
    words: Words,
    *,
    uid: str,
    sequence: int,
    url: str,
    now: datetime,
    is_cancelled: bool = False,
) -> CalendarEntry:
    """The session in its official's calendar; ``url`` is the official's own page."""
    return CalendarEntry(
        uid=uid,
        sequence=sequence,
        stamped_at=now,
        window=engagement.window,
        zone=engagement.zone,
        summary=words.gettext("Phone line: %(official)s", official=engagement.post),
        description="\n".join(describe(engagement, words)),
        url=url,
        location=engagement.place,
        is_cancelled=is_cancelled,
    )


def describe(engagement: Engagement, words: Words) -> list[str]:
    """When, as whom, on what and where the official answers, line by line."""
    local = partial(datetime.astimezone, tz=ZoneInfo(engagement.zone))
    starts_at, ends_at = local(engagement.window.starts_at), local(engagement.window.ends_at)
    number = (
        words.gettext(
            "Line that citizens call: %(number)s", number=display(PhoneNumber(engagement.line))
        )
        if engagement.line
        else ""
    )
    lines = [f"{starts_at:%d.%m.%Y}, {starts_at:%H:%M}–{ends_at:%H:%M}", engagement.post]
    return [*lines, *(each for each in (engagement.topic, engagement.place, number) if each)]


def build_html(lines: list[str], locale: str) -> str:
    """The same lines as a page; an address becomes a link."""
    parts = [
        f'<p><a href="{escape(line)}">{escape(line)}</a></p>'
        if line.startswith(("https://", "http://"))
        else f"<p>{escape(line)}</p>"
        for line in lines
        if line
    ]
    head = f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"></head>'
    return f"{head}<body>{''.join(parts)}</body></html>"
