"""Cards by the million into an empty register, with COPY."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Final

import asyncpg
from msgspec import Struct

from hotline_sessions.cli.bench_register_cards import (
    ANSWER_COLUMNS,
    APPEAL_COLUMNS,
    WORDS_COLUMNS,
    Cards,
    Home,
    Line,
    list_lines,
    stream,
)
from hotline_sessions.cli.bench_register_work import share_out
from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.classifier import list_topics
from hotline_sessions.domain.institutions import NewInstitution
from hotline_sessions.domain.times import local_date
from hotline_sessions.services import accounts
from hotline_sessions.services.appeals import list_classifier
from hotline_sessions.store.accounts import find_member
from hotline_sessions.store.institutions import add_institution


HOMES: Final = 25
"""Institutions among which the cards are: as many as the country has regions."""
LARGEST: Final = 0.2
"""The part of the first of them; the others share the rest alike."""
PART: Final = 100_000
"""Cards that are made before they are sent: so many lie in memory."""
LOGIN: Final = "bench-clerk"

_INDEXES: Final = """
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as text
  from pg_index
 where indrelid = any ('{appeal,appeal_words,answer}'::regclass[])
   and not indisunique
"""
"""Indexes that are made anew after the load: filled row by row they take several times as long."""

_STEPS: Final = """
select note_appeal_steps(institution, array_agg(id order by id),
                         array_fill('appeal_registered'::text, array[count(*)::int]),
                         array_agg(registered_by order by id),
                         array_agg(registered_at order by id),
                         array_fill('{}'::jsonb, array[count(*)::int]))
  from appeal where institution = $1 group by institution
"""
"""A chain for the cards: each as if it had been registered, and answered, at once."""


class Register(Struct, frozen=True, kw_only=True):
    """A register with cards; ``staff`` works where most of them are."""

    staff: Staff
    homes: list[Home]
    today: date


async def make_register(*, secret: bytes, now: datetime) -> Register:
    """Institutions without a card, and a clerk of the largest."""
    homes = [
        Home(
            institution=await add_institution(
                NewInstitution(
                    slug=f"bench-{number}",
                    name_uk=f"Адміністрація {number}",
                    name_en=f"Administration {number}",
                    kind="адміністрація",
                    region="",
                    address="",
                    email="bench@council.example",
                    contact_phone="+380800000000",
                )
            ),
            share=LARGEST if number == 0 else (1 - LARGEST) / (HOMES - 1),
        )
        for number in range(HOMES)
    ]
    await accounts.add_member(
        institution=homes[0].institution,
        login=LOGIN,
        full_name="Вимірювач",
        password=secret.hex(),
        roles=frozenset({Role.CLERK}),
        now=now,
    )
    staff = await find_member(LOGIN)
    if staff is None:
        raise LookupError(LOGIN)
    return Register(staff=staff, homes=homes, today=local_date(now))


async def load_cards(connection: asyncpg.Connection, register: Register, count: int) -> None:
    """``count`` cards with their words and answers; counters go on behind their numbers."""
    codes = [row.code for row in list_topics(list_classifier(), register.today)]
    cards = Cards(
        count=count,
        homes=register.homes,
        clerk=register.staff.account,
        today=register.today,
        topics=codes,
    )
    # What the checks of keys would find is known here: every key leads to a row.
    await connection.execute("set session_replication_role = replica")
    await connection.execute("set maintenance_work_mem = '512MB'")
    indexes = await connection.fetch(_INDEXES)
    for index in indexes:
        await connection.execute(f"drop index {index['name']}")
    lines = list_lines(cards)
    while part := list(islice(lines, PART)):
        await _copy_part(connection, part)
    await share_out(connection, register.staff.institution, register.staff.account)
    for index in indexes:
        await connection.execute(index["text"])
    await connection.execute(
        """insert into register (institution, series, year, last_number)
           select institution, series, year, max(number) from appeal group by 1, 2, 3"""
    )
    await connection.fetchval("select setval(pg_get_serial_sequence('appeal', 'id'), $1)", count)
    await connection.execute("analyze appeal")
    for home in register.homes:
        await connection.execute(_STEPS, home.institution)
    for table in ("appeal", "appeal_words", "answer", "register", "appeal_step"):
        await connection.execute(f"vacuum analyze {table}")
    await connection.execute("checkpoint")
    await connection.execute("reset session_replication_role")


async def _copy_part(connection: asyncpg.Connection, part: list[Line]) -> None:
    answers = (line.answer for line in part if line.answer is not None)
    await _copy(connection, "appeal", APPEAL_COLUMNS, (line.card for line in part))
    await _copy(connection, "appeal_words", WORDS_COLUMNS, (line.words for line in part))
    await _copy(connection, "answer", ANSWER_COLUMNS, answers)


async def _copy(
    connection: asyncpg.Connection, table: str, columns: tuple[str, ...], lines: Iterator[str]
) -> None:
    source: AsyncIterator[bytes] = stream(lines)
    await connection.copy_to_table(table, source=source, columns=columns, format="text")
