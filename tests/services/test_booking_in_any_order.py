"""Whatever citizens do with slots, lists and lots, in whatever order: nobody is wronged.

Hypothesis draws the sequences and shortens those that do harm; after every step the whole
truth is read from the database.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import (
    NOW,
    SECRET,
    choose_policy,
    make_booking,
    make_institution,
    make_post,
    make_session,
    make_staff,
    plan_registration_days,
)
from tests.fakes import FrozenClock

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.bookings import BookingState, Caller
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.waiting_list import NewEntry
from hotline_sessions.services.booking_choices import move_on
from hotline_sessions.services.bookings import cancel_booking
from hotline_sessions.services.draw_entries import DrawWish, register_for_draw
from hotline_sessions.services.draws import run_due_draws
from hotline_sessions.services.offer_answers import accept_offer, decline_offer
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import reschedule
from hotline_sessions.services.shortening import Cut, preview_shortening, shorten_session
from hotline_sessions.services.waiting_list import join, leave
from hotline_sessions.services.waiting_offers import expire_offers
from hotline_sessions.store.bookings import mark_booking
from hotline_sessions.store.engine import fetch_rows, run_sql
from hotline_sessions.store.sessions import list_slots
from hotline_sessions.store.waiting_offers import read_session


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

CAP: Final = 2
"""Talks a month; it stands in the queries, too."""
PHONES: Final = tuple(f"+38050111000{number}" for number in range(6))
DAYS: Final = count()

SHARED: Final = """select slot from booking where state in ('booked', 'heard', 'offered')
                     group by slot having count(*) > 1"""
KEPT: Final = """select b.id from booking b join slot t on t.id = b.slot
                   join session s on s.id = b.session
                   where b.state in ('booked', 'heard', 'offered') and not t.is_bookable
                     and t.starts_at >= s.starts_at and t.ends_at <= s.ends_at"""
LOST: Final = """select b.id from booking b join slot t on t.id = b.slot
                   join session s on s.id = b.session
                   where (t.starts_at < s.starts_at or t.ends_at > s.ends_at)
                     and (t.is_bookable or b.state = 'offered' or (b.state = 'booked' and
                          not exists (select from booking_choice c join message m
                                          on m.booking = c.booking
                                         and m.purpose = 'session-shortened'
                                       where c.booking = b.id and c.cause = 'shortened')))"""
"""Slots that fell away and are given, or whose owners were not told and asked."""
DOUBLE: Final = """select phone from booking where state in ('booked', 'heard', 'offered')
                     and (state <> 'offered' or instead_of is null)
                     group by session, phone having count(*) > 1"""
"""Who is offered an earlier time holds the later one until the answer."""
BEYOND: Final = """select b.phone from booking b join slot t on t.id = b.slot
                     join session s on s.id = b.session
                     where not (b.state = 'booked'
                                and (t.starts_at < s.starts_at or t.ends_at > s.ends_at
                                     or s.state in ('closed', 'cancelled', 'rescheduled')))
                       and b.state in ('booked', 'heard', 'missed', 'offered')
                       and (b.state <> 'offered' or b.instead_of is null)
                     group by b.institution, b.phone,
                              date_trunc('month', t.starts_at, 'Europe/Kyiv')
                    having count(*) > 2"""
"""Talks beyond the month's; a claim on one that is lost, or was called off, is none."""
FORGOTTEN: Final = """
    select t.id from slot t join session s on s.id = t.session
     where s.state = 'published' and t.is_bookable
       and t.starts_at - interval '2 hours' > $1
       and (s.registration_opens_at is null or s.registration_opens_at <= $1)
       and (s.booking_mode <> 'draw' or s.registration_closes_at <= $1)
       and not exists (select from booking b where b.slot = t.id
                          and b.state in ('booked', 'heard', 'offered'))
       and exists (
           select from waiting_entry w
            where w.session = s.id and w.state = 'waiting' and not w.wants_earlier
              and (not w.is_draw or w.place is not null)
              and not exists (select from booking b where b.session = s.id
                                 and b.phone = w.phone
                                 and b.state in ('booked', 'heard', 'offered'))
              and not exists (select from booking b where b.slot = t.id and b.phone = w.phone
                                 and b.origin = 'offer')
              and (select count(*) from booking b join slot x on x.id = b.slot
                    where b.phone = w.phone
                      and b.state in ('booked', 'heard', 'missed', 'offered')) < 2)
       and (select count(*) from slot f
             where f.session = s.id and f.is_bookable and f.starts_at - interval '2 hours' > $1
               and not exists (select from booking b where b.slot = f.id
                                  and b.state in ('booked', 'heard', 'offered')))
           > (select count(*) from session o join booking b on b.session = o.id
                join booking_choice c on c.booking = b.id
               where o.rescheduled_to = s.id and b.state = 'booked' and c.choice is null
                 and c.asked_at > $1 - interval '1 day')"""
