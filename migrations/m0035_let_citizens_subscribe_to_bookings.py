from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000035"
VERSION = "1.38.0"
DESCRIPTION = "Let citizens subscribe to their own bookings."

FORWARDS = """
-- A secret address at which a calendar program asks for the bookings of one phone. Only a keyed
-- hash of the secret is kept; of the links of a phone one is good at a time.
create table booking_feed (
    id bigserial primary key,
    phone varchar(20) not null,
    token_mac varchar(64) not null unique,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    constraint ends_after_it_is_made check (expires_at > made_at)
);
create unique index one_good_feed_per_phone on booking_feed (phone) where revoked_at is null;
"""

BACKWARDS = "drop table booking_feed;"


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
