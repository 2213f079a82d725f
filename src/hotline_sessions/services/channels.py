"""Telegram: a session that is announced is posted once, and the post is kept true.

What a post should say is compared with what it was last told, whatever has changed the session.
Each difference becomes a version, written before it is sent, and each version is sent once. A
change may be repeated freely. A new post may not: Telegram knows no key of ours, so when the answer
was lost a person looks into the channel and says whether it stands there.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.channel_posts import (
    BotRefused,
    Channel,
    ChannelGone,
    Failure,
    Post,
    PostChanged,
    PostGone,
    State,
    choose_pause,
    read_chat,
    read_message,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.network import NetworkError, NetworkRefusal, OutcomeUnknown
from hotline_sessions.domain.publications import (
    Kind,
    NewPublication,
    Standing,
    read_facts,
)
from hotline_sessions.i18n import DEFAULT_LOCALE, load_catalogues
from hotline_sessions.services.announcements import get_announcement
from hotline_sessions.services.channel_ports import ChannelPoster
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.publication_words import Told, write_text
from hotline_sessions.services.publications import find_successor
from hotline_sessions.services.sent_forms import NEVER_SENT, Facts, Once
from hotline_sessions.services.together import OneByOne, do_all
from hotline_sessions.store import channels as store
from hotline_sessions.store.announcements import find_announcement_of, list_announced_of
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.publications import note_publication, replace_in_place
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

LEASE: Final = timedelta(minutes=1)
"""Longer than an answer of Telegram is waited for."""


async def find_own_channel(*, staff: Staff) -> Channel | None:
    """The channel of the institution of ``staff``, if it has one."""
    return await store.find_channel(institution=staff.institution)


async def save_own_channel(
    text: str,
    *,
    posts_by_itself: bool,
    staff: Staff,
    now: datetime,
    once: Once = NEVER_SENT,
) -> None:
    """Post to the channel named in ``text``; to none, if that is empty.

    Only what is announced from now on is posted by itself.

    Raises:
        BadChat: It is no name of a public channel.
        ChatTaken: Another institution posts to it.
    """
    chat = read_chat(text)

    async def work() -> Facts:
        # What was announced a moment ago is still posted as it was agreed then.
        await store.add_wanted_posts(now)
        if chat:
            await store.save_channel(
                chat,
                posts_by_itself=posts_by_itself,
                institution=staff.institution,
                account=staff.account,
            )
            await store.add_unwanted_posts(institution=staff.institution, now=now)
        else:
            await store.delete_channel(institution=staff.institution)
        await _audit("channel_saved", staff.institution, staff=staff, now=now)
        return {}

    async with transaction():
        await once.do(work, now=now)


async def try_channel_again(*, staff: Staff, now: datetime) -> None:
    """Somebody has put the channel right: post what has waited."""
    async with transaction():
        await store.mark_mended(institution=staff.institution)
        await _audit("channel_tried_again", staff.institution, staff=staff, now=now)


async def find_own_post(public_id: str, *, staff: Staff) -> Post | None:
    """The session in the channel of its institution; None where it is not to be there."""
    session = await _get_own(public_id, staff)
    return await store.find_post(session.id, institution=staff.institution)


def is_to_post(session: Announcement, *, now: datetime) -> bool:
    """Whether there is something to invite to: it is held, and not yet."""
    return read_facts(session).standing is Standing.HELD and session.starts_at > now


async def post_to_channel(
    public_id: str, *, staff: Staff, now: datetime, once: Once = NEVER_SENT
) -> None:
    """Post an announced session, once however often this is asked for.

    Raises:
        NotFound: There is no such announced session, or no channel.
        PostChanged: It is not held as announced: there is nothing to invite to.
    """
    session = await _get_own(public_id, staff)
    if await store.find_channel(institution=staff.institution) is None:
        raise NotFound
    if not is_to_post(session, now=now):
        raise PostChanged

    async def work() -> Facts:
        await store.want_post(
            session.id, institution=staff.institution, account=staff.account, now=now
        )
        await _audit("channel_post_wanted", session.id, staff=staff, now=now)
        return {}

    async with transaction():
        await once.do(work, now=now)


async def say_where(
    public_id: str, text: str, *, staff: Staff, now: datetime, once: Once = NEVER_SENT
) -> None:
    """A post of which no answer came stands in the channel after all: ``text`` says where.

    Raises:
        NotFound: There is no such announced session.
        BadMessage: It is no number of a post.
        PostChanged: Nothing is unknown any more.
    """
    message = read_message(text)
    session = await _get_own(public_id, staff)

    async def work() -> Facts:
        order = await store.take_stuck(session.id, [State.UNKNOWN], institution=staff.institution)
        if order is None:
            raise PostChanged
        await _note_sent(order, message, now=now)
        await _audit("channel_post_found", session.id, staff=staff, now=now)
        return {}

    async with transaction():
        await once.do(work, now=now)


async def post_again(
    public_id: str, *, staff: Staff, now: datetime, once: Once = NEVER_SENT
) -> None:
    """Try again what was refused, or what does not stand in the channel.

    Raises:
        NotFound: There is no such announced session.
        PostChanged: Nothing waits for a person any more.
    """
    session = await _get_own(public_id, staff)

    async def work() -> Facts:
        order = await store.take_stuck(
            session.id, [State.UNKNOWN, State.FAILED], institution=staff.institution
        )
        if order is None:
            raise PostChanged
        if order.reason == Failure.POST_GONE:
            await store.forget_message(order.post)
        await store.mark_version(order.id, State.WAITING, due_at=now, now=now)
        await _audit("channel_post_repeated", session.id, staff=staff, now=now)
        return {}

    async with transaction():
        await once.do(work, now=now)


async def list_own_stuck(*, staff: Staff, now: datetime) -> list[store.Stuck]:
    """Sessions whose posts wait for a person, in time's order."""
    return await store.list_stuck(institution=staff.institution, now=now)