"""Slots that lie free while somebody waits who might have them.

Of a session that was moved as many are kept for a day as there are who had booked it before.
"""
ORDER: Final = """
    select w.id, w.session, w.state, w.phone, w.place, w.joined_at, w.wants_earlier
      from waiting_entry w order by w.session, w.place nulls last, w.joined_at, w.id"""


class World:
    """Two sessions for whoever comes first, and one whose slots are drawn by lot."""

    def __init__(self, sessions: list[Session], staff: Staff) -> None:
        self.sessions = sessions
        self.staff = staff
        self.clock = FrozenClock(NOW)
        self.months = count(1)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def book(self, who: int, what: int) -> None:
        session = self.sessions[what % 3]
        slots = [slot for slot in await list_slots(session.id) if slot.is_bookable]
        slot = slots[what % len(slots)]
        await make_booking(session=session, slot=slot, phone=PHONES[who], now=self.now)

    async def move(self, who: int, what: int) -> None:
        session = self.sessions[what % 3]
        slots = [slot for slot in await list_slots(session.id) if slot.is_bookable]
        name = await self._pick("select public_id from booking where state = 'booked'", who)
        starts_at = slots[what % len(slots)].starts_at
        await move_on(name, session.public_id, starts_at, secret=SECRET, now=self.now)

    async def cancel(self, who: int, what: int) -> None:
        name = await self._pick("select public_id from booking where state = 'booked'", who + what)
        await cancel_booking(name, now=self.now)

    async def join(self, who: int, what: int) -> None:
        new = NewEntry(
            phone=PHONES[who],
            caller_name="Степан",
            community="Дубно",
            question="Коли відремонтують дорогу?",
            wants_earlier=what % 5 == 4,
        )
        await join(self.sessions[what % 3].public_id, new, now=self.now)

    async def leave(self, who: int, what: int) -> None:
        name = await self._pick(
            "select public_id from waiting_entry where state = 'waiting'", who + what
        )
        await leave(name, now=self.now)

    async def accept(self, who: int, what: int) -> None:
        name = await self._pick("select public_id from booking where state = 'offered'", who + what)
        await accept_offer(name, secret=SECRET, now=self.now)

    async def decline(self, who: int, what: int) -> None:
        name = await self._pick("select public_id from booking where state = 'offered'", who + what)
        await decline_offer(name, now=self.now)

    async def register(self, who: int, what: int) -> None:
        wish = DrawWish(any_time=True, community="Рівне", question="Коли буде тепло?")
        caller = Caller(phone=PHONES[who], name="Марія")
        at = self.sessions[2].public_id
        await register_for_draw(at, wish, caller, language="uk", now=self.now)
        del what

    async def miss(self, who: int, what: int) -> None:
        rows = await fetch_rows(
            """select b.id from booking b join slot t on t.id = b.slot
                where b.state = 'booked' and t.starts_at <= $1 order by b.id""",
            self.now,
        )
        if rows:
            chosen = rows[(who + what) % len(rows)]["id"]
            await mark_booking(chosen, BookingState.MISSED, self.now)

    async def postpone(self, who: int, what: int) -> None:
        number = what % 2
        plan = Plan(
            post=self.sessions[number].post,
            line=self.sessions[number].line,
            held_on=date(2027, 1 + next(self.months), 1 + who),
            opens_clock=time(10),
            closes_clock=time(11),
            talk_minutes=10,
        )
        moved = await reschedule(
            self.sessions[number].public_id, plan, staff=self.staff, now=self.now
        )
        self.sessions[number] = moved

    async def shorten(self, who: int, what: int) -> None:
        session = await read_session(self.sessions[what % 3].id)
        zone = ZoneInfo(session.time_zone)
        later = timedelta(minutes=15 * (who % 2))
        earlier = timedelta(minutes=15) - later
        opens, closes = session.starts_at + later, session.ends_at - earlier
        cut = Cut(
            opens_clock=opens.astimezone(zone).time(), closes_clock=closes.astimezone(zone).time()
        )
        name = session.public_id
        planned = await preview_shortening(name, cut, staff=self.staff, now=self.now)
        await shorten_session(name, cut, seen=planned.names, staff=self.staff, now=self.now)

    async def wait(self, who: int, what: int) -> None:
        self.clock.set(self.now + timedelta(hours=1 + 2 * who * (what + 1)))
        await run_due_draws(secret=SECRET, clock=self.clock)
        await expire_offers(clock=self.clock)

    async def _pick(self, sql: str, number: int) -> str:
        rows = await fetch_rows(f"{sql} order by id")
        return rows[number % len(rows)]["public_id"] if rows else "0000000000"

    async def check(self, before: dict[int, str]) -> dict[int, str]:
        """States of all entries, once nothing is found wrong."""
        for wrong in (SHARED, KEPT, LOST, DOUBLE, BEYOND):
            assert await fetch_rows(wrong) == [], wrong
        assert await fetch_rows(FORGOTTEN, self.now) == []
        entries = await fetch_rows(ORDER)
        for number, each in enumerate(entries):
            if each["state"] == "offered" and before.get(each["id"]) == "waiting":
                await self._check_nobody_before(entries[:number], each["session"])
        return {each["id"]: each["state"] for each in entries}

    async def _check_nobody_before(
        self, earlier: Sequence[Mapping[str, Any]], session: int
    ) -> None:
        """Whoever was before the one to whom a slot was offered could not have had it."""
        for each in earlier:
            if each["session"] != session or each["state"] != "waiting" or each["wants_earlier"]:
                continue
            held = await fetch_rows(
                "select session, state, origin from booking where phone = $1", each["phone"]
            )
            counted = [one for one in held if one["state"] != "cancelled"]
            assert (
                len(counted) >= CAP
                or any(one["session"] == session for one in counted)
                or any(one["session"] == session and one["origin"] == "offer" for one in held)
            ), "somebody was passed over"


