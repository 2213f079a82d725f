"""A new calendar is tried out first, changes what was seen, and leaves a trace on each card."""

import asyncio
from datetime import UTC, date, datetime

import msgspec
import pytest
from tests.factories import NOW, SECRET, make_appeal, make_institution, make_staff
from tests.services.test_appeals import NEW

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import NotLater
from hotline_sessions.domain.calendar_editions import (
    CalendarChanged,
    CalendarEdition,
    NothingChanged,
    build_edition,
)
from hotline_sessions.domain.deadlines import MonthReading, Start, Target, repeat
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.term_policies import Channel, TermPolicy
from hotline_sessions.domain.workdays import DateSpan, DayOverride
from hotline_sessions.services import registering as services
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeals import (
    Origin,
    Registered,
    answer,
    find_first_due,
    get_for_staff,
    list_for_staff,
    register,
)
from hotline_sessions.services.calendar_editions import (
    Preview,
    change_calendar,
    preview_edition,
    view_calendar,
)
from hotline_sessions.services.recounting import list_calendars, recompute
from hotline_sessions.store.appeals import take_numbers
from hotline_sessions.store.calendar_editions import add_edition, find_edition
from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

OPEN_END = (DateSpan(first_on=date(2022, 2, 24)),)
PEACE_FROM_DECEMBER = (DateSpan(first_on=date(2022, 2, 24), last_on=date(2026, 11, 30)),)
DAY_OFF = DayOverride(day=date(2026, 12, 23), works=False, reason="розпорядження № 17-р")
REASON = "Розпорядження № 17-р від 20.11.2026"


async def make_chief() -> Staff:
    return await make_staff(institution=(await make_institution()).id)


def closed_on_the_last_day(number: int = 1) -> CalendarEdition:
    """23 December 2026, the last day of what came on ``NOW``, is off."""
    return build_edition(number, OPEN_END, (DAY_OFF,), TermPolicy())


async def put_into_force(edition: CalendarEdition, *, staff: Staff) -> Preview:
    seen = (await preview_edition(edition, staff=staff)).digest
    return await change_calendar(edition, REASON, seen=seen, staff=staff, now=NOW)


async def find_legal(made: Registered, *, staff: Staff) -> date:
    return (await get_for_staff(made.appeal.public_id, staff=staff)).appeal.legal_on


async def test_a_preview_names_every_open_appeal_that_would_change_and_changes_none() -> None:
    staff = await make_chief()
    stranger = await make_chief()
    made = await make_appeal(staff=staff)
    done = await make_appeal(staff=staff)
    other_day = await make_appeal(staff=staff, received_at=datetime(2026, 11, 19, 9, tzinfo=UTC))
    await make_appeal(staff=stranger)
    text = "Субсидію нараховано, кошти надійдуть."
    await answer(done.appeal.public_id, text, result="9.1", staff=staff, now=NOW)

    preview = await preview_edition(closed_on_the_last_day(), staff=staff)

    assert [each.term.public_id for each in preview.changes] == [made.appeal.public_id]
    change = preview.changes[0]
    assert (change.before.legal_on, change.after.legal_on) == (
        date(2026, 12, 23),
        date(2026, 12, 24),
    )
    assert change.after.internal_on == date(2026, 12, 22)
    assert await find_legal(made, staff=staff) == date(2026, 12, 23)
    assert await find_legal(other_day, staff=staff) == other_day.appeal.legal_on


async def test_a_term_that_the_head_has_extended_stays_whatever_the_calendar_says() -> None:
    staff = await make_chief()
    made, plain = await make_appeal(staff=staff), await make_appeal(staff=staff)
    until = date(2026, 12, 30)
    await extend(made.appeal.public_id, until, "Запит до обласної ради.", staff=staff, now=NOW)

    preview = await put_into_force(closed_on_the_last_day(), staff=staff)

    assert [each.term.public_id for each in preview.changes] == [plain.appeal.public_id]
    assert await find_legal(made, staff=staff) == until


