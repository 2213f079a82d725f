from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-22T22:00:00:000025"
VERSION = "1.38.0"
DESCRIPTION = "Let the authors of appeals choose what they are told of."

FORWARDS = """
-- How the author follows an appeal; without a row, in Ukrainian and as it is by default. Apart
-- from the card: what somebody wants to be told of is no part of the register.
create table appeal_following (
    appeal bigint primary key references appeal (id) on delete restrict,
    language varchar(2) not null default 'uk',
    phone varchar(20) not null default '',
    email varchar(200) not null default '',
    choices jsonb not null default '{}',
    changed_at timestamptz not null
);

-- Codes by which addresses of mail are proven, as hashes; those of phones stand elsewhere.
create table appeal_mail_code (
    id bigserial primary key,
    appeal bigint not null references appeal (id) on delete restrict,
    email varchar(200) not null,
    mac varchar(64) not null,
    attempts integer not null default 0,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index mail_codes_of_appeals on appeal_mail_code (appeal, issued_at);
"""

BACKWARDS = """
drop table appeal_mail_code;
drop table appeal_following;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