Deed = Callable[[World, int, int], Awaitable[None]]
DEEDS: Final[dict[str, Deed]] = {
    "book": World.book,
    "move": World.move,
    "cancel": World.cancel,
    "join": World.join,
    "leave": World.leave,
    "accept": World.accept,
    "decline": World.decline,
    "register": World.register,
    "miss": World.miss,
    "postpone": World.postpone,
    "shorten": World.shorten,
    "wait": World.wait,
}
USUAL: Final = ("book", "book", "book", "join", "join", "cancel", "accept", "wait", "register")

steps = st.tuples(
    st.sampled_from([*USUAL, *DEEDS]),
    st.integers(0, len(PHONES) - 1),
    st.integers(0, 11),
)
FULL: Final = [
    ("book", who, what) for who, what in ((0, 0), (1, 3), (2, 1), (3, 4), (4, 9), (5, 6))
]
"""So that the sequences have something to begin with: the first session is nearly full."""


async def build_world() -> World:
    home = await make_institution()
    await choose_policy(home.id, BookingPolicy(monthly_cap=CAP, missed_cap=0))
    post = await make_post(institution=home.id)
    day = date(2026, 12, 1)
    sessions = [
        await make_session(
            institution=home, post=post, held_on=day + timedelta(days=number), talk_minutes=15
        )
        for number in range(2)
    ]
    sessions.append(
        await make_session(
            institution=home,
            post=post,
            held_on=day + timedelta(days=2),
            talk_minutes=15,
            registration=plan_registration_days(),
        )
    )
    return World(sessions, await make_staff(institution=home.id))


async def empty() -> None:
    """What an earlier example has left; the tables that matter here."""
    # History can only be added to; for another course of the same world it begins anew.
    await run_sql(
        """do $$ begin
               set local session_replication_role = replica;
               truncate booking, waiting_entry, message, session, draw cascade;
           end $$"""
    )


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plot=st.lists(steps, min_size=10, max_size=30))
async def test_whatever_is_done_with_slots_nobody_is_wronged(
    plot: list[tuple[str, int, int]],
) -> None:
    await empty()
    world = await build_world()
    seen: dict[int, str] = {}
    for name, who, what in [*FULL, *plot]:
        with suppress(Refusal):
            await DEEDS[name](world, who, what)
        seen = await world.check(seen)


async def test_without_its_index_the_same_look_would_find_a_slot_given_twice() -> None:
    await empty()
    world = await build_world()
    await run_sql("drop index one_live_booking_per_slot")
    await world.book(0, 0)
    await world.book(1, 0)

    with pytest.raises(AssertionError, match="having count"):
        await world.check({})
