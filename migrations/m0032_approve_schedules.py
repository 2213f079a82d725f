from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T10:00:00:000032"
VERSION = "1.38.0"
DESCRIPTION = "Approve schedules by an order; announce them at an agreed time."

FORWARDS = """
create table approval (
    id bigserial primary key,
    public_id varchar(12) not null unique,
    institution bigint not null references institution (id) on delete restrict,
    order_number varchar(40) not null check (order_number <> ''),
    order_on date not null,
    publish_at timestamptz,
    published_at timestamptz,
    approved_by bigint not null references account (id) on delete restrict,
    approved_at timestamptz not null
);
create index approvals_by_day on approval (institution, order_on);
create index approvals_to_publish on approval (publish_at)
    where publish_at is not null and published_at is null;

-- What was approved stays written as it was; the session may become another.
create table approved_session (
    id bigserial primary key,
    approval bigint not null references approval (id) on delete restrict,
    session bigint references session (id) on delete set null,
    facts jsonb not null,
    failed_because varchar(40)
);
create index sessions_of_approvals on approved_session (approval, id);
create index approvals_of_sessions on approved_session (session);
"""

BACKWARDS = """
drop table approved_session;
drop table approval;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
