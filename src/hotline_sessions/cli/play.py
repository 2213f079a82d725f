"""The whole story, played against a running demo by simulated people over HTTP.

Citizens fill in the real forms and dial the real line on simulated telephones; the
official presses a key; the operator and the clerk work on the real pages. Every step is
checked: the story ends well, or says what did not happen.
"""

from typing import Final

from rich.console import Console

from hotline_sessions.cli.demo_stack import Addresses
from hotline_sessions.cli.demo_world import CLERK, OPERATOR
from hotline_sessions.cli.play_citizens import book_a_talk, call_in, follow_the_appeal
from hotline_sessions.cli.play_people import Cast, gather_cast
from hotline_sessions.cli.play_staff import (
    answer_the_appeal,
    bring_the_official,
    hold_the_talks,
    sign_in,
)
from hotline_sessions.cli.play_steps import Disturb, StoryFailed, check
from hotline_sessions.phonesim.play import PhoneRefused, PhoneTimeout, open_control


VEVENT: Final = "BEGIN:VEVENT"


async def play_story(
    addresses: Addresses, console: Console, *, disturb: Disturb | None = None
) -> None:
    """Play it, telling each step as it happens; ``disturb`` is let loose during a talk.

    Raises:
        StoryFailed: A step did not go as it should.
    """
    async with open_control(addresses.phones) as control:
        cast = await gather_cast(addresses, control, console)
        try:
            await _play(cast, disturb)
        except (PhoneTimeout, PhoneRefused, LookupError) as error:
            raise StoryFailed(str(error)) from error
        finally:
            await cast.close()


async def _play(cast: Cast, disturb: Disturb | None) -> None:
    await _look_at_the_schedule(cast)
    await book_a_talk(cast)
    await sign_in(cast.operator, OPERATOR)
    await bring_the_official(cast)
    await call_in(cast)
    registered = await hold_the_talks(cast, disturb)
    await sign_in(cast.clerk, CLERK)
    await answer_the_appeal(cast, registered[0])
    await follow_the_appeal(cast, registered[0])
    await _fetch_the_feed(cast)
    cast.tell("The end: scheduled, published, booked, called, talked, registered, answered.")


async def _look_at_the_schedule(cast: Cast) -> None:
    page = await cast.passer_by.open("/")
    sessions = [href for _, href in page.links if href.startswith("/sessions/")]
    check(len(set(sessions)) > 1, "the schedule is published")
    cast.tell(f"The schedule is public: {len(set(sessions))} sessions are announced.")


async def _fetch_the_feed(cast: Cast) -> None:
    first = await cast.passer_by.fetch("/calendar.ics")
    check(first.is_success, "the calendar feed answers")
    count = first.text.count(VEVENT)
    check(count > 1, "the calendar feed holds the sessions")
    again = await cast.passer_by.fetch("/calendar.ics", **{"If-None-Match": first.headers["ETag"]})
    check(again.status_code == 304, "an unchanged feed is not sent twice")  # noqa: PLR2004 - Not Modified
    cast.tell(f"The calendar feed holds {count} events; asked again, it answers 304.")
