"""Letters to those who subscribe to sessions by e-mail.

An address is asked once whether it wants them, and written to only after a person has pressed the
button behind the link; the answer to the form is the same whatever is known of the address. Each
letter is noted in the outbox together with what it has told, so there is one of each.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog

from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.digests import (
    ASKED_AGAIN_AFTER,
    LETTERS_KEPT,
    LINK_LIFE,
    MOST_OF_ONE,
    UNCONFIRMED_KEPT,
    Rhythm,
    Subscriber,
    choose_next,
    compose,
)
from hotline_sessions.domain.links import read, sign
from hotline_sessions.domain.messages import Channel, NewMessage, Purpose
from hotline_sessions.domain.publications import name_edition, read_facts
from hotline_sessions.i18n import Locale, load_catalogues
from hotline_sessions.services.digest_words import Letter, write_digest, write_question
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.publications import find_successor
from hotline_sessions.store.announcements import list_announcements
from hotline_sessions.store.messages import note_message
from hotline_sessions.store.subscribers import (
    add_subscriber,
    delete_subscriber,
    find_subscriber,
    forget_letters,
    forget_unconfirmed,
    mark_confirmed,
    mark_told,
    take_due,
    take_question,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

PURPOSE: Final = "letters-about-sessions"
"""What links are for, in their signatures."""
BATCH: Final = 50
WORTH: Final = timedelta(days=2)
"""How long a letter that could not be handed in is still worth sending."""


async def subscribe(
    email: str,
    wanted: Filter,
    rhythm: Rhythm,
    *,
    language: Locale,
    secret: bytes,
    public_url: str,
    now: datetime,
) -> None:
    """Ask the address whether it wants letters; says nothing of what is known of it."""
    async with transaction():
        await add_subscriber(email, wanted, rhythm=rhythm, language=language, most=MOST_OF_ONE)
        asked = await take_question(email, wanted, not_since=now - ASKED_AGAIN_AFTER, now=now)
        if asked is not None:
            link = _build_link(asked, language, secret=secret, public_url=public_url)
            await _note(
                asked,
                write_question(link, load_catalogues().words(language)),
                purpose=Purpose.SUBSCRIBING,
                number=int(now.timestamp()),
                link="",
                until=now + UNCONFIRMED_KEPT,
                now=now,
            )
    log.info("letters_asked_for")


async def find_letters(token: str, *, secret: bytes, now: datetime) -> Subscriber | None:
    """Who opens a link; None if they are not known, or not any more.

    Raises:
        BadLink, LinkExpired: It is no link of ours.
    """
    async with transaction():
        return await find_subscriber(read(secret, PURPOSE, token, now))


async def confirm_letters(token: str, *, secret: bytes, now: datetime) -> bool:
    """Write to them from now on, of what is new; false if it is too late to confirm.

    Raises:
        BadLink, LinkExpired: It is no link of ours.
    """
    async with transaction():
        found = await find_subscriber(read(secret, PURPOSE, token, now))
        if found is None:
            return False
        if found.confirmed_at is None:
            there = await list_announcements(found.wanted, since=now)
            told = {str(each.public_id): name_edition((read_facts(each),)) for each in there}
            await mark_confirmed(found.id, told, next_at=choose_next(found.rhythm, now), now=now)
            log.info("letters_confirmed", rhythm=found.rhythm.value)
    return True


async def end_letters(token: str, *, secret: bytes, now: datetime) -> None:
    """Write to them no more and forget the address; once more changes nothing.

    Raises:
        BadLink, LinkExpired: It is no link of ours.
    """
    async with transaction():
        found = await find_subscriber(read(secret, PURPOSE, token, now))
        if found is not None:
            await delete_subscriber(found)
            log.info("letters_ended")


async def write_letters(*, secret: bytes, public_url: str, clock: Clock) -> int:
    """Write the letters that are due; how many subscribers were looked at."""
    now = clock.now()
    async with transaction():
        due = await take_due(now, limit=BATCH)
        found: dict[Filter, list[Announcement]] = {}
        for each in due:
            if each.wanted not in found:
                found[each.wanted] = await list_announcements(each.wanted, since=now)
            await _write(each, found[each.wanted], secret=secret, public_url=public_url, now=now)
    return len(due)


async def forget_addresses(*, clock: Clock) -> int:
    """Drop addresses that nobody has confirmed, and where letters went long ago; zero."""
    now = clock.now()
    async with transaction():
        await forget_unconfirmed(now - UNCONFIRMED_KEPT)
        await forget_letters(now - LETTERS_KEPT)
    return 0


async def _write(
    subscriber: Subscriber,
    sessions: list[Announcement],
    *,
    secret: bytes,
    public_url: str,
    now: datetime,
) -> None:
    digest = compose(sessions, subscriber.told, subscriber.rhythm, now=now)
    next_at = choose_next(subscriber.rhythm, now)
    issue = subscriber.issue + bool(digest.items)
    await mark_told(subscriber.id, digest.told, issue=issue, next_at=next_at)
    if not digest.items:
        return
    language: Locale = "en" if subscriber.language == "en" else "uk"
    link = _build_link(subscriber, language, secret=secret, public_url=public_url)
    successors: dict[str, Announcement | None] = {
        each.session.public_id: await find_successor(each.session) for each in digest.items
    }
    letter = write_digest(
        digest,
        subscriber.wanted,
        successors,
        load_catalogues().words(language),
        public_url=public_url,
        link=link,
    )
    await _note(
        subscriber,
        letter,
        purpose=Purpose.DIGEST,
        number=issue,
        link=link,
        until=now + WORTH,
        now=now,
    )


async def _note(
    subscriber: Subscriber,
    letter: Letter,
    *,
    purpose: Purpose,
    number: int,
    link: str,
    until: datetime,
    now: datetime,
) -> None:
    await note_message(
        NewMessage(
            channel=Channel.EMAIL,
            purpose=purpose,
            key=f"{purpose.value}:{subscriber.public_id}:{number}",
            recipient=subscriber.email,
            locale=subscriber.language,
            subject=letter.subject,
            body=letter.text,
            facts={"html": letter.html, "unsubscribe": f"{link}/end" if link else ""},
            expires_at=until,
        ),
        now=now,
    )


def _build_link(subscriber: Subscriber, language: Locale, *, secret: bytes, public_url: str) -> str:
    prefix = "/en" if language == "en" else ""
    token = sign(secret, PURPOSE, subscriber.public_id, subscriber.asked_at + LINK_LIFE)
    return f"{public_url}{prefix}/subscribe/letters/{token}"
