"""Numbers without gaps, days that the law counts, answers given once."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
import pytest
from tests.factories import NOW, PHONE, SECRET, make_appeal, make_institution, make_staff

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import AlreadyAnswered, AppealState, NewAppeal
from hotline_sessions.domain.classifier import UnknownCode
from hotline_sessions.domain.deadlines import Deadline, due
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import CallId, InstitutionId
from hotline_sessions.domain.times import local_date
from hotline_sessions.domain.workdays import build_calendar
from hotline_sessions.services import appeals, registering
from hotline_sessions.services.appeals import (
    Origin,
    Registered,
    UnknownAppeal,
    answer,
    find_by_code,
    get_followed,
    get_for_staff,
    list_for_staff,
    register,
)
from hotline_sessions.store.appeals import take_numbers
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

NEW = NewAppeal(
    surname="Коваленко",
    given_name="Марія",
    patronymic="Іванівна",
    residence="м. Рівне, вул. Соборна, 1, кв. 2",
    phone=PHONE,
    kind="3.2",
    question="Не надійшла субсидія за жовтень, прошу перевірити.",
)
FRIDAY_EVENING = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
ANSWER = "Субсидію нараховано, кошти надійдуть до кінця тижня."


async def make_clerk() -> Staff:
    return await make_staff(institution=(await make_institution()).id)


async def enter(
    staff: Staff,
    form_key: str,
    *,
    new: NewAppeal = NEW,
    received_at: datetime = NOW,
    now: datetime = NOW,
) -> Registered:
    origin = Origin(received_at=received_at)
    return await register(new, origin, form_key=form_key, staff=staff, secret=SECRET, now=now)


async def list_numbers() -> list[int]:
    rows = await fetch_rows("select number from appeal order by number")
    return [row["number"] for row in rows]


async def test_fifty_appeals_at_once_get_fifty_numbers_without_a_gap() -> None:
    staff = await make_clerk()

    await asyncio.gather(*(enter(staff, f"form-{number}") for number in range(50)))

    assert await list_numbers() == list(range(1, 51))


async def test_the_number_of_an_appeal_that_failed_goes_to_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    staff = await make_clerk()
    await enter(staff, "first")

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no paper left")

    with monkeypatch.context() as broken:
        broken.setattr(registering, "note_messages", fail)
        with pytest.raises(RuntimeError):
            await enter(staff, "second")
    third = await enter(staff, "third")

    assert third.appeal.register_index == "К-2-2026"
    assert await list_numbers() == [1, 2]


async def test_of_appeals_entered_together_one_that_is_refused_does_not_harm_the_others() -> None:
    staff = await make_clerk()

    async def enter_from(call: CallId | None, form_key: str) -> Registered:
        origin = Origin(received_at=NOW, call=call)
        return await register(NEW, origin, form_key=form_key, staff=staff, secret=SECRET, now=NOW)

    done = await asyncio.gather(
        *(enter_from(CallId(99) if number == 5 else None, f"{number}") for number in range(12)),
        return_exceptions=True,
    )

    failed = [number for number, each in enumerate(done) if isinstance(each, BaseException)]
    assert failed == [5]
    assert await list_numbers() == list(range(1, 12))


async def test_numbers_have_no_gap_when_some_of_many_at_once_fail() -> None:
    home = await make_institution()

    async def take(number: int) -> None:
        async with transaction():
            await take_numbers(1, institution=home.id, year=2026)
            await asyncio.sleep(0.001)
            if number % 3 == 0:
                raise RuntimeError("rolled back")

    await asyncio.gather(*(take(number) for number in range(30)), return_exceptions=True)

    assert await fetch_value("select last_number from register") == 20


async def test_a_sequence_in_place_of_the_counter_would_leave_a_gap() -> None:
    await run_sql("create sequence naive")
    taken = [await fetch_value("select nextval('naive')")]

    async def fail() -> None:
        async with transaction():
            await fetch_value("select nextval('naive')")
            raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError):
        await fail()
    taken.append(await fetch_value("select nextval('naive')"))

    assert taken == [1, 3]


async def test_the_same_form_sent_again_makes_no_second_appeal() -> None:
    staff = await make_clerk()

    first = await enter(staff, "form")
    again = await enter(staff, "form", now=NOW + timedelta(hours=1))

    assert again.appeal == first.appeal
    assert (len(first.code), again.code) == (6, "")
    assert await fetch_value("select count(*) from message") == 1


async def test_the_same_form_sent_many_times_at_once_makes_one_appeal() -> None:
    staff = await make_clerk()

    results = await asyncio.gather(*(enter(staff, "form") for _ in range(10)))

    assert len({result.appeal.public_id for result in results}) == 1
    assert sum(bool(result.code) for result in results) == 1
    assert await list_numbers() == [1]


async def test_every_institution_and_every_year_has_numbers_of_its_own() -> None:
    one, other = await make_clerk(), await make_clerk()
    new_year = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)

    for staff, moment, key in ((one, NOW, "a"), (one, NOW, "b"), (other, NOW, "c")):
        await enter(staff, key, received_at=moment)
    later = await enter(one, "d", received_at=new_year, now=new_year)

    assert later.appeal.register_index == "К-1-2027"
    assert await list_numbers() == [1, 1, 1, 2]


@pytest.mark.parametrize(
    ("received_at", "received_on", "index"),
    [
        (datetime(2026, 12, 31, 14, 0, tzinfo=UTC), date(2026, 12, 31), "К-1-2026"),
        (datetime(2026, 12, 31, 21, 59, tzinfo=UTC), date(2026, 12, 31), "К-1-2027"),
        (datetime(2026, 12, 31, 22, 0, tzinfo=UTC), date(2027, 1, 1), "К-1-2027"),
    ],
)
async def test_days_and_years_change_at_midnight_in_kyiv(
    received_at: datetime, received_on: date, index: str
) -> None:
    done = await enter(await make_clerk(), "form", received_at=received_at, now=received_at)

    assert done.appeal.received_on == received_on
    assert done.appeal.register_index == index


async def test_a_call_of_friday_evening_is_received_on_friday_and_registered_on_monday() -> None:
    monday = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)

    done = await enter(await make_clerk(), "form", received_at=FRIDAY_EVENING, now=monday)

    assert done.appeal.received_on == date(2026, 11, 20)
    assert done.appeal.registered_on == date(2026, 11, 23)
    assert done.appeal.registered_at == monday
    assert done.appeal.deadline.received_on == date(2026, 11, 20)
    assert done.appeal.legal_on == date(2026, 12, 21)


async def test_without_study_an_appeal_is_answered_in_fifteen_days() -> None:
    quick = msgspec.structs.replace(NEW, needs_study=False)

    done = await enter(await make_clerk(), "form", new=quick)

    assert done.appeal.deadline.rule == "ART20_15D"
    assert done.appeal.legal_on == date(2026, 12, 8)


async def test_a_deadline_is_kept_with_its_rule_its_versions_and_its_inputs() -> None:
    calendar = build_calendar()
    expected = due("ART20_MONTH", date(2026, 11, 20), calendar, registered_on=local_date(NOW))

    done = await enter(await make_clerk(), "form", received_at=FRIDAY_EVENING)

    row = await fetch_row("select deadline::text, term, legal_on, internal_on from appeal")
    assert row is not None
    stored = msgspec.json.decode(row["deadline"], type=Deadline)
    assert stored == expected == done.appeal.deadline
    assert (stored.rule, stored.rule_version) == ("ART20_MONTH", 1)
    assert stored.calendar_version == calendar.version
    assert row["term"] == expected.rule
    assert (row["legal_on"], row["internal_on"]) == (expected.legal_on, expected.internal_on)


async def test_number_code_and_last_day_are_told_by_sms_with_the_appeal() -> None:
    staff = await make_clerk()

    done = await enter(staff, "form", received_at=FRIDAY_EVENING)

    row = await fetch_row("select * from message")
    assert row is not None
    assert (row["recipient"], row["institution"]) == (PHONE, staff.institution)
    for fact in ("К-1-2026", done.code, "21.12"):
        assert fact in row["body"]


async def test_who_left_no_phone_is_sent_nothing() -> None:
    staff = await make_clerk()
    done = await enter(staff, "form", new=msgspec.structs.replace(NEW, phone=""))

    await answer(done.appeal.public_id, ANSWER, result="9.1", staff=staff, now=NOW)

    assert await fetch_value("select count(*) from message") == 0


@pytest.mark.parametrize(("kind", "topic"), [("9.1", ""), ("3.99", ""), ("3.2", "3.2")])
async def test_a_code_that_the_classifier_does_not_have_there_is_refused(
    kind: str, topic: str
) -> None:
    wrong = msgspec.structs.replace(NEW, kind=kind, topic=topic)

    with pytest.raises(UnknownCode):
        await enter(await make_clerk(), "form", new=wrong)
    assert await list_numbers() == []
    assert await fetch_value("select count(*) from register") == 0


async def test_a_deed_is_in_the_history_without_a_word_of_the_citizen() -> None:
    staff = await make_clerk()
    done = await enter(staff, "form")
    await answer(done.appeal.public_id, ANSWER, result="9.1", staff=staff, now=NOW)

    rows = await fetch_rows("select * from appeal_step order by place")

    assert [row["action"] for row in rows] == ["appeal_registered", "appeal_answered"]
    assert {row["account"] for row in rows} == {staff.account}
    assert not any(word in str(dict(row)) for row in rows for word in ("Коваленко", PHONE))


async def test_an_appeal_is_answered_and_its_author_told() -> None:
    staff = await make_clerk()
    done = await make_appeal(staff=staff)

    await answer(done.appeal.public_id, ANSWER, result="9.1", staff=staff, now=NOW)

    followed = await get_for_staff(done.appeal.public_id, staff=staff)
    assert followed.appeal.state is AppealState.ANSWERED
    assert followed.answer is not None
    assert (followed.answer.text, followed.answer.result) == (ANSWER, "9.1")
    body = await fetch_value("select body from message order by id desc limit 1")
    assert done.appeal.register_index in body


async def test_an_appeal_is_answered_once_even_by_two_at_once() -> None:
    staff = await make_clerk()
    done = await make_appeal(staff=staff)

    results = await asyncio.gather(
        *(
            answer(done.appeal.public_id, f"{ANSWER} {word}", result="9.1", staff=staff, now=NOW)
            for word in ("Раз.", "Два.")
        ),
        return_exceptions=True,
    )

    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, AlreadyAnswered) for result in results) == 1
    assert await fetch_value("select count(*) from answer") == 1
    assert await fetch_value("select count(*) from message") == 2


async def test_an_answer_with_a_result_of_another_section_is_refused() -> None:
    staff = await make_clerk()
    done = await make_appeal(staff=staff)

    with pytest.raises(UnknownCode):
        await answer(done.appeal.public_id, ANSWER, result="3.2", staff=staff, now=NOW)
    assert (await get_for_staff(done.appeal.public_id, staff=staff)).answer is None


async def test_an_appeal_of_another_institution_is_not_found() -> None:
    staff, stranger = await make_clerk(), await make_clerk()
    name = (await make_appeal(staff=staff)).appeal.public_id

    with pytest.raises(NotFound):
        await get_for_staff(name, staff=stranger)
    with pytest.raises(NotFound):
        await answer(name, ANSWER, result="9.1", staff=stranger, now=NOW)
    assert await list_for_staff(staff=stranger) == []


async def test_what_must_be_answered_first_comes_first_and_what_is_answered_last() -> None:
    staff = await make_clerk()
    answered = await make_appeal(staff=staff, received_at=NOW - timedelta(days=9))
    late = await make_appeal(staff=staff, received_at=NOW)
    early = await make_appeal(staff=staff, received_at=NOW - timedelta(days=3))
    await answer(answered.appeal.public_id, ANSWER, result="9.1", staff=staff, now=NOW)

    listed = await list_for_staff(staff=staff)
    waiting = await list_for_staff(staff=staff, states={AppealState.REGISTERED}, limit=1)

    assert [each.id for each in listed] == [early.appeal.id, late.appeal.id, answered.appeal.id]
    assert [each.id for each in waiting] == [early.appeal.id]


@pytest.mark.parametrize("number", ["К-1-2026", "к 1 26", "K-1", "№ К-1-2026"])
async def test_number_and_code_open_an_appeal(number: str) -> None:
    done = await make_appeal(staff=await make_clerk())

    assert await find_by_code(number, done.code, secret=SECRET, now=NOW) == done.appeal.public_id


async def test_an_unknown_number_and_a_wrong_code_get_the_same_answer() -> None:
    done = await make_appeal(staff=await make_clerk())
    wrong = f"{(int(done.code) + 1) % 1_000_000:06}"

    answers = []
    for number, code in (
        ("К-2-2026", done.code),
        ("К-1-2026", wrong),
        ("номер", done.code),
        ("К-1-2026", "1"),
    ):
        with pytest.raises(UnknownAppeal) as refusal:
            await find_by_code(number, code, secret=SECRET, now=NOW)
        answers.append((refusal.value.code, refusal.value.facts))

    assert answers == [("unknown-appeal", {})] * 4


async def test_equal_numbers_of_two_institutions_are_told_apart_by_their_codes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes = iter(["111111", "222222"])
    monkeypatch.setattr(registering, "draw_code", lambda: next(codes))
    one = await make_appeal(staff=await make_clerk())
    other = await make_appeal(staff=await make_clerk())
    assert one.appeal.register_index == other.appeal.register_index

    for done in (one, other):
        found = await find_by_code("К-1-2026", done.code, secret=SECRET, now=NOW)
        assert found == done.appeal.public_id


async def test_a_code_is_never_stored_as_it_is() -> None:
    done = await make_appeal(staff=await make_clerk())

    row = await fetch_row("select * from appeal")

    assert row is not None
    assert done.code not in {str(value) for value in row.values()}
    assert len(row["code_mac"]) == 64


async def test_a_signed_link_shows_the_author_appeal_institution_and_answer() -> None:
    staff = await make_clerk()
    done = await make_appeal(staff=staff)

    followed = await get_followed(done.appeal.public_id)

    assert followed.appeal == done.appeal
    assert followed.institution.id == staff.institution
    assert followed.answer is None
    with pytest.raises(NotFound):
        await get_followed("0000000000")


async def test_the_database_itself_refuses_one_number_twice() -> None:
    home: InstitutionId = (await make_institution()).id
    staff = await make_staff(institution=home)
    await make_appeal(staff=staff)
    await run_sql("update register set last_number = 0")

    with pytest.raises(asyncpg.UniqueViolationError):
        await make_appeal(staff=staff)


async def test_after_new_years_midnight_in_kyiv_a_result_is_of_the_new_year() -> None:
    staff = await make_clerk()
    done = await make_appeal(staff=staff)
    asked: list[date] = []
    midnight = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)

    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(appeals, "check_answer_result", lambda _rows, _code, on: asked.append(on))
        await answer(done.appeal.public_id, ANSWER, result="9.1", staff=staff, now=midnight)

    assert asked == [date(2027, 1, 1)]
