"""How dialogues of services by phone, and wrong codes keyed in there, are read and written."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import (
    BookingId,
    CallSid,
    InstitutionId,
    LineId,
    PublicId,
    SessionId,
)
from hotline_sessions.domain.lines import Line
from hotline_sessions.domain.phone_menu import Dialogue, Facts, OwnCode, Step
from hotline_sessions.domain.sessions import (
    ANSWERING,
    BOOKABLE,
    BookingMode,
    Session,
    SessionState,
)
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


_ANNOUNCED: Final = """
select s.id, s.public_id, s.starts_at, s.time_zone, p.title_uk, p.title_en,
       o.full_name as official, s.booking_mode, s.registration_opens_at,
       s.registration_closes_at
  from session s join post p on p.id = s.post
  left join official o on o.id = coalesce(s.substitute, s.official)
"""
_SELECT: Final = f"select {', '.join(Dialogue.__struct_fields__)} from dialogue "


class Announced(Struct, frozen=True, kw_only=True):
    """A session as it is told on the telephone."""

    id: SessionId
    public_id: PublicId
    starts_at: datetime
    time_zone: str
    title_uk: str
    title_en: str
    official: str | None
    booking_mode: BookingMode = BookingMode.FIRST_COME
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None

    def title(self, language: str) -> str:
        """Title of the post in ``language``, as far as it is known."""
        return self.title_en if language == "en" and self.title_en else self.title_uk


async def lock_dialogue_of(sid: CallSid) -> Dialogue | None:
    """The dialogue of this call, locked until the transaction ends, if it has one."""
    row = await fetch_row(_SELECT + "where sid = $1 for update", sid)
    return None if row is None else _read(dict(row))


async def lock_dialogue(public_id: str) -> Dialogue | None:
    """The dialogue with this name in addresses, locked until the transaction ends."""
    row = await fetch_row(_SELECT + "where public_id = $1 for update", public_id)
    return None if row is None else _read(dict(row))


async def add_dialogue(
    sid: CallSid,
    line: Line,
    now: datetime,
    *,
    caller: str | None,
    leg: PublicId | None,
    language: str,
) -> None:
    """A call that has come to the services by phone; a second time it is the same dialogue."""
    await run_sql(
        """insert into dialogue (public_id, institution, line, sid, caller, leg, language, step,
                                 started_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (sid) do nothing""",
        draw_public_id(),
        line.institution,
        line.id,
        sid,
        caller,
        leg,
        language,
        Step.SERVICE.value,
        now,
    )


async def mark_dialogue(dialogue: Dialogue, now: datetime) -> None:
    """Write where the dialogue stands."""
    await run_sql(
        """update dialogue set language = $2, step = $3, number = $4, misses = $5, facts = $6,
                               updated_at = $7 where id = $1""",
        dialogue.id,
        dialogue.language,
        dialogue.step.value,
        dialogue.number,
        dialogue.misses,
        msgspec.json.encode(dialogue.facts).decode(),
        now,
    )


async def list_own_codes(phone: str, *, institution: InstitutionId, now: datetime) -> list[OwnCode]:
    """Bookings of ``phone`` whose talk is still ahead, or of which it is asked what becomes."""
    rows = await fetch_rows(
        """select b.id, b.public_id, s.public_id as session, b.code_mac as mac
             from booking b join session s on s.id = b.session join slot t on t.id = b.slot
            where b.institution = $1 and b.phone = $2 and b.state = 'booked'
              and (t.starts_at > $3 or exists (
                      select from booking_choice c where c.booking = b.id and c.choice is null))
            order by b.id""",
        institution,
        phone,
        now,
    )
    return [msgspec.convert(dict(row), OwnCode) for row in rows]


async def lock_tries(institution: InstitutionId) -> None:
    """Let nobody else try a code in the institution until the transaction ends."""
    await run_sql("select pg_advisory_xact_lock(hashtextextended('code-tries', $1))", institution)


async def count_tries(
    bookings: Sequence[BookingId], *, institution: InstitutionId, since: datetime
) -> tuple[int, int]:
    """Wrong codes after ``since``: of the booking that has had most, and of the institution."""
    rows = await fetch_rows(
        """select booking, count(*) as tries from code_try
            where institution = $1 and tried_at > $2 group by booking""",
        institution,
        since,
    )
    wanted = set(bookings)
    of_booking = max((row["tries"] for row in rows if row["booking"] in wanted), default=0)
    return of_booking, sum(row["tries"] for row in rows)


async def add_tries(
    bookings: Sequence[BookingId], *, institution: InstitutionId, now: datetime
) -> None:
    """One wrong code counts against every booking that it could have opened."""
    await run_sql(
        """insert into code_try (institution, booking, tried_at)
           select $1, unnest($2::bigint[]), $3""",
        institution,
        list(bookings),
        now,
    )


async def get_zone(session: SessionId) -> str:
    """Time zone in which the session was announced."""
    zone: str = await fetch_value("select time_zone from session where id = $1", session)
    return zone


async def list_bookable(line: LineId, now: datetime) -> list[Announced]:
    """Sessions of the line in which a talk may still be booked, the earliest first."""
    rows = await fetch_rows(
        _ANNOUNCED
        + """where s.line = $1 and s.ends_at > $2 and s.state = any($3)
             order by s.starts_at, s.id""",
        line,
        now,
        [state.value for state in BOOKABLE],
    )
    return [msgspec.convert(dict(row), Announced) for row in rows]


async def is_awaited_on(line: LineId, now: datetime) -> bool:
    """Whether anybody is on the waiting list of a coming session of the line."""
    found: bool = await fetch_value(
        """select exists (select from waiting_entry w join session s on s.id = w.session
                           where s.line = $1 and s.ends_at > $2
                             and w.state in ('waiting', 'offered')
                             and (not w.is_draw or w.place is not null))""",
        line,
        now,
    )
    return found


async def list_places_of(
    phone: str, *, institution: InstitutionId, now: datetime
) -> list[PublicId]:
    """Names of the places of ``phone`` on waiting lists; those with an offer come first.

    Who has only registered for a draw has no place so far.
    """
    rows = await fetch_rows(
        """select w.public_id from waiting_entry w join session s on s.id = w.session
            where w.institution = $1 and w.phone = $2 and s.ends_at > $3
              and w.state in ('waiting', 'offered') and (not w.is_draw or w.place is not null)
            order by w.state <> 'offered', s.starts_at, w.id""",
        institution,
        phone,
        now,
    )
    return [PublicId(row["public_id"]) for row in rows]


async def get_announced(session: SessionId) -> Announced:
    """The session as it is told on the telephone.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_row(_ANNOUNCED + "where s.id = $1", session)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Announced)


