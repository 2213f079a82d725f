"""What citizens have asked: none is lost, each is registered or closed for a reason."""

from datetime import timedelta
from functools import partial

import pytest
from tests.factories import SECRET, make_institution, make_phone, make_staff
from tests.services.desk import Desk, ask, list_audited, make_desk, put_on_air

from hotline_sessions.domain.appeals import NewAppeal
from hotline_sessions.domain.calls import CallState
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.prompts import Goodbye, Parting, Question
from hotline_sessions.domain.questions import CloseReason, QuestionClosed, QuestionOrigin
from hotline_sessions.domain.questions import Question as OpenQuestion
from hotline_sessions.services import calls
from hotline_sessions.services.appeals import Origin, register
from hotline_sessions.services.open_legs import Visit
from hotline_sessions.services.questions import close_question, list_open_questions
from hotline_sessions.store.engine import fetch_rows


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

OFFICIAL = CallSid("CA" + "1".rjust(32, "0"))


@pytest.fixture
async def desk() -> Desk:
    return await make_desk()


async def list_questions(desk: Desk) -> list[OpenQuestion]:
    return await list_open_questions(desk.show.session.id, staff=desk.show.staff)


async def register_of(desk: Desk, sid: CallSid, key: str) -> None:
    await register(
        NewAppeal(
            surname="Коваленко",
            given_name="Марія",
            patronymic="Іванівна",
            residence="м. Рівне, вул. Соборна, 1, кв. 2",
            phone=make_phone(),
            kind="3.2",
            question="Не надійшла субсидія за жовтень.",
        ),
        Origin(received_at=desk.show.clock.now(), call=(await desk.show.leg(sid)).id),
        form_key=key,
        staff=desk.show.staff,
        secret=SECRET,
        now=desk.show.clock.now(),
    )


async def test_every_talk_makes_one_question_whatever_interrupts_it(desk: Desk) -> None:
    """Held, gone on with, taken back to the queue and put through again."""
    show = desk.show
    sid = await show.wait(make_phone())
    await put_on_air(desk, sid)
    await show.hang_up(OFFICIAL)
    held = await show.state(sid)
    await desk.pass_time(seconds=1)
    await show.bring_official()
    await desk.return_to_queue(sid)
    await ask(show, calls.go_back, sid, turn=9)
    await show.send()
    await put_on_air(desk, sid)
    await show.enter(sid)

    (question,) = await list_questions(desk)

    assert held is CallState.HELD
    assert question.origin is QuestionOrigin.TALK
    assert question.call == (await show.leg(sid)).id


async def test_who_never_talks_makes_none(desk: Desk) -> None:
    await desk.show.wait(make_phone())
    await desk.show.put_next()

    assert await list_questions(desk) == []


async def test_a_question_left_on_the_line_is_one_however_often_it_is_reported(desk: Desk) -> None:
    show = desk.show
    sid = await show.wait(make_phone())
    asked = await ask(show, calls.take_key, sid, result="3")

    for recording in (None, "RE1", "RE1"):
        await calls_left(desk, sid, recording)

    assert isinstance(asked, Question)
    (question,) = await list_questions(desk)
    assert question.origin is QuestionOrigin.RECORDED


async def calls_left(desk: Desk, sid: CallSid, recording: str | None, turn: int = 1) -> object:
    show = desk.show
    visit = Visit(leg=await show.name(sid), sid=sid, turn=turn)
    return await show.ask(partial(calls.question_left, recording=recording), visit)


async def test_who_stays_silent_is_asked_once_more_and_leaves_no_question(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    await ask(desk.show, calls.take_key, sid, result="3")

    again = await calls_left(desk, sid, None)
    parted = await calls_left(desk, sid, None, turn=2)

    assert isinstance(again, Question)
    assert again.attempt == 2
    assert parted == Goodbye(why=Parting.CLOSED)
    assert await list_questions(desk) == []


async def test_who_speaks_and_hangs_up_has_left_the_question(desk: Desk) -> None:
    show = desk.show
    sid = await show.wait(make_phone())
    await ask(show, calls.take_key, sid, result="3")
    visit = Visit(leg=await show.name(sid), sid=sid, turn=1, is_over=True)

    await show.ask(partial(calls.question_left, recording="RE1"), visit)

    assert await show.state(sid) is CallState.ENDED
    assert len(await list_questions(desk)) == 1


async def test_several_appeals_may_come_from_one_call(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    await put_on_air(desk, sid)

    for key in ("first", "second"):
        await register_of(desk, sid, key)

    assert await list_questions(desk) == []
    rows = await fetch_rows("select state, reason, appeal, closed_by from question")
    appeals = await fetch_rows("select id from appeal order by id")
    assert [tuple(row) for row in rows] == [
        ("closed", "registered", appeals[0]["id"], desk.show.staff.account)
    ]
    assert len(appeals) == 2


@pytest.mark.parametrize("which", [0, 1])
async def test_a_talk_that_broke_off_and_went_on_is_registered_from_either_call(
    desk: Desk, which: int
) -> None:
    """Else somebody would answer the same question twice, or look for what was asked."""
    show, phone = desk.show, make_phone()
    sid = await show.wait(phone)
    await put_on_air(desk, sid)
    await show.hang_up(sid)
    again = await show.wait(phone)
    await put_on_air(desk, again)
    others = await show.wait(make_phone())
    await show.hang_up(again)
    await put_on_air(desk, others)
    before = [each.call for each in await list_questions(desk)]

    await register_of(desk, (sid, again)[which], "form")

    stands = (await show.leg(others)).id
    assert before == [(await show.leg(sid)).id, (await show.leg(again)).id, stands]
    assert [each.call for each in await list_questions(desk)] == [stands]


@pytest.mark.parametrize("reason", sorted(set(CloseReason) - {CloseReason.REGISTERED}))
async def test_a_question_that_makes_no_appeal_is_closed_for_a_reason(
    desk: Desk, reason: CloseReason
) -> None:
    sid = await desk.show.wait(make_phone())
    await put_on_air(desk, sid)
    (question,) = await list_questions(desk)
    now = desk.show.clock.now() + timedelta(minutes=1)

    await close_question(question.public_id, reason, staff=desk.show.staff, now=now)

    assert await list_questions(desk) == []
    assert await list_audited("question_closed") == [{"reason": reason.value}]
    with pytest.raises(QuestionClosed):
        await close_question(question.public_id, reason, staff=desk.show.staff, now=now)


async def test_another_institution_neither_sees_nor_closes_it(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    await put_on_air(desk, sid)
    (question,) = await list_questions(desk)
    home = await make_institution()
    stranger = await make_staff(institution=home.id)

    assert await list_open_questions(desk.show.session.id, staff=stranger) == []
    with pytest.raises(NotFound):
        await close_question(
            question.public_id, CloseReason.DROPPED, staff=stranger, now=desk.show.clock.now()
        )
