from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-22T22:00:00:000026"
VERSION = "1.38.0"
DESCRIPTION = "Follow what officials have promised on the air."

FORWARDS = """
create table promise (
    id bigserial primary key,
    public_id varchar(12) not null unique,
    institution bigint not null references institution (id) on delete restrict,
    session bigint not null references session (id) on delete restrict,
    appeal bigint references appeal (id) on delete restrict,
    text varchar(1000) not null,
    promised_by varchar(300) not null,
    made_on date not null,
    due_on date not null check (due_on >= made_on),
    state varchar(8) not null default 'open' check (state in ('open', 'kept', 'broken')),
    public_text varchar(1000) not null default '',
    proposed_by bigint references account (id) on delete restrict,
    approved_by bigint references account (id) on delete restrict,
    noted_at timestamptz not null,
    -- The public sees no words that one person alone has looked at.
    constraint promise_of_two_people check (
        approved_by is null
        or (public_text <> '' and proposed_by is not null and approved_by <> proposed_by)
    )
);
create index promises_of_sessions on promise (session);
create index promises_by_day on promise (institution, due_on) where state = 'open';

create table promise_change (
    id bigserial primary key,
    promise bigint not null references promise (id) on delete restrict,
    deed varchar(10) not null,
    due_before date,
    due_after date,
    reason varchar(500) not null default '',
    account bigint references account (id) on delete restrict,
    changed_at timestamptz not null
);
create index changes_of_promises on promise_change (promise, id);
create trigger changes_of_promises_are_kept before update or delete or truncate on promise_change
    for each statement execute function refuse_changed_history();
"""

BACKWARDS = """
drop table promise_change;
drop table promise;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
