from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000037"
VERSION = "1.38.0"
DESCRIPTION = "Invite officials to their sessions, and keep what they answer."

FORWARDS = """
create table official_address (
    official bigint primary key references official (id) on delete cascade,
    email varchar(254) not null check (email <> '')
);

-- What the calendar of one official was told of one session. A session that is held at another
-- time is another row of sessions: the invitation goes over to it under its old uid.
create table invitation (
    id bigserial primary key,
    institution bigint not null references institution (id) on delete restrict,
    session bigint not null references session (id) on delete cascade,
    official bigint not null references official (id) on delete cascade,
    uid varchar(60) not null,
    sequence integer not null check (sequence >= 0),
    recipient varchar(254) not null check (recipient <> ''),
    seen_sequence integer not null,
    told varchar(64) not null,
    is_cancelled boolean not null default false,
    answer varchar(12) not null default 'invited'
        check (answer in ('invited', 'accepted', 'declined', 'tentative', 'proposed')),
    answered_at timestamptz,
    proposed_at timestamptz,
    told_at timestamptz not null,
    constraint one_invitation_per_session_and_official unique (session, official),
    constraint one_invitation_per_uid_and_official unique (uid, official),
    constraint only_proposals_have_a_time check ((answer = 'proposed') = (proposed_at is not null))
);
create index invitations_of_officials on invitation (official);
create index invitations_of_institutions on invitation (institution);
"""

BACKWARDS = """
drop table invitation;
drop table official_address;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