async def find_latest_session(line: LineId, on: date, now: datetime) -> Session | None:
    """The session of the day ``on`` that began last on the line, whatever became of it."""
    row = await fetch_row(
        """select * from session where line = $1 and held_on = $2 and starts_at <= $3
              and state = any($4) order by starts_at desc limit 1""",
        line,
        on,
        now,
        [state.value for state in (*ANSWERING, SessionState.CLOSED)],
    )
    return None if row is None else msgspec.convert(dict(row), Session)


async def forget_dialogues(*, before: datetime, reply: str) -> int:
    """Delete dialogues that nobody has gone on with since ``before``; how many they were.

    What was answered to their webhooks is replaced by ``reply``: codes were read out there,
    and those are kept as hashes only.
    """
    count: int = await fetch_value(
        """with gone as (delete from dialogue where updated_at < $1
                         returning public_id, number, sid),
                steps as (update webhook_delivery d set reply = $2
                            from gone, generate_series(0, gone.number) as step
                           where d.source = 'voice'
                             and d.key = concat_ws(':', 'menu-step', gone.public_id, step, gone.sid)
                          returning 1)
           select count(*) from gone""",
        before,
        reply,
    )
    return count


async def forget_tries(*, before: datetime) -> None:
    """Delete wrong codes that count no longer."""
    await run_sql("delete from code_try where tried_at < $1", before)


def _read(row: dict[str, object]) -> Dialogue:
    facts = row["facts"]
    row["facts"] = (
        msgspec.json.decode(facts, type=Facts)
        if isinstance(facts, str)
        else msgspec.convert(facts, Facts)
    )
    return msgspec.convert(row, Dialogue)
