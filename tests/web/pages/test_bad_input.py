"""Whatever is sent, the answer is a sentence in Ukrainian, never a crash, and nothing is kept."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Final

import httpx
import pytest
from msgspec import Struct
from tests.factories import (
    NOW,
    SECRET,
    make_appeal,
    make_booking,
    make_institution,
    make_proof,
    make_session,
    make_slots,
    make_staff,
)

from hotline_sessions.domain.links import sign
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.web.cookies import PROOF


pytestmark = pytest.mark.anyio

KEPT: Final = ("booking", "one_time_code", "phone_proof", "message", "appeal", "audit")
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
WHO: Final = "name=Olena&phone=0501234567"
WISH: Final = "community=Rivne&question=Why+so+long"


class Sent(Struct, frozen=True, kw_only=True):
    """A request; ``{…}`` in its parts stands for what is in the database."""

    path: str
    body: str | None = None
    headers: Mapping[str, str] = MappingProxyType(FORM)
    proven: bool = False


CASES: Final = {
    "wrong-phone": (422, Sent(path="/sessions/{open}/book", body="name=Olena&phone=12")),
    "paid-number": (422, Sent(path="/sessions/{open}/book", body="name=Olena&phone=0900123456")),
    "phone-abroad": (
        422,
        Sent(path="/sessions/{open}/book", body="name=Olena&phone=%2B48221234567"),
    ),
    "no-name": (422, Sent(path="/sessions/{open}/book", body="phone=0501234567")),
    "endless-name": (
        422,
        Sent(path="/sessions/{open}/book", body=f"name={'a' * 500}&phone=0501234567"),
    ),
    "empty-form": (422, Sent(path="/sessions/{open}/book", body="")),
    "filled-by-program": (
        422,
        Sent(path="/sessions/{open}/book", body=f"{WHO}&website=http://x.example"),
    ),
    "nul-in-form": (400, Sent(path="/sessions/{open}/book", body="name=Ol%00ena&phone=0501234567")),
    "not-utf-8": (400, Sent(path="/sessions/{open}/book", body="name=%ff%fe&phone=0501234567")),
    "too-many-fields": (400, Sent(path="/sessions/{open}/book", body="a=1&" * 300 + WHO)),
    "oversized": (413, Sent(path="/sessions/{open}/book", body="name=" + "a" * 70_000)),
    "json": (
        415,
        Sent(path="/sessions/{open}/book", body="{}", headers={"Content-Type": "application/json"}),
    ),
    "cross-site": (
        403,
        Sent(
            path="/sessions/{open}/book", body=WHO, headers={**FORM, "Sec-Fetch-Site": "cross-site"}
        ),
    ),
    "foreign-origin": (
        403,
        Sent(
            path="/sessions/{open}/book", body=WHO, headers={**FORM, "Origin": "https://x.example"}
        ),
    ),
    "unknown-session": (404, Sent(path="/sessions/0000000000/book", body=WHO)),
    "draft": (404, Sent(path="/sessions/{draft}/book", body=WHO)),
    "session-over": (409, Sent(path="/sessions/{over}/book", body=WHO)),
    "past-slot": (
        410,
        Sent(path="/sessions/{running}/slot", body=f"starts_at={{past}}&{WISH}", proven=True),
    ),
    "taken-slot": (
        409,
        Sent(path="/sessions/{open}/slot", body=f"starts_at={{taken}}&{WISH}", proven=True),
    ),
    "no-such-slot": (
        422,
        Sent(
            path="/sessions/{open}/slot",
            body=f"starts_at=2030-01-01T10:00:00Z&{WISH}",
            proven=True,
        ),
    ),
    "slot-without-zone": (
        422,
        Sent(
            path="/sessions/{open}/slot", body=f"starts_at=2026-11-25T10:00:00&{WISH}", proven=True
        ),
    ),
    "slot-is-nonsense": (
        422,
        Sent(path="/sessions/{open}/slot", body=f"starts_at=%27%3B--&{WISH}", proven=True),
    ),
    "no-question": (
        422,
        Sent(path="/sessions/{open}/slot", body="starts_at={free}&community=Rivne", proven=True),
    ),
    "wrong-code-of-booking": (404, Sent(path="/bookings", body="phone=0501234567&code=123456")),
    "code-of-letters": (422, Sent(path="/bookings", body="phone=0501234567&code=abc")),
    "wrong-code-of-appeal": (404, Sent(path="/appeals", body="number=%D0%9A-1-2026&code=12")),
    "garbled-link": (404, Sent(path="/bookings/nothing")),
    "foreign-link": (404, Sent(path="/bookings/{foreign}")),
    "link-of-another-purpose": (404, Sent(path="/bookings/{appeal}")),
    "expired-link": (410, Sent(path="/bookings/{expired}")),
    "expired-link-cancels-nothing": (410, Sent(path="/bookings/{expired}/cancel", body="")),
    "foreign-link-cancels-nothing": (404, Sent(path="/bookings/{foreign}/cancel", body="")),
    "nul-in-address": (400, Sent(path="/sessions/%00")),
    "address-not-utf-8": (400, Sent(path="/sessions/%ff%fe")),
    "wrong-method": (405, Sent(path="/", body="")),
}


async def people(client: httpx.AsyncClient) -> dict[str, str]:
    """Sessions, a booking and an appeal that the requests are about."""
    home = await make_institution()
    session = await make_session(institution=home)
    today = date(2026, 11, 23)
    running = await make_session(
        institution=home, held_on=today, opens_clock=time(9, 30), closes_clock=time(11)
    )
    over = await make_session(
        institution=home, held_on=today, opens_clock=time(8), closes_clock=time(9)
    )
    draft = await make_session(institution=home, held_on=date(2026, 11, 27), published=False)
    slots = await make_slots(session)
    taken = await make_booking(session=session, slot=slots[0])
    made = await make_appeal(staff=await make_staff(institution=home.id))
    name, later = taken.booking.public_id, NOW + timedelta(hours=1)
    return {
        "open": session.public_id,
        "running": running.public_id,
        "over": over.public_id,
        "draft": draft.public_id,
        "past": (await make_slots(running))[0].starts_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "taken": slots[0].starts_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "free": slots[1].starts_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "foreign": sign(b"another installation", "booking", name, later),
        "appeal": sign(SECRET, "appeal", made.appeal.public_id, later),
        "expired": sign(SECRET, "booking", name, NOW - timedelta(seconds=1)),
        "proof": await make_proof(),
    }


async def count_rows() -> dict[str, int]:
    return {table: await fetch_value(f"select count(*) from {table}") for table in KEPT}  # noqa: S608 - our own tables


@pytest.mark.parametrize(
    ("status", "sent"), [pytest.param(*case, id=name) for name, case in CASES.items()]
)
async def test_what_cannot_be_used_is_refused_in_words_and_leaves_no_trace(
    client: httpx.AsyncClient, status: int, sent: Sent
) -> None:
    facts = await people(client)
    if sent.proven:
        client.cookies.set(PROOF, facts["proof"])
    before = await count_rows()

    answer = await client.request(
        "GET" if sent.body is None else "POST",
        sent.path.format(**facts) if "{" in sent.path else sent.path,
        content=None if sent.body is None else fill(sent.body, facts).encode(),
        headers=dict(sent.headers),
    )

    assert answer.status_code == status, answer.text
    assert await count_rows() == before
    main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    words = re.sub(r"<[^>]+>", " ", main)
    assert len(re.findall(r"[А-ЯІЇЄҐа-яіїєґ’]{3,}", words)) > 3, words
    assert "Traceback" not in answer.text


def fill(body: str, facts: Mapping[str, str]) -> str:
    for name, value in facts.items():
        body = body.replace(f"{{{name}}}", value)
    return body


@pytest.mark.parametrize("cookie", ["", "x", "é".encode().decode("latin-1"), "a" * 3000])
async def test_a_foreign_cookie_proves_nothing(client: httpx.AsyncClient, cookie: str) -> None:
    session = await make_session()

    for step in ("code", "slot"):
        answer = await client.get(
            f"/sessions/{session.public_id}/{step}",
            headers={b"Cookie": f"hotline_phone={cookie}; hotline_code={cookie}".encode("latin-1")},
        )
        assert answer.status_code == 303
