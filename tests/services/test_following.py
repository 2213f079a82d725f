"""Authors follow appeals as they chose."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from tests.factories import (
    NOW,
    SECRET,
    make_appeal,
    make_booking,
    make_institution,
    make_session,
    make_staff,
)

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.codes import CodeUsedUp, WrongCode
from hotline_sessions.domain.following import Matter, MustBeTold, NoAddress, Way
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.services.appeal_assignments import resolve
from hotline_sessions.services.appeal_disputes import dispute
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeal_ratings import count_year_of_ratings, rate
from hotline_sessions.services.appeals import Registered, answer, get_followed
from hotline_sessions.services.booking_appeals import WrittenAppeal, file_appeal
from hotline_sessions.services.following import (
    ask_email,
    ask_phone,
    choose_ways,
    get_wishes,
    prove_email,
    prove_phone,
)
from hotline_sessions.services.recounting import Cause, DayChange, apply_changes
from hotline_sessions.store.deadlines import list_open_terms
from hotline_sessions.store.engine import fetch_rows, run_sql
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.units import add_unit


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

Sent = tuple[str, str, str, str]
ANSWER = "Субсидію нараховано, її виплатять 30 листопада."


async def make_home() -> Staff:
    return await make_staff(institution=(await make_institution()).id)


async def list_sent() -> list[Sent]:
    """Channel, purpose, recipient and text of all messages that were noted."""
    rows = await fetch_rows("select channel, purpose, recipient, body from message order by id")
    return [tuple(row) for row in rows]


async def answer_it(made: Registered, staff: Staff) -> None:
    await answer(made.appeal.public_id, ANSWER, result="9.1", staff=staff, now=NOW)


async def give_out(name: PublicId, staff: Staff) -> None:
    unit = await add_unit(
        "Відділ субсидій", head=None, head_official=None, institution=staff.institution
    )
    main = Party(kind=PartyKind.UNIT, id=unit or 0)
    await resolve(name, "Розглянути", main=main, staff=staff, now=NOW)


async def test_without_a_choice_an_author_is_told_of_registration_and_answer() -> None:
    staff = await make_home()
    made = await make_appeal(staff=staff)

    await give_out(made.appeal.public_id, staff)
    await answer_it(made, staff)

    assert [each[:2] for each in await list_sent()] == [
        ("sms", "appeal-registered"),
        ("sms", "appeal-answered"),
    ]


async def test_each_step_is_told_by_the_way_that_its_author_chose() -> None:
    staff = await make_home()
    made = await make_appeal(staff=staff)
    name = made.appeal.public_id
    await run_sql("update appeal set email = 'maria@example.com'")

    ways = {Matter.GIVEN: Way.EMAIL, Matter.LAST_DAY: Way.SMS, Matter.ANSWERED: Way.NONE}
    await choose_ways(name, ways, now=NOW)
    await give_out(name, staff)
    await extend(name, date(2027, 1, 5), "Потрібна перевірка", staff=staff, now=NOW)
    await answer_it(made, staff)

    assert [each[:3] for each in (await list_sent())[1:]] == [
        ("email", "appeal-given", "maria@example.com"),
        ("sms", "appeal-extended", made.appeal.phone),
    ]


async def test_what_the_law_demands_to_be_told_cannot_be_switched_off() -> None:
    made = await make_appeal(staff=await make_home())

    with pytest.raises(MustBeTold):
        await choose_ways(made.appeal.public_id, {Matter.LEFT: Way.NONE}, now=NOW)
    with pytest.raises(NoAddress):
        await choose_ways(made.appeal.public_id, {Matter.ANSWERED: Way.EMAIL}, now=NOW)

    assert (await get_wishes(made.appeal)).ways[Matter.LEFT] is Way.SMS


async def test_who_gave_no_phone_is_told_number_and_code_by_mail() -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    taken = await make_booking(session=await make_session(institution=home, staff=staff))
    await run_sql("update booking set phone = '', language = 'en'")
    written = WrittenAppeal(
        surname="Коваленко",
        given_name="Марія",
        residence="м. Рівне",
        email="maria@example.com",
        question="Коли буде перерахунок субсидії?",
    )

    made = await file_appeal(taken.booking.public_id, written, secret=SECRET, now=NOW)
    await answer_it(made, staff)

    told = [each for each in await list_sent() if each[1].startswith("appeal")]
    assert [each[:3] for each in told] == [
        ("email", "appeal-registered", "maria@example.com"),
        ("email", "appeal-answered", "maria@example.com"),
    ]
    assert f"Code {made.code}" in told[0][3], "in the language of the booking"
    assert told[1][3].startswith(f"Appeal {made.appeal.register_index} has been answered.")


async def test_a_last_day_that_is_counted_again_is_told_each_time_it_changes() -> None:
    staff = await make_home()
    made = await make_appeal(staff=staff)
    (term,) = [each async for each in list_open_terms(institution=staff.institution)]
    first = term.deadline
    later = replace(first, legal_on=first.legal_on + timedelta(days=1))

    for minutes, day in enumerate((later, first, later)):
        (term,) = [each async for each in list_open_terms(institution=staff.institution)]
        async with transaction():
            await apply_changes(
                [DayChange(term=term, after=day)],
                Cause.CALENDAR,
                institution=staff.institution,
                account=staff.account,
                now=NOW + timedelta(minutes=minutes),
            )

    texts = [each[3] for each in await list_sent() if each[1] == "appeal-term-changed"]
    assert texts == [
        f"Звернення {made.appeal.register_index}: відповідь тепер до {day}."
        for day in ("24.12.2026", "23.12.2026", "24.12.2026")
    ]


async def test_another_phone_and_address_hold_once_their_codes_have_proven_them() -> None:
    staff = await make_home()
    made = await make_appeal(staff=staff)
    name = made.appeal.public_id

    token = await ask_phone(name, "067 765 43 21", language="uk", secret=SECRET, now=NOW)
    await ask_email(name, "new@example.com", language="uk", secret=SECRET, now=NOW)
    sms, mail = (await list_sent())[1:]
    before = (await get_wishes(made.appeal)).addresses
    await prove_phone(name, token, sms[3][:6], secret=SECRET, now=NOW)
    await prove_email(name, mail[3][:6], secret=SECRET, now=NOW)
    after = (await get_wishes(made.appeal)).addresses

    assert (sms[1], mail[1]) == ("address-code", "address-code")
    assert (before.phone, before.email) == (made.appeal.phone, "")
    assert (after.phone, after.email) == ("+380677654321", "new@example.com")
    assert (await get_followed(name)).appeal.phone == made.appeal.phone, "the card stays"


async def test_a_code_of_mail_cannot_be_guessed() -> None:
    made = await make_appeal(staff=await make_home())
    name = made.appeal.public_id
    await ask_email(name, "new@example.com", language="uk", secret=SECRET, now=NOW)
    right = (await list_sent())[-1][3][:6]
    wrong = "000000" if right != "000000" else "000001"

    for _ in range(4):
        with pytest.raises(WrongCode):
            await prove_email(name, wrong, secret=SECRET, now=NOW)
    for text in (wrong, right):
        with pytest.raises(CodeUsedUp):
            await prove_email(name, text, secret=SECRET, now=NOW)

    assert (await get_wishes(made.appeal)).addresses.email == ""


async def test_who_disagrees_follows_the_repeated_appeal_in_the_same_way() -> None:
    staff = await make_home()
    made = await make_appeal(staff=staff)
    await choose_ways(made.appeal.public_id, {Matter.GIVEN: Way.SMS}, now=NOW)
    await answer_it(made, staff)

    done = await dispute(
        made.appeal.public_id, "Грошей немає й досі", language="en", secret=SECRET, now=NOW
    )

    assert (await get_wishes(done.appeal)).ways[Matter.GIVEN] is Way.SMS
    sent = [each[3] for each in await list_sent() if each[1] == "appeal-registered"]
    assert sent[1].startswith("Appeal К-2-2026 registered."), "in the language of its author"


async def test_figures_of_few_ratings_are_kept_back() -> None:
    staff = await make_home()
    shown = []
    for score in (5, 4, 3, 2, 1):
        made = await make_appeal(staff=staff)
        await answer_it(made, staff)
        await rate(made.appeal.public_id, score, "", now=NOW)
        shown.append(await count_year_of_ratings(2026, staff=staff))

    assert [each.average for each in shown] == [None, None, None, None, 3.0]
