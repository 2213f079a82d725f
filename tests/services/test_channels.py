"""A session in a Telegram channel: posted once, changed with the session, never posted twice."""

from datetime import date, timedelta

import pytest
from tests.factories import NOW, make_institution, make_session, make_staff
from tests.fakes import FrozenClock

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.channel_posts import (
    BadChat,
    ChannelGone,
    ChatTaken,
    FloodWait,
    PostChanged,
    PostGone,
    State,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.network import NetworkError, OutcomeUnknown, RetryLater
from hotline_sessions.domain.publications import Ending, Todo
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.channels import (
    find_own_channel,
    find_own_post,
    list_own_stuck,
    note_posts,
    post_again,
    post_to_channel,
    save_own_channel,
    say_where,
    send_posts,
    try_channel_again,
)
from hotline_sessions.services.publications import list_of_session
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, publish, reschedule
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.engine import run_sql
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.officials import add_official


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


class FakeChannel:
    """A channel that keeps its posts; it fails as it is told to."""

    def __init__(self) -> None:
        self.posts: dict[int, str] = {}
        self.calls = 0
        self.failures: list[NetworkError] = []

    async def post(self, chat: str, text: str) -> int:
        assert chat == "@rada_lines"
        self._fail()
        self.posts[len(self.posts) + 1] = text
        return len(self.posts)

    async def edit(self, chat: str, message: int, text: str) -> None:
        assert chat == "@rada_lines"
        self._fail()
        self.posts[message] = text

    def _fail(self) -> None:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)


async def make_office(*, by_itself: bool = True) -> Staff:
    staff = await make_staff(institution=(await make_institution()).id)
    await save_own_channel("t.me/rada_lines", posts_by_itself=by_itself, staff=staff, now=NOW)
    return staff


async def run(channel: FakeChannel, clock: FrozenClock, *, times: int = 3) -> None:
    for _ in range(times):
        await note_posts(public_url="https://lines.example", clock=clock)
        await send_posts(channel, clock=clock)


async def make_own(
    staff: Staff, *, held_on: date = date(2026, 11, 25), published: bool = True
) -> Session:
    home = await get_institution(staff.institution)
    return await make_session(institution=home, held_on=held_on, published=published)


async def test_a_session_is_posted_once_when_it_is_announced_and_changed_when_it_changes() -> None:
    staff, channel, clock = await make_office(), FakeChannel(), FrozenClock(NOW)
    draft = await make_own(staff, published=False)
    await run(channel, clock)
    assert channel.calls == 0

    await publish(draft.public_id, staff=staff, now=NOW)
    await run(channel, clock)
    first = channel.posts[1]
    other = await add_official(
        "Інша Особа", institution=staff.institution, ring_number=None, valid_from=date(2026, 1, 1)
    )
    await substitute_official(draft.public_id, other, staff=staff, clock=clock)
    await run(channel, clock)
    substituted = channel.posts[1]
    await cancel(draft.public_id, "Хвороба", staff=staff, now=NOW)
    await run(channel, clock)

    assert "Інша Особа" not in first
    assert f"https://lines.example/s/{draft.public_id}" in first
    assert "Інша Особа" in substituted
    assert "СКАСОВАНО" in channel.posts[1]
    assert (len(channel.posts), channel.calls) == (1, 3)
    noted = await list_of_session(draft.public_id, staff=staff, now=NOW)
    assert [(each.todo, each.publication.ending) for each in noted] == [
        (Todo.NOTHING, None),
        (Todo.NOTHING, Ending.REPLACED),
        (Todo.NOTHING, Ending.REPLACED),
    ]
    assert noted[0].publication.place == "Telegram, @rada_lines"


async def test_a_moved_session_says_in_its_post_when_it_is_held_and_the_new_one_has_its_own() -> (
    None
):
    staff, channel, clock = await make_office(), FakeChannel(), FrozenClock(NOW)
    moved = await make_own(staff)
    await run(channel, clock)
    plan = Plan(
        post=moved.post,
        line=moved.line,
        held_on=date(2026, 11, 30),
        opens_clock=moved.opens_clock,
        closes_clock=moved.closes_clock,
    )
    new = await reschedule(moved.public_id, plan, staff=staff, now=NOW)
    await run(channel, clock)

    assert "ПЕРЕНЕСЕНО" in channel.posts[1]
    assert f"/s/{new.public_id}" in channel.posts[1]
    assert f"/s/{new.public_id}" in channel.posts[2]
    assert len(channel.posts) == 2


async def test_what_was_announced_before_is_posted_by_a_button_alone_and_once() -> None:
    staff = await make_staff(institution=(await make_institution()).id)
    session = await make_own(staff)
    channel, clock = FakeChannel(), FrozenClock(NOW)
    await save_own_channel("@rada_lines", posts_by_itself=True, staff=staff, now=NOW)
    await run(channel, clock)
    assert channel.calls == 0

    for _ in range(2):
        await post_to_channel(session.public_id, staff=staff, now=NOW)
        await run(channel, clock)

    assert len(channel.posts) == channel.calls == 1
    await cancel(session.public_id, "Хвороба", staff=staff, now=NOW)
    with pytest.raises(PostChanged):
        await post_to_channel(session.public_id, staff=staff, now=NOW)


async def test_a_session_called_off_before_it_was_posted_is_not_posted() -> None:
    staff, channel, clock = await make_office(), FakeChannel(), FrozenClock(NOW)
    session = await make_own(staff)
    await note_posts(public_url="https://lines.example", clock=clock)
    await cancel(session.public_id, "Хвороба", staff=staff, now=NOW)

    await run(channel, clock)

    assert channel.calls == 0


