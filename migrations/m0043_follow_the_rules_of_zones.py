from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000043"
VERSION = "1.38.0"
DESCRIPTION = "Remember by which rules of a time zone sessions were given their moments."

FORWARDS = """
-- The latest row of a zone is in force; earlier ones tell what clocks showed by older rules.
create table zone_edition (
    id bigserial primary key,
    zone varchar(40) not null,
    digest varchar(64) not null,
    rules jsonb not null,
    noted_at timestamptz not null
);
create index editions_of_zones on zone_edition (zone, id);

-- What became of a session whose hour of the clock is another moment by newer rules.
create table zone_shift (
    id bigserial primary key,
    session bigint not null references session (id) on delete cascade,
    edition bigint not null references zone_edition (id) on delete restrict,
    was_at timestamptz not null,
    is_at timestamptz not null,
    outcome varchar(12) not null check (outcome in
        ('moved', 'clash', 'no-such-hour', 'hour-twice', 'cut', 'under-way')),
    noted_at timestamptz not null,
    constraint one_shift_per_session_and_edition unique (session, edition)
);
"""

BACKWARDS = """
drop table zone_shift;
drop table zone_edition;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