async def note_posts(*, public_url: str, clock: Clock) -> int:
    """Write down what posts should say, where that is not what they were told; zero."""
    now = clock.now()
    await store.add_wanted_posts(now)
    posts = await store.list_to_compare(now)
    announced = await list_announced_of([session for _, session, _ in posts])
    present = {each.id: each for each in announced}
    works = OneByOne()
    for post, key, edition in posts:
        with works.one(post_id=post):
            session = present.get(key)
            if session and name_text(await _write(session, public_url)) != edition:
                await _compare(post, public_url=public_url, now=now)
    works.end()
    return 0


async def send_posts(poster: ChannelPoster, *, clock: Clock) -> int:
    """Send one version to each channel that waits for one; zero, so that a pause follows.

    Telegram takes about twenty posts a minute of one channel.
    Source: https://core.telegram.org/bots/faq, "My bot is hitting limits".
    """
    now = clock.now()
    if lost := await store.end_leases(now):
        log.warning("channel_posts_lost", count=lost)
    await do_all(_send_to(chat, poster, clock=clock) for chat in await store.list_due_chats(now))
    return 0


async def _write(session: Announcement, public_url: str) -> str:
    """What a post says of the session now."""
    told = Told(session=session, successor=await find_successor(session), public_url=public_url)
    return write_text(Kind.POST, told, load_catalogues().words(DEFAULT_LOCALE))


def name_text(text: str) -> str:
    """A short name of a text: the same for the same text."""
    return sha256(text.encode()).hexdigest()[:16]


async def _compare(key: int, *, public_url: str, now: datetime) -> None:
    async with transaction():
        post = await store.lock_post(key)
        session = None if post is None else await find_announcement_of(post.session)
        if post is None or session is None:
            return
        text = await _write(session, public_url)
        edition = name_text(text)
        if edition == post.edition:
            return
        facts = read_facts(session)
        is_there = post.message is not None or post.is_under_way
        if is_there or facts.standing is Standing.HELD:
            await store.add_version(post, text, edition, facts, now=now)
        else:
            await store.drop_waiting(post, edition, now=now)


async def _send_to(chat: str, poster: ChannelPoster, *, clock: Clock) -> None:
    now = clock.now()
    order = await store.take_order(chat, now=now, lease_until=now + LEASE)
    if order is None:
        return
    try:
        if order.message is None:
            message = await poster.post(chat, order.body)
        else:
            message = order.message
            await poster.edit(chat, message, order.body)
    except NetworkError as error:
        await _note_failure(order, error, now=clock.now())
        return
    async with transaction():
        await _note_sent(order, message, now=clock.now())


async def _note_sent(order: store.Order, message: int, *, now: datetime) -> None:
    """The text stands in the channel: one publication there, in place of the one before."""
    await store.mark_version(order.id, State.SENT, now=now)
    await store.mark_message(order.post, message)
    new = NewPublication(
        institution=order.institution,
        kind=Kind.POST,
        place=f"Telegram, {order.chat}",
        session=order.session,
        facts=(order.facts,),
    )
    await replace_in_place(new, institution=order.institution, account=order.account, now=now)
    await note_publication(new, institution=order.institution, account=order.account, now=now)
    log.info("channel_post_sent", post_id=order.post, is_first=order.message is None)


async def _note_failure(order: store.Order, error: NetworkError, *, now: datetime) -> None:
    log.warning("channel_post_failed", post_id=order.post, error=type(error).__name__)
    async with transaction():
        if isinstance(error, ChannelGone | BotRefused):
            is_gone = isinstance(error, ChannelGone)
            failure = Failure.CHANNEL_GONE if is_gone else Failure.BOT_REFUSED
            await store.mark_failing(failure, institution=order.institution, now=now)
            await store.mark_version(order.id, State.WAITING, due_at=now, now=now)
        elif isinstance(error, NetworkRefusal):
            reason = Failure.POST_GONE if isinstance(error, PostGone) else Failure.REFUSED
            await store.mark_version(order.id, State.FAILED, reason=reason.value, now=now)
        elif isinstance(error, OutcomeUnknown) and order.message is None:
            await store.mark_version(order.id, State.UNKNOWN, now=now)
        else:
            due_at = now + choose_pause(order.attempts, error)
            await store.mark_version(order.id, State.WAITING, due_at=due_at, now=now)


async def _get_own(public_id: str, staff: Staff) -> Announcement:
    session = await get_announcement(public_id)
    if session.institution != staff.institution:
        raise NotFound
    return session


async def _audit(action: str, subject: int, *, staff: Staff, now: datetime) -> None:
    await add_entry(
        action, "channel", subject, institution=staff.institution, account=staff.account, now=now
    )
    log.info(action, account_id=staff.account)