async def test_a_flood_is_waited_out_and_what_was_not_done_is_tried_again() -> None:
    staff, channel, clock = await make_office(), FakeChannel(), FrozenClock(NOW)
    await make_own(staff)
    channel.failures = [FloodWait(40), RetryLater()]
    await run(channel, clock)
    clock.pass_time(timedelta(seconds=39))
    await run(channel, clock)
    assert channel.calls == 1
    clock.pass_time(timedelta(seconds=1))
    await run(channel, clock)
    clock.pass_time(timedelta(minutes=5))
    await run(channel, clock)

    assert (len(channel.posts), channel.calls) == (1, 3)


async def test_a_first_post_without_an_answer_is_never_repeated_but_asked_about() -> None:
    staff, channel, clock = await make_office(), FakeChannel(), FrozenClock(NOW)
    there, missing = [await make_own(staff, held_on=date(2026, 11, day)) for day in (26, 27)]
    channel.failures = [OutcomeUnknown(), OutcomeUnknown()]
    await run(channel, clock)
    clock.pass_time(timedelta(hours=1))
    await run(channel, clock)
    assert channel.calls == 2
    assert [each.public_id for each in await list_own_stuck(staff=staff, now=clock.now())] == [
        there.public_id,
        missing.public_id,
    ]

    channel.posts[1] = "as it was posted"
    await say_where(there.public_id, "https://t.me/rada_lines/1", staff=staff, now=clock.now())
    await post_again(missing.public_id, staff=staff, now=clock.now())
    await run(channel, clock)
    await cancel(there.public_id, "Хвороба", staff=staff, now=clock.now())
    await run(channel, clock)

    assert len(channel.posts) == 2
    assert "СКАСОВАНО" in channel.posts[1]
    assert await list_own_stuck(staff=staff, now=clock.now()) == []
    with pytest.raises(PostChanged):
        await post_again(missing.public_id, staff=staff, now=clock.now())


async def test_a_sender_that_died_leaves_a_question_for_a_new_post_and_repeats_a_change() -> None:
    staff, channel, clock = await make_office(), FakeChannel(), FrozenClock(NOW)
    changed = await make_own(staff, held_on=date(2026, 11, 26))
    await run(channel, clock)
    fresh = await make_own(staff, held_on=date(2026, 11, 27))
    await cancel(changed.public_id, "Хвороба", staff=staff, now=NOW)
    await note_posts(public_url="https://lines.example", clock=clock)
    await run_sql(
        "update telegram_version set state = 'sending', due_at = $1 where state = 'waiting'", NOW
    )

    clock.pass_time(timedelta(minutes=2))
    await run(channel, clock)

    assert "СКАСОВАНО" in channel.posts[1]
    assert len(channel.posts) == 1
    found = await find_own_post(fresh.public_id, staff=staff)
    assert found is not None
    assert found.state is State.UNKNOWN


async def test_a_channel_that_is_gone_is_shown_and_posted_to_when_it_is_back() -> None:
    staff, channel, clock = await make_office(), FakeChannel(), FrozenClock(NOW)
    await make_own(staff)
    channel.failures = [ChannelGone()]
    await run(channel, clock)
    failing = await find_own_channel(staff=staff)
    stuck = await list_own_stuck(staff=staff, now=NOW)

    await try_channel_again(staff=staff, now=NOW)
    await run(channel, clock)

    assert failing is not None
    assert failing.failure == "channel-gone"
    assert len(stuck) == 1
    assert (len(channel.posts), channel.calls) == (1, 2)


async def test_a_post_deleted_by_hand_is_made_anew_when_staff_say_so() -> None:
    staff, channel, clock = await make_office(), FakeChannel(), FrozenClock(NOW)
    session = await make_own(staff)
    await run(channel, clock)
    channel.failures = [PostGone()]
    await run_sql("update session set topic = 'Інше' where id = $1", session.id)
    await run(channel, clock)
    found = await find_own_post(session.public_id, staff=staff)
    assert found is not None
    assert (found.state, found.reason) == (State.FAILED, "post-gone")

    await post_again(session.public_id, staff=staff, now=NOW)
    await run(channel, clock)

    assert "Інше" in channel.posts[2]


async def test_the_last_text_wins_when_an_earlier_one_has_failed() -> None:
    staff, channel, clock = await make_office(), FakeChannel(), FrozenClock(NOW)
    session = await make_own(staff)
    channel.failures = [RetryLater()]
    await run(channel, clock, times=1)
    await run_sql("update session set topic = 'Інше' where id = $1", session.id)
    await run(channel, clock)
    clock.pass_time(timedelta(minutes=10))
    await run(channel, clock)

    assert list(channel.posts) == [1]
    assert "Інше" in channel.posts[1]
    assert channel.calls == 2


async def test_a_channel_belongs_to_one_institution_and_its_posts_to_its_staff() -> None:
    staff = await make_office()
    session = await make_own(staff)
    stranger = await make_staff(institution=(await make_institution()).id)

    with pytest.raises(ChatTaken):
        await save_own_channel("@RADA_lines", posts_by_itself=True, staff=stranger, now=NOW)
    for bad in ("@a", "@rada lines", "https://example.org/rada", "@rada\x00", "-100123"):
        with pytest.raises(BadChat):
            await save_own_channel(bad, posts_by_itself=True, staff=stranger, now=NOW)
    with pytest.raises(NotFound):
        await post_to_channel(session.public_id, staff=stranger, now=NOW)
    with pytest.raises(NotFound):
        await say_where(session.public_id, "5", staff=stranger, now=NOW)
    await save_own_channel(" ", posts_by_itself=False, staff=staff, now=NOW)
    with pytest.raises(NotFound):
        await post_to_channel(session.public_id, staff=staff, now=NOW)
