"""Who signs in, for how long, and who is turned away."""

from datetime import timedelta

import pytest
from tests.factories import NOW, PASSWORD, SECRET, make_institution, make_staff
from tests.fakes import FrozenClock

from hotline_sessions.domain.access import Right, Role
from hotline_sessions.services.accounts import (
    FAILURE_PERIOD,
    FAILURES,
    LoginTaken,
    PasswordTooShort,
    TooManyFailures,
    WrongPassword,
    add_member,
    find_signed_in,
    sign_in,
    sign_out,
)
from hotline_sessions.store.engine import fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TICK = timedelta(microseconds=1)


async def make_login(login: str = "ivanna", role: Role = Role.OPERATOR) -> str:
    home = await make_institution()
    staff = await make_staff(institution=home.id, login=login, roles=frozenset({role}))
    return staff.login


async def enter(login: str, password: str = PASSWORD, clock: FrozenClock | None = None) -> str:
    moment = clock.now() if clock else NOW
    return await sign_in(login, password, secret=SECRET, now=moment)


async def is_in(token: str, clock: FrozenClock) -> bool:
    return await find_signed_in(token, secret=SECRET, now=clock.now()) is not None


async def test_a_new_installation_has_no_account() -> None:
    assert await fetch_value("select count(*) from account") == 0


async def test_the_right_password_signs_in_with_the_rights_of_the_roles() -> None:
    token = await enter(await make_login())

    staff = await find_signed_in(token, secret=SECRET, now=NOW)

    assert staff is not None
    assert (staff.login, staff.full_name) == ("ivanna", "Ірина Бондар")
    assert staff.may(Right.RUN_DESK)
    assert not staff.may(Right.PLAN_SESSIONS)


async def test_a_login_is_written_in_any_case() -> None:
    await make_login("Ivanna ")

    assert await enter(" IVANNA")


async def test_a_password_is_kept_as_an_argon2_hash() -> None:
    await make_login()

    kept = await fetch_value("select password_hash from account")

    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


async def test_the_token_of_a_browser_is_not_stored_as_it_is() -> None:
    token = await enter(await make_login())

    assert await fetch_value("select count(*) from sign_in where token_mac = $1", token) == 0
    assert await find_signed_in(token, secret=b"another secret", now=NOW) is None


@pytest.mark.parametrize(("login", "password"), [("ivanna", "wrong"), ("nobody", PASSWORD)])
async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(
    login: str, password: str
) -> None:
    await make_login()

    with pytest.raises(WrongPassword) as refusal:
        await enter(login, password)
    assert refusal.value.facts == {}


async def test_a_browser_that_is_away_for_half_an_hour_is_signed_out() -> None:
    clock = FrozenClock(NOW)
    token = await enter(await make_login())

    clock.pass_time(timedelta(minutes=30) - TICK)
    assert await is_in(token, clock)
    clock.pass_time(timedelta(minutes=30) - TICK)
    assert await is_in(token, clock)
    clock.pass_time(timedelta(minutes=30))
    assert not await is_in(token, clock)


async def test_a_browser_is_signed_out_after_twelve_hours_of_work() -> None:
    clock = FrozenClock(NOW)
    token = await enter(await make_login())

    for _ in range(12 * 3 - 1):
        clock.pass_time(timedelta(minutes=20))
        assert await is_in(token, clock)
    clock.pass_time(timedelta(minutes=20))
    assert not await is_in(token, clock)


async def test_signing_out_ends_this_browser_and_no_other() -> None:
    clock = FrozenClock(NOW)
    login = await make_login()
    mine, other = await enter(login), await enter(login)

    await sign_out(mine, secret=SECRET)

    assert not await is_in(mine, clock)
    assert await is_in(other, clock)


async def fail(login: str, times: int, clock: FrozenClock) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            await enter(login, "wrong", clock)


async def test_ten_wrong_passwords_lock_a_login_even_for_the_right_one() -> None:
    login, clock = await make_login(), FrozenClock(NOW)
    await fail(login, FAILURES, clock)

    with pytest.raises(TooManyFailures) as refusal:
        await enter(login, PASSWORD, clock)
    assert (FAILURES, refusal.value.facts) == (10, {"retry_after": 15 * 60})


async def test_a_locked_login_opens_again_after_a_quarter_of_an_hour() -> None:
    login, clock = await make_login(), FrozenClock(NOW)
    await fail(login, FAILURES, clock)

    clock.pass_time(FAILURE_PERIOD - TICK)
    with pytest.raises(TooManyFailures):
        await enter(login, PASSWORD, clock)
    clock.pass_time(TICK)
    assert await enter(login, PASSWORD, clock)


async def test_the_right_password_forgets_the_wrong_ones() -> None:
    login, clock = await make_login(), FrozenClock(NOW)
    await fail(login, FAILURES - 1, clock)
    await enter(login, PASSWORD, clock)

    await fail(login, FAILURES - 1, clock)

    assert await enter(login, PASSWORD, clock)


async def test_a_locked_login_locks_nobody_else_out() -> None:
    clock = FrozenClock(NOW)
    await fail("nobody", FAILURES, clock)
    with pytest.raises(TooManyFailures):
        await enter("nobody", PASSWORD, clock)

    assert await enter(await make_login(), PASSWORD, clock)


async def test_a_disabled_account_cannot_sign_in_and_is_signed_out_at_once() -> None:
    login, clock = await make_login(), FrozenClock(NOW)
    token = await enter(login)
    await run_sql("update account set is_active = false")

    assert not await is_in(token, clock)
    with pytest.raises(WrongPassword):
        await enter(login)


async def test_a_short_password_is_refused() -> None:
    home = await make_institution()

    with pytest.raises(PasswordTooShort):
        await add_member(
            institution=home.id,
            login="ivanna",
            full_name="Іванна",
            password="eleven char",
            roles=frozenset(),
            now=NOW,
        )
    assert await fetch_value("select count(*) from account") == 0


async def test_a_login_belongs_to_one_person_in_all_institutions() -> None:
    await make_login("ivanna")

    with pytest.raises(LoginTaken):
        await make_login("IVANNA")


async def test_a_new_account_is_in_the_audit() -> None:
    await make_login()

    assert await fetch_value("select action from audit") == "account_added"
