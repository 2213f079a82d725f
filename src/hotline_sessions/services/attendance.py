"""Officials are invited to their sessions by mail, told of changes, and taken out again.

Their calendars are brought in line with the sessions from time to time, whatever has changed
these: staff, an import, a series, a substitution. Each change is told once.
"""

from datetime import datetime
from functools import partial
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog

from hotline_sessions.domain.attendance import Engagement, Invited
from hotline_sessions.domain.calendars import CalendarEntry
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.mails import Method
from hotline_sessions.domain.messages import Channel, NewMessage, Purpose
from hotline_sessions.domain.phones import PhoneNumber, display
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.i18n import DEFAULT_LOCALE, N_, Words, load_catalogues
from hotline_sessions.services.official_links import build_official_token
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.together import OneByOne
from hotline_sessions.store.attendance import (
    Facts,
    find_last_sequence,
    get_facts,
    hand_over_invitations,
    list_invited,
    list_sessions_to_tell,
    mark_seen,
    mark_uninvited,
    save_invitation,
)
from hotline_sessions.store.messages import note_message
from hotline_sessions.store.sessions import lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

BATCH: Final = 50

SUBJECTS: Final = {
    "invited": N_("Invitation: phone line on %(day)s at %(clock)s"),
    "changed": N_("Changed: phone line on %(day)s at %(clock)s"),
    "cancelled": N_("Cancelled: phone line on %(day)s at %(clock)s"),
    "replaced": N_("Somebody else answers: phone line on %(day)s at %(clock)s"),
}
"""What a letter is about, by what has become of the invitation."""


async def tell_officials(*, secret: bytes, public_url: str, clock: Clock) -> int:
    """Note the letters that bring officials' calendars in line; how many sessions had changed.

    Several processes may do it at once: each session is compared with its row locked.
    """
    now = clock.now()
    await hand_over_invitations()
    told, works = 0, OneByOne()
    for session in await list_sessions_to_tell(now, limit=BATCH):
        with works.one(session_id=session):
            await _tell_of(session, secret=secret, public_url=public_url, now=now)
            told += 1
    works.end()
    return told


async def _tell_of(key: SessionId, *, secret: bytes, public_url: str, now: datetime) -> None:
    async with transaction():
        session = await lock_session(key)
        if session.state is SessionState.RESCHEDULED and session.rescheduled_to is not None:
            await hand_over_invitations()
        facts = await get_facts(key)
        invited = await list_invited(key)
        stands = session.state not in _GONE
        for each in invited:
            if not each.is_cancelled and not (stands and each.official == facts.official):
                await _take_out(each, facts, is_off=not stands, now=now)
        if stands and facts.email and facts.official is not None and now < session.starts_at:
            link = (
                f"{public_url}/official/{build_official_token(session, secret=secret)}/attendance"
            )
            await _bring_in(session, facts, invited, link=link, now=now)


_GONE: Final = frozenset({SessionState.DRAFT, SessionState.CANCELLED, SessionState.RESCHEDULED})
"""States in which nobody has to come."""


async def _bring_in(
    session: Session, facts: Facts, invited: list[Invited], *, link: str, now: datetime
) -> None:
    mine = next((each for each in invited if each.official == facts.official), None)
    is_known = mine is not None and not mine.is_cancelled
    is_same = mine is not None and (mine.told, mine.recipient) == (
        facts.engagement.hash(),
        facts.email,
    )
    if mine is not None and is_known and is_same:
        await mark_seen(mine.id, facts.sequence)
        return
    uid = invited[0].uid if invited else f"invitation-{facts.public_id}@hotline-sessions"
    sequence = await find_last_sequence(uid) + 1
    await save_invitation(facts, session.id, uid=uid, sequence=sequence, now=now)
    await _note(
        facts,
        recipient=facts.email,
        official=facts.official or 0,
        entry=build_invited_entry(facts.engagement, uid=uid, sequence=sequence, url=link, now=now),
        about="changed" if is_known else "invited",
        link=link,
        now=now,
    )


async def _take_out(each: Invited, facts: Facts, *, is_off: bool, now: datetime) -> None:
    sequence = await find_last_sequence(each.uid) + 1
    await mark_uninvited(each.id, sequence, now)
    entry = build_invited_entry(
        facts.engagement, uid=each.uid, sequence=sequence, url="", now=now, is_cancelled=True
    )
    await _note(
        facts,
        recipient=each.recipient,
        official=each.official,
        entry=entry,
        about="cancelled" if is_off else "replaced",
        link="",
        now=now,
    )


async def _note(
    facts: Facts,
    *,
    recipient: str,
    official: int,
    entry: CalendarEntry,
    about: str,
    link: str,
    now: datetime,
) -> None:
    words = load_catalogues().words(DEFAULT_LOCALE)
    lines = describe(facts.engagement, words)
    if link:
        ask = words.gettext("Please answer on this page, which is yours alone:")
        lines = [*lines, "", ask, link]
    zone = ZoneInfo(facts.engagement.zone)
    local = facts.engagement.window.starts_at.astimezone(zone)
    subject = words.gettext(SUBJECTS[about], day=f"{local:%d.%m.%Y}", clock=f"{local:%H:%M}")
    method = Method.CANCEL if entry.is_cancelled else Method.REQUEST
    await note_message(
        NewMessage(
            institution=facts.institution,
            channel=Channel.EMAIL,
            purpose=Purpose.OFFICIAL_INVITED if link else Purpose.OFFICIAL_UNINVITED,
            key=f"{entry.uid.partition('@')[0]}:{official}:{entry.sequence}",
            recipient=recipient,
            subject=subject,
            body="\n".join([f"{subject}.", "", *lines]),
            facts={
                "entry": msgspec.json.encode(entry).decode(),
                "method": method.value,
                "organizer": facts.organizer,
                "removes": "one" if about == "replaced" else "",
                "html": build_html([f"{subject}.", *lines], words.locale),
            },
        ),
        now=now,
    )
    log.info("official_told", institution_id=facts.institution, about=about)


def build_invited_entry(
    engagement: Engagement,
    *,
    uid: str,
    sequence: int,
    url: str,
    now: datetime,
    is_cancelled: bool = False,
) -> CalendarEntry:
    """The session in its official's calendar; ``url`` is the official's own page."""
    words = load_catalogues().words(DEFAULT_LOCALE)
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
