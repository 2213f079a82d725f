"""Officials are reminded of their sessions and asked to confirm; staff are told who keeps silent.

A reminder belongs to one version of an invitation: it is noted once, and not sent when the
session has moved, or the official has answered meanwhile. Any number of processes may do it.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from hotline_sessions.domain.access import RIGHTS, Right
from hotline_sessions.domain.attendance import Engagement
from hotline_sessions.domain.attendance_reminders import (
    ASKS,
    Ask,
    Trouble,
    choose_ask,
    find_trouble,
)
from hotline_sessions.domain.messages import Channel, NewMessage, Purpose
from hotline_sessions.domain.phones import PhoneNumber, is_mobile
from hotline_sessions.i18n import DEFAULT_LOCALE, N_, load_catalogues
from hotline_sessions.services.attendance_letters import (
    build_html,
    build_link,
    build_subject,
    describe,
)
from hotline_sessions.services.message_texts import (
    choose_locale,
    format_short_clock,
    format_short_day,
    open_writer,
)
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.together import OneByOne
from hotline_sessions.store.attendance import (
    find_invited_now,
    get_facts,
    note_official_message,
)
from hotline_sessions.store.attending import Near, list_near, list_warned
from hotline_sessions.store.messages import note_message
from hotline_sessions.store.sessions import lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

WARNINGS: Final[Mapping[Trouble, str]] = MappingProxyType(
    {
        Trouble.DECLINED: N_("The official has declined."),
        Trouble.PROPOSED: N_("The official proposes another time."),
        Trouble.UNDELIVERED: N_("A letter to the official could not be delivered: call."),
        Trouble.SILENT: N_("The official has not confirmed: call, or choose a substitute."),
    }
)
"""What planners are told of a session whose official may not come."""


async def remind_officials(*, secret: bytes, public_url: str, clock: Clock) -> int:
    """Note reminders that are due, and the alarms of staff; always 0.

    Whose moment has come is looked at anew with the session locked.
    """
    now, works = clock.now(), OneByOne()
    for near in await list_near(now, until=now + ASKS[0].before):
        ask = choose_ask(near.known, now=now)
        trouble = find_trouble(near.known, now=now)
        with works.one(session_id=near.session):
            if ask is not None:
                await _remind(near, ask, secret=secret, public_url=public_url, now=now)
            if trouble is not None:
                await _warn(near, trouble, public_url=public_url, now=now)
    works.end()
    return 0


async def _remind(near: Near, ask: Ask, *, secret: bytes, public_url: str, now: datetime) -> None:
    async with transaction():
        session = await lock_session(near.session)
        facts = await get_facts(near.session)
        if await find_invited_now(near.invitation) != near.sequence:
            return
        key = f"reminder:{near.invitation}:{near.sequence}:{ask.minutes_before}"
        words = load_catalogues().words(choose_locale(near.language))
        link = build_link(session, near.language, secret=secret, public_url=public_url)
        subject = build_subject("reminded", facts.engagement, words)
        lines = [
            words.gettext("Will you come? Please confirm on this page, which is yours alone:"),
            link,
            "",
            *describe(facts.engagement, words),
        ]
        letter = NewMessage(
            institution=near.institution,
            channel=Channel.EMAIL,
            purpose=Purpose.OFFICIAL_REMINDED,
            key=f"{key}:letter",
            recipient=near.recipient,
            locale=words.locale,
            subject=subject,
            body="\n".join([f"{subject}.", "", *lines]),
            facts={"html": build_html([f"{subject}.", *lines], words.locale)},
            expires_at=session.starts_at,
        )
        text = await _build_text(near, facts.engagement)
        messages = [letter]
        if text is not None:
            messages.append(
                NewMessage(
                    institution=near.institution,
                    purpose=Purpose.OFFICIAL_REMINDED,
                    key=f"{key}:text",
                    recipient=near.ring_number or "",
                    locale=words.locale,
                    body=text,
                    expires_at=session.starts_at,
                )
            )
        for each in messages:
            await note_official_message(
                each,
                near.invitation,
                sequence=near.sequence,
                minutes_before=ask.minutes_before,
                now=now,
            )


async def _build_text(near: Near, engagement: Engagement) -> str | None:
    """The SMS; None where none can be read.

    It points to the letter: a signed link of 120 bits does not fit into one part of an SMS, and
    a shorter one must not open a page on which citizens can be seen.
    """
    if near.ring_number is None or not is_mobile(PhoneNumber(near.ring_number)):
        return None
    zone, starts_at = ZoneInfo(engagement.zone), engagement.window.starts_at
    writer = await open_writer(near.institution, choose_locale(near.language))
    return writer.write(
        Purpose.OFFICIAL_REMINDED,
        day=format_short_day(starts_at, zone),
        clock=format_short_clock(starts_at, zone),
    )


async def _warn(near: Near, trouble: Trouble, *, public_url: str, now: datetime) -> None:
    """Write to all who plan sessions, once about each trouble of each version."""
    roles = [role.value for role, rights in RIGHTS.items() if Right.PLAN_SESSIONS in rights]
    words = load_catalogues().words(DEFAULT_LOCALE)
    facts = await get_facts(near.session)
    lines = describe(facts.engagement, words)
    for each in await list_warned(roles, institution=near.institution):
        await note_message(
            NewMessage(
                institution=near.institution,
                channel=Channel.EMAIL,
                purpose=Purpose.OFFICIAL_SILENT,
                key=f"trouble:{near.invitation}:{near.sequence}:{_stage(near, now)}"
                f":{trouble}:{each.account}",
                recipient=each.email,
                subject=build_subject("troubled", facts.engagement, words),
                body="\n".join(
                    [
                        words.gettext(WARNINGS[trouble]),
                        *lines,
                        "",
                        f"{public_url}/staff/officials/attendance",
                    ]
                ),
                expires_at=near.known.starts_at,
            ),
            now=now,
        )


def _stage(near: Near, now: datetime) -> int:
    """Before which ask's moment it is: silence after the second one is another alarm."""
    left = near.known.starts_at - now
    return min((each.minutes_before for each in ASKS if left <= each.before), default=0)
