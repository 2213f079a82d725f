"""Who owes an answer is reminded at each stage, once, and the head of what is overdue."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.factories import NOW
from tests.fakes import FrozenClock
from tests.services.colleagues import Colleagues, gather_colleagues, of

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.mails import Mail
from hotline_sessions.domain.network import NetworkRefusal
from hotline_sessions.services.absences import keep_email, note_absence
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeal_reminders import remind_of_appeals
from hotline_sessions.services.appeals import answer
from hotline_sessions.services.messages import send_mails
from hotline_sessions.services.undelivered import count_lost_messages
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

URL = "https://lines.example"
DUE_ON = date(2026, 12, 23)
"""Last day of an appeal of ``NOW``, a Wednesday."""
FIVE, TWO, LAST, AFTER = (datetime(2026, 12, day, 8, 0, tzinfo=UTC) for day in (16, 21, 23, 24))


class Post:
    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> str:
        self.sent.append(mail)
        return mail.name


class Nowhere:
    async def send(self, _: Mail) -> str:
        raise NetworkRefusal


async def remind(at: datetime) -> list[tuple[str, str]]:
    """Readers of what is sent at a moment, and what it says."""
    clock, post = FrozenClock(at), Post()
    await remind_of_appeals(public_url=URL, clock=clock)
    await send_mails(post, public_url=URL, clock=clock)
    return sorted((mail.recipient.partition("@")[0], mail.body) for mail in post.sent)


async def list_told(at: datetime) -> list[str]:
    return [reader for reader, _ in await remind(at)]


@pytest.fixture
async def team() -> Colleagues:
    team = await gather_colleagues()
    for name, staff in (("head", team.head), ("clerk", team.clerk), ("other", team.other)):
        await keep_email(f"{name}@example.com", staff=staff, now=NOW)
    return team


async def forget_messages() -> None:
    await run_sql("delete from message")


async def test_the_executor_is_reminded_at_each_stage_once_and_the_head_when_it_is_late(
    team: Colleagues,
) -> None:
    appeal = await team.register("Коваленко")
    await team.assign(appeal)
    assert await list_told(FIVE - timedelta(days=1)) == []

    [(reader, body)] = await remind(FIVE)

    assert reader == "clerk"
    assert body == (
        "Звернення К-1-2026: відповідь слід надати до 23.12.2026 включно,"
        f" залишилося не більше 5 робочих днів.\n{URL}/staff/appeals/{appeal}\n"
    )
    assert await list_told(FIVE + timedelta(hours=1)) == []
    assert await list_told(TWO) == ["clerk"]
    [(_, last)] = await remind(LAST)
    assert "сьогодні останній робочий день" in last
    [(head, digest)] = await remind(AFTER)
    assert head == "head"
    assert digest.startswith("Прострочено 1 звернення:\nК-1-2026 – строк сплив 23.12.2026\n")
    assert await list_told(AFTER + timedelta(hours=1)) == []
    assert await list_told(AFTER + timedelta(days=1)) == ["head"]
    assert await list_told(AFTER + timedelta(days=2)) == []  # a Saturday


async def test_nothing_is_said_of_what_is_answered_or_has_more_time(team: Colleagues) -> None:
    answered, extended = [await team.register(name) for name in ("Готовий", "Довгий")]
    for each in (answered, extended):
        await team.assign(each)
    await answer(answered, "Роз'яснено телефоном.", result="9.3", staff=team.clerk, now=NOW)
    await extend(extended, date(2027, 1, 6), "Перевірка", staff=team.head, now=NOW)
    await forget_messages()

    assert [await list_told(at) for at in (FIVE, TWO, LAST, AFTER)] == [[], [], [], []]
    assert await list_told(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)) == ["clerk"]


async def test_a_new_executor_is_reminded_at_once_and_the_old_one_no_more(
    team: Colleagues,
) -> None:
    appeal = await team.register("Коваленко")
    await team.assign(appeal)
    assert await list_told(FIVE) == ["clerk"]
    await team.assign(appeal, of(team.other))

    assert await list_told(FIVE + timedelta(days=1)) == ["other"]
    assert await list_told(TWO) == ["other"]


async def test_what_nobody_has_is_told_to_the_head_and_what_was_missed_is_made_up_for(
    team: Colleagues,
) -> None:
    await team.register("Коваленко")

    assert await list_told(TWO + timedelta(days=1)) == ["head"]


async def test_the_deputy_is_reminded_while_the_executor_is_away(team: Colleagues) -> None:
    await team.assign(await team.register("Коваленко"))

    async def leave(who: Staff, deputy: Staff) -> None:
        first, last = FIVE.date(), AFTER.date()
        await note_absence(deputy.account, first, last, staff=who, now=NOW)

    await leave(team.clerk, team.other)
    assert await list_told(FIVE) == ["other"]
    await leave(team.head, team.clerk)
    assert await list_told(TWO) == ["other"]
    await leave(team.other, team.head)
    # Everybody is away, each the deputy of another: then it is the head's matter still.
    assert await list_told(LAST) == ["head"]


async def test_one_letter_holds_all_and_two_processes_write_it_once(team: Colleagues) -> None:
    for surname in ("Перший", "Другий"):
        await team.assign(await team.register(surname))
    clock = FrozenClock(FIVE)

    await asyncio.gather(*(remind_of_appeals(public_url=URL, clock=clock) for _ in range(3)))

    rows = await fetch_rows("select subject, body from message where channel = 'email' order by id")
    assert [row["subject"] for row in rows] == ["Строк спливає: 2 звернення"]
    assert rows[0]["body"].count(f"{URL}/staff/appeals/") == 2
    assert not any(name in rows[0]["body"] for name in ("Перший", "Другий", "Марія"))
    assert await fetch_value("select count(*) from appeal_reminder") == 2


async def test_a_letter_that_is_lost_is_no_matter_for_those_who_call_citizens(
    team: Colleagues,
) -> None:
    await team.assign(await team.register("Коваленко"))
    await forget_messages()
    clock = FrozenClock(FIVE)
    await remind_of_appeals(public_url=URL, clock=clock)
    await send_mails(Nowhere(), public_url=URL, clock=clock)

    assert await fetch_value("select state from message") == "failed"
    assert await count_lost_messages(staff=team.head, now=FIVE) == 0
