from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000038"
VERSION = "1.38.0"
DESCRIPTION = "Keep what was published of sessions, with the facts that it was made from."

FORWARDS = """
create table publication (
    id bigserial primary key,
    public_id varchar(12) not null unique,
    institution bigint not null references institution (id) on delete restrict,
    session bigint references session (id) on delete restrict,
    month date check (extract(day from month) = 1),
    kind varchar(12) not null,
    language varchar(2) not null check (language in ('uk', 'en')),
    place varchar(300) not null default '',
    facts jsonb not null,
    edition varchar(16) not null,
    ends_at timestamptz,
    made_by bigint not null references account (id) on delete restrict,
    made_at timestamptz not null,
    ending varchar(10) check (ending in ('replaced', 'taken-down')),
    ended_by bigint references account (id) on delete restrict,
    ended_at timestamptz,
    constraint publication_says_of_what check (
        (session is not null)::int + (month is not null)::int + (kind = 'widget')::int = 1),
    constraint publication_ends_whole check (
        (ending is null) = (ended_at is null) and (ending is null) = (ended_by is null))
);
-- The same facts in the same place are one publication, however often they are downloaded.
create unique index one_publication_per_edition on publication (
    institution, coalesce(session, 0), coalesce(month, '0001-01-01'), kind, language, place,
    edition) where ending is null;
create index publications_of_sessions on publication (session, id);
create index publications_out on publication (institution, ends_at) where ending is null;

create table embedding (
    institution bigint primary key references institution (id) on delete restrict,
    sites varchar(200)[] not null check (cardinality(sites) <= 20)
);
"""

BACKWARDS = """
drop table embedding;
drop table publication;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
