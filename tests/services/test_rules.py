"""Administrators set the rules of their institution; none overwrites another's unseen."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.factories import NOW, make_booking, make_institution, make_session, make_staff
from tests.services.desk import list_audited

from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.errors import Forbidden, NotFound
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.rule_values import BadRule, UnknownRule
from hotline_sessions.domain.rules import BookingRules, CallRules, Rules, RulesChanged, RulesKind
from hotline_sessions.services import rules as services
from hotline_sessions.services.rules import restore_rules, save_rules, set_rules, view_rules
from hotline_sessions.store.engine import fetch_row, fetch_value
from hotline_sessions.store.institutions import (
    get_booking_policy,
    get_call_policy,
    get_institution,
    get_rules,
)


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

BOOKING, CALLS = RulesKind.BOOKING, RulesKind.CALLS


async def make_admin(*roles: Role) -> Staff:
    home = await make_institution()
    return await make_staff(institution=home.id, roles=frozenset(roles or {Role.ADMIN}))


async def stamp_of(kind: RulesKind, staff: Staff) -> str:
    return (await view_rules(kind, staff=staff, now=NOW)).stamp


async def test_saved_rules_hold_from_then_on_and_say_who_changed_what() -> None:
    admin = await make_admin()
    rules = BookingRules(monthly_cap=6, booking_cutoff_minutes=60, reminder_minutes=(120,))

    await save_rules(BOOKING, rules, await stamp_of(BOOKING, admin), staff=admin, now=NOW)
    calls = CallRules(walk_in_percent=40, lobby_minutes=10, queue_cap=7)
    await save_rules(CALLS, calls, await stamp_of(CALLS, admin), staff=admin, now=NOW)

    home = await get_institution(admin.institution)
    policy = await get_booking_policy(home.id)
    assert (policy.monthly_cap, policy.reminder_minutes) == (6, (120,))
    assert (await get_call_policy(home.id)).queue_cap == 7
    assert (home.booking_cutoff_minutes, home.walk_in_percent, home.lobby_minutes) == (60, 40, 10)
    assert (await list_audited("rules_changed"))[0] == {
        "kind": "booking",
        "origin": "page",
        "changes": {
            "monthly_cap": [4, 6],
            "booking_cutoff_minutes": [30, 60],
            "reminder_minutes": [[10080, 1440, 60], [120]],
        },
    }
    assert await fetch_value("select min(account) from audit") == admin.account


async def test_what_is_built_in_is_not_stored_and_nothing_new_leaves_no_line() -> None:
    admin = await make_admin()
    rules = BookingRules(monthly_cap=6)
    await save_rules(BOOKING, rules, await stamp_of(BOOKING, admin), staff=admin, now=NOW)

    await save_rules(BOOKING, rules, await stamp_of(BOOKING, admin), staff=admin, now=NOW)

    assert await fetch_value("select booking_policy from institution") == '{"monthly_cap": 6}'
    assert len(await list_audited("rules_changed")) == 1


async def test_built_in_rules_are_restored() -> None:
    admin = await make_admin()
    changed = CallRules(queue_cap=7, lobby_minutes=15)
    await save_rules(CALLS, changed, await stamp_of(CALLS, admin), staff=admin, now=NOW)

    await restore_rules(CALLS, await stamp_of(CALLS, admin), staff=admin, now=NOW)

    assert await get_rules(CALLS, admin.institution) == CallRules()


async def test_managers_see_rules_and_change_none_and_operators_see_none() -> None:
    manager, operator = await make_admin(Role.MANAGER), await make_admin(Role.OPERATOR)
    stamp = await stamp_of(BOOKING, manager)

    with pytest.raises(Forbidden):
        await save_rules(BOOKING, BookingRules(monthly_cap=1), stamp, staff=manager, now=NOW)
    with pytest.raises(Forbidden):
        await stamp_of(BOOKING, operator)


async def test_standing_bookings_stay_and_announced_sessions_of_the_own_house_are_counted() -> None:
    admin = await make_admin()
    home = await get_institution(admin.institution)
    session = await make_session(institution=home)
    await make_session(institution=await make_institution())
    await make_booking(session=session)
    before = await fetch_row("select state, slot, version from booking")

    await set_rules(home.slug, {"monthly_cap": "1", "booking_cutoff_minutes": "10080"}, now=NOW)

    assert await fetch_row("select state, slot, version from booking") == before
    assert (await view_rules(BOOKING, staff=admin, now=NOW)).coming == 1
    later = session.ends_at + timedelta(seconds=1)
    assert (await view_rules(BOOKING, staff=admin, now=later)).coming == 0


async def save_both(admin: Staff) -> tuple[list[object], BookingRules]:
    """Two administrators save another rule each, both having read the same; what then holds."""
    stamp = await stamp_of(BOOKING, admin)
    mine, theirs = BookingRules(monthly_cap=6), BookingRules(missed_cap=5)
    done: list[object] = await asyncio.gather(
        *(save_rules(BOOKING, each, stamp, staff=admin, now=NOW) for each in (mine, theirs)),
        return_exceptions=True,
    )
    held = await get_rules(BOOKING, admin.institution)
    assert isinstance(held, BookingRules)
    return done, held


async def test_of_two_who_save_at_once_one_is_told_of_the_other() -> None:
    done, held = await save_both(await make_admin())

    refused = [each for each in done if isinstance(each, RulesChanged)]
    assert len(refused) == 1
    assert held in (BookingRules(monthly_cap=6), BookingRules(missed_cap=5))


async def test_without_the_check_one_would_overwrite_the_other_unseen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "check_stamp", lambda _rules, _stamp: None)

    done, held = await save_both(await make_admin())

    assert not [each for each in done if isinstance(each, Exception)]
    assert held != BookingRules(monthly_cap=6, missed_cap=5)


async def test_without_the_lock_both_would_pass_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_read = asyncio.Barrier(2)

    async def read_only(kind: RulesKind, institution: InstitutionId) -> Rules:
        held = await get_rules(kind, institution)
        await both_have_read.wait()
        return held

    monkeypatch.setattr(services, "lock_rules", read_only)

    done, _ = await save_both(await make_admin())

    assert not [each for each in done if isinstance(each, Exception)]


async def test_the_command_changes_single_rules_and_says_that_it_was_one() -> None:
    admin = await make_admin()
    slug = (await get_institution(admin.institution)).slug
    wanted = {"monthly_cap": "6", "queue_cap": "9"}

    planned = await set_rules(slug, wanted, now=NOW, is_dry=True)

    assert planned == {"monthly_cap": (4, 6), "queue_cap": (50, 9)}
    assert await list_audited("rules_changed") == []
    assert await set_rules(slug, wanted, now=NOW) == planned
    assert await get_rules(BOOKING, admin.institution) == replace(BookingRules(), monthly_cap=6)
    assert {each["origin"] for each in await list_audited("rules_changed")} == {"command"}
    assert await fetch_value("select count(account) from audit") == 0


async def test_of_several_rules_one_bad_one_changes_none() -> None:
    admin = await make_admin()
    slug = (await get_institution(admin.institution)).slug

    with pytest.raises(BadRule):
        await set_rules(slug, {"monthly_cap": "6", "queue_cap": "0"}, now=NOW)
    with pytest.raises(UnknownRule):
        await set_rules(slug, {"monthly_cap": "6", "price": "0"}, now=NOW)
    with pytest.raises(NotFound):
        await set_rules("nowhere", {"monthly_cap": "6"}, now=NOW)
    assert await get_rules(BOOKING, admin.institution) == BookingRules()
