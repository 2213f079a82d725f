"""Whether talks have led to something, and last days to what the law says."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from hotline_sessions.domain.deadlines import Deadline, repeat
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.integrity import Check, Finding
from hotline_sessions.domain.terms import UnknownTerm
from hotline_sessions.domain.workdays import WorkCalendar, registered_on
from hotline_sessions.services.recounting import list_calendars
from hotline_sessions.store.calendar_editions import find_edition
from hotline_sessions.store.integrity import LooseTalk, StoredTerm, list_loose_talks, stream_terms
from hotline_sessions.store.transaction import read_once


async def check_talks(now: datetime) -> AsyncIterator[Finding]:
    """Every talk that has ended is registered, or a reason is given, by the day of its entry.

    Source: Instruction approved by CMU Resolution 348 of 14.04.1997.
    """
    for talk in await list_loose_talks():
        if talk.state != "open" or await _is_late(talk, now):
            yield Finding(
                check=Check.TALKS,
                institution=talk.institution,
                where=f"call {talk.call}",
                what=_describe(talk),
            )


async def check_deadlines() -> AsyncIterator[Finding]:
    """Every last day is what its rule gives for its stored inputs, or what the head has set."""
    async for term in stream_terms():
        what = _judge(term, await _find_calendars(term.institution))
        if what:
            others = f" ({term.cards} cards alike)" if term.cards > 1 else ""
            yield Finding(
                check=Check.DEADLINES,
                institution=term.institution,
                where=term.first,
                what=what + others,
            )


async def _find_calendars(institution: InstitutionId) -> dict[str, WorkCalendar]:
    return await read_once(
        ("calendars", institution), lambda: list_calendars(institution=institution)
    )


async def _is_late(talk: LooseTalk, now: datetime) -> bool:
    zone = ZoneInfo(talk.time_zone)
    edition = await read_once(
        ("edition", talk.institution), lambda: find_edition(institution=talk.institution)
    )
    last_on = registered_on(talk.ended_at, edition.calendar, zone=zone)
    return now.astimezone(zone).date() > last_on


def _describe(talk: LooseTalk) -> str:
    if talk.state is None:
        return "the talk has no question"
    if talk.state == "open":
        return "the talk was neither registered nor closed for a reason in time"
    if talk.reason:
        return "the talk is said to be registered, and no appeal is named"
    return "the talk was closed for no reason"


def _judge(term: StoredTerm, calendars: dict[str, WorkCalendar]) -> str:
    try:
        stored = msgspec.json.decode(term.deadline, type=Deadline)
        calendar = calendars.get(stored.calendar_version)
        if calendar is None:
            return f"no calendar is called {stored.calendar_version}"
        if repeat(stored, calendar) != stored:
            return "the deadline does not follow from its inputs"
    except (msgspec.MsgspecError, UnknownTerm):
        return "the deadline cannot be read"
    if stored.received_on != term.received_on or stored.rule != term.term:
        return "the deadline was reckoned for another day or term than the card says"
    if stored.registered_on not in {None, term.registered_on}:
        return "the deadline was reckoned for another day of registration than the card says"
    if term.until_on is not None:
        return "" if term.legal_on == term.until_on else "the last day is not that of its extension"
    if (term.legal_on, term.internal_on) != (stored.legal_on, stored.internal_on):
        return "the last day on the card is not that of its deadline"
    return ""
