from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete
from piccolo.columns.base import OnUpdate
from piccolo.columns.column_types import BigSerial
from piccolo.columns.column_types import ForeignKey
from piccolo.columns.column_types import Integer
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.piccolo_conf import DB


class AccountRow(Table, tablename="account", schema=None):
    id = BigSerial(
        null=False,
        primary_key=True,
        unique=False,
        index=False,
        index_method=IndexMethod.btree,
        choices=None,
        db_column_name=None,
        secret=False,
    )


ID = "2026-11-22T22:00:00:000027"
VERSION = "1.38.0"
DESCRIPTION = "Link appeals, and keep duplicates under the number of the first."

FORWARDS = """
alter table appeal add constraint appeal_duplicate_counted check (duplicate between 0 and 999);

-- What an author has sent before is found by the name, or by the phone.
create index appeals_by_author on appeal
    (institution, lower(surname), lower(given_name), id);

-- Keys under which an alike question of the same institution and month stands, too: the eight
-- smallest hashes of what three long words in a row say. Two questions with a third of that in
-- common share one of them nineteen times of twenty. Institution and month are hashed in, so
-- that however large the register is, an index gives only what is near in time.
create function alike_keys(home bigint, month integer, question text) returns integer[]
language sql immutable parallel safe cost 1000 as $$
    with word as (
        select lower(m.word[1]) as word, m.place
          from regexp_matches(question, '[[:alpha:]]{3,}', 'g') with ordinality as m (word, place)),
    triple as (
        select hashtext(string_agg(word, ' ') over (
                   order by place rows between current row and 2 following)) as key,
               place, count(*) over () as words
          from word)
    select coalesce(array_agg(distinct hashtext(home || ':' || month || ':' || key)), '{}')
      from (select distinct key from triple
             where place <= greatest(words - 2, 1) order by key limit 8) smallest
$$;
create function month_of(day date) returns integer
language sql immutable parallel safe as $$
    select (extract(year from day) * 12 + extract(month from day))::integer
$$;
drop index appeal_question_alike;
create index appeal_question_alike on appeal
    using gin (alike_keys(institution, month_of(received_on), question));
"""

BACKWARDS = """
drop index appeal_question_alike;
create index appeal_question_alike on appeal using gin (question gin_trgm_ops);
drop function alike_keys;
drop function month_of;
drop index appeals_by_author;
alter table appeal drop constraint appeal_duplicate_counted;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


class IndexingManager(MigrationManager):
    """Sets the guards up when the columns are there; raw steps come before all of them."""

    async def _run_add_constraints(self, backwards=False):
        await super()._run_add_constraints(backwards=backwards)
        if not backwards:
            await run(FORWARDS)


async def forwards():
    manager = IndexingManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)

    manager.add_column(
        table_class_name="AppealRow",
        tablename="appeal",
        column_name="duplicate",
        db_column_name="duplicate",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 0,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="AppealLinkRow",
        tablename="appeal_link",
        column_name="sign_before",
        db_column_name="sign_before",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 10,
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="AppealLinkRow",
        tablename="appeal_link",
        column_name="undone_at",
        db_column_name="undone_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="AppealLinkRow",
        tablename="appeal_link",
        column_name="undone_by",
        db_column_name="undone_by",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            "references": AccountRow,
            "on_delete": OnDelete.restrict,
            "on_update": OnUpdate.cascade,
            "target_column": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="AppealLinkRow",
        tablename="appeal_link",
        column_name="undone_for",
        db_column_name="undone_for",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 500,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.drop_constraint(
        table_class_name="AppealRow",
        tablename="appeal",
        constraint_name="one_appeal_per_number",
        schema=None,
    )

    manager.add_constraint(
        table_class_name="AppealRow",
        tablename="appeal",
        constraint_name="one_appeal_per_index",
        constraint_class=Unique,
        params={
            "columns": ["institution", "series", "year", "number", "duplicate"],
            "nulls_distinct": True,
        },
        schema=None,
    )

    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
