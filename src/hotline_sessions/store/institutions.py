"""How institutions are read and written."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec.structs import asdict

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.institutions import Institution, NewInstitution
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.rules import BESIDE, SHAPES, Rules, RulesKind, choose_own
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.transaction import forget, read_once, remember


_COLUMNS: Final[Mapping[RulesKind, str]] = MappingProxyType(
    {RulesKind.BOOKING: "booking_policy", RulesKind.CALLS: "call_policy"}
)
"""Where the policy of each kind is kept."""
_SELECT: Final = f"select {', '.join(Institution.__struct_fields__)} from institution"


async def list_institutions() -> list[Institution]:
    """All institutions, by name."""
    rows = await InstitutionRow.select().order_by(InstitutionRow.name_uk)
    return msgspec.convert(rows, list[Institution])


async def get_institution(institution: InstitutionId) -> Institution:
    """The institution.

    Raises:
        NotFound: There is none.
    """
    found = await read_once(("institution", institution), partial(_find_institution, institution))
    if found is None:
        raise NotFound
    return found


async def _find_institution(institution: InstitutionId) -> Institution | None:
    row = await fetch_row(f"{_SELECT} where id = $1", institution)
    return None if row is None else msgspec.convert(dict(row), Institution)


async def find_institution_by_slug(slug: str) -> Institution | None:
    """The institution with this name in addresses."""
    row = await InstitutionRow.select().where(InstitutionRow.slug == slug).first()
    return None if row is None else msgspec.convert(row, Institution)


async def find_institution_by_name(name_uk: str) -> Institution | None:
    """The institution with this Ukrainian name."""
    row = await InstitutionRow.select().where(InstitutionRow.name_uk == name_uk).first()
    return None if row is None else msgspec.convert(row, Institution)


async def add_institution(new: NewInstitution) -> InstitutionId:
    """A new institution."""
    row = InstitutionRow(**asdict(new))
    await row.save()
    return InstitutionId(row.id)


async def get_call_policy(institution: InstitutionId) -> CallPolicy:
    """How the institution wants its live sessions run."""
    return await read_once(("call policy", institution), partial(_read_call_policy, institution))


def know_call_policy(institution: InstitutionId, chosen: str) -> None:
    """Keep for this transaction what was read together with something else."""
    remember(("call policy", institution), msgspec.json.decode(chosen or "{}", type=CallPolicy))


async def _read_call_policy(institution: InstitutionId) -> CallPolicy:
    chosen = await fetch_value("select call_policy from institution where id = $1", institution)
    return msgspec.json.decode(chosen or "{}", type=CallPolicy)


async def get_booking_policy(institution: InstitutionId) -> BookingPolicy:
    """How the institution lets its slots be booked."""
    key = ("booking policy", institution)
    return await read_once(key, partial(_read_booking_policy, institution))


async def _read_booking_policy(institution: InstitutionId) -> BookingPolicy:
    chosen = await fetch_value("select booking_policy from institution where id = $1", institution)
    return msgspec.json.decode(chosen or "{}", type=BookingPolicy)


async def list_booking_policies() -> dict[InstitutionId, BookingPolicy]:
    """How each institution lets its slots be booked."""
    rows = await fetch_rows("select id, booking_policy from institution order by id")
    return {
        InstitutionId(row["id"]): msgspec.json.decode(
            row["booking_policy"] or "{}", type=BookingPolicy
        )
        for row in rows
    }


async def get_rules(kind: RulesKind, institution: InstitutionId) -> Rules:
    """All rules of one kind as they hold for the institution.

    Raises:
        NotFound: There is no such institution.
    """
    return await _read_rules(kind, institution, "")


async def lock_rules(kind: RulesKind, institution: InstitutionId) -> Rules:
    """The same, and nobody else changes them until the transaction ends.

    Raises:
        NotFound: There is no such institution.
    """
    return await _read_rules(kind, institution, "for no key update")


async def _read_rules(kind: RulesKind, institution: InstitutionId, lock: str) -> Rules:
    row = await fetch_row(
        f"""select {_COLUMNS[kind]} as chosen, {", ".join(BESIDE[kind])}
              from institution where id = $1 {lock}""",
        institution,
    )
    if row is None:
        raise NotFound
    beside = {name: row[name] for name in BESIDE[kind]}
    chosen = msgspec.json.decode(row["chosen"] or "{}", type=dict[str, object])
    return msgspec.convert({**chosen, **beside}, SHAPES[kind])


async def mark_rules(kind: RulesKind, rules: Rules, institution: InstitutionId) -> None:
    """Write the rules of one kind; what is as it is built in is not kept."""
    places = ", ".join(f"{name} = ${number}" for number, name in enumerate(BESIDE[kind], 3))
    await run_sql(
        f"update institution set {_COLUMNS[kind]} = $2, {places} where id = $1",
        institution,
        msgspec.json.encode(choose_own(kind, rules)).decode(),
        *(getattr(rules, name) for name in BESIDE[kind]),
    )
    for name in ("institution", "call policy", "booking policy"):
        forget((name, institution))


async def count_coming_sessions(institution: InstitutionId, *, now: datetime) -> int:
    """Sessions of the institution that are announced and not over, those under way too."""
    found: int = await fetch_value(
        """select count(*) from session
            where institution = $1 and ends_at > $2
              and state not in ('draft', 'closed', 'cancelled', 'rescheduled')""",
        institution,
        now,
    )
    return found
