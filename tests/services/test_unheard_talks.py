"""Who could not be heard, through no fault of his own, has missed nothing."""

from datetime import timedelta

import pytest
from tests.services.desk import Desk
from tests.services.telephony import Show, book, make_live_show, make_open_show

from hotline_sessions.domain.booking_choices import Choice
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services import dispatch
from hotline_sessions.services.booking_choices import find_choice
from hotline_sessions.services.bookings import get_own_booking
from hotline_sessions.store.engine import fetch_rows, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def read_ends() -> dict[str, str]:
    """What became of each booking: what its owner is asked for, or its state."""
    rows = await fetch_rows(
        """select b.phone, coalesce(c.cause, b.state) as what from booking b
             left join booking_choice c on c.booking = b.id order by b.id"""
    )
    return {row["phone"]: row["what"] for row in rows}


async def close(show: Show) -> None:
    """The end of the session comes, and all is tidied up after it."""
    await Desk(show).pass_time(hours=3)
    await Desk(show).pass_time(minutes=30)
    assert (await show.fresh_session()).state is SessionState.CLOSED


async def test_nobody_has_missed_a_talk_to_which_the_official_never_came() -> None:
    show = await make_open_show()
    first, last = await book(show, slot=0), await book(show, slot=2)
    show.clock.set(show.session.starts_at)
    await Desk(show).pass_time(minutes=30)

    await close(show)

    told = await fetch_rows(
        "select recipient from message where purpose = 'talk-not-held' order by recipient"
    )
    choice = await find_choice(await get_own_booking(first.booking.public_id), now=show.clock.now())
    phones = {first.booking.phone, last.booking.phone}
    assert await read_ends() == dict.fromkeys(phones, "unheard")
    assert {row["recipient"] for row in told} == phones
    assert choice is not None
    assert choice.offered == (Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP)


async def test_behind_an_early_end_lie_talks_that_nobody_has_missed() -> None:
    show = await make_live_show()
    gone, taken = await book(show, slot=0), await book(show, slot=2)
    show.clock.set(gone.booking.ends_at + timedelta(minutes=1))

    await dispatch.end_session(
        show.session.id,
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )
    await close(show)

    assert await read_ends() == {gone.booking.phone: "missed", taken.booking.phone: "unheard"}


async def test_who_is_on_the_line_when_time_runs_out_has_missed_nothing() -> None:
    show = await make_live_show()
    there, absent = await book(show, slot=0), await book(show, slot=1)
    sid = await show.wait(there.booking.phone)
    await run_sql("update call set booking = $1 where sid = $2", there.booking.id, sid)

    await close(show)

    assert await read_ends() == {there.booking.phone: "unheard", absent.booking.phone: "missed"}
