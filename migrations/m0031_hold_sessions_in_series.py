from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T10:00:00:000031"
VERSION = "1.38.0"
DESCRIPTION = "Hold sessions in series."

FORWARDS = """
create table series (
    id bigserial primary key,
    public_id varchar(12) not null unique,
    institution bigint not null references institution (id) on delete restrict,
    post bigint not null references post (id) on delete restrict,
    official bigint references official (id) on delete restrict,
    line bigint references line (id) on delete restrict,
    ring_number varchar(20),
    topic varchar(300) not null default '',
    place varchar(120) not null default '',
    recurrence varchar(300) not null check (recurrence <> ''),
    opens_clock time not null,
    closes_clock time not null,
    time_zone varchar(40) not null,
    from_on date not null,
    until_on date not null,
    left_out date[] not null default '{}',
    skips_days_off boolean not null,
    talk_minutes integer not null check (talk_minutes >= 1),
    rest_minutes integer not null check (rest_minutes >= 0),
    walk_in_percent integer not null check (walk_in_percent between 0 and 100),
    is_automatic boolean not null,
    is_recorded boolean not null,
    is_transcribed boolean not null,
    follows bigint references series (id) on delete restrict,
    version integer not null default 1,
    created_by bigint references account (id) on delete restrict,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint series_ends_after_it_begins check (until_on >= from_on)
);
create index series_by_end on series (institution, until_on);

-- A day of a series has one session; a moved one hands the day on to the session it became.
create table occurrence (
    series bigint not null references series (id) on delete restrict,
    held_on date not null,
    session bigint not null references session (id) on delete cascade,
    is_by_hand boolean not null default false,
    constraint one_occurrence_a_day primary key (series, held_on),
    constraint one_series_of_a_session unique (session)
);
"""

BACKWARDS = """
drop table occurrence;
drop table series;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
