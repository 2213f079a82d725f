"""What ``hotline bench booking`` puts into its database: sessions, slots, proven phones."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from hotline_sessions.cli.bench_booking_client import build_post
from hotline_sessions.cli.bench_world import make_world
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.services.tokens import build_token_mac, draw_token
from hotline_sessions.services.verification import PROOF_LIFE
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.web.cookies import PROOF
from hotline_sessions.web.form_marks import MARK_FIELD


AHEAD: Final = timedelta(days=2)
"""How far away the talks are: no limit of time comes near."""
SLOTS: Final = 40
"""Slots of one of many sessions."""
COMMUNITY: Final = "Рівненська громада"
QUESTION: Final = "Коли буде перерахунок субсидії за опалення?"

# One official holds them all at once, which the database allows to who knows of it alone.
_COPIES: Final = """
insert into session
select (jsonb_populate_record(t, jsonb_build_object(
           'id', nextval(pg_get_serial_sequence('session', 'id')), 'public_id', n.name,
           'starts_at', $3::timestamptz + n.number * interval '1 minute',
           'ends_at', $3::timestamptz + (n.number + $4) * interval '1 minute',
           'is_clash_known', true))).*
  from session t, unnest($2::text[]) with ordinality as n (name, number)
 where t.id = $1
returning id, public_id, starts_at
"""
_SLOTS: Final = """
insert into slot (session, starts_at, ends_at, is_bookable)
select s.id, s.starts_at + n * interval '1 minute', s.starts_at + (n + 1) * interval '1 minute',
       true
  from session s, generate_series(0, $2 - 1) n
 where s.id = any ($1::bigint[])
"""
_PROOFS: Final = """
insert into phone_proof (token_mac, phone, caller_name, proven_at, expires_at)
select mac, phone, 'Людина', $3, $4 from unnest($1::text[], $2::text[]) as u (mac, phone)
"""


class Place(Struct, frozen=True, kw_only=True):
    """A session whose slots begin one minute after the other."""

    id: SessionId
    public_id: str
    starts_at: datetime
    slots: int

    def start_of(self, number: int) -> datetime:
        """When the slot ``number``, counted from 0, begins."""
        return self.starts_at + timedelta(minutes=number)


class Stage(Struct, frozen=True, kw_only=True):
    """What everything is made from."""

    template: SessionId
    secret: bytes
    now: datetime


async def set_stage(secret: bytes) -> Stage:
    """An institution with one session, of which further ones are copies."""
    world = await make_world(1, secret=secret)
    return Stage(template=world.sessions[0], secret=secret, now=SystemClock().now())


async def add_places(
    stage: Stage, count: int, *, slots: int = SLOTS, names: Sequence[str] = ()
) -> list[Place]:
    """``count`` published sessions, each with so many free slots; named at random or as given."""
    taken: int = await fetch_value("select count(*) from session")
    first = (stage.now + AHEAD + timedelta(minutes=taken)).replace(second=0, microsecond=0)
    drawn = names or [draw_public_id() for _ in range(count)]
    rows = await fetch_rows(_COPIES, stage.template, drawn, first, slots)
    places = [
        Place(
            id=SessionId(row["id"]),
            public_id=row["public_id"],
            starts_at=row["starts_at"],
            slots=slots,
        )
        for row in rows
    ]
    await run_sql(_SLOTS, [place.id for place in places], slots)
    await run_sql("analyze session, slot")
    return places


async def add_citizens(stage: Stage, count: int) -> list[str]:
    """Cookies of devices whose phones have been proven, all of them different."""
    tokens = [draw_token() for _ in range(count)]
    macs = [build_token_mac(stage.secret, "phone-proof", token) for token in tokens]
    await add_proofs(stage, macs)
    return [f"{PROOF}={token}" for token in tokens]


async def add_proofs(stage: Stage, macs: Sequence[str]) -> None:
    """Proofs of as many new phones, by the keyed hashes of what their devices hold."""
    before: int = await fetch_value("select count(*) from phone_proof")
    await run_sql(
        _PROOFS,
        macs,
        [f"+38067{before + number:07d}" for number in range(len(macs))],
        stage.now,
        stage.now + PROOF_LIFE,
    )
    await run_sql("analyze phone_proof")


def build_wish(place: Place, slot: int, cookie: str) -> bytes:
    """The request with which a citizen takes a slot."""
    body = urlencode(
        {
            "starts_at": place.start_of(slot).isoformat(),
            "community": COMMUNITY,
            "question": QUESTION,
            MARK_FIELD: draw_token(),
        }
    )
    return build_post(f"/sessions/{place.public_id}/slot", body.encode(), cookie=cookie)


async def list_faults(places: list[Place], *, confirmed: int) -> list[str]:
    """What in the database contradicts that so many bookings were confirmed in ``places``."""
    row = (
        await fetch_rows(
            """select count(*) as bookings, count(distinct b.slot) as slots,
                      count(distinct b.phone) as phones, count(m.id) as messages
                 from booking b
                 left join message m on m.key = 'booking:' || b.public_id || ':confirmed'
                where b.session = any ($1::bigint[]) and b.state = 'booked'""",
            [place.id for place in places],
        )
    )[0]
    return [
        f"{row[name]} {name} for {confirmed} confirmations"
        for name in ("bookings", "slots", "phones", "messages")
        if row[name] != confirmed
    ]
