"""A proposed time is taken or left in one action, and the official's calendar is told so."""

from datetime import datetime, time, timedelta

import pytest
from tests.factories import HELD_ON, SECRET, make_institution, make_staff
from tests.services.test_attendance import MINE, URL, Desk, add_deputy, desk, method_of, open_event

from hotline_sessions.domain.attendance import Answer
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.services.attendance_answers import answer_invitation
from hotline_sessions.services.attendance_deeds import (
    ProposalGone,
    accept_proposal,
    decline_proposal,
)
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.attendance import list_invited
from hotline_sessions.store.sessions import get_session


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

__all__ = ["desk"]

LATER = (HELD_ON + timedelta(days=2), time(15))


async def propose(desk: Desk) -> datetime:
    session = await get_session(desk.show.session.id, institution=desk.show.session.institution)
    await answer_invitation(session, Answer.PROPOSED, proposed=LATER, now=desk.show.clock.now())
    [at] = [each.proposed_at for each in await list_invited(session.id) if each.proposed_at]
    return at


async def test_an_accepted_time_is_a_move_that_the_calendar_follows(desk: Desk) -> None:
    show = desk.show
    [first] = await desk.tell()
    at = await propose(desk)
    new = await accept_proposal(show.session.public_id, at, staff=show.staff, now=show.clock.now())
    [second] = await desk.tell()
    event = open_event(second)

    assert (new.starts_at, new.official) == (at, show.session.official)
    assert new.ends_at - new.starts_at == show.session.ends_at - show.session.starts_at
    assert (method_of(second), event["sequence"]) == ("REQUEST", 1)
    assert event["uid"] == open_event(first)["uid"]
    assert event.decoded("dtstart") == at


async def test_a_substitute_who_proposes_a_time_holds_the_session_then(desk: Desk) -> None:
    show, deputy = desk.show, await add_deputy(desk)
    await substitute_official(show.session.public_id, deputy, staff=show.staff, clock=show.clock)
    await desk.tell()
    at = await propose(desk)
    new = await accept_proposal(show.session.public_id, at, staff=show.staff, now=show.clock.now())

    assert new.official == deputy


async def test_a_time_that_is_not_proposed_any_more_is_not_taken(desk: Desk) -> None:
    await desk.tell()
    at, show = await propose(desk), desk.show

    with pytest.raises(ProposalGone):
        await accept_proposal(
            show.session.public_id,
            at + timedelta(hours=1),
            staff=show.staff,
            now=show.clock.now(),
        )


async def test_a_declined_time_is_answered_by_the_standard_and_the_official_asked_anew(
    desk: Desk,
) -> None:
    show = desk.show
    [first] = await desk.tell()
    at = await propose(desk)
    for staff in (show.staff, show.staff):
        try:
            await decline_proposal(
                show.session.public_id,
                at,
                secret=SECRET,
                public_url=URL,
                staff=staff,
                now=show.clock.now(),
            )
        except ProposalGone:
            continue
    [letter] = await desk.tell()
    event = open_event(letter)
    [invited] = await list_invited(show.session.id)

    assert (letter["To"], method_of(letter)) == (MINE, "DECLINECOUNTER")
    assert (event["uid"], event.get("sequence", 0)) == (open_event(first)["uid"], 0)
    assert (invited.answer, invited.proposed_at) == (Answer.INVITED, None)
    assert (
        await get_session(show.session.id, institution=show.staff.institution)
    ).starts_at == show.session.starts_at


async def test_no_other_institution_decides(desk: Desk) -> None:
    await desk.tell()
    at = await propose(desk)
    stranger = await make_staff(institution=(await make_institution()).id)

    with pytest.raises(NotFound):
        await accept_proposal(
            desk.show.session.public_id, at, staff=stranger, now=desk.show.clock.now()
        )
