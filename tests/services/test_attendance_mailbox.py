"""Answers come over a real connection: each is done once, and only the official's own."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
from tests.factories import HELD_ON
from tests.gateways.answers import STAMPED, make_answer, make_bounce
from tests.gateways.imap_server import Store, serving
from tests.services.test_attendance import MINE, OTHER, Desk, add_deputy, desk

from hotline_sessions.domain.attendance import Answer, Invited
from hotline_sessions.gateways.imap import DONE_FOLDER, LOOK_FOLDER, ImapMailbox
from hotline_sessions.services.attendance_answers import count_troubles
from hotline_sessions.services.attendance_mailbox import list_odd, read_answers, see_to
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.attendance import list_invited
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

__all__ = ["desk"]


class Post:
    """An official who was invited, and the mailbox into which answers fall."""

    def __init__(self, desk: Desk, store: Store, mailbox: ImapMailbox, uid: str) -> None:
        self.desk, self.store, self.mailbox, self.uid = desk, store, mailbox, uid

    async def read(self, *letters: bytes) -> list[str]:
        """What becomes of letters, read in turn."""
        for letter in letters:
            self.store.put(letter)
        await read_answers(self.mailbox, clock=self.desk.show.clock)
        return [
            row["outcome"] for row in await fetch_rows("select outcome from reply_mail order by id")
        ]

    async def invited(self) -> Invited:
        [found] = await list_invited(self.desk.show.session.id)
        return found


@pytest.fixture
async def post(desk: Desk) -> AsyncIterator[Post]:
    await desk.tell()
    [invited] = await list_invited(desk.show.session.id)
    store = Store()
    async with serving(store) as account:
        yield Post(desk, store, ImapMailbox(account), invited.uid)


@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED", "TENTATIVE"])
async def test_an_answer_is_applied_and_put_away(post: Post, answer: str) -> None:
    outcomes = await post.read(make_answer(post.uid, sender=MINE, status=answer))

    assert outcomes == ["applied"]
    assert (await post.invited()).answer is Answer(answer.lower())
    assert [post.store.count(each) for each in ("INBOX", DONE_FOLDER, LOOK_FOLDER)] == [0, 1, 0]


async def test_a_proposal_waits_for_staff(post: Post) -> None:
    at = post.desk.show.session.starts_at + timedelta(days=1)
    propose = partial(make_answer, post.uid, sender=MINE, method="COUNTER", status="TENTATIVE")
    gone = post.desk.show.clock.now() - timedelta(days=1)
    outcomes = await post.read(
        propose(starts_at=gone),
        propose(starts_at=at, name="2"),
    )

    assert outcomes == ["unfit", "applied"]
    assert (await post.invited()).proposed_at == at


async def test_a_letter_that_is_read_by_two_and_delivered_twice_is_done_once(post: Post) -> None:
    letter = make_answer(post.uid, sender=MINE)
    post.store.put(letter)
    clock = post.desk.show.clock
    await asyncio.gather(*(read_answers(post.mailbox, clock=clock) for _ in "ab"))
    later = make_answer(
        post.uid, sender=MINE, status="DECLINED", stamped=STAMPED + timedelta(hours=1), name="2"
    )
    old = make_answer(post.uid, sender=MINE, status="TENTATIVE", name="3")
    outcomes = await post.read(later, letter, old)

    assert outcomes == ["applied", "applied", "outdated"]
    assert (await post.invited()).answer is Answer.DECLINED
    told = "select count(*) from audit where action = 'invitation_answered'"
    assert await fetch_value(told) == 2
    assert post.store.count("INBOX") == 0


async def test_who_dies_before_putting_away_finds_that_it_was_read(post: Post) -> None:
    await post.read(make_answer(post.uid, sender=MINE))
    post.store.folders["INBOX"] = post.store.folders.pop(DONE_FOLDER)
    await run_sql("update invitation set answer = 'invited', answered_at = null")
    await post.read()

    assert (await post.invited()).answer is Answer.INVITED
    assert post.store.count(DONE_FOLDER) == 1


async def test_an_answer_to_an_older_version_changes_nothing(post: Post) -> None:
    await run_sql("update invitation set sequence = 2")

    assert await post.read(make_answer(post.uid, sender=MINE, sequence=1)) == ["outdated"]
    assert (await post.invited()).answer is Answer.INVITED


async def test_a_forged_answer_is_refused_and_shown_until_somebody_saw_to_it(post: Post) -> None:
    show, stranger = post.desk.show, "stranger@council.example"
    outcomes = await post.read(
        make_answer(post.uid, sender=stranger, attendee=MINE, status="DECLINED"),
        make_answer(post.uid, sender=MINE, attendee=stranger, status="DECLINED", name="2"),
        make_answer(f"line-{show.session.public_id}@hotline-sessions", sender=MINE, name="3"),
    )
    now = show.clock.now()
    odd = await list_odd(staff=show.staff, now=now)

    assert outcomes == ["forged", "forged", "unknown"]
    assert (await post.invited()).answer is Answer.INVITED
    assert [each.sender for each in odd] == [stranger, MINE]
    assert await count_troubles(staff=show.staff, now=now) == 2
    for each in odd:
        await see_to(each.id, staff=show.staff, now=now)
    assert await count_troubles(staff=show.staff, now=now) == 0
    assert post.store.count(LOOK_FOLDER) == 3


async def test_who_was_substituted_answers_no_more_and_the_substitute_does(post: Post) -> None:
    show, deputy = post.desk.show, await add_deputy(post.desk)
    await substitute_official(show.session.public_id, deputy, staff=show.staff, clock=show.clock)
    await post.desk.tell()
    outcomes = await post.read(
        make_answer(post.uid, sender=MINE, sequence=2, status="DECLINED"),
        make_answer(post.uid, sender=OTHER, sequence=2, name="2"),
    )

    assert outcomes == ["outdated", "applied"]


async def test_letters_that_say_nothing_are_kept_and_stop_nothing(post: Post) -> None:
    outcomes = await post.read(
        b"\xff\x00 no letter",
        b"From: a@b\nMessage-ID: <5@b>\n\nHello\n",
        make_answer(post.uid, sender=MINE).replace(b"DTSTAMP:2026", b"DTSTAMP:x"),
        make_answer(post.uid, sender=MINE, name="2"),
    )

    assert outcomes == ["unread", "unread", "unread", "applied"]
    assert (post.store.count(LOOK_FOLDER), post.store.count(DONE_FOLDER)) == (3, 1)


async def test_a_letter_that_came_back_is_an_alarm(post: Post) -> None:
    show = post.desk.show
    [letter] = post.desk.inbox.letters
    outcomes = await post.read(
        make_bounce("<unknown@rivne.example>", name="1"), make_bounce(letter["Message-ID"])
    )

    assert show.session.held_on == HELD_ON
    assert outcomes == ["unread", "bounce"]
    assert await count_troubles(staff=show.staff, now=show.clock.now()) == 1
