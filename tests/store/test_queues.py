"""The queue read in one trip is the one that is read in several."""

import pytest
from tests.factories import make_institution, make_phone
from tests.services.telephony import Show, book, make_live_show

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.services.call_backs import promise_instead_of_holding
from hotline_sessions.store.call_backs import list_standing
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.engine import run_sql
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.live import list_bookings_by_id
from hotline_sessions.store.queues import read_queue
from hotline_sessions.store.sessions import get_session
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def make_full_show() -> Show:
    """One waits with a booking, one without, one is to be called back, one has hung up."""
    show = await make_live_show()
    taken = await book(show, slot=1)
    booked = await show.wait()
    await run_sql("update call set booking = $1 where sid = $2", taken.booking.id, str(booked))
    await show.wait(make_phone())
    promised = await show.leg(await show.wait(make_phone()))
    async with transaction():
        await promise_instead_of_holding(promised, show.session, show.clock.now())
    await show.hang_up(await show.wait(make_phone()))
    return show


async def test_it_is_what_is_read_in_several_trips() -> None:
    show = await make_full_show()
    session = show.session

    queue = await read_queue(session.id, institution=session.institution)

    assert queue.session == await get_session(session.id, institution=session.institution)
    assert queue.policy == await get_call_policy(session.institution)
    assert queue.legs == await list_live_legs(session.id)
    assert queue.promises == await list_standing(session.id) != []
    (booking,) = queue.bookings
    assert {booking.id: booking} == await list_bookings_by_id({booking.id})


async def test_the_session_of_another_institution_is_not_found() -> None:
    show = await make_live_show()
    other = await make_institution()

    with pytest.raises(NotFound):
        await read_queue(show.session.id, institution=other.id)
