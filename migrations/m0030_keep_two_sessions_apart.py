from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T10:00:00:000030"
VERSION = "1.38.0"
DESCRIPTION = "Keep sessions of one official, line or place apart; know when officials are away."

FORWARDS = """
create extension if not exists btree_gist;

-- Sessions planned one over the other before this was forbidden stay as they are.
alter table session add column is_clash_known boolean not null default false;
update session s set is_clash_known = true
 where s.state not in ('cancelled', 'rescheduled', 'closed')
   and exists (
       select from session o
        where o.id < s.id and o.state not in ('cancelled', 'rescheduled', 'closed')
          and tstzrange(o.starts_at, o.ends_at) && tstzrange(s.starts_at, s.ends_at)
          and (o.post = s.post or o.line = s.line
               or coalesce(o.substitute, o.official) = coalesce(s.substitute, s.official)));

-- Drafts count: a plan that cannot be kept is no plan. What is over does not: a session that
-- ended early leaves the rest of its time to another.
alter table session
    add constraint one_session_of_a_post_at_a_time exclude using gist (
        post with =, tstzrange(starts_at, ends_at) with &&)
        where (state not in ('cancelled', 'rescheduled', 'closed') and not is_clash_known),
    add constraint one_session_of_an_official_at_a_time exclude using gist (
        (coalesce(substitute, official)) with =, tstzrange(starts_at, ends_at) with &&)
        where (state not in ('cancelled', 'rescheduled', 'closed') and not is_clash_known),
    add constraint one_session_on_a_line_at_a_time exclude using gist (
        line with =, tstzrange(starts_at, ends_at) with &&)
        where (state not in ('cancelled', 'rescheduled', 'closed') and not is_clash_known),
    add constraint one_session_at_a_place_at_a_time exclude using gist (
        institution with =, (lower(place)) with =, tstzrange(starts_at, ends_at) with &&)
        where (place <> '' and state not in ('cancelled', 'rescheduled', 'closed')
               and not is_clash_known);

create table official_absence (
    id bigserial primary key,
    public_id varchar(12) not null unique,
    official bigint not null references official (id) on delete restrict,
    from_on date not null,
    until_on date not null,
    -- For staff alone: the public reads that the official is away and nothing more.
    kind varchar(10) not null check (kind in ('leave', 'trip', 'sick', 'other')),
    noted_by bigint not null references account (id) on delete restrict,
    noted_at timestamptz not null,
    ended_by bigint references account (id) on delete restrict,
    ended_at timestamptz,
    constraint official_absence_ends_after_it_begins check (until_on >= from_on),
    constraint official_away_once_a_day exclude using gist (
        official with =, daterange(from_on, until_on, '[]') with &&) where (ended_at is null)
);
"""

BACKWARDS = """
drop table official_absence;
alter table session
    drop constraint one_session_at_a_place_at_a_time,
    drop constraint one_session_on_a_line_at_a_time,
    drop constraint one_session_of_an_official_at_a_time,
    drop constraint one_session_of_a_post_at_a_time,
    drop column is_clash_known;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


class GuardingManager(MigrationManager):
    """Sets the guards up when the column is there; raw steps come before all columns."""

    async def _run_add_constraints(self, backwards=False):
        await super()._run_add_constraints(backwards=backwards)
        if not backwards:
            await run(FORWARDS)


async def forwards():
    manager = GuardingManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)

    manager.add_column(
        table_class_name="SessionRow",
        tablename="session",
        column_name="place",
        db_column_name="place",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 120,
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

    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
