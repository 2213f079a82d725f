"""Which guards the database has now, and which of them it does not heed."""

from functools import cache
from importlib import resources
from typing import Final

from msgspec import Struct

from hotline_sessions.store.engine import fetch_rows, fetch_value


_PRESENT: Final = """
select format('trigger %s.%s %s calls %s', c.relname, t.tgname, t.tgtype, p.proname) as guard
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
 where c.relnamespace = current_schema()::regnamespace and not t.tgisinternal
union all
select format('%s %s.%s on %s%s', case when i.indisunique then 'unique' else 'exclusion' end,
              c.relname, x.relname,
              (select string_agg(coalesce(a.attname, '(expression)'), ', ' order by k.place)
                 from unnest(i.indkey::smallint[]) with ordinality as k (number, place)
                 left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
                                         and k.number <> 0),
              case when i.indpred is null then '' else ' partly' end)
  from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class c on c.oid = i.indrelid
 where c.relnamespace = current_schema()::regnamespace
   and (i.indisunique or i.indisexclusion)
union all
select format('check %s.%s', c.relname, k.conname)
  from pg_constraint k join pg_class c on c.oid = k.conrelid
 where k.connamespace = current_schema()::regnamespace and k.contype = 'c'
union all
select format('reference %s.%s', c.relname, k.conname)
  from pg_constraint k join pg_class c on c.oid = k.conrelid
 where k.connamespace = current_schema()::regnamespace and k.contype = 'f'
union all
select format('function %s %s', p.proname, md5(p.prosrc))
  from pg_proc p
 where p.pronamespace = current_schema()::regnamespace
   and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
"""
"""Definitions are compared by what every version of PostgreSQL says alike: names, columns, the
bits of a trigger, and the text of a function as it was written."""

_UNHEEDED: Final = """
select c.relname as table, t.tgname as name, t.tgisinternal as is_internal
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = current_schema()::regnamespace and t.tgenabled not in ('O', 'A')
union all
select c.relname, x.relname, false
  from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class c on c.oid = i.indrelid
 where c.relnamespace = current_schema()::regnamespace
   and (i.indisunique or i.indisexclusion)
   and not (i.indisvalid and i.indisready and i.indislive)
union all
select c.relname, k.conname, false
  from pg_constraint k join pg_class c on c.oid = k.conrelid
 where k.connamespace = current_schema()::regnamespace and not k.convalidated
order by 1, 2
"""

_ROLES: Final = """
select coalesce(r.rolname, 'everybody') as role
  from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole
 where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
   and exists (select from unnest(s.setconfig) as setting
                where setting like 'session_replication_role=%'
                  and setting <> 'session_replication_role=origin')
 order by 1
"""


class Unheeded(Struct, frozen=True, kw_only=True):
    """A guard that is there and does not act; ``is_internal``: one of a reference."""

    table: str
    name: str
    is_internal: bool


@cache
def list_expected() -> tuple[str, ...]:
    """Every guard that the migrations of this release leave behind, sorted.

    One a line: ``trigger TABLE.NAME BITS calls FUNCTION`` (the bits of ``pg_trigger.tgtype``),
    ``unique`` and ``exclusion`` with columns, ``check`` and ``reference`` by name,
    ``function NAME MD5``. A migration that adds one adds its line; a test compares both.
    """
    text = resources.files(__package__).joinpath("expected_guards.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())


async def list_guards() -> list[str]:
    """Every guard that is there, in the words of ``list_expected``, sorted."""
    return sorted({row["guard"] for row in await fetch_rows(_PRESENT)})


async def list_unheeded() -> list[Unheeded]:
    """Triggers that are switched off, and indexes and constraints that are not valid."""
    return [Unheeded(**row) for row in await fetch_rows(_UNHEEDED)]


async def get_replication_role() -> str:
    """What this connection is to the triggers: ``origin``, or else they do not act."""
    return str(await fetch_value("select current_setting('session_replication_role')"))


async def list_roles_past_triggers() -> list[str]:
    """Roles for which connections to this database begin with triggers switched off."""
    return [row["role"] for row in await fetch_rows(_ROLES)]
