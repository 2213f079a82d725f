from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000039"
VERSION = "1.38.0"
DESCRIPTION = "Remind officials of their sessions, in their language, and know what arrived."

FORWARDS = """
alter table official_address add column language varchar(2) not null default 'uk'
    check (language in ('uk', 'en'));
alter table invitation add column language varchar(2) not null default 'uk'
    check (language in ('uk', 'en'));

-- Which version of which invitation a message tells of; a reminder says how long before the start
-- it asks.
create table invitation_message (
    message bigint primary key references message (id) on delete cascade,
    invitation bigint not null references invitation (id) on delete cascade,
    sequence integer not null check (sequence >= 0),
    minutes_before integer check (minutes_before > 0)
);
create index messages_of_invitations on invitation_message (invitation, sequence);
"""

BACKWARDS = """
drop table invitation_message;
alter table invitation drop column language;
alter table official_address drop column language;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
