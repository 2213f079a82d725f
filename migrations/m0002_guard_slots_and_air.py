from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-22T01:20:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Guard what two people may not have at once; index what is looked up often."

FORWARDS = """
-- A slot is given once: the last wall, should the code before it ever be wrong.
create unique index one_live_booking_per_slot on booking (slot)
    where state in ('booked', 'heard');
create unique index one_live_booking_per_phone_and_session on booking (session, phone)
    where state in ('booked', 'heard');

-- An official is announced once for a moment; what was called off does not count.
create unique index one_standing_start_per_post on session (post, starts_at)
    where state not in ('cancelled', 'rescheduled');

-- The air of a session holds one citizen, and rings one official.
create unique index one_citizen_on_air_per_session on call (session)
    where role = 'citizen' and state in ('summoned', 'joining', 'talking', 'wrapping');
create unique index one_live_leg_of_the_official_per_session on call (session)
    where role = 'official' and state <> 'ended';

create index live_legs on call (session) where state <> 'ended';
create index commands_to_send on phone_command (due_at) where state in ('ready', 'sending');
create index messages_to_send on message (due_at) where state in ('ready', 'sending');
create index sessions_under_way on session (starts_at)
    where state in ('published', 'open', 'live');
"""

BACKWARDS = """
drop index sessions_under_way;
drop index messages_to_send;
drop index commands_to_send;
drop index live_legs;
drop index one_standing_start_per_post;
drop index one_live_leg_of_the_official_per_session;
drop index one_citizen_on_air_per_session;
drop index one_live_booking_per_phone_and_session;
drop index one_live_booking_per_slot;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