async def test_an_extension_knows_the_days_off_of_the_institution() -> None:
    staff = await make_chief()
    made = await make_appeal(staff=staff)
    await put_into_force(closed_on_the_last_day(), staff=staff)

    with pytest.raises(NotLater):
        await extend(made.appeal.public_id, date(2026, 12, 24), "Запит.", staff=staff, now=NOW)
    await extend(made.appeal.public_id, date(2026, 12, 28), "Запит.", staff=staff, now=NOW)

    assert await find_legal(made, staff=staff) == date(2026, 12, 28)


async def test_each_changed_card_keeps_its_old_deadline_and_tells_of_the_new_one() -> None:
    staff = await make_chief()
    made = await make_appeal(staff=staff)

    await put_into_force(closed_on_the_last_day(), staff=staff)

    shown = await get_for_staff(made.appeal.public_id, staff=staff)
    assert shown.appeal.deadline.legal_on == shown.appeal.legal_on == date(2026, 12, 24)
    assert [each.deadline for each in shown.past] == [made.appeal.deadline]
    assert shown.past[0].cause == "calendar"
    rows = await fetch_rows(
        "select appeal, account, facts from appeal_step"
        " where action = 'deadline_recounted' order by place"
    )
    detail = msgspec.json.decode(rows[0]["facts"])
    assert [(row["appeal"], row["account"]) for row in rows] == [(made.appeal.id, staff.account)]
    assert (detail["legal_before"], detail["legal_after"]) == ("2026-12-23", "2026-12-24")


async def test_every_deadline_old_or_new_is_found_again_from_its_stored_inputs() -> None:
    staff = await make_chief()
    made = await make_appeal(staff=staff)
    await put_into_force(closed_on_the_last_day(), staff=staff)
    peace = build_edition(2, PEACE_FROM_DECEMBER, (DAY_OFF,), TermPolicy(start=Start.REGISTRATION))
    await put_into_force(peace, staff=staff)

    shown = await get_for_staff(made.appeal.public_id, staff=staff)
    calendars = await list_calendars(institution=staff.institution)

    known = [shown.appeal.deadline, *(each.deadline for each in shown.past)]
    assert len({each.calendar_version for each in known}) == len(known) > 1
    for each in known:
        assert repeat(each, calendars[each.calendar_version]) == each


async def test_what_was_not_seen_is_not_confirmed() -> None:
    staff = await make_chief()
    edition = closed_on_the_last_day()
    seen = (await preview_edition(edition, staff=staff)).digest
    made = await make_appeal(staff=staff)

    with pytest.raises(CalendarChanged):
        await change_calendar(edition, REASON, seen=seen, staff=staff, now=NOW)

    assert await find_legal(made, staff=staff) == date(2026, 12, 23)
    assert (await view_calendar(staff=staff)).edition.number == 0


async def test_two_who_change_the_calendar_at_once_do_not_undo_each_other() -> None:
    staff = await make_chief()
    first = closed_on_the_last_day()
    second = build_edition(1, PEACE_FROM_DECEMBER, (), TermPolicy())

    results = await asyncio.gather(
        put_into_force(first, staff=staff),
        put_into_force(second, staff=staff),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in results) == ["CalendarChanged", "Preview"]
    assert len((await view_calendar(staff=staff)).made) == 1


async def test_a_calendar_that_says_the_same_is_refused() -> None:
    staff = await make_chief()

    with pytest.raises(NothingChanged):
        await preview_edition(build_edition(1, OPEN_END, (), TermPolicy()), staff=staff)


