"""Officials are reminded once of each version of a session, and staff are told of silence."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories import SECRET
from tests.fakes import FakeTexts
from tests.services.test_attendance import MINE, OTHER, URL, Desk, add_deputy, desk

from hotline_sessions.domain.attendance import Answer
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.attendance_answers import answer_invitation, count_troubles
from hotline_sessions.services.attendance_reminders import remind_officials
from hotline_sessions.services.messages import send_mails, send_messages
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

__all__ = ["desk"]

PLANNER = "planner@council.example"
MOBILE, FIXED = "+380501234567", "+380362220011"


async def remind(desk: Desk, before: timedelta) -> None:
    """What is due so long before the start."""
    desk.show.clock.set(desk.show.session.starts_at - before)
    await remind_officials(secret=SECRET, public_url=URL, clock=desk.show.clock)


async def list_noted(purpose: str = "official-reminded") -> list[tuple[str, str]]:
    rows = await fetch_rows(
        "select channel, recipient from message where purpose = $1 order by id", purpose
    )
    return [(row["channel"], row["recipient"]) for row in rows]


def make_later(session: Session) -> Plan:
    """The same a day later."""
    return Plan(
        post=session.post,
        line=session.line,
        held_on=session.held_on + timedelta(days=1),
        opens_clock=session.opens_clock,
        closes_clock=session.closes_clock,
    )


async def invite_long_ago(desk: Desk, *, number: str | None = MOBILE) -> None:
    """The official is told, and that was weeks ago; planners have an address."""
    session = desk.show.session
    await run_sql("update official set ring_number = $2 where id = $1", session.official, number)
    await run_sql(
        "update account set email = $1 where institution = $2", PLANNER, session.institution
    )
    await desk.tell()
    await run_sql("update invitation set told_at = told_at - interval '20 days'")


async def test_both_reminders_go_out_once_each_by_mail_and_sms(desk: Desk) -> None:
    await invite_long_ago(desk)
    await remind(desk, timedelta(hours=49))
    assert await list_noted() == []
    await asyncio.gather(remind(desk, timedelta(hours=48)), remind(desk, timedelta(hours=48)))
    await remind(desk, timedelta(hours=47))
    assert await list_noted() == [("email", MINE), ("sms", MOBILE)]
    await remind(desk, timedelta(hours=2))
    [last] = [letter for letter in await desk.tell() if letter["To"] == MINE][-1:]

    assert len(await list_noted()) == 4
    assert last["Subject"].startswith("Підтвердьте участь: ")
    body = last.get_body(("plain",))
    assert body is not None
    assert f"{URL}/official/" in body.get_content()


async def test_a_number_that_gets_no_texts_gets_none(desk: Desk) -> None:
    await invite_long_ago(desk, number=FIXED)
    await remind(desk, timedelta(hours=47))

    assert await list_noted() == [("email", MINE)]


async def test_an_sms_is_rather_dropped_than_sent_by_night(desk: Desk) -> None:
    await invite_long_ago(desk)
    session, texts = desk.show.session, FakeTexts()
    await run_sql(
        """update institution
              set booking_policy = '{"quiet_from": "00:00:00", "quiet_until": "23:59:00"}'
            where id = $1""",
        session.institution,
    )
    await remind(desk, timedelta(hours=2))
    await send_messages(texts, clock=desk.show.clock)
    letters = await desk.tell()

    assert texts.sent == []
    assert MINE in [letter["To"] for letter in letters]


@pytest.mark.parametrize(
    "how", ["cancelled", "cancelled just now", "answered", "moved", "substituted"]
)
async def test_a_reminder_that_was_overtaken_is_not_sent(desk: Desk, how: str) -> None:
    await invite_long_ago(desk)
    show = desk.show
    await remind(desk, timedelta(hours=47))
    if how.startswith("cancelled"):
        await cancel(show.session.public_id, "Хвороба", staff=show.staff, now=show.clock.now())
    elif how == "answered":
        await answer_invitation(show.session, Answer.ACCEPTED, now=show.clock.now())
    elif how == "moved":
        await reschedule(
            show.session.public_id, make_later(show.session), staff=show.staff, now=show.clock.now()
        )
    else:
        deputy = await add_deputy(desk)
        await substitute_official(
            show.session.public_id, deputy, staff=show.staff, clock=show.clock
        )
    if how != "cancelled just now":
        await desk.tell()
    else:
        await send_mails(desk.mails, public_url=URL, clock=show.clock)
    texts = FakeTexts()
    await send_messages(texts, clock=show.clock)

    states = await fetch_rows(
        "select state from message where purpose = 'official-reminded' order by id"
    )
    assert [row["state"] for row in states] == ["cancelled", "cancelled"]
    assert all(number != MOBILE for number, _ in texts.sent)


async def test_silence_is_told_to_planners_once_after_each_reminder(desk: Desk) -> None:
    await invite_long_ago(desk)
    show = desk.show
    await remind(desk, timedelta(hours=47))
    assert await count_troubles(staff=show.staff, now=show.clock.now()) == 0
    for hours in (24, 23):
        await remind(desk, timedelta(hours=hours))
    assert await list_noted("official-silent") == [("email", PLANNER)]
    assert await count_troubles(staff=show.staff, now=show.clock.now()) == 1
    await answer_invitation(show.session, Answer.ACCEPTED, now=show.clock.now())
    assert await count_troubles(staff=show.staff, now=show.clock.now()) == 0
    await remind(desk, timedelta(minutes=90))

    assert await list_noted("official-silent") == [("email", PLANNER), ("email", PLANNER)]


async def test_planners_are_told_at_once_of_a_no_and_of_a_letter_that_came_back(
    desk: Desk,
) -> None:
    await invite_long_ago(desk)
    show, weeks = desk.show, timedelta(days=20)
    await remind(desk, weeks)
    assert await list_noted("official-silent") == []
    await run_sql("update message set delivery = 'failed' where purpose = 'official-invited'")
    for _ in "ab":
        await remind(desk, weeks)
    await answer_invitation(show.session, Answer.DECLINED, now=show.clock.now())
    for _ in "ab":
        await remind(desk, weeks)

    bodies = await fetch_rows(
        "select body from message where purpose = 'official-silent' order by id"
    )
    assert [row["body"].splitlines()[0] for row in bodies] == [
        "Лист посадовій особі не доставлено: зателефонуйте.",
        "Посадова особа відмовилася.",
    ]


async def test_a_letter_that_was_refused_is_an_alarm_until_the_address_is_right(
    desk: Desk,
) -> None:
    show = desk.show
    await invite_long_ago(desk)
    await run_sql("update message set state = 'failed' where purpose = 'official-invited'")
    now = show.clock.now()
    assert await count_troubles(staff=show.staff, now=now) == 1
    await run_sql("update official_address set email = $1", OTHER)
    await desk.tell()

    assert await count_troubles(staff=show.staff, now=now) == 0
    assert await fetch_value("select count(*) from invitation where not is_cancelled") == 1
