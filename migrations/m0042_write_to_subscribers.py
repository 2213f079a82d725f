from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000042"
VERSION = "1.38.0"
DESCRIPTION = "Write to those who subscribe to sessions by e-mail."

FORWARDS = """
-- Who wants letters about sessions, of which ones, and what they were told last. Nothing is
-- written to an address but one question until it is confirmed. Who ends it is deleted.
create table subscriber (
    id bigserial primary key,
    public_id varchar(12) not null unique,
    email varchar(254) not null check (email <> ''),
    language varchar(2) not null check (language in ('uk', 'en')),
    rhythm varchar(10) not null check (rhythm in ('weekly', 'announced')),
    wanted jsonb not null,
    asked_at timestamptz not null,
    confirmed_at timestamptz,
    next_at timestamptz,
    issue integer not null default 0 check (issue >= 0),
    told jsonb not null default '{}',
    constraint only_confirmed_subscribers_are_written_to check (
        (confirmed_at is null) = (next_at is null))
);
create unique index one_subscription_per_address_and_choice on subscriber (lower(email), wanted);
create index subscribers_due on subscriber (next_at) where next_at is not null;
create index subscribers_unconfirmed on subscriber (asked_at) where confirmed_at is null;
"""

BACKWARDS = """
drop table subscriber;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