async def register_while_it_changes(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> date:
    """The last day of an appeal whose clerk is slow while somebody changes the calendar."""
    looked = asyncio.Event()
    seen = (await preview_edition(closed_on_the_last_day(), staff=staff)).digest

    async def slow_numbers(count: int, *, institution: InstitutionId, year: int) -> range:
        looked.set()
        await asyncio.sleep(0.5)
        return await take_numbers(count, institution=institution, year=year)

    async def change() -> None:
        await looked.wait()
        try:
            await change_calendar(closed_on_the_last_day(), REASON, seen=seen, staff=staff, now=NOW)
        except CalendarChanged:  # It waited for the appeal, which is not in what was seen.
            await put_into_force(closed_on_the_last_day(), staff=staff)

    monkeypatch.setattr(services, "take_numbers", slow_numbers)
    made, _ = await asyncio.gather(make_appeal(staff=staff), change())
    return await find_legal(made, staff=staff)


async def test_an_appeal_registered_while_the_calendar_changes_does_not_slip_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    staff = await make_chief()

    assert await register_while_it_changes(staff, monkeypatch) == date(2026, 12, 24)


async def test_without_the_lock_of_the_calendar_it_would_slip_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    staff = await make_chief()
    monkeypatch.setattr(services, "hold_edition", find_edition)

    assert await register_while_it_changes(staff, monkeypatch) == date(2026, 12, 23)


async def test_a_cautious_month_and_the_count_from_registration_are_choices() -> None:
    staff = await make_chief()
    policy = TermPolicy(month=MonthReading.NOT_OVER_THIRTY_DAYS, start=Start.REGISTRATION)
    await put_into_force(build_edition(1, OPEN_END, (), policy), staff=staff)

    late = datetime(2026, 12, 11, 18, 30, tzinfo=UTC)
    made = await make_appeal(staff=staff, received_at=late, now=late)

    deadline = made.appeal.deadline
    assert (deadline.received_on, deadline.registered_on) == (
        date(2026, 12, 11),
        date(2026, 12, 14),
    )
    assert deadline.nominal_on == date(2027, 1, 13)


async def test_the_standard_of_a_channel_moves_the_target_and_not_the_law() -> None:
    staff = await make_chief()
    origin = Origin(received_at=NOW, channel=Channel.GOVERNMENT_HOTLINE)

    made = await register(NEW, origin, form_key="hotline", staff=staff, secret=SECRET, now=NOW)

    deadline = made.appeal.deadline
    assert deadline.target == Target(channel="government_hotline", days=15)
    assert (deadline.internal_on, deadline.legal_on) == (date(2026, 12, 8), date(2026, 12, 23))


async def test_of_a_forwarded_appeal_both_terms_are_known() -> None:
    staff = await make_chief()
    origin = Origin(received_at=NOW, first_received_on=date(2026, 11, 18))

    made = await register(NEW, origin, form_key="sent", staff=staff, secret=SECRET, now=NOW)

    assert find_first_due(made.appeal) == date(2026, 12, 18)
    assert made.appeal.legal_on == date(2026, 12, 23)
    assert find_first_due((await make_appeal(staff=staff)).appeal) is None


async def test_benefits_set_by_law_come_first_in_the_list() -> None:
    staff = await make_chief()
    await make_appeal(staff=staff)
    new = msgspec.structs.replace(NEW, has_priority=True, surname="Яременко")
    later = datetime(2026, 11, 23, 12, tzinfo=UTC)
    await register(
        new, Origin(received_at=later), form_key="first", staff=staff, secret=SECRET, now=later
    )

    assert [each.surname for each in await list_for_staff(staff=staff)] == [
        "Яременко",
        "Коваленко",
    ]


async def test_the_rules_of_a_new_release_are_shown_first_and_applied_when_told() -> None:
    staff = await make_chief()
    made = await make_appeal(staff=staff)
    # As an earlier release would have left it: reckoned by a calendar without this day off.
    async with transaction():
        await add_edition(
            closed_on_the_last_day(),
            institution=staff.institution,
            reason=REASON,
            account=None,
            now=NOW,
        )

    shown = await recompute(institution=staff.institution, apply=False, now=NOW)
    untouched = await find_legal(made, staff=staff)
    applied = await recompute(institution=staff.institution, apply=True, now=NOW)
    again = await recompute(institution=staff.institution, apply=True, now=NOW)

    assert [each.term.id for each in shown] == [each.term.id for each in applied]
    assert (untouched, again) == (date(2026, 12, 23), ())
    assert await find_legal(made, staff=staff) == date(2026, 12, 24)
    assert await fetch_value("select cause from past_deadline") == "rules"
