"""What waiting callers are told: read once for a whole queue, and good for a moment.

Half of all webhooks are announcements to people who wait. They change nothing, and a place
in the queue that is four seconds old is as true as one that was read while the caller heard the
words before it. What is not so is never taken from here: whoever is not shown as waiting is
looked up anew.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar

from msgspec import Struct

from hotline_sessions.domain.calls import CallState, Leg
from hotline_sessions.domain.ids import CallId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.queueing import Place
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.waiting import place_queue
from hotline_sessions.store.calls import find_leg
from hotline_sessions.store.queues import read_queue
from hotline_sessions.store.transaction import reading


MAX_AGE: Final = timedelta(seconds=4)
"""How old an announcement may be: it takes longer than this to say."""
MOST_SESSIONS: Final = 500
MOST_LEGS: Final = 20_000
"""What is kept at most; whoever has not been asked for longest is forgotten first."""

Key = TypeVar("Key")
Value = TypeVar("Value")
Home = tuple[SessionId, InstitutionId]


class QueueView(Struct, frozen=True, kw_only=True):
    """A session, its live legs by name and the places of those who wait, at one moment."""

    session: Session
    legs: Mapping[PublicId, Leg]
    places: Mapping[CallId, Place]
    seen_at: datetime

    def find_waiting(self, name: PublicId) -> Leg | None:
        """The leg with this name, if it is shown as waiting."""
        leg = self.legs.get(name)
        return leg if leg is not None and leg.state is CallState.WAITING else None


class QueueViews:
    """The latest views of one process."""

    def __init__(self, max_age: timedelta = MAX_AGE) -> None:
        self._max_age = max_age
        self._views: OrderedDict[SessionId, QueueView] = OrderedDict()
        self._homes: OrderedDict[PublicId, Home] = OrderedDict()
        self._locks: dict[SessionId, asyncio.Lock] = {}

    async def find(self, name: PublicId, now: datetime) -> QueueView | None:
        """A view of the queue of this leg; None when there is no such leg.

        It is at most ``max_age`` old; if it does not show the leg as waiting, then it was
        read just now.
        """
        home = self._homes.get(name)
        if home is not None and (view := self._find_fresh(home[0], name, now)):
            return view
        if home is None:
            leg = await find_leg(name)
            if leg is None:
                return None
            home = (leg.session, leg.institution)
            _keep(self._homes, name, home, MOST_LEGS)
        # Of many who ask at once one reads; the others find what it has read.
        lock = self._locks.setdefault(home[0], asyncio.Lock())
        async with lock:
            view = self._find_fresh(home[0], name, now)
            if view is None:
                view = await read_view(home, now)
                _keep(self._views, home[0], view, MOST_SESSIONS)
        if not lock.locked():
            self._locks.pop(home[0], None)
        return view

    def _find_fresh(self, session: SessionId, name: PublicId, now: datetime) -> QueueView | None:
        view = self._views.get(session)
        if view is None or now - view.seen_at >= self._max_age:
            return None
        return view if view.find_waiting(name) else None


async def read_view(home: Home, now: datetime) -> QueueView:
    """The queue of a session as it is now.

    Raises:
        NotFound: There is no such session.
    """
    session, institution = home
    async with reading(urgent=True):
        queue = await read_queue(session, institution=institution)
    places = place_queue(queue, now)
    return QueueView(
        session=queue.session,
        legs={leg.public_id: leg for leg in queue.legs},
        places={place.waiter.call: place for place in places if place.waiter.call is not None},
        seen_at=now,
    )


def _keep(store: OrderedDict[Key, Value], key: Key, value: Value, most: int) -> None:
    store[key] = value
    store.move_to_end(key)
    while len(store) > most:
        store.popitem(last=False)
